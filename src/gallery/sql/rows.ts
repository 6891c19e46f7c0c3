import { sql } from 'kysely'
import { v7 } from 'uuid'

/** Rows that one statement names at most: every database can take so many parameters. */
export const rowsAtATime = 500

/** Boxes of one photo that overlap more than this are the same face. */
export const sameFace = 0.5

/**
 * Whether a template is searched: one whose face scores 0 is kept where it came from another program, or from before such faces
 * were refused, but it is as like strangers as like its own person.
 */
export const isSearched = sql<boolean>`templates.quality > 0`

/** An id for a new row: those made one after another lie side by side in the tables' indexes. */
export const newId = () => v7()

/** The time, as the tables hold it. */
export const now = () => new Date().toISOString()

/** A list in stretches that one statement can name. */
export function stretches<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / rowsAtATime) }, (_, i) =>
    list.slice(i * rowsAtATime, (i + 1) * rowsAtATime),
  )
}
