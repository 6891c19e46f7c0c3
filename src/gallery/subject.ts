import type { Box } from '../geometry/box.js'

/** A person enrolled in a gallery. */
export interface Subject {
  /** UUID, which never changes. */
  readonly id: string
  /** Name, unique in the gallery. */
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

/** Details of a subject beside its faces. */
export interface SubjectDetails {
  /** Id in another system, unique in the gallery; null without one. */
  readonly externalId: string | null
  /** Metadata: a JSON object. */
  readonly metadata: { readonly [name: string]: MetadataValue }
  /** Tags, sorted. */
  readonly tags: readonly string[]
  /** Purpose of processing; null for that of the gallery. */
  readonly purpose: string | null
  /** When the person consented, ISO 8601, UTC; null where it is unknown. */
  readonly consentedAt: string | null
  /** Latest time of deletion, ISO 8601, UTC; null for the gallery's rule. */
  readonly keepUntil: string | null
}

/** Changes of a subject; absent fields are kept. */
export interface SubjectChange extends Partial<SubjectDetails> {
  /** New name. */
  readonly name?: string
}

/** A subject with its details. */
export interface SubjectSummary extends Subject, SubjectDetails {
  /** Number of templates. */
  readonly templates: number
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

/** Restricts a search or a list to subjects that meet all conditions. */
export interface SubjectFilter {
  /** Names of subjects. */
  readonly subjects?: readonly string[]
  /** Tags, all of which the subject has. */
  readonly tags?: readonly string[]
  /** Top-level fields of the metadata with exactly these values. */
  readonly metadata?: Readonly<Record<string, string | number | boolean | null>>
}

/** A tag of a gallery. */
export interface TagCount {
  /** The tag. */
  readonly tag: string
  /** Number of subjects with the tag. */
  readonly subjects: number
}

/** A page of subjects, sorted by name. */
export interface SubjectPage {
  /** Only subjects that meet the filter. */
  readonly filter?: SubjectFilter
  /** Words or parts of words of the name, in any order; case and accents are ignored. */
  readonly search?: string
  /** Last name of the previous page. */
  readonly after?: string
  /** Largest number of subjects on the page. */
  readonly limit?: number
}

/** An enrolled face without biometric data. */
export interface TemplateSummary {
  /** UUID of the template. */
  readonly id: string
  /** File name of the photo, without folders. */
  readonly photo: string
  /** The face, in pixels of the photo. */
  readonly box: Box
  /** Score of the face's quality, 0…1. */
  readonly quality: number
  /** ISO 8601, UTC. */
  readonly createdAt: string
}
