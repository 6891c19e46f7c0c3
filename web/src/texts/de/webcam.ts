import type { Texts } from '../en/index.js'

export const webcam: Texts['webcam'] = {
  nobody: 'Stellen Sie sich vor die Kamera.',
  several: 'Bitte nur eine Person auf einmal.',
  closer: 'Kommen Sie näher.',
  light: 'Ihr Gesicht braucht mehr Licht.',
  look: 'Sehen Sie in die Kamera.',
  still: 'Halten Sie still.',
  clear: 'Zeigen Sie Ihr ganzes Gesicht.',
  good: 'Gut. Bleiben Sie so.',
  enough: 'Sie haben genug Fotos und können sie jetzt hinzufügen.',
  take: 'Jetzt ein Foto aufnehmen',
  shot: (n) => `Foto ${n}`,
  drop: (n) => `Foto ${n} entfernen`,
}
