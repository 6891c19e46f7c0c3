import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, Migrator, SqliteDialect, sql } from 'kysely'
import { AgnizeError, diskError } from '../../errors.js'
import { migrations, type Schema } from './schema.js'

/** How long to wait for another process's transaction, in milliseconds. */
const busyTimeout = 5000

/** SQLite's name for a database without a file. */
const inMemory = ':memory:'

/**
 * Opens a gallery file, making it when it is not there, and brings its schema up to date.
 *
 * @throws AgnizeError `gallery-damaged`, `gallery-too-new`, `gallery-locked`, `read-only`, `disk-full`.
 */
export async function openDatabase(path: string): Promise<Kysely<Schema>> {
  let file: Database.Database | undefined
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const isNew = !existsSync(path)
    file = new Database(path, { timeout: busyTimeout })
    // Biometric data: for its owner only.
    if (isNew && path !== inMemory) chmodSync(path, 0o600)
    file.pragma('journal_mode = WAL')
    file.pragma('synchronous = FULL')
    file.pragma('foreign_keys = ON')
    // What is deleted is overwritten.
    file.pragma('secure_delete = ON')
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: file }) })
    await migrate(db, file, path)
    return db
  } catch (error) {
    file?.close()
    throw galleryError(error, path)
  }
}

/** One transaction over all migrations, so that two processes that start at once, or a kill, do no harm. */
async function migrate(db: Kysely<Schema>, file: Database.Database, path: string): Promise<void> {
  const done = executedMigrations(file)
  const unknown = done.filter((name) => !(name in migrations))
  if (unknown.length > 0) {
    throw new AgnizeError(
      'gallery-too-new',
      `The gallery ${path} was made by a newer version of agnize (it has "${unknown[0]}"): update agnize.`,
    )
  }
  if (done.length === Object.keys(migrations).length) return
  file.exec('begin immediate')
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => migrations },
      disableTransactions: true,
    })
    const { error } = await migrator.migrateToLatest()
    if (error) throw error
    file.exec('commit')
  } catch (error) {
    if (file.inTransaction) file.exec('rollback')
    throw error
  }
}

function executedMigrations(file: Database.Database): string[] {
  const tables = file.prepare("select name from sqlite_master where type = 'table'").pluck().all()
  if (tables.includes('kysely_migration')) {
    return file.prepare('select name from kysely_migration').pluck().all() as string[]
  }
  if (tables.length > 0) {
    throw new AgnizeError(
      'gallery-damaged',
      'The file is an SQLite database but no agnize gallery: name another file.',
    )
  }
  return []
}

/** Runs work in a transaction that takes the write lock at once, so that it cannot fail half way for want of it. */
export async function transact<T>(
  db: Kysely<Schema>,
  path: string,
  work: (db: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  try {
    return await db.connection().execute(async (connection) => {
      await sql`begin immediate`.execute(connection)
      try {
        const result = await work(connection)
        await sql`commit`.execute(connection)
        return result
      } catch (error) {
        // A full disk has rolled back by itself; then this fails, and the first error is the one to report.
        await sql`rollback`.execute(connection).catch(() => {})
        throw error
      }
    })
  } catch (error) {
    throw galleryError(error, path)
  }
}

/** SQLite's refusal in agnize's words; any other error as it is. */
export function galleryError(error: unknown, path: string): unknown {
  if (error instanceof AgnizeError) return error
  const code = String((error as { code?: unknown }).code ?? '')
  const fail = (kind: ConstructorParameters<typeof AgnizeError>[0], message: string) =>
    new AgnizeError(kind, message, { cause: error })
  if (code === 'SQLITE_NOTADB') {
    return fail('gallery-damaged', `${path} is not a gallery: name another file, or move it away.`)
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return fail(
      'gallery-damaged',
      `The gallery ${path} is damaged: restore a copy, or move it away and enrol again.`,
    )
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return fail(
      'gallery-locked',
      `The gallery ${path} is held by another process: try again when it is done.`,
    )
  }
  if (code === 'SQLITE_FULL') {
    return fail('disk-full', `The disk under ${path} is full: make room and try again.`)
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    return fail(
      'read-only',
      `The gallery ${path} cannot be written: change its permissions or set AGNIZE_HOME to a folder of your own.`,
    )
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return fail('gallery-damaged', `The disk under ${path} does not read or write: check it.`)
  }
  return diskError(error, path)
}
