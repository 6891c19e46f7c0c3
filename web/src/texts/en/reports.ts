import { people, photos } from './nouns.js'

/** The numbers that are known, with what they count. */
const listed = (numbers: readonly (readonly [n: number | null, what: string])[]) =>
  new Intl.ListFormat('en').format(
    numbers.flatMap(([n, what]) => (n === null ? [] : [`${n.toLocaleString('en')} ${what}`])),
  )

export const reports = {
  thresholds: 'Thresholds in use',
  byCard:
    'These thresholds come with the model. Thresholds measured on your own photos fit better.',
  measuredOn: (data: string, day: string) => `Measured on ${data}, ${day}.`,
  rate: 'False match rate',
  threshold: 'Threshold',
  interval: '95% confidence interval',
  oneIn: (n: number) => `1 in ${n.toLocaleString('en')}`,
  basis: (nPeople: number | null, genuine: number | null, impostor: number | null) =>
    `Based on ${listed([
      [nPeople, 'people'],
      [genuine, 'pairs of photos of the same person'],
      [impostor, 'pairs of photos of different people'],
    ])}.`,
  reset: 'Restore the model’s thresholds',
  resetMeans: 'The thresholds that come with the model will be used again.',
  wasReset: 'The thresholds that come with the model are in use again.',
  measure: 'Measure on your photos',
  measureHint:
    'Calibration finds thresholds that fit your people, and shows what they would change before you use them. Evaluation measures how often agnize is wrong and changes nothing. A .zip file needs one folder per person with at least two photos each. It is deleted afterwards.',
  effect: 'What would change',
  now: 'Now',
  afterwards: 'With the new thresholds',
  searchThreshold: 'Threshold of a search',
  comparisonThreshold: 'Threshold of two photos',
  notRecognized: (n: number) => `Of ${people(n)}, not recognized by a photo of theirs`,
  decisionsChanged: 'Recorded decisions with another answer',
  ofAll: (n: number, all: number) => `${n} of ${all}`,
  noDecisions:
    'Decisions are not recorded, so that their change is unknown. Record them under “Events” to see it next time.',
  use: 'Use these thresholds',
  useMeans: 'Every answer from now on uses them. You can restore the present ones afterwards.',
  used: 'The new thresholds are in use.',
  inUse: 'In use',
  overtaken: 'The thresholds were changed meanwhile. Look at them, and choose again.',
  calibrateEnrolled: 'Calibrate on this gallery',
  calibrateZip: 'Calibrate on a .zip file',
  evaluateZip: 'Evaluate on a .zip file',
  begun: 'Started. The result will appear below.',
  title: 'Reports',
  none: 'No measurements in the last seven days.',
  noneHint: 'The command “agnize evaluate” writes full reports with charts.',
  evaluation: 'Evaluation',
  calibration: 'Calibration',
  measuredWith: (nPhotos: number, nPeople: number, failures: number) =>
    `${photos(nPhotos)} of ${people(nPeople)}. No face was found in ${photos(failures)}.`,
  fmr: 'Different people matched (FMR)',
  fnmr: 'Same person not matched (FNMR)',
  fpir: 'Unknown person given a name (FPIR)',
  fnir: 'Known person not found (FNIR)',
  cannotTell: 'Limits of these results',
}
