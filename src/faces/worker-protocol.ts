import type { ErrorCode } from '../errors.js'
import type { PhotoSource } from '../image/photo.js'
import type { ImageLimits } from '../image/rgb-image.js'
import type { ModelCard } from '../models/card.js'
import type { AnalyzeOptions, Networks } from './analyze.js'
import type { Crops, PhotoAnalysis } from './face.js'

/** What a worker starts with. */
export interface WorkerSetup {
  readonly models: Record<keyof Networks, { readonly card: ModelCard; readonly bytes: Uint8Array }>
  readonly limits: ImageLimits
  /** Memory of the pool's run guard. */
  readonly guard: SharedArrayBuffer
}

/** A photo on its way to a worker. */
export interface PhotoJob {
  readonly id: number
  readonly photo: Exclude<PhotoSource, URL>
  readonly options: AnalyzeOptions
  /** Whether crops and the photo's hash are wanted. */
  readonly keep: boolean
}

/** An analysis with what enrolment keeps. */
export interface KeptAnalysis extends PhotoAnalysis {
  /** One for each face, in their order; empty unless asked for. */
  readonly crops: readonly Crops[]
  /** Of the photo's bytes, in hex; empty unless asked for. */
  readonly sha256: string
}

/** What a worker answers. */
export type PhotoReply =
  | { readonly id: number; readonly analysis: KeptAnalysis }
  | { readonly id: number; readonly error: { readonly code: ErrorCode; readonly message: string } }
