/** Where a network comes from. */
export interface ModelSource {
  /** npm package, URL or file. */
  readonly from: string
  /** Path inside it, where it is a package or an archive. */
  readonly path?: string | undefined
}

/** The input image of a network: a tensor of shape 1 × channels × height × width. */
export interface ModelInput {
  /** In pixels. */
  readonly width: number
  /** In pixels. */
  readonly height: number
  /** Order of the color channels; `gray` is one channel. */
  readonly channels: 'rgb' | 'bgr' | 'gray'
  /** Values 0…255 become (value − mean) / scale. */
  readonly mean: number
  /** Divisor of the difference from `mean`; greater than 0. */
  readonly scale: number
}

/** What a network is used for, as far as licenses tell uses apart. */
export type Use = 'commercial' | 'research'

/** What the cards of all networks have in common. */
export interface CommonCard {
  /** Name of the network, unique in a home: letters, digits, dots, hyphens and underscores, at most 64. */
  readonly name: string
  /** SHA-256 of the ONNX file, 64 hexadecimal digits. */
  readonly sha256: string
  /** Size of the ONNX file, in bytes. */
  readonly bytes: number
  /** The input of the network. */
  readonly input: ModelInput
  /** Where the file comes from. */
  readonly source: ModelSource
  /** License, as an SPDX expression where there is one. */
  readonly license: string
  /** Permitted use and known gaps, in words. */
  readonly use: string
  /** The uses that the license permits; absent where the license is not known. Any other use is refused (`license-forbids`). */
  readonly permittedUses?: readonly Use[] | undefined
}

/** The card of a network that detects faces. */
export interface DetectionCard extends CommonCard {
  /** Tells the kinds of cards apart. */
  readonly task: 'detection'
  /**
   * How the outputs become boxes: `ssd` (decoded boxes), `yunet` (OpenCV's YuNet), `scrfd` (insightface's SCRFD).
   */
  readonly decoder: 'ssd' | 'yunet' | 'scrfd'
  /**
   * The input may have any width and height that are multiples of this number; null where it is always that of `input`.
   */
  readonly multiple: number | null
  /** Width of the narrowest and the widest face that the network detects reliably, in pixels of its input. */
  readonly faceWidths: readonly [narrowest: number, widest: number]
  /** Boxes with a lower confidence are dropped, 0…1. */
  readonly minScore: number
  /** Confidence that clear faces reach, 0…1: networks differ in their scales. */
  readonly clearScore: number
}

/** The card of a network that locates facial landmarks. */
export interface LandmarksCard extends CommonCard {
  /** Tells the kinds of cards apart. */
  readonly task: 'landmarks'
}

/** The card of a network that computes embeddings. */
export interface EmbeddingCard extends CommonCard {
  /** Tells the kinds of cards apart. */
  readonly task: 'embedding'
  /** Length of an embedding. */
  readonly dimensions: number
  /** Reference positions of the five landmarks that faces are aligned to, and the side of the square in pixels. */
  readonly alignment: 'arcface-112' | 'openface-96'
  /**
   * Length of the network's output before normalization, for barely visible faces and for clear faces. Null where it was not
   * measured.
   */
  readonly visibility: readonly [low: number, high: number] | null
  /** The cohort that corrects the network's similarities; absent for one whose similarity is the cosine. */
  readonly cohort?: CohortCard | undefined
  /** Thresholds; null for a network that was not calibrated. */
  readonly calibration: Calibration | null
  /** Cohorts with their thresholds, of which the first is taken whose license permits a use that that of `cohort` forbids. */
  readonly otherCohorts?: readonly CalibratedCohort[] | undefined
}

/** A cohort with the thresholds of the similarities that it corrects. */
export interface CalibratedCohort {
  /** The cohort. */
  readonly cohort: CohortCard
  /** The thresholds. */
  readonly calibration: Calibration
}

/** Group means of many people, by which the similarities of a network are corrected. */
export interface CohortCard {
  /** SHA-256 of the file, 64 hexadecimal digits. */
  readonly sha256: string
  /** Number of groups. */
  readonly groups: number
  /** Number of people in the smallest group. */
  readonly people: number
  /** Number of groups nearest to a face that count. */
  readonly neighbors: number
  /** Mean resemblance of ordinary faces to their nearest groups, a cosine. */
  readonly ordinary: number
  /** Share of a face's resemblance beyond an ordinary one that is taken off its similarities, half of it for each of two faces. */
  readonly weight: number
  /** The photos that it was made of, in words. */
  readonly data: string
  /** License of those photos, as an SPDX expression where there is one. */
  readonly license: string
  /** Permitted use, in words. */
  readonly use: string
  /** The uses that the license of the photos permits; absent where it is not known. */
  readonly permittedUses?: readonly Use[] | undefined
}

/** A cohort that a gallery has of its own, with its file. */
export interface OwnCohort extends CohortCard {
  /** The file, base64. */
  readonly file: string
}

