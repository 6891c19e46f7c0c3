import type { Texts } from '../en/index.js'
import { people, photos } from './nouns.js'

export const settings: Texts['settings'] = {
  console: 'Dieser Browser',
  consoleHint: 'Diese Einstellungen gelten nur in diesem Browser.',
  language: 'Sprache',
  languageFailed: (name) =>
    `Die Texte für „${name}“ konnten nicht geladen werden. Laden Sie die Seite neu.`,
  theme: 'Darstellung',
  auto: 'Wie im Browser',
  light: 'Hell',
  dark: 'Dunkel',
  greeting: 'Begrüßung',
  phrase: 'Begrüßungstext',
  phraseHint: '{names} steht für die Namen. Eine Person kann eine persönliche Begrüßung haben.',
  example: (greeting) => `Für zwei Personen: „${greeting}“`,
  again: 'Erneut begrüßen nach einer Abwesenheit von (Sekunden)',
  noSeconds: 'Geben Sie eine ganze Zahl von Sekunden ein, mindestens 1.',
  asBefore: 'Standard wiederherstellen',
  galleries: 'Galerien',
  galleriesHint: 'Jede Galerie hat eigene Personen, Schwellen und Schlüssel.',
  shown: 'Aktuell',
  people,
  protected: 'verschlüsselt',
  newGallery: 'Neue Galerie',
  make: 'Erstellen',
  deleteGallery: 'Löschen',
  deleteTitle: (name) => `Die Galerie „${name}“ löschen?`,
  photos,
  deleteMeans: (nPeople, nPhotos) =>
    `Die Galerie wird gelöscht, mit ${people(nPeople)}, ${photos(nPhotos)}, allen Besuchen und Entscheidungen. Schlüssel verlieren den Zugriff darauf. Die Löschung steht im Protokoll der Galerie „default“. Das lässt sich nicht rückgängig machen.`,
  api: 'API-Dokumentation',
}
