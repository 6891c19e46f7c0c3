import type { ErrorCode } from '../base/errors.js'
import type { AnalyzeOptions, Networks } from '../faces/analyze.js'
import type { Detection } from '../faces/detectors/detection.js'
import type { PhotoAnalysis } from '../faces/face.js'
import type { DescribedFace, FaceRequest } from '../faces/frame.js'
import type { Point } from '../geometry/similarity-transform.js'
import type { NamedBytes } from '../image/photo.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { DetectionCard, LivenessCard } from '../models/card.js'
import type { DeviceChoice } from '../models/devices.js'
import type { NetworkFile } from '../models/network-file.js'
import type { PhotoLimits } from './limits.js'

/** Networks and limits that a worker starts with. */
export interface WorkerSetup {
  readonly networks: {
    readonly [Task in keyof Networks]: NetworkFile<Networks[Task]['card']>
  }
  readonly limits: PhotoLimits
  /** Device of each network. */
  readonly devices: DeviceChoice
}

/** Analyzes a photo, given by its path or URL, its bytes, or its pixels. */
export interface PhotoJob {
  readonly kind: 'photo'
  readonly photo: string | NamedBytes | RgbImage
  readonly options: Omit<AnalyzeOptions, 'liveness'>
  /** The detector, if it is another than that of the setup. */
  readonly detector?: NetworkFile<DetectionCard> | undefined
  /** The networks that assess liveness; none where it is not asked for. */
  readonly liveness?: readonly NetworkFile<LivenessCard>[] | undefined
  /** Whether the result includes crops and the photo's hash. */
  readonly withCrops: boolean
  /** Whether the result includes the 68 points of the faces. */
  readonly withPoints?: boolean | undefined
}

/** Detects the faces of a frame. */
export interface DetectJob {
  readonly kind: 'detect'
  readonly photo: RgbImage
  readonly minScore: number
  /** The detector, if it is another than that of the setup. */
  readonly detector?: NetworkFile<DetectionCard> | undefined
}

/** Describes given faces of a frame: quality, embedding, crop. */
export interface DescribeJob {
  readonly kind: 'describe'
  readonly photo: RgbImage
  readonly faces: readonly FaceRequest[]
  /** The networks that assess liveness; none where it is not asked for. */
  readonly liveness?: readonly NetworkFile<LivenessCard>[] | undefined
}

/** Result of each kind of job. */
export interface Results {
  readonly photo: KeptAnalysis
  readonly detect: readonly Detection[]
  readonly describe: readonly DescribedFace[]
}

/** A unit of work of a worker. */
export type Job = PhotoJob | DetectJob | DescribeJob
/** Result of a {@link Job}. */
export type Result = Results[keyof Results]

/** An analysis with the data that enrollment stores. */
export interface KeptAnalysis extends PhotoAnalysis {
  /** A crop of each face with its surroundings, JPEG, in the order of `faces`; empty unless requested. */
  readonly crops: readonly Uint8Array[]
  /** The 68 points of each face, in pixels of the photo, in the order of `faces`; absent unless requested. */
  readonly points?: readonly (readonly Point[])[]
  /** SHA-256 of the photo's bytes, in hex; empty unless requested. */
  readonly sha256: string
}

/** Message to a worker process. The bytes or pixels of a photo follow on the payload pipe. */
export type ToWorker =
  | { readonly kind: 'setup'; readonly setup: WorkerSetup; readonly memory: number }
  | { readonly kind: 'job'; readonly job: Job; readonly payload: number | null }
  | { readonly kind: 'stop' }

/** Message from a worker process. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'error'; readonly error: JobError }

/** An error in a form that can be sent between processes. */
export interface JobError {
  readonly code: ErrorCode
  readonly message: string
}

/** File descriptors of a worker process beside the standard streams and the message channel. */
export const descriptors = { lifeline: 4, payload: 5 } as const

/** Byte that a worker process writes to its lifeline before it kills itself at the memory limit. */
export const outOfMemory = 'm'
