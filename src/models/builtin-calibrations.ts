import type { Calibration } from './card.js'

/** Standard deviation of the similarities of one person's photos in Labeled Faces in the Wild. */
const ambiguity = 0.075

const method =
  'at each rate the larger of the threshold of Labeled Faces in the Wild for half of it, and that of adults of one origin and sex in UTKFace for three times of it, as far as ten false matches carry; of the people compared, none is in the cohort'

/** Thresholds of the similarities that the cohort of UTKFace corrects. `npm run bench:thresholds` prints it. */
export const calibrationOfUtkFace: Calibration = {
  basis: {
    data: 'Labeled Faces in the Wild (folds 4 to 10) and UTKFace',
    subjects: 8428,
    genuinePairs: null,
    impostorPairs: 10158765,
  },
  method,
  thresholds: [
    { fmr: 0.01, similarity: 0.28 },
    { fmr: 0.001, similarity: 0.391 },
    { fmr: 1e-4, similarity: 0.439 },
    { fmr: 1e-5, similarity: 0.5 },
    { fmr: 1e-6, similarity: 0.552 },
  ],
  tail: 0.106,
  ambiguity,
  cohort: '826066062e59d1771f9e0fe8a2a9d91fa83d350b1774cb7f0ce99939290bbfa7',
  counted: 1e-6,
  groups: [
    { name: 'East Asian men', people: 66, asked: 0.001, fmr: 0.008, interval: [0.0032, 0.02] },
    { name: 'East Asian women', people: 127, asked: 0.001, fmr: 0.003, interval: [0.0018, 0.005] },
    { name: 'Indian men', people: 89, asked: 0.001, fmr: 0.0031, interval: [0.0011, 0.0089] },
    { name: 'Indian women', people: 230, asked: 0.001, fmr: 0.002, interval: [0.0013, 0.0031] },
    { name: 'black men', people: 20, asked: 0.001, fmr: 0, interval: [0, 0.067] },
    { name: 'black women', people: 18, asked: 0.001, fmr: 0.019, interval: [0.0018, 0.17] },
    { name: 'children', people: 1064, asked: 0.001, fmr: 1.3e-4, interval: [9.3e-5, 1.8e-4] },
    { name: 'old people', people: 475, asked: 0.001, fmr: 7e-4, interval: [4.9e-4, 0.001] },
    { name: 'other men', people: 107, asked: 0.001, fmr: 0.0012, interval: [3.2e-4, 0.0046] },
    { name: 'other women', people: 120, asked: 0.001, fmr: 0.0024, interval: [9.4e-4, 0.0059] },
    { name: 'teenagers', people: 399, asked: 0.001, fmr: 7.4e-5, interval: [2.6e-5, 2.1e-4] },
    { name: 'white men', people: 550, asked: 0.001, fmr: 4.9e-4, interval: [3.5e-4, 6.9e-4] },
    { name: 'white women', people: 655, asked: 0.001, fmr: 4.3e-4, interval: [3.1e-4, 5.9e-4] },
  ],
}

/** Thresholds of the similarities that the cohort of FairFace corrects. `npm run bench:thresholds -- fairface` prints it. */
export const calibrationOfFairFace: Calibration = {
  basis: {
    data: 'Labeled Faces in the Wild (folds 4 to 10) and UTKFace',
    subjects: 8428,
    genuinePairs: null,
    impostorPairs: 10158765,
  },
  method,
  thresholds: [
    { fmr: 0.01, similarity: 0.329 },
    { fmr: 0.001, similarity: 0.468 },
    { fmr: 1e-4, similarity: 0.469 },
    { fmr: 1e-5, similarity: 0.5 },
    { fmr: 1e-6, similarity: 0.551 },
  ],
  tail: 0.104,
  ambiguity,
  cohort: 'cfa3453f4736489e6a9997cc652059505567a39f1ae18f6b2c32f12b602f4d79',
  counted: 1e-6,
  groups: [
    { name: 'East Asian men', people: 66, asked: 0.001, fmr: 0, interval: [0, 0.023] },
    { name: 'East Asian women', people: 127, asked: 0.001, fmr: 0.002, interval: [8.5e-4, 0.0047] },
    { name: 'Indian men', people: 89, asked: 0.001, fmr: 7.7e-4, interval: [2.2e-4, 0.0026] },
    { name: 'Indian women', people: 230, asked: 0.001, fmr: 0.003, interval: [0.002, 0.0045] },
    { name: 'black men', people: 20, asked: 0.001, fmr: 0, interval: [0, 0.26] },
    { name: 'black women', people: 18, asked: 0.001, fmr: 0, interval: [0, 0.33] },
    { name: 'children', people: 1064, asked: 0.001, fmr: 0.0019, interval: [0.0015, 0.0025] },
    { name: 'old people', people: 475, asked: 0.001, fmr: 1.7e-4, interval: [1e-4, 2.8e-4] },
    { name: 'other men', people: 107, asked: 0.001, fmr: 0, interval: [0, 0.0088] },
    { name: 'other women', people: 120, asked: 0.001, fmr: 0.0018, interval: [7.1e-4, 0.0046] },
    { name: 'teenagers', people: 399, asked: 0.001, fmr: 7.6e-5, interval: [2.8e-5, 2e-4] },
    { name: 'white men', people: 550, asked: 0.001, fmr: 1.1e-4, interval: [6.9e-5, 1.8e-4] },
    { name: 'white women', people: 655, asked: 0.001, fmr: 1.8e-4, interval: [1.2e-4, 2.7e-4] },
  ],
}
