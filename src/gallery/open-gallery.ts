import { dirname, join } from 'node:path'
import { AgnizeError } from '../base/errors.js'
import { removeAbandonedParts } from '../base/write-file-atomically.js'
import type { Gallery } from './gallery.js'
import { isKeywordAddress, keywordAddress } from './sql/postgres-address.js'
import type { SchemaUpgradeListener, SqlDatabase } from './sql/sql-database.js'
import type { GalleryAccess } from './sql/sql-gallery.js'

/** A kind of store, told by its address. */
interface StoreKind {
  /** Whether an address is of this kind. */
  matches(address: string): boolean
  /** Path of the store's file; null for a server. */
  file(address: string): string | null
  open(address: string, options: DatabaseOptions): Promise<SqlDatabase>
}

/** Options of {@link openDatabase}. */
export interface DatabaseOptions {
  /** Called before an existing store is upgraded to the current schema. */
  readonly onSchemaUpgrade?: SchemaUpgradeListener | undefined
  /** Whether every change is refused and nothing is created or upgraded, as on a replica; default false. */
  readonly readOnly?: boolean | undefined
}

/** The first kind that matches an address opens it. */
const storeKinds: readonly StoreKind[] = [
  {
    matches: (address) => /^postgres(ql)?:/.test(address),
    file: () => null,
    async open(address, options) {
      const { PostgresDatabase } = await import('./sql/postgres.js')
      const database = await PostgresDatabase.open(address, options)
      if (!options.readOnly) return database
      const { ReadOnlyDatabase } = await import('./sql/read-only-database.js')
      return new ReadOnlyDatabase(database)
    },
  },
  {
    matches: isKeywordAddress,
    file: () => null,
    async open() {
      throw keywordAddress()
    },
  },
  {
    matches: () => true,
    file: (address) => address,
    async open(address, { onSchemaUpgrade, readOnly }) {
      if (readOnly) {
        throw new AgnizeError(
          'bad-argument',
          'Only galleries in PostgreSQL are served for reading alone (--read-only): for a file, give keys without the scopes that change it.',
        )
      }
      // Partial files that a killed process left beside the store are deleted first.
      if (address !== ':memory:') await removeAbandonedParts(dirname(address))
      return (await import('./sql/sqlite.js')).SqliteDatabase.open(address, onSchemaUpgrade)
    },
  },
]

const kindOf = (store: string) => storeKinds.find(({ matches }) => matches(store))!

/** Path of the file of a store; null where the store is a server. */
export const storeFile = (store: string): string | null => kindOf(store).file(store)

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

/**
 * Opens the database under galleries.
 *
 * @param store - A file, or a URL of a PostgreSQL database.
 */
export async function openDatabase(
  store: string,
  options: DatabaseOptions = {},
): Promise<SqlDatabase> {
  return kindOf(store).open(store, options)
}

/** Id of the model that a gallery of a database is searched with; undefined without templates or without the gallery. */
export async function galleryModel(
  database: SqlDatabase,
  name: string,
): Promise<string | undefined> {
  return (await import('./sql/active-model.js')).activeModelOf(database, name)
}
