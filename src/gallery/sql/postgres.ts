import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Pool, PoolConfig } from 'pg'
import { AgnizeError, type ErrorCode } from '../../base/errors.js'
import { plainLetters } from '../folded-name.js'
import {
  checkedTables,
  type DamagedRow,
  damagedRows,
  damageMessages,
  isWholeInPostgres,
} from './checksums.js'
import { type ClosableKysely, closable } from './closing-dialect.js'
import { postgresMigrations } from './migrations/list.js'
import { readPostgresAddress } from './postgres-address.js'
import { ConnectionLost, connectionsTo, NoConnection, NotPrimary } from './postgres-connections.js'
import {
  migratePostgres,
  PostgresDialectWithoutLock,
  type SchemaOptions,
} from './postgres-schema.js'
import { PostgresVectors } from './postgres-vectors.js'
import { type SqlDatabase, upgradedMeanwhile } from './sql-database.js'
import type { Schema } from './tables.js'

/** Attempts at work that the server asks to retry, and the first pause between them, in milliseconds. Judgment. */
const maxAttempts = 8
const firstRetryDelayMs = 25

/** Time after which a read checks the schema again, in milliseconds; changes always do. Judgment. */
const schemaCheckMs = 1000

/** The last migration of a database, as a value of SQL. */
const lastMigration = sql`(select max(name) from kysely_migration)`

interface LastMigration {
  readonly migration: string | null
}

/** Tables that grow with a gallery's people. */
const analyzedTables = ['subjects', 'subject_labels', 'subject_keys', 'crops', 'templates'] as const

/** Galleries in a PostgreSQL database with pgvector, which any number of processes share. */
export class PostgresDatabase implements SqlDatabase {
  readonly kysely: Kysely<Schema>
  readonly place: string
  readonly vectors: PostgresVectors

  /** Connections of transactions: writers that wait for each other leave those of searches alone. */
  readonly #writers: Kysely<Schema>
  readonly #close: () => Promise<void>

  /** When the schema was checked last, by the clock of `performance`. */
  #checkedAt = performance.now()

