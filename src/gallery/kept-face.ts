import type { Box } from '../geometry/box.js'

/** An enrolled face with its crop and templates. */
export interface KeptFace {
  /** UUID of the face. */
  readonly id: string
  /** File name of the photo, without folders. */
  readonly photo: string
  /** SHA-256 of the photo's bytes, in hexadecimal digits. */
  readonly photoHash: string
  /** The face, in pixels of the photo. */
  readonly box: Box
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** JPEG of the face with its surroundings, from which another model can embed it; null where only its template was imported. */
  readonly crop: Uint8Array | null
  /** A template of each model that has embedded it. */
  readonly templates: readonly {
    /** UUID of the template. */
    readonly id: string
    /** Id of the model. */
    readonly model: string
    /** Embedding: a unit vector. */
    readonly vector: Float32Array
    /** Score of the quality, 0…1. */
    readonly quality: number
  }[]
}
