import { AgnizeError } from '../errors.js'
import type { Crops } from '../faces/face.js'
import type { Box } from '../geometry/box.js'

/** A person in a gallery. */
export interface Subject {
  /** UUID, for as long as the subject exists. */
  readonly id: string
  /** Unique in its gallery. */
  readonly name: string
}

/** A subject with what is known about it. */
export interface SubjectSummary extends Subject {
  /** How many templates it has. */
  readonly templates: number
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

/** One enrolled face, without its biometric content. */
export interface TemplateSummary {
  readonly id: string
  /** File name of the photo, without its folders. */
  readonly photo: string
  /** Of the face in that photo, in its pixels. */
  readonly box: Box
  /** Score of the face's quality, 0…1. */
  readonly quality: number
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

/** A template as search needs it. */
export interface StoredTemplate {
  readonly id: string
  readonly subject: Subject
  readonly vector: Float32Array
  readonly quality: number
  readonly photo: string
}

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

/** What came of adding a template. */
export type Added =
  | { readonly outcome: 'added'; readonly subject: Subject; readonly templateId: string }
  /** This face of this photo was enrolled before, for this subject or another. */
  | { readonly outcome: 'known'; readonly subject: Subject; readonly templateId: string }

/** What a gallery is now. */
export interface GalleryState {
  /** Grows by every change, so that a cache knows when it is stale. */
  readonly version: number
  /** The model of its templates; null while it has none. */
  readonly model: string | null
}

/**
 * One gallery's durable home. Every change is one transaction: it happens whole, on disk, or not at all.
 *
 * Subject names are looked up as they are given, without regard to Unicode composition.
 *
 * @throws AgnizeError, from every method: `gallery-locked`, `gallery-damaged`, `read-only`, `disk-full`.
 */
export interface Store {
  state(): Promise<GalleryState>
  /**
   * Adds a template, and its subject when that is new.
   *
   * @throws AgnizeError `wrong-model` when the gallery's templates are of another model.
   */
  add(name: string, template: NewTemplate): Promise<Added>
  /** Every template, subject by subject. */
  templates(): Promise<StoredTemplate[]>
  /** Every subject, by name. */
  subjects(): Promise<SubjectSummary[]>
  /** A subject's templates, oldest first. @throws AgnizeError `unknown-subject`. */
  templatesOf(name: string): Promise<TemplateSummary[]>
  /** @throws AgnizeError `unknown-subject`, `subject-exists`. */
  rename(name: string, newName: string): Promise<Subject>
  /** Removes a subject with all templates and crops. @throws AgnizeError `unknown-subject`. */
  remove(name: string): Promise<SubjectSummary>
  /** Gives all templates of one subject to another and removes the first. @throws AgnizeError `unknown-subject`. */
  merge(from: string, into: string): Promise<SubjectSummary>
  /** What is wrong with the store, in words; empty when nothing is. */
  check(): Promise<string[]>
  close(): Promise<void>
}

/** The refusal to compare or mix templates of two models. */
export function wrongModel(bound: string, asked: string): AgnizeError {
  return new AgnizeError(
    'wrong-model',
    `This gallery's templates were made by ${bound}, not by ${asked}, and the two do not compare: choose that model, or another gallery.`,
  )
}
