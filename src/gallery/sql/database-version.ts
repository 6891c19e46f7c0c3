import { sql } from 'kysely'
import type { SqlDatabase } from './sql-database.js'

/** What a database says of itself. */
export interface DatabaseVersion {
  readonly kind: 'SQLite' | 'PostgreSQL'
  readonly version: string
  /** Name of the last migration of its schema. */
  readonly schema: string
  /** Its clock; null where it is that of this machine. */
  readonly now: Date | null
}

/** Version, schema and clock of a database. @throws AgnizeError, translated from the driver's error. */
export function databaseVersion(
  database: SqlDatabase,
  kind: DatabaseVersion['kind'],
): Promise<DatabaseVersion> {
  return database.read(async (db) => {
    const { rows: done } = await sql<{ name: string | null }>`
      select max(name) as name from kysely_migration`.execute(db)
    const schema = done[0]?.name ?? ''
    if (kind === 'SQLite') {
      const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(
        db,
      )
      return { kind, version: rows[0]!.version, schema, now: null }
    }
    const { rows } = await sql<{ version: string; now: Date | string }>`
      select current_setting('server_version') as version, clock_timestamp() as now`.execute(db)
    return { kind, version: rows[0]!.version, schema, now: new Date(rows[0]!.now) }
  })
}
