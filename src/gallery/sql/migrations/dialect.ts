import { type Kysely, sql } from 'kysely'
import {
  type CheckedTable,
  createPostgresChecksums,
  fillPostgresChecksums,
  fillSqliteChecksums,
} from '../checksums.js'

/** What a database calls the types of columns. */
export interface ColumnTypes {
  /** Compared byte by byte, whatever the database's language. */
  readonly text: ReturnType<typeof sql>
  readonly integer: ReturnType<typeof sql>
  readonly bytes: ReturnType<typeof sql>
}

/** How a database computes checksums of rows. */
export interface ChecksumSupport {
  /** Makes what it takes. */
  prepare(db: Kysely<unknown>): Promise<void>
  /** Computes those of all rows of a table. */
  fill(db: Kysely<unknown>, table: CheckedTable): Promise<void>
}

/** What migrations need to know of a database. */
export interface Dialect {
  readonly types: ColumnTypes
  readonly checksums: ChecksumSupport
}

/** SQLite's integers hold 64 bits, and text is compared byte by byte unless told otherwise. The connection knows `row_checksum`. */
export const sqlite: Dialect = {
  types: { text: sql`text`, integer: sql`integer`, bytes: sql`blob` },
  checksums: { prepare: async () => {}, fill: fillSqliteChecksums },
}

export const postgres: Dialect = {
  types: { text: sql`text collate "C"`, integer: sql`bigint`, bytes: sql`bytea` },
  checksums: { prepare: createPostgresChecksums, fill: fillPostgresChecksums },
}
