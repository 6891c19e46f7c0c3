import { SqlStore } from '../../dist/gallery/sql/sql-store.js'
import { SqliteDatabase } from '../../dist/gallery/sql/sqlite.js'

/** Opens a gallery in an SQLite file. */
export async function openSqlite(
  path: string,
  gallery = 'default',
  key?: Uint8Array,
): Promise<SqlStore> {
  return SqlStore.open(await SqliteDatabase.open(path), gallery, { actor: 'tests', key })
}
