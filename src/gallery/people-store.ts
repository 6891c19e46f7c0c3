import type { Subject, SubjectFilter } from './subject.js'

/** A subject as searches use it: with a numeric key, and vectors in the space of comparison. */
export interface Person {
  /** Numeric key, which increases with every new subject of the gallery and is never used again. */
  readonly key: number
  readonly subject: Subject
  readonly templates: readonly PersonTemplate[]
}

/** A template as searches use it. */
export interface PersonTemplate {
  /** Numeric key, from the same counter as {@link Person.key}. */
  readonly key: number
  readonly id: string
  readonly photoId: string
  /** Vector in the space of {@link PeopleStore.probe}. */
  readonly vector: Float32Array
  readonly quality: number
}

/** Changes of a gallery since a version. */
export interface Changes {
  /** Version up to which the changes are listed. */
  readonly version: number
  /** Keys of subjects that were added or changed. */
  readonly changed: readonly number[]
  /** Keys of subjects that were removed. */
  readonly removed: readonly number[]
}

/** Read access of searches to a gallery. */
export interface PeopleStore {
  /** Transforms a probe into the space in which templates are compared. */
  probe(vector: Float32Array): Float32Array
  /** Undoes {@link PeopleStore.probe}. */
  reveal(vector: Float32Array): Float32Array
  /** All subjects with templates, by key, in batches. */
  everybody(): AsyncIterable<readonly Person[]>
  /** One subject; undefined for one without templates. @throws AgnizeError `unknown-subject`. */
  named(name: string): Promise<Person | undefined>
  /** The subjects of the keys that exist and have templates. */
  people(keys: readonly number[]): Promise<Person[]>
  /** File names of photos, by {@link PersonTemplate.photoId}. */
  photos(photoIds: readonly string[]): Promise<Map<string, string>>
  /** Keys of the subjects that match a filter and have templates, ascending. */
  matching(filter: SubjectFilter): Promise<number[]>
  /** Changes after a version; null where that is too long ago to tell. */
  changes(since: number): Promise<Changes | null>
}
