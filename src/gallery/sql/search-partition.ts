import { type Kysely, sql } from 'kysely'
import type { Fusion } from '../search/candidate.js'
import type { Schema } from './tables.js'

/** The partition of `search_vectors` that holds the vectors of a gallery. */
export const partition = (galleryId: string) => sql.table(`search_vectors_${compact(galleryId)}`)

/** The column that tells which vectors a fusion compares. */
export const roleOf = (fusion: Fusion) => (fusion === 'mean' ? 'as_mean' : 'as_template')

/** Number of vectors of a gallery that a fusion searches. */
export async function sizeOf(
  db: Kysely<Schema>,
  galleryId: string,
  fusion: Fusion,
): Promise<number> {
  const { people, templates } = await db
    .selectFrom('galleries')
    .select(['people', 'templates'])
    .where('id', '=', galleryId)
    .executeTakeFirstOrThrow()
  return fusion === 'mean' ? people : templates
}

/** An id as a part of names in the database. */
export const compact = (id: string) => id.replaceAll('-', '')
