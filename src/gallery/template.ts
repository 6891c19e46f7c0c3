import type { Crops } from '../faces/face.js'
import type { Box } from '../geometry/box.js'

/** A face to enrol. */
export interface NewTemplate {
  readonly model: string
  readonly vector: Float32Array
  readonly quality: number
  /** File name of the photo, without its folders. */
  readonly photo: string
  /** SHA-256 of the photo's bytes, in hex. */
  readonly photoHash: string
  readonly box: Box
  readonly crops: Crops
}
