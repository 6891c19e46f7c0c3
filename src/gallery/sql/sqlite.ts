import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Kysely, type Migration, Migrator, type RawBuilder, SqliteDialect, sql } from 'kysely'
import { AgnizeError, diskError } from '../../base/errors.js'
import { foldedName } from '../folded-name.js'
import {
  type CheckedTable,
  checkedTables,
  type DamagedRow,
  damagedRows,
  damageMessages,
  SqliteChecksums,
} from './checksums.js'
import { type ClosableKysely, closable } from './closing-dialect.js'
import { sqliteMigrations } from './migrations/list.js'
import type { RewriteAnswer, RewriteTask } from './rewrite-thread.js'
import { type SchemaUpgradeListener, type SqlDatabase, upgradedMeanwhile } from './sql-database.js'
import {
  busyTimeout,
  SqliteFile,
  type SqliteValue,
  sqliteCode,
  sqliteCodes,
} from './sqlite-file.js'
import type { Schema } from './tables.js'

/** SQLite's name for a database without a file. */
const inMemory = ':memory:'

/** Galleries in an SQLite file: write-ahead log, flushed at every commit, deleted content overwritten. */
export class SqliteDatabase implements SqlDatabase {
  readonly kysely: Kysely<Schema>
  readonly place: string
  readonly vectors = null
  readonly #file: SqliteFile
  readonly #checksums: SqliteChecksums
  /** SQLite's count of changes of the schema, when its migrations were checked last. */
  #schemaVersion: SqliteValue

  readonly #close: () => Promise<void>
  /** Resolves when the file is not being rewritten. */
  #rewritten: Promise<void> = Promise.resolve()

  private constructor(
    { kysely, close }: ClosableKysely<Schema>,
    file: SqliteFile,
    path: string,
    checksums: SqliteChecksums,
  ) {
    this.#file = file
    this.#schemaVersion = schemaVersionOf(file)
    this.kysely = kysely
    this.#close = close
    this.place = path
    this.#checksums = checksums
  }

