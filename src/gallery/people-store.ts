import type { Subject, SubjectFilter } from './subject.js'

/** A subject as searches know it: by a number, with vectors as they are compared. */
export interface Person {
  /** Grows with every new subject of the gallery and is never used again. */
  readonly key: number
  readonly subject: Subject
  readonly templates: readonly PersonTemplate[]
}

/** A template as searches know it. */
export interface PersonTemplate {
  /** As {@link Person.key}, in the same count. */
  readonly key: number
  readonly id: string
  readonly photoId: string
  /** In the space of {@link PeopleStore.probe}. */
  readonly vector: Float32Array
  readonly quality: number
}

/** What changed in a gallery. */
export interface Changes {
  /** Up to which version. */
  readonly version: number
  /** Keys of subjects that are new or differ. */
  readonly changed: readonly number[]
  /** Keys of subjects that are gone. */
  readonly removed: readonly number[]
}

/** How searches read a gallery. */
export interface PeopleStore {
  /** A probe as templates are compared with it. */
  probe(vector: Float32Array): Float32Array
  /** Undoes {@link PeopleStore.probe}. */
  reveal(vector: Float32Array): Float32Array
  /** Everybody with templates, by key, in stretches. */
  everybody(): AsyncIterable<readonly Person[]>
  /** One of them; undefined for somebody without templates. @throws AgnizeError `unknown-subject`. */
  named(name: string): Promise<Person | undefined>
  /** Those of the keys that are there and have templates. */
  people(keys: readonly number[]): Promise<Person[]>
  /** File names of photos, by {@link PersonTemplate.photoId}. */
  photos(photoIds: readonly string[]): Promise<Map<string, string>>
  /** Keys of the subjects that meet a filter and have templates, ascending. */
  matching(filter: SubjectFilter): Promise<number[]>
  /** What changed after a version; null where that is too long ago to tell. */
  changes(since: number): Promise<Changes | null>
}
