import { join } from 'node:path'
import type { Gallery } from './gallery.js'

/** Whether a store is a PostgreSQL server and not a file. */
export const isPostgres = (store: string) => /^postgres(ql)?:/.test(store)

/**
 * Opens a gallery, making it when it is not there. Loads what only galleries need, so that the other commands start
 * faster.
 *
 * @param store - A file, or a URL of a PostgreSQL database.
 */
export async function openGallery(store: string, name: string): Promise<Gallery> {
  const [{ Gallery }, { SqlStore }] = await Promise.all([
    import('./gallery.js'),
    import('./sql/sql-store.js'),
  ])
  if (isPostgres(store)) {
    const [{ PostgresDatabase }, { DatabaseSearch }] = await Promise.all([
      import('./sql/postgres.js'),
      import('./search/database-search.js'),
    ])
    const database = await PostgresDatabase.open(store)
    const opened = await SqlStore.open(database, name)
    return new Gallery(opened, new DatabaseSearch(opened, database.vectors))
  }
  const [{ SqliteDatabase }, { LocalSearch }] = await Promise.all([
    import('./sql/sqlite.js'),
    import('./search/local-search.js'),
  ])
  const opened = await SqlStore.open(await SqliteDatabase.open(store), name)
  const cache = store === ':memory:' ? null : join(`${store}.index`, opened.id)
  return new Gallery(opened, new LocalSearch(opened, { cache }))
}
