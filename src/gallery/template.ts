import type { Box } from '../geometry/box.js'
import type { Subject } from './subject.js'

/** A face to enroll. */
export interface NewTemplate {
  readonly model: string
  readonly vector: Float32Array
  readonly quality: number
  /** File name of the photo, without folders. */
  readonly photo: string
  /** SHA-256 of the photo's bytes, in hexadecimal digits. */
  readonly photoHash: string
  readonly box: Box
  /** JPEG of the face with its surroundings, from which another model can embed it; empty where only the template was imported. */
  readonly crop: Uint8Array
}

/** A face to enroll, and the name of its subject. */
export interface NamedTemplate {
  readonly name: string
  readonly template: NewTemplate
  /** Creation time of the subject, where it is new to the gallery; default now. ISO 8601, UTC. */
  readonly since?: string
  /** Whether the face is added although this photo was enrolled before; default false. */
  readonly repeated?: boolean
}

/** A template with its embedding. */
export interface StoredTemplate {
  /** UUID of the template. */
  readonly id: string
  /** The subject that it belongs to. */
  readonly subject: Subject
  /** Embedding: a unit vector of the length that the model's card states. */
  readonly vector: Float32Array
  /** Score of the quality, 0…1. */
  readonly quality: number
  /** File name of the photo, without folders. */
  readonly photo: string
}

/** Result of adding a template. */
export type Added =
  | { readonly outcome: 'added'; readonly subject: Subject; readonly templateId: string }
  /** This face of this photo was enrolled before, for this subject or another. */
  | { readonly outcome: 'known'; readonly subject: Subject; readonly templateId: string }