  /**
   * Opens a file, creating it when it does not exist, and migrates its schema to the current version.
   *
   * @param onSchemaUpgrade - Called before an existing file is upgraded.
   * @throws AgnizeError `gallery-damaged`, `gallery-too-new`, `gallery-locked`, `read-only`, `disk-full`.
   */
  static async open(
    path: string,
    onSchemaUpgrade?: SchemaUpgradeListener,
  ): Promise<SqliteDatabase> {
    let file: SqliteFile | undefined
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      const isNew = !existsSync(path)
      file = new SqliteFile(path)
      // Biometric data: readable by its owner only.
      if (isNew && path !== inMemory) chmodSync(path, 0o600)
      file.exec('pragma journal_mode = WAL; pragma synchronous = FULL')
      // 64 MiB (a negative value is in KiB): the inner pages of a large gallery's indexes.
      file.exec('pragma cache_size = -65536')
      // Deleted content is overwritten.
      file.exec('pragma secure_delete = ON')
      // SQLite's own case folding covers ASCII only.
      file.function('folded', {}, folded)
      const checksums = new SqliteChecksums(file)
      const db = closable<Schema>(new SqliteDialect({ database: file }))
      await migrate(db.kysely, file, path, onSchemaUpgrade)
      file.exec('pragma foreign_keys = ON')
      return new SqliteDatabase(db, file, path, checksums)
    } catch (error) {
      file?.close()
      throw toAgnizeError(error, path)
    }
  }

  async read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    try {
      this.#requireOwnSchema()
      return await work(this.kysely)
    } catch (error) {
      throw await this.#toAgnizeError(error)
    }
  }

  /** Takes the write lock at the start, so that the transaction cannot fail for it half way. */
  async transact<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    // SQLite would wait for its lock in this thread, and everything else with it.
    await this.#rewritten
    try {
      if (this.#file.isOpen) {
        // The triggers name the columns of this version's tables.
        this.#requireOwnSchema()
        this.#checksums.createTriggers()
      }
      return await this.kysely.connection().execute(async (connection) => {
        await sql`begin immediate`.execute(connection)
        try {
          this.#requireOwnSchema()
          const result = await work(connection)
          await sql`commit`.execute(connection)
          return result
        } catch (error) {
          // A full disk has rolled back already; then this rollback fails, and the first error is the one to report.
          await sql`rollback`.execute(connection).catch(() => {})
          throw error
        }
      })
    } catch (error) {
      throw await this.#toAgnizeError(error)
    }
  }

  /**
   * Requires that no newer version of agnize has upgraded the file since it was opened: rows that this version writes would lack
   * what the newer one expects, such as their checksums. It costs microseconds, since SQLite counts the changes of the schema. A
   * file that is closed is refused by the connection.
   *
   * @throws AgnizeError `gallery-too-new`.
   */
  #requireOwnSchema(): void {
    if (!this.#file.isOpen) return
    const version = schemaVersionOf(this.#file)
    if (version === this.#schemaVersion) return
    const unknown = unknownMigration(executedMigrations(this.#file))
    if (unknown !== undefined) throw upgradedMeanwhile(this.place, unknown)
    this.#schemaVersion = version
  }

  /** Reports an invalid statement as damage where the tables differ from those that agnize creates. */
  async #toAgnizeError(error: unknown): Promise<unknown> {
    if (sqliteCode(error) !== sqliteCodes.error) return toAgnizeError(error, this.place)
    const changed = await changedTables(this.kysely).catch(() => [])
    return changed.length > 0 ? damagedFile(this.place, error) : error
  }

  async snapshot<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    // A second connection, so that the first one continues to serve; a database in memory has only one.
    const other = this.place === inMemory ? this : await SqliteDatabase.open(this.place)
    try {
      return await other.kysely.connection().execute(async (connection) => {
        await sql`begin`.execute(connection)
        return work(connection).finally(() => sql`rollback`.execute(connection))
      })
    } catch (error) {
      throw toAgnizeError(error, this.place)
    } finally {
      if (other !== this) {
        await other.close()
        await this.scrub().catch(() => {})
      }
    }
  }

  /** Nothing to do: a transaction locks the whole file. */
  async lock(): Promise<void> {}

  /** Nothing to do: a transaction locks the whole file. */
  async lockTable(): Promise<void> {}

  contains(column: string, text: string): RawBuilder<boolean> {
    return sql<boolean>`instr(folded(${sql.ref(column)}), ${text}) > 0`
  }

  /** Nothing to do: the planner of SQLite needs no counts to choose an index here. */
  async analyze(): Promise<void> {}

  /** Truncates the write-ahead log, which still holds deleted content. */
  async scrub(): Promise<void> {
    // A concurrent reader, such as a backup, blocks the truncation; the log is then truncated when it finishes.
    await this.kysely.connection().execute(async (connection) => {
      await sql`pragma busy_timeout = 0`.execute(connection)
      await sql`pragma wal_checkpoint(truncate)`
        .execute(connection)
        .finally(() => sql`pragma busy_timeout = ${sql.lit(busyTimeout)}`.execute(connection))
    })
  }

  /**
   * `secure_delete` overwrites the cells of deleted rows and pages that are freed. Where a page was split, it still holds the rows
   * that moved to the other page; only VACUUM rewrites such pages. It takes time in proportion to the file, so a thread does
   * it; reads continue meanwhile.
   */
  async rewrite(): Promise<void> {
    try {
      if (this.place === inMemory) await sql`vacuum`.execute(this.kysely)
      else {
        const rewritten = this.#rewritten.then(() => rewriteInThread(this.place))
        this.#rewritten = rewritten.catch(() => {})
        await rewritten
      }
    } catch (error) {
      throw await this.#toAgnizeError(error)
    }
  }

  check(): Promise<string[]> {
    return this.read(async (db) => {
      const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db)
      const { rows: orphans } = await sql<{ table: string }>`pragma foreign_key_check`.execute(db)
      const problems = rows.map((row) => row.integrity_check).filter((line) => line !== 'ok')
      problems.push(...(await changedTables(db)))
      // Rows of damaged pages cannot be checked one by one.
      const damaged = problems.length > 0 ? [] : await this.damaged(db)
      return [
        ...problems,
        ...orphans.map(({ table }) => `a row of ${table} refers to a missing row`),
        ...damageMessages(damaged),
      ]
    })
  }

  damaged(db: Kysely<Schema>, galleryId?: string): Promise<DamagedRow[]> {
    return damagedRows(db, checkedTables, this.isWhole, galleryId)
  }

  readonly isWhole = (table: CheckedTable) => this.#checksums.isWhole(table)

  close(): Promise<void> {
    return this.#close()
  }
}

function rewriteInThread(path: RewriteTask): Promise<void> {
  const worker = new Worker(new URL('./rewrite-thread.js', import.meta.url), {
    workerData: path,
    execArgv: [],
  })
  return new Promise((done, fail) => {
    worker.once('message', ({ error }: RewriteAnswer) => {
      if (error) fail(Object.assign(new Error(error.message), error))
      else done()
    })
    worker.once('error', fail)
    worker.once('exit', () => fail(new Error('The thread that rewrote the gallery ended.')))
  })
}

const folded = (text: SqliteValue) => foldedName(String(text))

