import type { Texts } from '../en/index.js'
import { people, photos } from './nouns.js'

export const folder: Texts['folder'] = {
  title: 'Ordner mit Personen hinzufügen',
  choose: 'Ordner auswählen',
  hint: 'Oder hier ablegen. Legen Sie pro Person einen Unterordner mit ihrem Namen an, oder verwenden Sie ein Foto pro Person.',
  found: (nPhotos, nPeople) => `${photos(nPhotos)} von ${people(nPeople)}.`,
  left: (n) =>
    n === 1
      ? '1 Foto in einem tieferen Unterordner wird übersprungen.'
      : `${n} Fotos in tieferen Unterordnern werden übersprungen.`,
  begin: (n) => `${photos(n)} hinzufügen`,
  progress: (done, total) => `${done} von ${total}`,
  running:
    'Lassen Sie diese Seite geöffnet. Wenn der Import unterbrochen wird, wählen Sie den Ordner noch einmal. Bereits hinzugefügte Fotos werden übersprungen.',
  done: (added, known, refused) =>
    `${added} hinzugefügt, ${known} schon vorhanden, ${refused} abgelehnt.`,
  looking: 'Die Fotos werden angesehen. Noch wird nichts hinzugefügt.',
  pattern: 'So sind die Namen geschrieben',
  patterns: {
    asWritten: 'Der Name, wie er dasteht',
    idLastFirst: '4711_Müller_Anna',
    lastFirst: 'Müller_Anna',
    firstLast: 'Anna_Müller',
  },
  careful: 'Zu prüfen',
  rows: 'Fotos zum Hinzufügen',
  include: (path) => `${path} hinzufügen`,
  nameOf: (path) => `Name für ${path}`,
  sameAs: (path) => `Dasselbe Foto wie ${path}`,
  looksLike: (name) => `Sieht aus wie ${name}, schon vorhanden.`,
  use: (name) => `${name} nehmen`,
  chooseFace: (n, isChosen) =>
    isChosen ? `1 von ${n} Gesichtern gewählt` : `Eines von ${n} Gesichtern wählen`,
  withoutNumber: (id) => `Die externe ID ${id} wurde nicht gesetzt:`,
  states: {
    looking: 'Wartet …',
    no: 'Nicht hinzugefügt',
    sending: 'Wird hinzugefügt …',
    added: 'Hinzugefügt',
    known: 'Schon vorhanden',
    refused: 'Abgelehnt',
  },
  resume: (n) => `Fortsetzen: ${photos(n)} hinzufügen`,
  report: 'Bericht als CSV speichern',
  reportHead: ['Datei', 'Person', 'Ergebnis', 'Grund'],
}
