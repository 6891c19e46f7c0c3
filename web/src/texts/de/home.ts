import type { Texts } from '../en/index.js'
import { people } from './nouns.js'

export const home: Texts['home'] = {
  first: 'In einer Minute begrüßt',
  firstLive: 'Starten Sie die Kamera, und treten Sie davor.',
  startCamera: 'Kamera starten',
  firstName: 'Wählen Sie „Wer ist das?“ neben Ihrem Gesicht, und geben Sie Ihren Namen ein.',
  firstGreeting: 'Hören Sie Ihre Begrüßung.',
  firstNoRight: 'Zuerst muss jemand Personen hinzufügen, der das darf. Danach steht hier, wer kam.',
  orPhotos: 'Oder beginnen Sie mit Fotos, die Sie haben:',
  addPhotos: 'Einen Ordner mit Personen hinzufügen',
  today: (n) => (n === 0 ? 'Heute' : `Heute: ${people(n)}`),
  allVisits: 'Alle Besuche',
  nobodyToday: 'Heute kam noch niemand, den agnize kennt.',
  visitors: (n) =>
    n === 0
      ? 'Unbekannte Besucher'
      : n === 1
        ? '1 unbekannter Besucher'
        : `${n} unbekannte Besucher`,
  giveNames: 'Namen geben',
  noVisitors: 'Kein unbekannter Besucher wartet auf einen Namen.',
  cameras: 'Kameras',
  noCameras: 'Keine Kamera wird beobachtet, und keine hat bisher jemanden gesehen.',
  allCameras: 'Alle Kameras',
  care: 'Zu erledigen',
  due: (n) => (n === 1 ? '1 Person ist zu löschen' : `${n} Personen sind zu löschen`),
  broken: (names) => `Modelldateien fehlen oder sind beschädigt: ${names.join(', ')}`,
  failed: (n) => (n === 1 ? '1 Auftrag ist fehlgeschlagen' : `${n} Aufträge sind fehlgeschlagen`),
}
