import { people } from './nouns.js'

export const privacy = {
  explain:
    'Faces are biometric data. Store as little as possible, and only for as long as you need it.',
  kept: 'What is stored, and for how long',
  purpose: 'Why people are stored',
  purposeHint: 'Shown to people in the export of their data.',
  days: 'Keep people for (days)',
  daysHint:
    'Leave empty to keep people indefinitely. People whose time is over are listed below and erased only when you confirm.',
  visitDays: 'Keep visits for (days)',
  eventDays: 'Keep decisions for (days)',
  noDays: 'Enter a whole number of days, 1 or more.',
  recordVisits: 'Record visits',
  recordVisitsHint: 'Stores the best face of each visit, including unknown visitors.',
  recordEvents: 'Record decisions',
  recordEventsHint: 'Stores every answer about a photo with its reasons.',
  recordFaces: 'Store the faces with the decisions',
  due: 'People due for erasure',
  noneDue: 'Nobody is due.',
  until: (day: string) => `until ${day}`,
  eraseDue: (n: number) => `Erase ${people(n)}`,
  rights: 'Requests from people',
  rightsHint: 'People can ask what is stored about them, and have it erased.',
  export: 'Export a person',
  exportTitle: 'Export everything stored about a person',
  exportMeans:
    'Creates an archive with photos, face data, corrections, visits and decisions to give to the person.',
  erase: 'Erase',
  eraseTitle: 'Erase a person',
  eraseMeans:
    'Everything stored about the person is deleted, agnize checks that nothing is left, and you get a signed receipt for the person. This cannot be undone.',
  erased: (name: string, backups: number) =>
    backups === 0
      ? `${name} was erased. No backup contains their data.`
      : `${name} was erased. ${backups === 1 ? '1 backup' : `${backups} backups`} may still contain their data; see the receipt.`,
  audit: 'Audit log',
  auditHint: 'Changes, exports and views of images. It contains no names, and ids are shortened.',
  when: 'Time',
  who: 'Done by',
  what: 'Action',
  whose: 'Person',
}
