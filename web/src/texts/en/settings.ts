import { people, photos } from './nouns.js'

export const settings = {
  console: 'This browser',
  consoleHint: 'These settings apply only to this browser.',
  language: 'Language',
  languageFailed: (name: string) =>
    `The texts of “${name}” could not be loaded. Load the page again.`,
  theme: 'Appearance',
  auto: 'Same as browser',
  light: 'Light',
  dark: 'Dark',
  greeting: 'Greeting',
  phrase: 'Greeting text',
  phraseHint: '{names} stands for the names. A person can have a personal greeting.',
  example: (greeting: string) => `For two people: “${greeting}”`,
  again: 'Greet again after an absence of (seconds)',
  noSeconds: 'Enter a whole number of seconds, 1 or more.',
  asBefore: 'Restore defaults',
  galleries: 'Galleries',
  galleriesHint: 'Each gallery has its own people, thresholds and keys.',
  shown: 'Current',
  people,
  protected: 'encrypted',
  newGallery: 'New gallery',
  make: 'Create',
  deleteGallery: 'Delete',
  deleteTitle: (name: string) => `Delete the gallery “${name}”?`,
  photos,
  deleteMeans: (nPeople: number, nPhotos: number) =>
    `This deletes the gallery with ${people(nPeople)}, ${photos(nPhotos)}, all visits and decisions. Keys lose access to it. The audit log of the gallery “default” records the deletion. This cannot be undone.`,
  api: 'API documentation',
}