/** The score from which a network takes a face for live, and the photos that it was chosen on. */
export interface LivenessThreshold {
  /** Score, 0…1. */
  readonly value: number
  /** The photos and the method, in words. */
  readonly basis: string
}

/** The card of a network that tells live faces from pictures of faces (presentation attacks). */
export interface LivenessCard extends CommonCard {
  /** Tells the kinds of cards apart. */
  readonly task: 'liveness'
  /** Side of the square that the network sees, as a multiple of the longer side of the face. */
  readonly crop: number
  /**
   * What the network sees of a square that leaves the photo: `inside`, the square moved into the photo, and shrunk where the photo is
   * smaller; `reflect`, the mirror image of the photo outside it.
   */
  readonly border: 'inside' | 'reflect'
  /** Position of the class of live faces among the outputs, from 0. */
  readonly liveClass: number
  /** The threshold; null for a network whose threshold was not measured. */
  readonly threshold: LivenessThreshold | null
}

/** What a network expects and returns, where it comes from, its license and its thresholds. */
export type ModelCard = DetectionCard | LandmarksCard | EmbeddingCard | LivenessCard

/** The data that a calibration rests on. */
export interface CalibrationBasis {
  /** The photos, in words. */
  readonly data: string
  /** Number of people; null where it is not known. */
  readonly subjects: number | null
  /** Compared pairs that show one person; null where it is not known. */
  readonly genuinePairs: number | null
  /** Compared pairs that show two people; null where it is not known. */
  readonly impostorPairs: number | null
}

/** How a similarity becomes the probability that two faces show one person, at even prior odds. */
export type ProbabilityMap =
  | {
      /** 1 / (1 + exp(−(intercept + slope · similarity))). */
      readonly form: 'logistic'
      /** Log odds at similarity 0. */
      readonly intercept: number
      /** Change of the log odds for each unit of similarity. */
      readonly slope: number
    }
  | {
      /** Isotonic regression (pool adjacent violators). */
      readonly form: 'isotonic'
      /** Pairs of similarity and probability in rising order, interpolated linearly. */
      readonly points: readonly (readonly [similarity: number, probability: number])[]
    }

/** The threshold for a false match rate. */
export interface CalibratedThreshold {
  /** False match rate, between 0 and 1. */
  readonly fmr: number
  /** Cosine similarity, −1…1. */
  readonly similarity: number
}

/** The measured false match rate of a group of people. */
export interface CalibratedGroup {
  /** The group, in words. */
  readonly name: string
  /** Number of people. */
  readonly people: number
  /** The false match rate that the threshold is for, between 0 and 1. */
  readonly asked: number
  /** Share of pairs of two people of the group that reach the threshold, 0…1. */
  readonly fmr: number
  /** Ends of its confidence interval (95 %). */
  readonly interval: readonly [low: number, high: number]
}

/** Thresholds of an embedding network, and the data behind them. */
export interface Calibration {
  /** The data. */
  readonly basis: CalibrationBasis
  /** How the thresholds were determined, in words. */
  readonly method: string
  /**
   * Thresholds, the largest rate first; two or more. Between two of them the threshold is linear in the normal quantile of
   * the rate.
   */
  readonly thresholds: readonly CalibratedThreshold[]
  /**
   * Slope beyond the last threshold: rise of the similarity for each unit of the normal quantile, which is the standard
   * deviation of impostor similarities. Null where it was not measured; then the last segment is extended.
   */
  readonly tail: number | null
  /** Two candidates above the threshold whose cosine similarities differ by less than this are ambiguous. */
  readonly ambiguity: number
  /** When it was measured on the user's data, ISO 8601, UTC; absent where the author of the card measured it. */
  readonly date?: string | undefined
  /** SHA-256 of the cohort that corrected the similarities; absent for cosines. */
  readonly cohort?: string | undefined
  /** The cohort itself, where it is neither the card's nor in the package. */
  readonly ownCohort?: OwnCohort | undefined
  /** Measured false match rates of groups of people at a threshold. */
  readonly groups?: readonly CalibratedGroup[] | undefined
  /** Smallest false match rate that the data support; at a smaller one, decisions are made at this rate. Absent for no limit. */
  readonly rarest?: number | undefined
  /** What is to be known of the thresholds beside their basis, in words. */
  readonly note?: string | undefined
  /** Smallest false match rate whose threshold was counted on pairs; thresholds of smaller rates are extrapolated. */
  readonly counted?: number | undefined
  /** Confidence interval (95 %) of each threshold, as cosine similarities. */
  readonly intervals?: readonly (readonly [low: number, high: number])[] | undefined
  /** How similarities become probabilities; absent where it was not measured. */
  readonly probability?: ProbabilityMap | undefined
}

/**
 * Id of the model that a template was computed with: the network's name and the start of its SHA-256, so that another file
 * under the same name is another model.
 */
export function modelId(card: EmbeddingCard): string {
  return `${card.name}@${card.sha256.slice(0, 16)}`
}
