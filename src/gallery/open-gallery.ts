import { dirname, join } from 'node:path'
import { removeAbandonedParts } from '../base/write-file-atomically.js'
import type { Gallery } from './gallery.js'
import type { SqlDatabase } from './sql/sql-database.js'
import type { GalleryAccess } from './sql/sql-gallery.js'

/** Whether a store is a PostgreSQL URL rather than a file. */
export const isPostgres = (store: string) => /^postgres(ql)?:/.test(store)

/**
 * Opens a gallery, creating it when it does not exist. Modules that only galleries need are loaded here, so that other
 * commands start faster.
 *
 * @param store - A file, or a URL of a PostgreSQL database.
 */
export async function openGallery(
  store: string,
  name: string,
  access: GalleryAccess = { actor: 'agnize' },
): Promise<Gallery> {
  return galleryIn(await openDatabase(store), name, access, true)
}

/**
 * Opens a gallery in an open database, creating it when it does not exist.
 *
 * @param owns - Whether closing the gallery closes the database.
 */
export async function galleryIn(
  database: SqlDatabase,
  name: string,
  access: GalleryAccess,
  owns = false,
): Promise<Gallery> {
  const [{ Gallery }, { SqlStore }] = await Promise.all([
    import('./gallery.js'),
    import('./sql/sql-store.js'),
  ])
  const opened = await SqlStore.open(database, name, access, owns)
  if (database.vectors) {
    const { DatabaseSearch } = await import('./search/database-search.js')
    return new Gallery(opened, new DatabaseSearch(opened, database.vectors))
  }
  const { LocalSearch } = await import('./search/local-search.js')
  const { place } = database
  const cache = place === ':memory:' ? null : join(`${place}.index`, opened.id)
  return new Gallery(opened, new LocalSearch(opened, { cache }))
}

/** Opens the database under galleries. @param store - A file, or a URL of a PostgreSQL database. */
export async function openDatabase(store: string): Promise<SqlDatabase> {
  if (isPostgres(store)) return (await import('./sql/postgres.js')).PostgresDatabase.open(store)
  // Partial files that a killed process left beside the store are deleted first.
  if (store !== ':memory:') await removeAbandonedParts(dirname(store))
  return (await import('./sql/sqlite.js')).SqliteDatabase.open(store)
}
