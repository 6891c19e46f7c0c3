import type { Kysely, RawBuilder } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import type { CheckedTable, DamagedRow } from './checksums.js'
import type { Schema } from './tables.js'
import type { VectorTable } from './vector-table.js'

/** Called before an existing store is upgraded to the current schema, with its path or address. */
export type SchemaUpgradeListener = (place: string) => void

/**
 * The error of a program whose store a newer version of agnize has upgraded while it ran.
 *
 * @param migration - Name of a migration that this version does not know.
 */
export const upgradedMeanwhile = (place: string, migration: string) =>
  new AgnizeError(
    'gallery-too-new',
    `A newer version of agnize has upgraded the gallery ${place} (it has "${migration}") while this program ran: stop it, and start it with that version.`,
  )

/** A database that holds galleries: the differences between SQLite and PostgreSQL. */
export interface SqlDatabase {
  readonly kysely: Kysely<Schema>
  /** Path of the file, or the server and its database, for messages. */
  readonly place: string
  /** The database's own vector search; null where it has none. */
  readonly vectors: VectorTable | null
  /** Runs read-only work. @throws AgnizeError `gallery-too-new`, or translated from the driver's error. */
  read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>
  /**
   * Runs work in one transaction, durably or not at all. The work may run several times, where the database asks for a
   * retry.
   *
   * @throws AgnizeError `gallery-too-new` where a newer version has upgraded the store; or translated from the driver's error.
   */
  transact<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>
  /** Runs work that reads a consistent snapshot of the database, while others change it. */
  snapshot<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>
  /** Blocks other changes of a gallery until the transaction ends. */
  lock(db: Kysely<Schema>, galleryId: string): Promise<void>
  /** Blocks other changes of a table, and others that lock it, until the transaction ends. */
  lockTable(db: Kysely<Schema>, table: keyof Schema): Promise<void>
  /** Whether a column, folded as {@link foldedName} does, contains a folded text. */
  contains(column: string, text: string): RawBuilder<boolean>
  /**
   * Has the database count the rows of a gallery that has grown, as part of the transaction: a planner that takes a gallery for
   * small reads it whole in place of one row.
   */
  analyze(db: Kysely<Schema>, galleryId: string): Promise<void>
  /** Removes deleted rows from logs of the database. */
  scrub(): Promise<void>
  /**
   * Rewrites the files of the database, since pages that were split hold remains of rows that were deleted or changed. It takes
   * as long as reading and writing every row, and as much space on the disk.
   */
  rewrite(): Promise<void>
  /** Rows that do not match their checksums; of one gallery, or all. */
  damaged(db: Kysely<Schema>, galleryId?: string): Promise<DamagedRow[]>
  /** Whether a row of a table matches its checksum, as an SQL expression; null where that would slow searches too much. */
  readonly isWhole: ((table: CheckedTable) => RawBuilder<boolean>) | null
  /** Problems of the database, in words; empty when there are none. */
  check(): Promise<string[]>
  close(): Promise<void>
}
