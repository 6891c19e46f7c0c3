import type { ErrorCode } from '../base/errors.js'
import type { AnalyzeOptions, Networks } from '../faces/analyze.js'
import type { Detection } from '../faces/detect.js'
import type { Crops, PhotoAnalysis } from '../faces/face.js'
import type { LookedAtFace, WantedFace } from '../faces/frame.js'
import type { NamedBytes } from '../image/photo.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { NetworkFile } from '../models/network-file.js'
import type { PhotoLimits } from './limits.js'

/** What a worker starts with. */
export interface WorkerSetup {
  readonly networks: {
    readonly [Task in keyof Networks]: NetworkFile<Networks[Task]['card']>
  }
  readonly limits: PhotoLimits
}

/** All that is to be known of a photo: by path or address, by its bytes, or by its pixels. */
export interface PhotoJob {
  readonly kind: 'photo'
  readonly photo: string | NamedBytes | RgbImage
  readonly options: AnalyzeOptions
  /** Whether crops and the photo's hash are wanted. */
  readonly keep: boolean
}

/** Where faces are in a frame. */
export interface FindJob {
  readonly kind: 'find'
  readonly photo: RgbImage
  readonly minScore: number
}

/** What faces of a frame look like. */
export interface LookJob {
  readonly kind: 'look'
  readonly photo: RgbImage
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
/** What comes of a {@link Job}. */
export type Result = Results[keyof Results]

/** An analysis with what enrollment keeps. */
export interface KeptAnalysis extends PhotoAnalysis {
  /** One for each face, in their order; empty unless asked for. */
  readonly crops: readonly Crops[]
  /** Of the photo's bytes, in hex; empty unless asked for. */
  readonly sha256: string
}

/** What a worker process is told. The bytes or pixels of a photo follow on a pipe of their own. */
export type ToWorker =
  | { readonly kind: 'setup'; readonly setup: WorkerSetup; readonly memory: number }
  | { readonly kind: 'job'; readonly job: Job; readonly payload: number | null }
  | { readonly kind: 'stop' }

/** What a worker process tells. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'error'; readonly error: JobError }

/** An error on its way between processes. */
export interface JobError {
  readonly code: ErrorCode
  readonly message: string
}

/** File descriptors of a worker process beside standard input, output, errors and the channel for messages. */
export const descriptors = { lifeline: 4, payload: 5 } as const

/** What a worker process writes to its lifeline before it ends itself over too much memory. */
export const outOfMemory = 'm'