  private constructor(
    readers: ClosableKysely<Schema>,
    writers: ClosableKysely<Schema>,
    place: string,
    buildsGraphs: boolean,
  ) {
    this.kysely = readers.kysely
    this.#writers = writers.kysely
    this.#close = async () => {
      await Promise.all([readers.close(), writers.close()])
    }
    this.place = place
    this.vectors = new PostgresVectors(this.kysely, (work) => this.read(work), buildsGraphs)
  }

  /**
   * Connects, and migrates the schema to the current version.
   *
   * @param url - `postgres://user:password@host:port/database`; docs/scaling.md lists the parameters.
   * @throws AgnizeError `bad-argument`, `store-unreachable`, `store-unsupported`, `gallery-too-new`, `read-only`.
   */
  static async open(url: string, options: SchemaOptions = {}): Promise<PostgresDatabase> {
    const address = readPostgresAddress(url)
    const { place } = address
    const { default: pg } = await import('pg').catch((cause: unknown) => {
      throw new AgnizeError(
        'store-unsupported',
        'Galleries in PostgreSQL need the package "pg": install it with "npm install pg".',
        { cause },
      )
    })
    const createPool = (config: PoolConfig): Pool => {
      const pool = new pg.Pool({
        ...config,
        connectionTimeoutMillis: address.connectionTimeoutMs,
        application_name: 'agnize',
        types: {
          // Counters and versions stay far below 2^53.
          getTypeParser: (oid, format) =>
            Number(oid) === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
        },
      })
      // An idle connection that breaks is replaced by the pool.
      pool.on('error', () => {})
      // A loss between two queries of a transaction is reported by the next query; an unhandled event would end the process.
      pool.on('connect', (client) => client.on('error', () => {}))
      return pool
    }
    const connections = (most: number) =>
      closable<Schema>(
        new PostgresDialectWithoutLock({ pool: connectionsTo(address, createPool, most) }),
      )
    const [readers, writers] = [connections(address.readers), connections(address.writers)]
    const database = new PostgresDatabase(readers, writers, place, !options.readOnly)
    try {
      await withRetries(() => migratePostgres(readers.kysely, place, options))
      return database
    } catch (error) {
      await database.close()
      throw toAgnizeError(error, place)
    }
  }

  async read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    try {
      if (performance.now() - this.#checkedAt > schemaCheckMs) {
        const { rows } = await withRetries(
          () => sql<LastMigration>`select ${lastMigration} as migration`.execute(this.kysely),
          isUnavailable,
        )
        this.#requireOwnSchema(rows[0])
      }
      return await withRetries(() => work(this.kysely), isUnavailable)
    } catch (error) {
      throw toAgnizeError(error, this.place)
    }
  }

  async transact<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    try {
      return await withRetries(() => this.#transactOnce(work), isUnavailable)
    } catch (error) {
      throw toAgnizeError(error, this.place)
    }
  }

  async #transactOnce<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    let committing: { readonly id: string; readonly result: T } | undefined
    try {
      return await this.#writers.connection().execute(async (connection) => {
        await sql`begin`.execute(connection)
        try {
          // The lock on the table of migrations, which lasts as long as the transaction, holds off those of a newer version.
          const { rows } = await sql<LastMigration & { id: string }>`
            select pg_current_xact_id()::text as id, ${lastMigration} as migration`.execute(
            connection,
          )
          this.#requireOwnSchema(rows[0])
          const result = await work(connection)
          committing = { id: rows[0]!.id, result }
          await sql`commit`.execute(connection)
          return result
        } catch (error) {
          await sql`rollback`.execute(connection).catch(() => {})
          throw error
        }
      })
    } catch (error) {
      // The response to a commit was lost: the server knows whether it succeeded.
      if (committing && isRetryable(error) && (await this.#happened(committing.id))) {
        return committing.result
      }
      throw error
    }
  }

  /**
   * Requires that no newer version of agnize has upgraded the tables since they were opened.
   *
   * @throws AgnizeError `gallery-too-new`.
   */
  #requireOwnSchema({ migration = null }: Partial<LastMigration> = {}): void {
    if (migration !== null && !(migration in postgresMigrations)) {
      throw upgradedMeanwhile(this.place, migration)
    }
    this.#checkedAt = performance.now()
  }

  async #happened(transaction: string): Promise<boolean> {
    for (;;) {
      const status = await withRetries(async () => {
        const { rows } = await sql<{
          status: string | null
        }>`select pg_xact_status(${transaction}::xid8) as status`.execute(this.kysely)
        return rows[0]?.status
      }, isUnavailable)
      if (status !== 'in progress') return status === 'committed'
      await pause(firstRetryDelayMs)
    }
  }

  async snapshot<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    try {
      return await this.kysely
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(work)
    } catch (error) {
      throw toAgnizeError(error, this.place)
    }
  }

  async lock(db: Kysely<Schema>, galleryId: string): Promise<void> {
    await db.selectFrom('galleries').select('id').where('id', '=', galleryId).forUpdate().execute()
  }

  async lockTable(db: Kysely<Schema>, table: keyof Schema): Promise<void> {
    await sql`lock table ${sql.table(table)} in share row exclusive mode`.execute(db)
  }

  contains(column: string, text: string): RawBuilder<boolean> {
    // Columns are compared byte by byte; lower() needs a collation with Unicode case rules.
    let folded = sql`lower(regexp_replace(normalize(${sql.ref(column)}, nfkd), '[\\u0300-\\u036f]', '', 'g') collate "und-x-icu")`
    for (const [letter, plain] of Object.entries(plainLetters)) {
      folded = sql`replace(${folded}, ${sql.lit(letter)}, ${sql.lit(plain)})`
    }
    return sql<boolean>`position(${text}::text in ${folded}) > 0`
  }

  async analyze(db: Kysely<Schema>, galleryId: string): Promise<void> {
    // A table that another process analyzes, indexes or vacuums is not waited for; one that this user does not own is left out.
    const tables = [
      ...analyzedTables.map((name) => sql.table(name)),
      this.vectors.partition(galleryId),
    ]
    await sql`analyze (skip_locked) ${sql.join(tables)}`.execute(db)
  }

  /** Nothing to do: the server's own vacuum reclaims deleted rows. */
  async scrub(): Promise<void> {}

  /** Nothing to do: rewriting the tables of a server is its administrator's decision (docs/privacy.md). */
  async rewrite(): Promise<void> {}

  damaged(db: Kysely<Schema>, galleryId?: string): Promise<DamagedRow[]> {
    return damagedRows(db, checkedTables, isWholeInPostgres, galleryId)
  }

  /** Null: the server verifies its pages itself, and hashing the JSON of every row would slow every search down. */
  readonly isWhole = null

  check(): Promise<string[]> {
    return this.read(async (db) => [
      ...damageMessages(await this.damaged(db)),
      ...(await this.vectors.check()),
    ])
  }

  async close(): Promise<void> {
    await this.vectors.settled()
    await this.#close()
  }
}

