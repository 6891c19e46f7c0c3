import type { Box } from '../geometry/box.js'
import type { Liveness } from '../liveness/liveness.js'
import type { Embedding } from './embed.js'
import type { Landmarks } from './landmarks.js'
import type { Pose } from './pose.js'
import type { Quality } from './quality.js'

/** A face of a photo, as all parts of agnize exchange it. */
export interface Face {
  /** In pixels of the upright image. */
  readonly box: Box
  /** The detector's confidence, 0…1. */
  readonly detectionScore: number
  /** Left eye, right eye, nose, left and right mouth corner as seen with the face upright, in pixels of the image. */
  readonly landmarks: Landmarks
  /** In degrees, estimated from the landmarks. */
  readonly pose: Pose
  /** Quality of the face. */
  readonly quality: Quality
  /** Embedding of the aligned face. */
  readonly embedding: Embedding
  /** Whether the face is live; absent unless it was asked for. */
  readonly liveness?: Liveness
}

/** Time of each step in milliseconds, summed over the faces of the photo. */
export interface Timings {
  /** Decoding. */
  readonly decode: number
  /** Face detection. */
  readonly detect: number
  /** Landmarks of all faces. */
  readonly landmarks: number
  /** Alignment of all faces. */
  readonly align: number
  /** Embedding of all faces. */
  readonly embed: number
  /** Quality of all faces. */
  readonly quality: number
  /** Liveness of all faces; 0 unless it was asked for. */
  readonly liveness: number
}

/** The analysis of a photo. */
export interface PhotoAnalysis {
  /** Pixels of the upright image. */
  readonly width: number
  /** In pixels of the upright image. */
  readonly height: number
  /** Largest first. */
  readonly faces: readonly Face[]
  /** Number of faces beyond the limit, the smallest, which were not described. */
  readonly facesLeftOut: number
  /** Time of each step. */
  readonly timings: Timings
}
