import type { SqlDatabase } from './sql-database.js'

/** Id of the model that a gallery is searched with; undefined without templates or without the gallery. */
export async function activeModelOf(
  database: SqlDatabase,
  gallery: string,
): Promise<string | undefined> {
  const found = await database.read((db) =>
    db
      .selectFrom('galleries')
      .innerJoin('gallery_models', 'gallery_models.gallery_id', 'galleries.id')
      .select('gallery_models.model')
      .where('galleries.name', '=', gallery)
      .where('gallery_models.role', '=', 'active')
      .executeTakeFirst(),
  )
  return found?.model
}
