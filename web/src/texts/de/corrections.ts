import type { Texts } from '../en/index.js'

export const corrections: Texts['corrections'] = {
  explain: 'Jede Korrektur gilt auch für ähnliche Gesichter.',
  none: 'Noch keine Korrekturen.',
  noneHint: 'Wenn ein Gesicht den falschen Namen hat, wählen Sie daneben „Nicht …“.',
  face: 'Gesicht',
  faceOf: (photo) => `Korrigiertes Gesicht auf ${photo}`,
  said: 'Korrektur',
  photo: 'Foto',
  when: 'Zeit',
  not: (name) => `Nicht ${name}`,
  same: (name) => `Ist ${name}`,
  takeBack: 'Korrektur entfernen',
  takeBackMeans: (name) => `Gesichter wie dieses können wieder als ${name} erkannt werden.`,
}
