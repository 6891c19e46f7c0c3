import type { Box } from '../../geometry/box.js'
import type { Landmarks } from '../landmarks.js'

/** A box that a detection network proposes, in pixels of its input. */
export interface Candidate {
  readonly box: Box
  /** Confidence, 0…1. */
  readonly score: number
  /** The network's own five landmarks, in pixels of its input; null where it has none. */
  readonly points: Landmarks | null
}

/** Outputs of a detection network: the values by the name of the output. */
export type Outputs = Readonly<Record<string, Float32Array>>

/** The size of a network's input, in pixels. */
export interface InputSize {
  readonly width: number
  readonly height: number
}
