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
  uses: {
    'The package says MIT. It names neither the training data nor the author of the weights, so agnize claims no more than that: decide yourself whether it is enough for your use.':
      'Das Paket nennt die MIT-Lizenz, aber weder die Trainingsdaten noch die Urheber der Gewichte. Mehr sichert auch agnize nicht zu: Entscheiden Sie selbst, ob das für Ihren Zweck genügt.',
    'Trained on WIDER FACE, whose photos come from web searches; the license covers the network, not those photos.':
      'Mit WIDER FACE trainiert, dessen Fotos aus der Websuche stammen; die Lizenz gilt für das Netz, nicht für diese Fotos.',
    'Its repository does not name the training data. OpenCV publishes a cosine threshold of 0.363, found on LFW; agnize has measured none: "agnize calibrate" does.':
      'Das Repository nennt keine Trainingsdaten. OpenCV veröffentlicht eine Kosinus-Schwelle von 0,363, ermittelt mit LFW; agnize hat keine gemessen. Das tut „agnize calibrate“.',
    'Its publisher says that it was trained for commercial use, and does not list the data. agnize has measured no thresholds: "agnize calibrate" does.':
      'Laut Herausgeber für die kommerzielle Nutzung trainiert; womit, gibt er nicht an. agnize hat keine Schwellen gemessen. Das tut „agnize calibrate“.',
  },
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
