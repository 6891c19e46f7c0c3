import type { Kysely } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import type { SqlDatabase } from './sql-database.js'
import type { Schema } from './tables.js'

/** A database that refuses every change before it reaches the server, such as a replica. */
export class ReadOnlyDatabase implements SqlDatabase {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  get kysely(): Kysely<Schema> {
    return this.#database.kysely
  }

  get place(): string {
    return this.#database.place
  }

  get vectors() {
    return this.#database.vectors
  }

  get isWhole() {
    return this.#database.isWhole
  }

  read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.#database.read(work)
  }

  /** @throws AgnizeError `read-only`. */
  async transact(): Promise<never> {
    throw new AgnizeError(
      'read-only',
      'This server is read-only (--read-only): send changes to one that accepts them.',
    )
  }

  snapshot<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.#database.snapshot(work)
  }

  lock(db: Kysely<Schema>, galleryId: string): Promise<void> {
    return this.#database.lock(db, galleryId)
  }

  lockTable(db: Kysely<Schema>, table: keyof Schema): Promise<void> {
    return this.#database.lockTable(db, table)
  }

  contains(column: string, text: string) {
    return this.#database.contains(column, text)
  }

  /** Nothing to do: nothing grows. */
  async analyze(): Promise<void> {}

  /** Nothing to do: nothing is deleted. */
  async scrub(): Promise<void> {}

  /** Nothing to do: nothing is deleted. */
  async rewrite(): Promise<void> {}

  damaged(db: Kysely<Schema>, galleryId?: string) {
    return this.#database.damaged(db, galleryId)
  }

  check(): Promise<string[]> {
    return this.#database.check()
  }

  close(): Promise<void> {
    return this.#database.close()
  }
}
