import type { AgnizeError } from './errors.js'
import type { AnalyzeOptions } from './faces/analyze.js'
import type { Embedding } from './faces/embed.js'
import type { Crops, Face, PhotoAnalysis } from './faces/face.js'
import type { Quality, QualityReason } from './faces/quality.js'
import type { Candidate, Fusion } from './gallery/search/candidate.js'
import type { Subject, SubjectFilter } from './gallery/store.js'
import type { Point } from './geometry/similarity-transform.js'
import type { PullProgress } from './models/store.js'
import type { IdentifiedFace } from './recognition/identify.js'
import type { AcceptedError, Threshold } from './recognition/threshold.js'
import type { PhotoLimits } from './workers/limits.js'

/** Options of `openAgnize`. */
export interface OpenOptions {
  /** Folder of models and gallery; default `AGNIZE_HOME`, else `~/.agnize`. */
  readonly home?: string
  /**
   * File of the gallery; default `AGNIZE_STORE`, else `gallery.sqlite` in the home. `:memory:` keeps it in memory until it
   * is closed; `postgres://USER:PASSWORD@HOST:PORT/DATABASE` is a PostgreSQL database with pgvector.
   */
  readonly store?: string
  /** Which gallery in the store; default `default`. Galleries of one store never see each other. */
  readonly gallery?: string
  /**
   * Key of a protected gallery: 32 bytes in hexadecimal or base64; default `AGNIZE_KEY`, else what the file holds that
   * `AGNIZE_KEY_FILE` names.
   */
  readonly key?: string
  /** Whom the log of what was done names, or what tells it at each change; default the user of the operating system. */
  readonly actor?: string | (() => string)
  /** Name of the embedding model; default `fr_feature`. */
  readonly model?: string
  /**
   * Photos worked on at a time, each in a process of its own; default the number of cores. 0 does the work in this process:
   * it starts sooner, but a photo that crashes a decoder takes the program with it, and none can be ended half way.
   */
  readonly threads?: number
  /** Never touch the network; default whether `AGNIZE_OFFLINE` is set. */
  readonly offline?: boolean
  /** What a photo may cost; default 100 MB, 100 megapixels, 200 faces and 120 seconds. */
  readonly limits?: Partial<PhotoLimits>
  /** Told how far the first download of the models has come. */
  readonly onPull?: (progress: PullProgress) => void
}

/** What long work takes. */
export interface WorkOptions {
  /** Stops the work; what is already done stays. */
  readonly signal?: AbortSignal
}

/** Options of `Agnize.enroll`. */
export interface EnrollOptions extends AnalyzeOptions, WorkOptions {
  /** Refuse faces with anything poor about them instead of warning; one that scores 0 is refused in any case. */
  readonly strict?: boolean
  /** In a photo with several faces, take the one at this point, in pixels. */
  readonly at?: Point
  /** Keeps a face that scores 0 as well, which is never searched. @internal */
  readonly keepUnjudgeable?: boolean
  /** Told after each photo how many of how many are done. */
  readonly onProgress?: (done: number, total: number) => void
}

/** A photo that was enrolled. */
export interface EnrolledPhoto {
  /** Path, URL or position in the call. */
  readonly photo: string
  readonly subject: Subject
  readonly templateId: string
  /** `known`: this face of this photo was enrolled before; nothing was added. */
  readonly outcome: 'added' | 'known'
  readonly face: Face
  /** What is poor about the face; another photo of the person would serve better. */
  readonly warnings: readonly QualityReason[]
}

/** A photo that could not be enrolled or read. */
export interface RefusedPhoto {
  /** Path, URL or position in the call. */
  readonly photo: string
  readonly error: AgnizeError
}

/** What came of `Agnize.enroll`. */
export interface Enrollment {
  readonly enrolled: readonly EnrolledPhoto[]
  /** Photos that were left out, each with the reason. */
  readonly refused: readonly RefusedPhoto[]
}

/** Options of `Agnize.identify`. */
export interface IdentifyOptions extends AnalyzeOptions, WorkOptions {
  /** How often a stranger may get a name; default `{ fpir: 1e-3 }`, one of a thousand strangers. */
  readonly accept?: AcceptedError
  /** Candidates listed with each face; default 5. */
  readonly candidates?: number
  /** How several templates of a person make one similarity; default `mean`. */
  readonly fusion?: Fusion
  /** Search only these people; default everybody. A name that nobody has is refused with `unknown-subject`. */
  readonly among?: SubjectFilter
  /** Whether a person may be in one photo more than once, as in mirrors and collages; default false. */
  readonly allowDuplicates?: boolean
}

/** The embedding of a face, to be identified without its photo. */
export interface Probe {
  readonly embedding: Embedding
  /** The face's quality; default the best. A score of 0 is not judgeable, for the first reason. */
  readonly quality?: Pick<Quality, 'score' | 'reasons'>
}

/** A photo with its faces identified. */
export interface IdentifiedPhoto extends Omit<PhotoAnalysis, 'faces'> {
  /** Largest first. */
  readonly faces: readonly IdentifiedFace[]
  /** The faces with their surroundings, in their order; empty unless asked for. @internal */
  readonly crops?: readonly Crops[]
}

/** One photo of many: its result, or why there is none. */
export type Each<Result> =
  | { readonly photo: string; readonly result: Result }
  | { readonly photo: string; readonly error: AgnizeError }

/** Options of `Agnize.verify`. */
export interface VerifyOptions extends AnalyzeOptions, WorkOptions {
  /** How often two different people may pass as one; default `{ fmr: 1e-3 }`. */
  readonly accept?: AcceptedError
}

/** Whether two faces are one person's. */
export interface Comparison {
  /** `not_judgeable` when the quality of a face scores 0, however similar the two are. */
  readonly answer: 'match' | 'no_match' | 'not_judgeable'
  /** Whether the answer is `match`. */
  readonly match: boolean
  /** Why it cannot be told; empty unless the answer is `not_judgeable`. */
  readonly reasons: readonly QualityReason[]
  /** Cosine, −1…1. */
  readonly similarity: number
  /** The same as L2 distance, 0…2. */
  readonly distance: number
  /**
   * How likely the two show one person, where that is as likely as not beforehand; null where no calibration tells.
   */
  readonly probability: number | null
  readonly threshold: Threshold
}

/** Whether two photos show the same person. */
export interface Verification extends Comparison {
  /** The face compared in each photo: its largest. */
  readonly faces: readonly [Face, Face]
}

/** Whether a photo shows somebody of the gallery. */
export interface SubjectVerification extends Comparison {
  /** Whom it was compared with, and their photo that is most like it. */
  readonly candidate: Candidate
  /** The face compared: the photo's largest; null where an embedding was given. */
  readonly face: Face | null
}
