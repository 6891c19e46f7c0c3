import type { Box } from '../../geometry/box.js'
import type { Point } from '../../geometry/similarity-transform.js'
import type { LivenessAnswer } from '../liveness.js'

/** The largest face of a frame. */
export interface ObservedFace {
  /** In pixels of the frame. */
  readonly box: Box
  /** The 68 points, in pixels of the frame. */
  readonly points: readonly Point[]
  /** Degrees. */
  readonly pose: { readonly yaw: number; readonly pitch: number; readonly roll: number }
  /** Similarity to the face of the first frame that had one, −1…1. */
  readonly similarity: number
  /** The passive signal, where it was judged. */
  readonly liveness?: LivenessAnswer | undefined
}

/** What was seen of one frame. */
export interface Observation {
  /** Time that the sender gave the frame, in milliseconds; it has to rise from frame to frame. */
  readonly time: number
  /** Time at which the frame arrived, in milliseconds of a clock that never goes back. */
  readonly at: number
  /** The nonce that the sender repeated. */
  readonly nonce: string
  /** Pixels of the frame. */
  readonly width: number
  readonly height: number
  /** Width of the second largest face over that of the largest; 0 without one. */
  readonly second: number
  /** The largest face; null without one. */
  readonly face: ObservedFace | null
}
