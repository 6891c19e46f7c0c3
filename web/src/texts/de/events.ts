import type { Texts } from '../en/index.js'
import { visits } from './nouns.js'

export const events: Texts['events'] = {
  visits: 'Besuche',
  decisions: 'Entscheidungen',
  noVisits: 'Noch keine Besuche.',
  noVisitsHint: 'Personen vor einer Live-Kamera erscheinen hier.',
  noneFound: 'Keine passenden Besuche.',
  noneFoundHint: 'Versuchen Sie eine andere Kamera, oder schließen Sie bekannte Personen ein.',
  camera: 'Kamera',
  allCameras: 'Alle Kameras',
  from: 'Von',
  until: 'Bis',
  csv: 'Als CSV speichern',
  csvSaved: (n) => `${visits(n)} gespeichert.`,
  csvHead: ['zuerst gesehen', 'zuletzt gesehen', 'Person', 'Kamera', 'Ähnlichkeit'],
  onlyUnknown: 'Nur unbekannte Besucher',
  byPhoto: 'Mit Foto suchen',
  all: 'Alle anzeigen',
  notSeen: 'Dieses Gesicht wurde nicht gefunden.',
  notSeenHint: 'Kein aufgezeichneter Besuch passt zu dem Gesicht auf diesem Foto.',
  lasted: (seconds) => (seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`),
  off: 'Entscheidungen werden nicht aufgezeichnet.',
  offHint:
    'Wenn die Aufzeichnung eingeschaltet ist, wird jede Antwort zu einem Foto mit ihren Gründen gespeichert, und zwar in einem Protokoll, das nachträgliche Änderungen erkennen lässt.',
  switchOn: 'Entscheidungen aufzeichnen',
  noDecisions: 'Noch keine Entscheidungen.',
  noDecisionsHint: 'Wenn Sie ein Foto erkennen lassen, erscheint das Ergebnis hier.',
  erased: 'Gelöschte Person',
  when: 'Zeit',
  who: 'Person',
  why: 'Grund',
}
