import type { Texts } from '../en/index.js'
import { people as countPeople, photos } from './nouns.js'

export const people: Texts['people'] = {
  add: 'Person hinzufügen',
  addFolder: 'Ordner hinzufügen',
  addPhotos: 'Fotos hinzufügen',
  search: 'Nach Namen suchen',
  count: (n) => countPeople(n),
  noneTagged: 'Niemand hat diese Tags.',
  showAll: 'Alle Personen anzeigen',
  select: 'Auswählen',
  selectEnd: 'Auswahl beenden',
  selected: (n) => (n === 0 ? 'Wählen Sie Personen aus.' : `${countPeople(n)} ausgewählt.`),
  newTag: 'Neues Tag',
  addTag: 'Tag hinzufügen',
  tagged: (n, tag) => `${countPeople(n)}: Tag „${tag}“ hinzugefügt.`,
  mergeMany: (n) => `${n} Personen zu einer zusammenführen`,
  mergeKeeps: 'Person, die bleibt',
  mergeManyMeans: (name) =>
    `Alle Fotos, Korrekturen und Besuche der anderen gehen auf ${name} über, und die anderen werden gelöscht. Das lässt sich nicht rückgängig machen.`,
  removeMany: (n) => `${countPeople(n)} löschen?`,
  portrait: 'Als Porträt verwenden',
  isPortrait: 'Porträt',
  portraitSet: 'Dieses Foto steht von jetzt an für die Person.',
  none: 'Noch keine Personen hinzugefügt.',
  noneHint:
    'Fügen Sie sich selbst mit der Webcam hinzu, oder fügen Sie einen Ordner mit einem Unterordner voller Fotos pro Person hinzu.',
  noneNoRight:
    'Zuerst muss jemand Personen hinzufügen, dessen Schlüssel die Berechtigung „Erfassen“ hat.',
  notFound: (text) => `Kein Name enthält „${text}“.`,
  photos: (n) => (n === 0 ? 'Keine Fotos' : photos(n)),
  how: 'Fotos hinzufügen mit',
  byWebcam: 'Webcam',
  byFiles: 'Dateien',
  chooseFiles: 'Fotos auswählen',
  filesHint:
    'Oder hier ablegen. Auf einem Foto mit mehreren Personen wählen Sie das Gesicht. Mehrere Fotos machen die Erkennung zuverlässiger.',
  lookingForFaces: 'Gesichter werden gesucht …',
  chooseFace: (n) => `${n} Gesichter gefunden. Wählen Sie das richtige.`,
  faceNumber: (n) => `Gesicht ${n}`,
  leavePhotoOut: (name) => `${name} weglassen`,
  save: (n) => (n === 0 ? 'Hinzufügen' : `${photos(n)} hinzufügen`),
  added: (name, n) =>
    n === 1
      ? `1 Foto von ${name} wurde hinzugefügt.`
      : `${n} Fotos von ${name} wurden hinzugefügt.`,
  person: 'Person',
  merge: 'Zusammenführen',
  mergeTitle: (name) => `${name} mit einer anderen Person zusammenführen`,
  mergeMeans: (name) =>
    `Alle Fotos, Korrekturen und Besuche von ${name} gehen auf die andere Person über, und ${name} wird gelöscht. Das lässt sich nicht rückgängig machen.`,
  merged: (from, into) => `${from} wurde mit ${into} zusammengeführt.`,
  remove: 'Löschen',
  gone: 'Diese Person gibt es hier nicht mehr.',
  goneHint: 'Sie wurde gelöscht oder mit einer anderen zusammengeführt.',
  removeTitle: (name) => `${name} löschen?`,
  removeMeans: (n) =>
    `Alle gespeicherten Daten dieser Person werden gelöscht: ${photos(n)}, Korrekturen, Besuche und Entscheidungen. Die Person wird nicht mehr erkannt. Das lässt sich nicht rückgängig machen. Frühere Sicherungen können die Daten noch enthalten.`,
  removeReceipt:
    'Wenn Sie eine signierte Bestätigung brauchen, löschen Sie die Person stattdessen auf der Seite „Datenschutz“ endgültig.',
  removed: (name) => `${name} wurde gelöscht.`,
  tags: 'Tags',
  tagsHint: 'Trennen Sie mehrere Tags durch Kommas.',
  greeting: 'Persönliche Begrüßung',
  greetingHint: 'Ersetzt die allgemeine Begrüßung. {names} steht für den Namen.',
  externalId: 'Externe ID',
  keepUntil: 'Aufbewahren bis',
  keepUntilHint: 'Leer lassen, damit die Einstellung für alle Personen gilt.',
  photosTitle: 'Fotos',
  photoOf: (name) => `Foto von ${name}`,
  noPhotos: 'Noch keine Fotos.',
  noPhotosHint: 'Ohne Foto kann diese Person nicht erkannt werden.',
  quality: (percent) => `Qualität ${percent} %`,
  move: 'Verschieben',
  moveTitle: 'Wer ist auf diesem Foto?',
  moveMeans: (name) =>
    `Das Foto wird bei ${name} entfernt. Wenn Sie einen neuen Namen eingeben, wird eine neue Person hinzugefügt.`,
  moved: (name) => `Das Foto wurde zu ${name} verschoben.`,
  notThem: (name) => `Nicht ${name}`,
  notThemMeans: (name) =>
    `Das Foto wird entfernt, und ähnliche Gesichter werden nicht mehr als ${name} erkannt. Sie können diese Korrektur auf der Seite „Korrekturen“ entfernen.`,
  removePhoto: 'Foto löschen',
  removePhotoMeans:
    'Das Foto und die daraus berechneten Daten werden gelöscht. Das lässt sich nicht rückgängig machen.',
  visitsTitle: 'Besuche',
}