/** Retries work that failed for a transient reason: a conflict with other transactions, or a failover of the server. */
async function withRetries<T>(
  work: () => Promise<T>,
  isRetryableError: (error: unknown) => boolean = isRetryable,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === maxAttempts || !isRetryableError(error)) throw error
      await pause(firstRetryDelayMs * 2 ** (attempt - 1) * (0.5 + Math.random()))
    }
  }
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

/** serialization_failure, deadlock_detected, read_only_sql_transaction; the server is stopping, starting or at its limit. */
const retryableStates = new Set(['40001', '40P01', '25006', '57P01', '57P02', '57P03', '53300'])

function isRetryable(error: unknown): boolean {
  if (error instanceof ConnectionLost) return !(error instanceof NoConnection)
  if (error instanceof NotPrimary) return true
  const { code = '' } = error as { code?: string }
  return (
    retryableStates.has(code) ||
    /^08/.test(code) ||
    ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code)
  )
}

/** Whether the server is unavailable: one that answered before may be restarting; one that never did is not waited for. */
const isUnavailable = (error: unknown) =>
  isRetryable(error) || (error as { code?: string }).code === 'ECONNREFUSED'

function toAgnizeError(error: unknown, place: string): unknown {
  if (error instanceof AgnizeError) return error
  const { code = '', message = '' } = error as { code?: string; message?: string }
  const fail = (kind: ErrorCode, sentence: string) =>
    new AgnizeError(kind, sentence, { cause: error })
  if (
    /^(ECONN|ENOTFOUND|EAI_|EHOST|ENETUNREACH|EPIPE|ETIMEDOUT|57P|08|53300|3D000|28)/.test(code)
  ) {
    return fail(
      'store-unreachable',
      `The database at ${place} does not answer (${message || code}): check its address, user and password, and that it runs.`,
    )
  }
  if (error instanceof NotPrimary) {
    return fail(
      'store-unreachable',
      `No server at ${place} takes changes: all that answer are replicas.`,
    )
  }
  if (isRetryable(error) || error instanceof ConnectionLost) {
    return fail(
      'store-unreachable',
      `The database at ${place} closed the connection (${message}): try again when it is available.`,
    )
  }
  // Node.js' codes of certificates.
  if (/CERT|^UNABLE_TO_|^ERR_TLS/.test(code)) {
    return fail(
      'store-unreachable',
      `The certificate of the database at ${place} is not trusted (${message}): give its authority as sslrootcert=FILE in the address.`,
    )
  }
  // query_canceled
  if (code === '57014') {
    return fail(
      'store-unreachable',
      `The database at ${place} took too long (${message}): it is busy, or needs a larger statement_timeout in the address.`,
    )
  }
  if (code === '53100' || code === '53200') {
    return fail(
      'disk-full',
      `The database at ${place} is out of disk space: free some and try again.`,
    )
  }
  if (code === '42501') {
    return fail(
      'read-only',
      `The database at ${place} does not let this user write: grant the user write access, or give another user.`,
    )
  }
  if (code === '55P03') {
    return fail('gallery-locked', `The gallery at ${place} is held by another process: try again.`)
  }
  // data_corrupted and index_corrupted; the other codes of their class stand for any internal error.
  if (code === 'XX001' || code === 'XX002') {
    return fail('gallery-damaged', `The database at ${place} is damaged: restore a backup.`)
  }
  // Class of system errors: input and output, missing files.
  if (code.startsWith('58')) {
    return fail(
      'store-unreachable',
      `The database at ${place} cannot read or write its files (${message}): check the database server.`,
    )
  }
  return error
}
