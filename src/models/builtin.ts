import { calibrationOfFairFace, calibrationOfUtkFace } from './builtin-calibrations.js'
import type {
  DetectionCard,
  EmbeddingCard,
  LandmarksCard,
  LivenessCard,
  ModelCard,
} from './card.js'

/** An npm package that contains networks; it is never installed, only its tarball is read. */
export interface ModelPackage {
  readonly name: string
  readonly version: string
  /** Subresource integrity of the tarball. */
  readonly integrity: string
  /** Size of the tarball, in bytes. */
  readonly bytes: number
}

/** The package of the default networks. */
export const modelPackage: ModelPackage = {
  name: 'faceplugin-face-recognition-js',
  version: '0.0.1',
  integrity:
    'sha512-shriXjd4zJHEwhK1jHK+bWo8Vv6Vu9B/w6RRsd4AFtNM/jaI2vhuOamOSMl9qQmLd8WlQ7dgqN+3C2iOi5pXWw==',
  bytes: 41114878,
}

const from = sourceOf(modelPackage)
const provenance =
  'The package says MIT. It names neither the training data nor the author of the weights, so agnize claims no more than that: decide yourself whether it is enough for your use.'

/** The face detector: 320 × 240 pixels. */
export const detectionCard: DetectionCard = {
  name: 'fr_detect',
  task: 'detection',
  sha256: '6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854',
  bytes: 1217758,
  input: { width: 320, height: 240, channels: 'rgb', mean: 127, scale: 128 },
  decoder: 'ssd',
  multiple: null,
  // Judgment: bench/detail.ts has the faces that are found at each width.
  faceWidths: [10, 160],
  // Judgment; bench/detail.ts counts the faces and the mistakes at it.
  minScore: 0.7,
  // More than 9 of 10 faces of LFW have 0.99 and more.
  clearScore: 0.99,
  source: { from, path: 'model/fr_detect.onnx' },
  license: 'MIT',
  use: provenance,
  permittedUses: ['commercial', 'research'],
}

/** The landmark network: 68 points of a face. */
export const landmarksCard: LandmarksCard = {
  name: 'fr_landmark',
  task: 'landmarks',
  sha256: 'f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258',
  bytes: 1163742,
  input: { width: 64, height: 64, channels: 'gray', mean: 0, scale: 256 },
  source: { from, path: 'model/fr_landmark.onnx' },
  license: 'MIT',
  use: provenance,
  permittedUses: ['commercial', 'research'],
}

/** The embedding network: 512 dimensions, from aligned faces. */
export const embeddingCard: EmbeddingCard = {
  name: 'fr_feature',
  task: 'embedding',
  sha256: '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581',
  bytes: 4884269,
  // BGR, although the package's own code feeds RGB: with BGR the genuine mean is higher (docs/accuracy.md).
  input: { width: 112, height: 112, channels: 'bgr', mean: 127.5, scale: 128 },
  dimensions: 512,
  alignment: 'arcface-112',
  // Length of the embedding where recognition fails, and where it no longer improves, in the photos of bench/quality.ts.
  visibility: [2.3, 3.9],
  cohort: {
    sha256: '826066062e59d1771f9e0fe8a2a9d91fa83d350b1774cb7f0ce99939290bbfa7',
    groups: 191,
    people: 20,
    neighbors: 3,
    ordinary: 0.2367,
    weight: 0.8,
    data: 'UTKFace (Z. Zhang, Y. Song and H. Qi, 2017), 4,358 faces',
    license: 'LicenseRef-UTKFace',
    use: 'Non-commercial research, as the terms of UTKFace say.',
    permittedUses: ['research'],
  },
  calibration: calibrationOfUtkFace,
  otherCohorts: [
    {
      cohort: {
        sha256: 'cfa3453f4736489e6a9997cc652059505567a39f1ae18f6b2c32f12b602f4d79',
        groups: 22,
        people: 20,
        neighbors: 3,
        ordinary: 0.1428,
        weight: 0.8,
        data: 'FairFace (K. Kärkkäinen and J. Joo, 2021), 540 faces',
        license: 'CC-BY-4.0',
        use: 'Any, with attribution.',
        permittedUses: ['commercial', 'research'],
      },
      calibration: calibrationOfFairFace,
    },
  ],
  source: { from, path: 'model/fr_feature.onnx' },
  license: 'MIT',
  use: provenance,
  permittedUses: ['commercial', 'research'],
}

/** The liveness network: it sees a face with its surroundings. Opened only where liveness is asked for. */
export const livenessCard: LivenessCard = {
  name: 'fr_liveness',
  task: 'liveness',
  sha256: 'afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d',
  bytes: 1886811,
  // BGR, although the package's own code feeds RGB, with which it does not separate live faces from prints (bench/liveness.ts).
  input: { width: 128, height: 128, channels: 'bgr', mean: 0, scale: 1 },
  crop: 2.7,
  border: 'inside',
  liveClass: 0,
  threshold: {
    // The middle between the highest score of a print and the lowest of a live face, rounded down to tenths (bench/liveness.ts).
    value: 0.7,
    basis:
      'NUAA Photograph Imposter Database: 240 photos of 8 live people and 210 prints of 7, one webcam; screens and masks were not measured',
  },
  source: { from, path: 'model/fr_liveness.onnx' },
  license: 'MIT',
  use: provenance,
  permittedUses: ['commercial', 'research'],
}

/** The packages that the cards' networks are downloaded from. */
export const modelPackages: readonly ModelPackage[] = [modelPackage]

/** Cards of the built-in networks, all of which are downloaded at the first use. */
export const builtinCards: readonly ModelCard[] = [
  detectionCard,
  landmarksCard,
  embeddingCard,
  livenessCard,
]

/** Whether a card is that of a built-in network, with whichever cohort. */
export function isBuiltin({ name, sha256 }: ModelCard): boolean {
  return builtinCards.some((card) => card.name === name && card.sha256 === sha256)
}

/** A package as the `source.from` of a card. */
export function sourceOf({ name, version }: ModelPackage): string {
  return `npm:${name}@${version}`
}
