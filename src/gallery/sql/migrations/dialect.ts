import { type Kysely, sql } from 'kysely'
import {
  type CheckedTable,
  createPostgresChecksums,
  fillPostgresChecksums,
  fillSqliteChecksums,
} from '../checksums.js'

/** A database's names of column types. */
export interface ColumnTypes {
  /** Text that is compared byte by byte, whatever the database's locale. */
  readonly text: ReturnType<typeof sql>
  readonly integer: ReturnType<typeof sql>
  readonly bytes: ReturnType<typeof sql>
}

/** A database's support for checksums of rows. */
export interface ChecksumSupport {
  /** Creates the functions that checksums need. */
  prepare(db: Kysely<unknown>): Promise<void>
  /** Computes the checksums of all rows of a table. */
  fill(db: Kysely<unknown>, table: CheckedTable): Promise<void>
}

/** Differences between databases that migrations depend on. */
export interface Dialect {
  readonly types: ColumnTypes
  readonly checksums: ChecksumSupport
}

/** SQLite's integers have 64 bits, and its text is compared byte by byte by default. The connection defines `row_checksum`. */
export const sqlite: Dialect = {
  types: { text: sql`text`, integer: sql`integer`, bytes: sql`blob` },
  checksums: { prepare: async () => {}, fill: fillSqliteChecksums },
}

export const postgres: Dialect = {
  types: { text: sql`text collate "C"`, integer: sql`bigint`, bytes: sql`bytea` },
  checksums: { prepare: createPostgresChecksums, fill: fillPostgresChecksums },
}
