import type { SqliteDatabase, SqliteStatement } from 'kysely'

/** Maximum number of cached statements: more than the program has, except for lists of ids of varying length. Judgment. */
const maxStatements = 300

/** The part of better-sqlite3's statements that is used. */
interface Statement extends SqliteStatement {
  /** Whether its rows are being read. */
  readonly busy: boolean
}

/** Caches prepared statements by their text, least recently used first out, since preparing one costs as much as running it. */
export class StatementCache implements SqliteDatabase {
  readonly #database: { prepare(sql: string): Statement; close(): void }
  readonly #statements = new Map<string, Statement>()

  /** @param database - A better-sqlite3 database. */
  constructor(database: { prepare(sql: string): Statement; close(): void }) {
    this.#database = database
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql)
    // A statement whose rows are being read cannot run a second time concurrently.
    if (known?.busy) return this.#database.prepare(sql)
    const statement = known ?? this.#database.prepare(sql)
    this.#statements.delete(sql)
    this.#statements.set(sql, statement)
    if (this.#statements.size > maxStatements) {
      this.#statements.delete(this.#statements.keys().next().value!)
    }
    return statement
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }
}
