import type { SqlDatabase } from './sql-database.js'

/** The detector of every gallery that a version without a choice filled. */
export const firstDetector = 'fr_detect'

/** Name of the detector that a gallery's faces are found with; undefined without templates or without the gallery. */
export async function recordedDetector(
  database: SqlDatabase,
  gallery: string,
): Promise<string | undefined> {
  const row = await database.read((db) =>
    db
      .selectFrom('galleries')
      .select(['templates', 'detector'])
      .where('name', '=', gallery)
      .executeTakeFirst(),
  )
  return row && row.templates > 0 ? (row.detector ?? firstDetector) : undefined
}
