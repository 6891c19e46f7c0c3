import { people, photos } from './nouns.js'

export const folder = {
  title: 'Add a folder of people',
  choose: 'Choose a folder',
  hint: 'Or drop it here. Use one subfolder per person, named after the person, or one photo per person.',
  found: (nPhotos: number, nPeople: number) => `${photos(nPhotos)} of ${people(nPeople)}.`,
  left: (n: number) => `${photos(n)} in deeper subfolders will be skipped.`,
  begin: (n: number) => `Add ${photos(n)}`,
  progress: (done: number, total: number) => `${done} of ${total}`,
  running:
    'Keep this page open. If it is interrupted, choose the folder again. Photos that were already added are skipped.',
  done: (added: number, known: number, refused: number) =>
    `${added} added, ${known} already there, ${refused} rejected.`,
  looking: 'Looking at the photos. Nothing is added yet.',
  pattern: 'Names are written as',
  patterns: {
    asWritten: 'The name, as it is',
    idLastFirst: '4711_Miller_Anna',
    lastFirst: 'Miller_Anna',
    firstLast: 'Anna_Miller',
  },
  careful: 'To be checked',
  rows: 'Photos to add',
  include: (path: string) => `Add ${path}`,
  nameOf: (path: string) => `Name for ${path}`,
  sameAs: (path: string) => `Same photo as ${path}`,
  looksLike: (name: string) => `Looks like ${name}, who is already here.`,
  use: (name: string) => `Use ${name}`,
  chooseFace: (n: number, isChosen: boolean) =>
    isChosen ? `1 of ${n} faces chosen` : `Choose one of ${n} faces`,
  withoutNumber: (id: string) => `The external ID ${id} was not set:`,
  states: {
    looking: 'Waiting…',
    no: 'Not added',
    sending: 'Adding…',
    added: 'Added',
    known: 'Already there',
    refused: 'Rejected',
  },
  resume: (n: number) => `Resume: add ${photos(n)}`,
  report: 'Save report as CSV',
  reportHead: ['file', 'person', 'result', 'reason'],
}
