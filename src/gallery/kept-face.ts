import type { Crops } from '../faces/face.js'
import type { Box } from '../geometry/box.js'

/** A face that is kept, with everything about it. */
export interface KeptFace {
  readonly id: string
  readonly photo: string
  readonly photoHash: string
  readonly box: Box
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** Null where only its template was imported. */
  readonly crops: Crops | null
  /** One of each model that has embedded it. */
  readonly templates: readonly {
    readonly id: string
    readonly model: string
    readonly vector: Float32Array
    readonly quality: number
  }[]
}
