import { type Kysely, Migrator, PostgresAdapter, PostgresDialect, sql } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import { postgresMigrations } from './migrations/list.js'
import type { SchemaUpgradeListener } from './sql-database.js'
import type { Schema } from './tables.js'

/** Oldest supported versions of the server and of pgvector, which since 0.8 goes on scanning its graph where a filter leaves few. */
const minServerVersion = 150_000
const minVectorVersion = [0, 8] as const

/** Options of {@link migratePostgres}. */
export interface SchemaOptions {
  /** Called before existing tables are upgraded. */
  readonly onSchemaUpgrade?: SchemaUpgradeListener | undefined
  /** Whether tables of another version are refused in place of being made or upgraded; default false. */
  readonly readOnly?: boolean | undefined
}

/**
 * Migrates the tables of a database to the current version.
 *
 * @param place - The database, for messages.
 * @throws AgnizeError `store-unsupported` for old versions of the server and of pgvector, `gallery-too-new`, `read-only` where the
 * user may not upgrade.
 */
export async function migratePostgres(
  db: Kysely<Schema>,
  place: string,
  { onSchemaUpgrade, readOnly = false }: SchemaOptions = {},
): Promise<void> {
  const { rows } = await sql<{
    version: string
  }>`select current_setting('server_version_num') as version`.execute(db)
  if (Number(rows[0]!.version) < minServerVersion) {
    throw new AgnizeError(
      'store-unsupported',
      `The server at ${place} is older than PostgreSQL 15: update it.`,
    )
  }
  await checkVectorVersion(db, place)
  // Another installation may have its tables in another schema of the search path.
  const { rows: tables } = await sql<{
    there: boolean
    schema: string
    creatable: boolean
  }>`select current_schema() as schema,
    has_schema_privilege(current_schema(), 'create') as creatable,
    to_regclass(quote_ident(current_schema()) || '.kysely_migration') is not null as there`.execute(
    db,
  )
  if (tables[0]!.there) {
    const done = await executedMigrations(db)
    const unknown = done.find(({ name }) => !(name in postgresMigrations))
    if (unknown) {
      throw new AgnizeError(
        'gallery-too-new',
        `The galleries at ${place} were made by a newer version of agnize (they have "${unknown.name}"): update agnize.`,
      )
    }
    if (done.length === Object.keys(postgresMigrations).length) return
    const { rows: rights } = await sql<{ owner: boolean }>`select
      has_table_privilege('kysely_migration', 'insert') as owner`.execute(db)
    if (readOnly || !rights[0]!.owner) throw mayNotUpgrade(place)
    if (done.length > 0) onSchemaUpgrade?.(place)
  } else if (readOnly || !tables[0]!.creatable) {
    // Kysely would hide that it cannot create a table behind the error of what it does next.
    throw mayNotUpgrade(place)
  }
  try {
    await db.connection().execute((connection) => migrateInTransaction(connection, tables[0]!))
  } catch (error) {
    if ((error as { code?: string }).code === '42501') throw mayNotUpgrade(place, error)
    throw error
  }
}

/**
 * Runs all migrations in one transaction, which holds the lock of migrations until it ends: behind a pooler, a lock of the session
 * (as Kysely takes it) would be taken on one connection to the server and released on another.
 */
async function migrateInTransaction(
  connection: Kysely<Schema>,
  { schema, there }: { readonly schema: string; readonly there: boolean },
): Promise<void> {
  const migrator = new Migrator({
    db: connection,
    provider: { getMigrations: async () => postgresMigrations },
    migrationTableSchema: schema,
    disableTransactions: true,
  })
  await sql`begin`.execute(connection)
  try {
    // Migrations may rewrite large tables, and wait for those of other processes.
    await sql`set local statement_timeout = 0`.execute(connection)
    await sql`set local lock_timeout = ${sql.lit(migrationWaitMs)}`.execute(connection)
    await sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`.execute(connection)
    // Every transaction reads this table first: those that have begun end before the upgrade, and later ones see it.
    if (there) await sql`lock table kysely_migration in access exclusive mode`.execute(connection)
    const { error } = await migrator.migrateToLatest()
    if (error) throw error
    await sql`commit`.execute(connection)
  } catch (error) {
    await sql`rollback`.execute(connection).catch(() => {})
    throw error
  }
}

/** Names of the migrations that were made. Where another process makes some, it waits for their end. */
async function executedMigrations(db: Kysely<Schema>): Promise<{ readonly name: string }[]> {
  return db.connection().execute(async (connection) => {
    await sql`begin`.execute(connection)
    try {
      await sql`set local statement_timeout = 0`.execute(connection)
      await sql`set local lock_timeout = ${sql.lit(migrationWaitMs)}`.execute(connection)
      const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(
        connection,
      )
      return rows
    } finally {
      await sql`commit`.execute(connection).catch(() => {})
    }
  })
}

/** Wait for the migration of another process, in milliseconds. Judgment: an upgrade of a million faces takes minutes. */
const migrationWaitMs = 3_600_000

/** Kysely's own lock of migrations, which earlier versions of agnize take. */
const migrationLock = 3853314791062309107n

/** Kysely's dialect, without its lock of migrations: {@link migrateInTransaction} holds it. */
export class PostgresDialectWithoutLock extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new AdapterWithoutLock()
  }
}

class AdapterWithoutLock extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

function mayNotUpgrade(place: string, cause?: unknown): AgnizeError {
  return new AgnizeError(
    'read-only',
    `The galleries at ${place} need their tables made or upgraded, which this user may not do: run "agnize gallery list" once as the user who owns them (docs/scaling.md).`,
    { cause },
  )
}

/** Checks the version of pgvector, where the database has it already. @throws AgnizeError `store-unsupported`. */
async function checkVectorVersion(db: Kysely<Schema>, place: string): Promise<void> {
  const { rows } = await sql<{
    version: string
  }>`select extversion as version from pg_extension where extname = 'vector'`.execute(db)
  const [major = 0, minor = 0] = (rows[0]?.version ?? minVectorVersion.join('.'))
    .split('.')
    .map(Number)
  const [leastMajor, leastMinor] = minVectorVersion
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return
  throw new AgnizeError(
    'store-unsupported',
    `The database at ${place} has pgvector ${rows[0]!.version}, and agnize needs ${minVectorVersion.join('.')}: install it and run "ALTER EXTENSION vector UPDATE" there.`,
  )
}
