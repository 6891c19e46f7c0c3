import { days, faces, visits } from './nouns.js'

export const visitors = {
  off: 'Visits are not recorded.',
  offHint:
    'When recording is on and faces are recognized on the server, the best face of everybody in front of a live camera is stored for a limited time. You can then name unknown visitors later. You may have to inform people about this.',
  switchOn: 'Record visits',
  explain: (n: number) =>
    `The most recent visitors come first. They are deleted ${days(n)} after their last visit. Enter a name to add a visitor to your people.`,
  none: 'No unknown visitors yet.',
  noneHint: 'People whom a live camera does not recognize appear here.',
  face: 'Face of an unknown visitor',
  seen: (when: string, camera: string) => `Last seen ${when}, ${camera}`,
  visits: (n: number, first: string) => (n === 1 ? '1 visit' : `${n} visits, first ${first}`),
  before: (when: string, camera: string) => `seen before: ${when}, ${camera}`,
  name: 'Save name',
  named: (name: string, nFaces: number, nVisits: number) =>
    `${name}: ${faces(nFaces)} and ${visits(nVisits)} added.`,
  forget: 'Delete',
  forgetTitle: 'Delete this visitor?',
  forgetMeans: (n: number) =>
    n === 1
      ? 'This deletes the visit and its face. This cannot be undone.'
      : `This deletes all ${n} visits and their faces. This cannot be undone.`,
}
