import { sql } from 'kysely'
import { v7 } from 'uuid'

/** Maximum number of rows that one statement names, within every database's limit of parameters. */
export const batchSize = 500

/** Boxes of one photo with a larger overlap (IoU) are the same face. Judgment. */
export const sameFaceIou = 0.5

/**
 * Whether a template is searched. A face that scores 0 is kept where it was imported, or enrolled before such faces were
 * refused, but it is as similar to strangers as to its own subject.
 */
export const isSearched = sql<boolean>`templates.quality > 0`

/** Id for a new row; ids are ordered by time, so that new rows are adjacent in the tables' indexes. */
export const newId = () => v7()

/** The current time in the format of the tables. */
export const now = () => new Date().toISOString()

/** Splits a list into parts that one statement can name. */
export function chunks<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / batchSize) }, (_, i) =>
    list.slice(i * batchSize, (i + 1) * batchSize),
  )
}
