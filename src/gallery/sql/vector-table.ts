import type { Kysely } from 'kysely'
import type { Fusion } from '../search/candidate.js'
import type { SubjectFilter } from '../subject.js'
import type { Seal } from '../vault.js'
import type { Schema } from './tables.js'

/** A gallery whose templates can be opened. */
export interface OpenGallery {
  readonly id: string
  seals(db: Kysely<Schema>, subjectIds: readonly string[]): Promise<(subjectId: string) => Seal>
}

/** Vectors that a database searches itself, derived from the templates in the transaction that changes them. */
export interface VectorTable {
  /** Name of the table. */
  readonly table: string
  /** Creates the storage of a new gallery. */
  prepare(db: Kysely<Schema>, galleryId: string): Promise<void>
  /** Deletes that storage. */
  drop(db: Kysely<Schema>, galleryId: string): Promise<void>
  /** Derives the vectors of subjects again; none of subjects that were removed. */
  refresh(db: Kysely<Schema>, gallery: OpenGallery, subjectIds: readonly string[]): Promise<void>
  /** Keys of the subjects approximately nearest to a probe. */
  nearest(
    galleryId: string,
    probe: Float32Array,
    options: {
      readonly model: string
      readonly fusion: Fusion
      readonly filter: SubjectFilter | undefined
      /** Number of subjects wanted. */
      readonly count: number
    },
  ): Promise<number[]>
  /** Number of vectors of the subjects that match a filter. */
  count(galleryId: string, fusion: Fusion, filter: SubjectFilter): Promise<number>
}
