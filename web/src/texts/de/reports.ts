import type { Texts } from '../en/index.js'
import { people, photos } from './nouns.js'

/** The numbers that are known, with what they count. */
const listed = (numbers: readonly (readonly [n: number | null, what: string])[]) =>
  new Intl.ListFormat('de').format(
    numbers.flatMap(([n, what]) => (n === null ? [] : [`${n.toLocaleString('de')} ${what}`])),
  )

export const reports: Texts['reports'] = {
  thresholds: 'Verwendete Schwellen',
  byCard:
    'Diese Schwellen gehören zum Modell. Schwellen, die an Ihren eigenen Fotos gemessen sind, passen besser.',
  measuredOn: (data, day) => `Gemessen an ${data}, ${day}.`,
  rate: 'Falschtrefferrate',
  threshold: 'Schwelle',
  interval: '95-%-Konfidenzintervall',
  oneIn: (n) => `1 von ${n.toLocaleString('de')}`,
  basis: (nPeople, genuine, impostor) =>
    `Beruht auf ${listed([
      [nPeople, 'Personen'],
      [genuine, 'Fotopaaren derselben Person'],
      [impostor, 'Fotopaaren verschiedener Personen'],
    ])}.`,
  reset: 'Schwellen des Modells wiederherstellen',
  resetMeans: 'Danach gelten wieder die Schwellen, die zum Modell gehören.',
  wasReset: 'Es gelten wieder die Schwellen, die zum Modell gehören.',
  measure: 'An eigenen Fotos messen',
  measureHint:
    'Die Kalibrierung findet Schwellen, die zu Ihren Personen passen, und zeigt, was sie ändern würden, bevor Sie sie verwenden. Die Bewertung misst, wie oft agnize sich irrt, und ändert nichts. Eine ZIP-Datei braucht einen Ordner pro Person mit jeweils mindestens zwei Fotos. Sie wird danach gelöscht.',
  effect: 'Was sich ändern würde',
  now: 'Jetzt',
  afterwards: 'Mit den neuen Schwellen',
  searchThreshold: 'Schwelle einer Suche',
  comparisonThreshold: 'Schwelle zweier Fotos',
  notRecognized: (n) => `Von ${people(n)} durch ein eigenes Foto nicht erkannt`,
  decisionsChanged: 'Aufgezeichnete Entscheidungen mit anderer Antwort',
  ofAll: (n, all) => `${n} von ${all}`,
  noDecisions:
    'Entscheidungen werden nicht aufgezeichnet, darum ist ihre Änderung unbekannt. Zeichnen Sie sie unter „Ereignisse“ auf, um sie nächstes Mal zu sehen.',
  use: 'Diese Schwellen verwenden',
  useMeans:
    'Jede Antwort verwendet sie von jetzt an. Die bisherigen lassen sich danach wiederherstellen.',
  used: 'Die neuen Schwellen werden verwendet.',
  inUse: 'In Verwendung',
  overtaken: 'Die Schwellen wurden inzwischen geändert. Sehen Sie sie an, und wählen Sie erneut.',
  calibrateEnrolled: 'An dieser Galerie kalibrieren',
  calibrateZip: 'An einer ZIP-Datei kalibrieren',
  evaluateZip: 'An einer ZIP-Datei bewerten',
  begun: 'Gestartet. Das Ergebnis erscheint unten.',
  title: 'Berichte',
  none: 'Keine Messungen in den letzten sieben Tagen.',
  noneHint: 'Der Befehl „agnize evaluate“ erstellt ausführliche Berichte mit Diagrammen.',
  evaluation: 'Bewertung',
  calibration: 'Kalibrierung',
  measuredWith: (nPhotos, nPeople, failures) =>
    `${photos(nPhotos)} von ${people(nPeople)}. In ${photos(failures)} wurde kein Gesicht gefunden.`,
  fmr: 'Verschiedene Personen verwechselt (FMR)',
  fnmr: 'Dieselbe Person nicht erkannt (FNMR)',
  fpir: 'Unbekannter Person einen Namen gegeben (FPIR)',
  fnir: 'Bekannte Person nicht gefunden (FNIR)',
  cannotTell: 'Grenzen dieser Ergebnisse',
}
