import type { Box } from '../geometry/box.js'

/** A person in a gallery. */
export interface Subject {
  /** UUID, for as long as the subject exists. */
  readonly id: string
  /** Unique in its gallery. */
  readonly name: string
}

/** A value in a subject's metadata. */
export type MetadataValue =
  | string
  | number
  | boolean
  | null
  | readonly MetadataValue[]
  | { readonly [name: string]: MetadataValue }

/** What is kept about a subject beside its faces. */
export interface SubjectDetails {
  /** The subject's id in another system, unique in its gallery; null without. */
  readonly externalId: string | null
  /** JSON of your own. */
  readonly metadata: { readonly [name: string]: MetadataValue }
  /** Sorted. */
  readonly tags: readonly string[]
  /** What the faces are kept for; null where only the gallery says so. */
  readonly purpose: string | null
  /** When the person agreed, ISO 8601, UTC; null where nothing is known of it. */
  readonly consentedAt: string | null
  /** When the subject is to be deleted at the latest, ISO 8601, UTC; null for the gallery's rule. */
  readonly keepUntil: string | null
}

/** What is to change about a subject; what is not given stays. */
export interface SubjectChange extends Partial<SubjectDetails> {
  /** New name. */
  readonly name?: string
}

/** A subject with what is known about it. */
export interface SubjectSummary extends Subject, SubjectDetails {
  /** How many templates it has. */
  readonly templates: number
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

/** Whom a search or a list is about: subjects that meet all that is given. */
export interface SubjectFilter {
  /** Names, one of which it must have. */
  readonly subjects?: readonly string[]
  /** Tags, all of which it must carry. */
  readonly tags?: readonly string[]
  /** Top-level fields that its metadata must hold with just these values. */
  readonly metadata?: Readonly<Record<string, string | number | boolean | null>>
}

/** A stretch of a long list, by name. */
export interface SubjectPage {
  /** Only subjects that meet the filter. */
  readonly filter?: SubjectFilter
  /** Part of the names that are wanted, whatever its case. */
  readonly search?: string
  /** The last name of the stretch before. */
  readonly after?: string
  /** Largest number of subjects on the page. */
  readonly limit?: number
}

/** One enrolled face, without its biometric content. */
export interface TemplateSummary {
  /** UUID of the template. */
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
