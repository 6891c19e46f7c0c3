import { createRequire } from 'node:module'
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import { loadNativePackage } from '../../base/native-package.js'

/** Maximum number of cached statements: more than the program has, except for lists of ids of varying length. Judgment. */
const maxStatements = 300

/** Time limit for waiting on another process's transaction, in milliseconds. Judgment. */
export const busyTimeout = 5000

/** Result codes of SQLite that are handled (https://sqlite.org/rescode.html). */
export const sqliteCodes = {
  error: 1,
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  constraint: 19,
  notADatabase: 26,
} as const

/** Primary result code of an error of SQLite; undefined for other errors. */
export function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode
  return typeof code === 'number' ? code & 0xff : undefined
}

/** Value that SQLite reads and writes. */
export type SqliteValue = string | number | bigint | null | Uint8Array

interface Sqlite {
  readonly DatabaseSync: { new (path: string, options?: object): DatabaseSyncInstance }
  readonly StatementSync: { readonly prototype: object }
}

let binding: Sqlite | undefined

/**
 * SQLite as Node has it, where it is complete (22.16 and later), and otherwise as `@photostructure/sqlite` has it, whose API is
 * the same.
 *
 * @throws AgnizeError `platform-unsupported`.
 */
function sqlite(): Sqlite {
  binding ??= nodeSqlite() ?? packagedSqlite()
  return binding
}

function nodeSqlite(): Sqlite | undefined {
  const { emitWarning } = process
  // Node 22 warns of every use that SQLite is an experimental feature, which is nothing that a user could act on.
  process.emitWarning = () => {}
  try {
    const sqlite: Sqlite = createRequire(import.meta.url)('node:sqlite')
    const isComplete =
      'function' in sqlite.DatabaseSync.prototype &&
      'isTransaction' in sqlite.DatabaseSync.prototype &&
      'columns' in sqlite.StatementSync.prototype
    return isComplete ? sqlite : undefined
  } catch {
    return undefined
  } finally {
    process.emitWarning = emitWarning
  }
}

function packagedSqlite(): Sqlite {
  const packaged = loadNativePackage<Sqlite>('sqlite', '@photostructure/sqlite')
  if ('library' in packaged) return packaged.library
  throw new AgnizeError(
    'platform-unsupported',
    `Node ${process.versions.node} has no complete SQLite, and ${packaged.reason}: use Node 22.16 or later, or install agnize with its optional dependencies.`,
  )
}

/**
 * An open SQLite file, with the few operations that a gallery needs; also the database of Kysely's dialect for SQLite. Prepared
 * statements are cached by their text, least recently used first out, since preparing one costs as much as running it.
 */
export class SqliteFile implements SqliteDatabase {
  readonly #database: DatabaseSyncInstance
  readonly #statements = new Map<string, Statement>()

  /**
   * @param path - The file, or `:memory:`.
   * @throws Error with an `errcode` of SQLite; see {@link sqliteCode}.
   */
  constructor(path: string, { readOnly = false }: { readonly readOnly?: boolean } = {}) {
    this.#database = new (sqlite().DatabaseSync)(path, { timeout: busyTimeout, readOnly })
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction
  }

  /** Runs statements without parameters. */
  exec(statements: string): void {
    this.#database.exec(statements)
  }

  /** Runs a statement; the number of changed rows. */
  run(statement: string, ...parameters: SqliteValue[]): number {
    return Number(this.prepare(statement).run(parameters).changes)
  }

  /** All rows of a statement. */
  rows<Row = Record<string, SqliteValue>>(statement: string, ...parameters: SqliteValue[]): Row[] {
    return this.prepare(statement).all(parameters) as Row[]
  }

  /** The first column of all rows of a statement. */
  column(statement: string, ...parameters: SqliteValue[]): SqliteValue[] {
    return this.rows(statement, ...parameters).map((row) => Object.values(row)[0]!)
  }

  /** Defines a function of SQL. */
  function(
    name: string,
    options: { readonly varargs?: boolean },
    work: (...values: SqliteValue[]) => SqliteValue,
  ): void {
    this.#database.function(name, { deterministic: true, ...options }, work)
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql)
    // A statement whose rows are being read cannot run a second time concurrently.
    if (known?.isBusy) return new Statement(this.#database.prepare(sql))
    const statement = known ?? new Statement(this.#database.prepare(sql))
    this.#statements.delete(sql)
    this.#statements.set(sql, statement)
    if (this.#statements.size > maxStatements) {
      this.#statements.delete(this.#statements.keys().next().value!)
    }
    return statement
  }

  get isOpen(): boolean {
    return this.#database.isOpen
  }

  close(): void {
    this.#statements.clear()
    if (this.#database.isOpen) this.#database.close()
  }
}

/** A prepared statement in the form that Kysely uses. */
class Statement implements SqliteStatement {
  readonly #statement: StatementSyncInstance
  /** Whether it returns rows. */
  readonly reader: boolean
  /** Whether its rows are being read. */
  isBusy = false

  constructor(statement: StatementSyncInstance) {
    this.#statement = statement
    this.reader = statement.columns().length > 0
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.#statement.all(...(parameters as SqliteValue[]))
  }

  run(parameters: readonly unknown[]): {
    changes: number | bigint
    lastInsertRowid: number | bigint
  } {
    return this.#statement.run(...(parameters as SqliteValue[]))
  }

  *iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    this.isBusy = true
    try {
      yield* this.#statement.iterate(...(parameters as SqliteValue[]))
    } finally {
      this.isBusy = false
    }
  }
}
