import type { ErrorCode } from '../errors.js'
import type { PhotoSource } from '../image/photo.js'
import type { ImageLimits, RgbImage } from '../image/rgb-image.js'
import type { ModelCard } from '../models/card.js'
import type { AnalyzeOptions, Networks } from './analyze.js'
import type { Detection } from './detect.js'
import type { Crops, PhotoAnalysis } from './face.js'
import type { LookedAtFace, WantedFace } from './frame.js'

/** What a worker starts with. */
export interface WorkerSetup {
  readonly models: Record<keyof Networks, { readonly card: ModelCard; readonly bytes: Uint8Array }>
  readonly limits: ImageLimits
  /** Memory of the pool's run guard. */
  readonly guard: SharedArrayBuffer
}

/** All that is to be known of a photo. */
export interface PhotoJob {
  readonly kind: 'photo'
  readonly photo: Exclude<PhotoSource, URL>
  readonly options: AnalyzeOptions
  /** Whether crops and the photo's hash are wanted. */
  readonly keep: boolean
}

/** Where faces are in a frame. */
export interface FindJob {
  readonly kind: 'find'
  readonly image: RgbImage
  readonly minScore: number
}

/** What faces of a frame look like. */
export interface LookJob {
  readonly kind: 'look'
  readonly image: RgbImage
  readonly wanted: readonly WantedFace[]
}

/** What comes of each kind of work. */
export interface Results {
  readonly photo: KeptAnalysis
  readonly find: readonly Detection[]
  readonly look: readonly LookedAtFace[]
}

/** Work on its way to a worker. */
export type Job = PhotoJob | FindJob | LookJob

/** An analysis with what enrolment keeps. */
export interface KeptAnalysis extends PhotoAnalysis {
  /** One for each face, in their order; empty unless asked for. */
  readonly crops: readonly Crops[]
  /** Of the photo's bytes, in hex; empty unless asked for. */
  readonly sha256: string
}

/** What a worker answers. */
export type Reply =
  | { readonly result: Results[keyof Results] }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } }
