import type { Kysely, RawBuilder } from 'kysely'
import type { CheckedTable, DamagedRow } from './checksums.js'
import type { Schema } from './tables.js'
import type { VectorTable } from './vector-table.js'

/** A database that holds galleries: what differs between SQLite and PostgreSQL. */
export interface SqlDatabase {
  readonly kysely: Kysely<Schema>
  /** The file, or the server and its database, as messages name it. */
  readonly place: string
  /** Where the database itself searches vectors; null where it cannot. */
  readonly vectors: VectorTable | null
  /** Runs work that only reads. @throws AgnizeError in agnize's words. */
  read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>
  /**
   * Runs work in one transaction: it happens whole, on disk, or not at all. May run it again where the database asks for
   * that.
   *
   * @throws AgnizeError in agnize's words.
   */
  transact<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>
  /** Runs work that reads the database as it was at one moment, while others change it. */
  snapshot<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>
  /** Holds other changes of a gallery off until the transaction ends. */
  lock(db: Kysely<Schema>, galleryId: string): Promise<void>
  /** Whether a column holds a text, whatever the case of either. */
  contains(column: string, text: string): RawBuilder<boolean>
  /** Takes away what deleted rows have left in files. */
  scrub(): Promise<void>
  /** Rows that are not as they were written; of one gallery, or all. */
  damaged(db: Kysely<Schema>, galleryId?: string): Promise<DamagedRow[]>
  /** Whether a row of a table is as it was written, as a column of a query; null where that would cost searches too much. */
  readonly isWhole: ((table: CheckedTable) => RawBuilder<boolean>) | null
  /** What is wrong with the database, in words; empty when nothing is. */
  check(): Promise<string[]>
  close(): Promise<void>
}
