import type { Texts } from '../en/index.js'

export const enroll: Texts['enroll'] = {
  title: 'Wer ist das?',
  name: 'Name',
  nameHint: 'Wenn es diese Person schon gibt, wird ihr das Foto hinzugefügt.',
  add: 'Hinzufügen',
  adding: 'Wird hinzugefügt …',
  added: (name) => `${name} wurde hinzugefügt.`,
  poor: (reasons) =>
    `Die Qualität des Fotos ist schlecht (${reasons}). Fügen Sie ein besseres hinzu.`,
  nextTime: 'Die Person wird ab jetzt begrüßt.',
}
