import type { Box } from '../../geometry/box.js'

/** A detected face. */
export interface Detection {
  /** In pixels of the upright image; it may extend beyond the image. */
  readonly box: Box
  /** The network's confidence, 0…1. Networks differ in their scales: {@link DetectionCard.minScore} is what counts as a face. */
  readonly score: number
}
