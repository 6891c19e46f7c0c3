import type { Texts } from '../en/index.js'

export const conflict: Texts['conflict'] = {
  title: 'Jemand anderes hat das inzwischen geändert.',
  hint: 'Wählen Sie, welche Fassung bleiben soll.',
  theirs: 'Die andere, jetzt gespeichert',
  mine: 'Ihre',
  empty: '(leer)',
  keepTheirs: 'Andere behalten',
  keepMine: 'Ihre speichern',
}
