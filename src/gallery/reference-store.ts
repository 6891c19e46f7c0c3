import type { Subject } from './subject.js'
import type { NewTemplate } from './template.js'

/** Settings of references. */
export interface ReferenceSettings {
  /** Largest number of a subject's references that are searched; null for all. */
  readonly maxReferences: number | null
  /** Whether confident faces of cameras are added, to follow changes of appearance. */
  readonly adapting: boolean
}

/** Evidence on which a face of a camera was added. */
export interface ReferenceOrigin {
  /** Id of the visit. */
  readonly visit: string
  /** Name of the camera. */
  readonly camera: string
  /** Cosine similarity to the subject at that time, −1…1. */
  readonly similarity: number
  /** Difference of the similarities to the subject and to the runner-up; null without one. */
  readonly margin: number | null
  /** Cosine similarity to the most similar face that a person enrolled, −1…1. */
  readonly anchor: number
}

/** What is known of a reference beside its embedding. */
export interface ReferenceDetails {
  /** Of the face. */
  readonly id: string
  /** File name of the photo, without folders. */
  readonly photo: string
  /** When the face was enrolled, ISO 8601, UTC. */
  readonly createdAt: string
  /** Why it was added automatically; null for a face that a person enrolled. */
  readonly origin: ReferenceOrigin | null
  /** Whether it is deactivated: kept without being searched. */
  readonly isAside: boolean
  /** Score of the quality, 0…1. */
  readonly quality: number
  /** Whether its crop is kept, so that it can be deactivated and restored. */
  readonly hasPicture: boolean
}

/** A reference with its embedding. */
export interface Reference extends ReferenceDetails {
  /** Null where it is not searched: set aside, or of a face that scores 0. In the space of `PeopleStore.probe`. */
  readonly vector: Float32Array | null
}

/** The references of people: which are searched, which are set aside, which were added by themselves. */
export interface ReferenceStore {
  settings(): Promise<ReferenceSettings>
  configure(settings: ReferenceSettings): Promise<void>
  /** References of a subject, oldest first. @throws AgnizeError `unknown-subject`. */
  of(name: string): Promise<Reference[]>
  /** Automatically added references, newest first. */
  added(): Promise<(Reference & { readonly subject: Subject })[]>
  /** Stops searching faces; their crops are kept. Faces without a crop are skipped. @returns How many. */
  setAside(faces: readonly string[]): Promise<number>
  /** Searches a face again, with an embedding of the model in use. @throws AgnizeError `unknown-face`. */
  takeBack(face: string, model: string, vector: Float32Array, quality: number): Promise<void>
  /** Adds a face of a camera. @returns Its id; null where the photo is enrolled already. */
  add(name: string, template: NewTemplate, origin: ReferenceOrigin): Promise<string | null>
}
