import type { SqliteDatabase, SqliteStatement } from 'kysely'

/** Statements that are kept: more than the program has, but for lists of ids of every length. */
const most = 300

/** What is kept of better-sqlite3's statements. */
interface Statement extends SqliteStatement {
  /** Whether its rows are being read. */
  readonly busy: boolean
}

/** Keeps prepared statements by their text, the latest used, since preparing one costs as much as running it. */
export class StatementCache implements SqliteDatabase {
  readonly #database: { prepare(sql: string): Statement; close(): void }
  readonly #statements = new Map<string, Statement>()

  /** @param database - Of better-sqlite3. */
  constructor(database: { prepare(sql: string): Statement; close(): void }) {
    this.#database = database
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql)
    // One whose rows are being read cannot be run beside that.
    if (known?.busy) return this.#database.prepare(sql)
    const statement = known ?? this.#database.prepare(sql)
    this.#statements.delete(sql)
    this.#statements.set(sql, statement)
    if (this.#statements.size > most) {
      this.#statements.delete(this.#statements.keys().next().value!)
    }
    return statement
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }
}
