import type { Texts } from '../en/index.js'

export const models: Texts['models'] = {
  inUse: 'In Verwendung',
  missing: 'Fehlt',
  corrupt: 'Beschädigt',
  ready: 'Bereit',
  detection: 'Findet Gesichter in einem Foto.',
  landmarks: 'Findet Punkte wie Augen, Nase und Mund in einem Gesicht.',
  embedding: 'Berechnet aus einem Gesicht Zahlen, die sich vergleichen lassen.',
  liveness: 'Unterscheidet Gesichter von Bildern von Gesichtern.',
  notCalibrated: 'Für dieses Modell wurden keine Schwellen gemessen.',
  from: (from, size) => `Quelle: ${from}, ${size} MB.`,
  license: (license) => `Lizenz: ${license}.`,
  pull: 'Fehlende Dateien herunterladen',
  pulling: 'Wird heruntergeladen …',
  pulled: (names) => `Heruntergeladen: ${names}.`,
  allThere: 'Alle Dateien sind vorhanden und unbeschädigt.',
  addHint:
    '„agnize models add“ fügt ein eigenes Modell hinzu. „agnize models pull facenet“ lädt FaceNet von OpenFace herunter.',
  migrate: 'Zu einem anderen Modell wechseln',
  migrateExplain:
    'Gesichter aus zwei verschiedenen Modellen lassen sich nicht vergleichen. Vor dem Wechsel wird jedes gespeicherte Gesicht mit dem neuen Modell neu berechnet, während die bisherigen Daten in Verwendung bleiben. Starten Sie danach den Server mit dem neuen Modell neu.',
  to: 'Neues Modell',
  begin: 'Starten',
  migrateMeans: (name) =>
    `Jedes gespeicherte Gesicht wird mit ${name} neu berechnet. Die Erkennung läuft währenddessen mit dem bisherigen Modell weiter.`,
  noOther: 'Auf diesem Server ist kein anderes Modell installiert.',
}
