import type { Texts } from '../en/index.js'

export const compare: Texts['compare'] = {
  explain: 'Sagt, ob zwei Fotos dieselbe Person zeigen. Die Fotos werden nicht gespeichert.',
  sides: ['Erstes Foto', 'Zweites Foto'],
  hint: 'Oder hier ablegen. Es zählt das größte Gesicht.',
  busy: 'Wird verglichen …',
  answers: {
    match: 'Dieselbe Person',
    no_match: 'Verschiedene Personen',
    not_judgeable: 'Nicht zu beurteilen',
  },
}
