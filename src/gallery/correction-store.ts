import type { Box } from '../geometry/box.js'
import type { Subject } from './subject.js'
import type { NewTemplate } from './template.js'

/** `not`: a face is not the subject; `same`: it is. */
export type CorrectionKind = 'not' | 'same'

/** A correction: a person stated that a face is, or is not, a subject. */
export interface Correction {
  /** UUID of the correction. */
  readonly id: string
  /** `not`: the face is not the subject; `same`: it is. */
  readonly kind: CorrectionKind
  /** The subject that the correction names. */
  readonly subject: Subject
  /** File name of the photo, without folders. */
  readonly photo: string
  /** SHA-256 of the photo's bytes, in hexadecimal digits. */
  readonly photoHash: string
  /** The face, in pixels of the photo. */
  readonly box: Box
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

/** A correction with its embedding. */
export interface EmbeddedCorrection extends Correction {
  /** Unit vector; null where the model has not embedded the face. */
  readonly vector: Float32Array | null
}

/** A correction with its crop and embeddings. */
export interface KeptCorrection extends Correction {
  /** JPEG of the face with its surroundings, from which another model can embed it. */
  readonly crop: Uint8Array
  readonly vectors: readonly { readonly model: string; readonly vector: Float32Array }[]
}

/** A correction to keep. */
export interface NewCorrection extends Omit<NewTemplate, 'quality'> {
  readonly kind: CorrectionKind
}

/** The corrections of a gallery. Each change raises the gallery's version. */
export interface CorrectionStore {
  /**
   * Adds a correction. It replaces an earlier one of the same face and subject.
   *
   * @throws AgnizeError `unknown-subject`.
   */
  add(name: string, correction: NewCorrection): Promise<Correction>
  /**
   * Removes an enrolled face from its subject and records that it is not theirs.
   *
   * @throws AgnizeError `unknown-subject`, `bad-argument` when the template is not that subject's.
   */
  disown(name: string, templateId: string): Promise<Correction>
  /** All corrections, oldest first. */
  list(): Promise<Correction[]>
  /** All corrections, with embeddings of one model. */
  embedded(model: string): Promise<EmbeddedCorrection[]>
  /** JPEG of the corrected face with its surroundings. @throws AgnizeError `unknown-correction`. */
  crop(id: string): Promise<Uint8Array>
  /** Stores a model's embedding of the corrected face; does nothing where the correction was removed meanwhile. */
  embed(id: string, model: string, vector: Float32Array): Promise<void>
  /** All corrections of one subject, with crop and embeddings. @throws AgnizeError `unknown-subject`. */
  kept(name: string): Promise<KeptCorrection[]>
  /** Revokes a correction. @throws AgnizeError `unknown-correction`. */
  remove(id: string): Promise<Correction>
}
