import type { Texts } from '../en/index.js'
import { days, faces, visits } from './nouns.js'

export const visitors: Texts['visitors'] = {
  off: 'Besuche werden nicht aufgezeichnet.',
  offHint:
    'Wenn die Aufzeichnung eingeschaltet ist und Gesichter auf dem Server erkannt werden, wird das beste Gesicht aller Personen vor einer Live-Kamera für begrenzte Zeit gespeichert. So können Sie unbekannten Besuchern später einen Namen geben. Möglicherweise müssen Sie die Personen darüber informieren.',
  switchOn: 'Besuche aufzeichnen',
  explain: (n) =>
    `Die neuesten Besucher stehen oben. Sie werden ${days(n)} nach ihrem letzten Besuch gelöscht. Geben Sie einen Namen ein, um einen Besucher zu den Personen hinzuzufügen.`,
  none: 'Noch keine unbekannten Besucher.',
  noneHint: 'Personen, die eine Live-Kamera nicht erkennt, erscheinen hier.',
  face: 'Gesicht eines unbekannten Besuchers',
  seen: (when, camera) => `Zuletzt gesehen: ${when}, ${camera}`,
  visits: (n, first) => (n === 1 ? '1 Besuch' : `${n} Besuche, zuerst ${first}`),
  before: (when, camera) => `schon gesehen: ${when}, ${camera}`,
  name: 'Namen speichern',
  named: (name, nFaces, nVisits) => `${name}: ${faces(nFaces)} und ${visits(nVisits)} hinzugefügt.`,
  forget: 'Löschen',
  forgetTitle: 'Diesen Besucher löschen?',
  forgetMeans: (n) =>
    n === 1
      ? 'Der Besuch und das Gesicht werden gelöscht. Das lässt sich nicht rückgängig machen.'
      : `Alle ${n} Besuche und ihre Gesichter werden gelöscht. Das lässt sich nicht rückgängig machen.`,
}