/** One transaction for all migrations, so that two processes starting at once, or a kill, do no harm. */
async function migrate(
  db: Kysely<Schema>,
  file: SqliteFile,
  path: string,
  onSchemaUpgrade?: SchemaUpgradeListener,
): Promise<void> {
  const done = executedMigrations(file)
  const last = done.at(-1) ?? ''
  const lost = Object.keys(sqliteMigrations).find((name) => name < last && !done.includes(name))
  if (lost) throw damagedFile(path, new Error(`The migration ${lost} is not recorded.`))
  const unknown = unknownMigration(done)
  if (unknown !== undefined) {
    throw new AgnizeError(
      'gallery-too-new',
      `The gallery ${path} was made by a newer version of agnize (it has "${unknown}"): update agnize.`,
    )
  }
  if (done.length === Object.keys(sqliteMigrations).length) return
  if (done.length > 0) onSchemaUpgrade?.(path)
  // A table that is replaced must not take the rows that refer to it along.
  file.exec('pragma foreign_keys = OFF')
  file.exec('begin immediate')
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async (): Promise<Record<string, Migration>> => sqliteMigrations },
      disableTransactions: true,
    })
    const { error } = await migrator.migrateToLatest()
    if (error) throw error
    file.exec('commit')
  } catch (error) {
    if (file.isTransaction) file.exec('rollback')
    // A row that a constraint refuses was not written like that.
    throw sqliteCode(error) === sqliteCodes.constraint ? damagedFile(path, error) : error
  }
}

const schemaVersionOf = (file: SqliteFile): SqliteValue =>
  file.column('pragma main.schema_version')[0]!

/** A migration that this version does not know; undefined where it knows all. */
const unknownMigration = (done: readonly string[]): string | undefined =>
  done.find((name) => !(name in sqliteMigrations))

function executedMigrations(file: SqliteFile): string[] {
  const tables = file.column("select name from sqlite_master where type = 'table'")
  if (tables.includes('kysely_migration')) {
    return file.column('select name from kysely_migration order by name') as string[]
  }
  if (tables.length > 0) {
    throw new AgnizeError(
      'gallery-damaged',
      'The file is an SQLite database but not an agnize gallery: give another file.',
    )
  }
  return []
}

const damagedFile = (path: string, cause: unknown) =>
  new AgnizeError(
    'gallery-damaged',
    `The gallery ${path} is damaged: "agnize gallery repair" saves what can be read, or restore a backup.`,
    { cause },
  )

/** Tables and indexes that differ from the migrations' result, in words. */
async function changedTables(db: Kysely<Schema>): Promise<string[]> {
  const made = await SqliteDatabase.open(inMemory)
  try {
    const [expected, found] = [await definitions(made.kysely), await definitions(db)]
    // Additional objects, such as SQLite's own statistics, are harmless.
    return [...expected.keys()]
      .filter((name) => expected.get(name) !== found.get(name))
      .map((name) => `the definition of ${name} was changed`)
  } finally {
    await made.close()
  }
}

/** Definitions of all tables and indexes, by name. */
async function definitions(db: Kysely<Schema>): Promise<Map<string, string>> {
  const { rows } = await sql<{ name: string; definition: string }>`
    select name, type || ' of ' || tbl_name || ': ' || coalesce(sql, '') as definition from sqlite_schema`.execute(
    db,
  )
  return new Map(rows.map(({ name, definition }) => [name, definition]))
}

/** Translates an SQLite error into an AgnizeError; returns any other error unchanged. */
export function toAgnizeError(error: unknown, path: string): unknown {
  if (error instanceof AgnizeError) return error
  const code = sqliteCode(error)
  const fail = (kind: ConstructorParameters<typeof AgnizeError>[0], message: string) =>
    new AgnizeError(kind, message, { cause: error })
  if (code === sqliteCodes.notADatabase) {
    return fail('gallery-damaged', `${path} is not a gallery: give another file, or move it away.`)
  }
  if (code === sqliteCodes.corrupt) return damagedFile(path, error)
  if (code === sqliteCodes.busy || code === sqliteCodes.locked) {
    return fail(
      'gallery-locked',
      `The gallery ${path} is held by another process: try again when it is done.`,
    )
  }
  if (code === sqliteCodes.full) {
    return fail('disk-full', `The disk under ${path} is full: make room and try again.`)
  }
  if (code === sqliteCodes.readOnly || code === sqliteCodes.cannotOpen) {
    return fail(
      'read-only',
      `The gallery ${path} cannot be written: change its permissions or set AGNIZE_HOME to a folder of your own.`,
    )
  }
  if (code === sqliteCodes.ioError) {
    return fail('gallery-damaged', `The disk under ${path} fails to read or write: check the disk.`)
  }
  return diskError(error, path)
}
