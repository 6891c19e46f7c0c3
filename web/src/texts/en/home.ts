import { visits } from './nouns.js'

export const home = {
  first: 'Be greeted in one minute',
  firstLive: 'Start the camera, and step in front of it.',
  startCamera: 'Start the camera',
  firstName: 'Choose “Who is this?” beside your face, and enter your name.',
  firstGreeting: 'Hear your greeting.',
  firstNoRight: 'Somebody who may add people has to begin. Then this page says who came.',
  orPhotos: 'Or begin with photos that you have:',
  addPhotos: 'Add a folder of people',
  today: (n: number) => (n === 0 ? 'Today' : n === 1 ? 'Today: 1 person' : `Today: ${n} people`),
  allVisits: 'All visits',
  nobodyToday: 'Nobody whom agnize knows came today.',
  strangers: (n: number) =>
    n === 0 ? 'Strangers' : n === 1 ? '1 stranger without a name' : `${n} strangers without a name`,
  giveNames: 'Give names',
  noStrangers: 'No stranger waits for a name.',
  cameras: 'Cameras',
  noCameras: 'No camera has seen anybody yet.',
  lastVisit: (when: string, n: number) => `Last visit ${when}, ${visits(n)}`,
  care: 'Needs care',
  due: (n: number) => (n === 1 ? '1 person is due for erasure' : `${n} people are due for erasure`),
  broken: (names: readonly string[]) => `Model files are missing or damaged: ${names.join(', ')}`,
  failed: (n: number) => (n === 1 ? '1 job has failed' : `${n} jobs have failed`),
}
