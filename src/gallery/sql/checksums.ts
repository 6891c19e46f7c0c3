import { createHash } from 'node:crypto'
import type Database from 'better-sqlite3'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Schema } from './tables.js'

/**
 * A checksum of each row, which its database keeps up by triggers, so that no code that writes can forget it. Damage is not
 * covered up: a row whose checksum is wrong keeps the wrong one, whatever is written into the row later. Null columns do not
 * count, so that a column that is added leaves the checksums of old rows right; one with a default needs them filled anew.
 */
export const checksumColumn = 'checksum'

/** Tables that have one: all but what is made from others, and answers kept for a day, which are sealed. */
export const checkedTables = [
  'galleries',
  'gallery_models',
  'subjects',
  'subject_labels',
  'removed_subjects',
  'subject_keys',
  'crops',
  'templates',
  'calibrations',
  'corrections',
  'correction_vectors',
  'decision_logs',
  'decisions',
  'decision_subjects',
  'audit_log',
  'backups',
  'visits',
  'deliveries',
  'api_keys',
  'key_usage',
  'sessions',
  'jobs',
] as const satisfies readonly (keyof Schema)[]

export type CheckedTable = (typeof checkedTables)[number]

/** A row whose content is not what was written. */
export interface DamagedRow {
  readonly table: CheckedTable
  /** What tells it from the others of its table. */
  readonly key: Readonly<Record<string, string | number>>
}

/** Columns of a table's primary key. */
export const keyOf: Readonly<Record<CheckedTable, readonly string[]>> = {
  galleries: ['id'],
  gallery_models: ['gallery_id', 'model'],
  subjects: ['gallery_id', 'id'],
  subject_labels: ['gallery_id', 'subject_id', 'kind', 'label'],
  removed_subjects: ['gallery_id', 'key'],
  subject_keys: ['gallery_id', 'subject_id'],
  crops: ['gallery_id', 'id'],
  templates: ['gallery_id', 'id'],
  calibrations: ['gallery_id', 'model'],
  corrections: ['gallery_id', 'id'],
  correction_vectors: ['gallery_id', 'correction_id', 'model'],
  decision_logs: ['gallery_id'],
  decisions: ['gallery_id', 'number'],
  decision_subjects: ['gallery_id', 'number', 'subject_id'],
  audit_log: ['gallery_id', 'number'],
  backups: ['gallery_id', 'id'],
  visits: ['gallery_id', 'id'],
  deliveries: ['gallery_id', 'id'],
  api_keys: ['id'],
  key_usage: ['key_id', 'day'],
  sessions: ['hash'],
  jobs: ['id'],
}

/**
 * Finds the rows that are not as they were written.
 *
 * @param isWhole - Whether a row of a table has the checksum of its content.
 * @param galleryId - Of the only gallery to look at; default all, and what belongs to none.
 */
export async function damagedRows(
  db: Kysely<Schema>,
  tables: readonly CheckedTable[],
  isWhole: (table: CheckedTable) => RawBuilder<boolean>,
  galleryId?: string,
): Promise<DamagedRow[]> {
  const damaged: DamagedRow[] = []
  for (const table of tables) {
    const key = keyOf[table]
    const owner = table === 'galleries' ? 'id' : 'gallery_id'
    if (galleryId !== undefined && !key.includes(owner)) continue
    const own = galleryId === undefined ? sql`` : sql`and ${sql.ref(owner)} = ${galleryId}`
    const { rows } = await sql<Record<string, string | number>>`
      select ${sql.join(key.map((column) => sql.ref(column)))} from ${sql.table(table)}
      where not ${isWhole(table)} ${own}`.execute(db)
    damaged.push(...rows.map((row) => ({ table, key: row })))
  }
  return damaged
}

/** Rows of one table that a sentence names. */
const named = 3

/** What is wrong, in words: a sentence a table. */
export function sentencesOn(damaged: readonly DamagedRow[]): string[] {
  return checkedTables.flatMap((table) => {
    const own = damaged.filter((row) => row.table === table)
    if (own.length === 0) return []
    const rows = own.slice(0, named).map(({ key }) => Object.values(key).join(' '))
    const some = own.length > named ? 'such as ' : ''
    return `${own.length} of the rows of ${table} ${own.length === 1 ? 'is' : 'are'} not as written (${some}${rows.join(', ')})`
  })
}

/** Adds the column to every table, and fills it. */
export async function addChecksums(
  db: Kysely<unknown>,
  integer: RawBuilder<unknown>,
  fill: (table: CheckedTable) => Promise<void>,
): Promise<void> {
  for (const table of checkedTables) {
    await db.schema.alterTable(table).addColumn(checksumColumn, integer).execute()
    await fill(table)
  }
}

/** SQLite's side: its connections compute checksums by a function of agnize, in triggers that no other program has. */
export class SqliteChecksums {
  readonly #file: Database.Database
  readonly #columns = new Map<CheckedTable, readonly string[]>()
  #isKept = false

  constructor(file: Database.Database) {
    this.#file = file
    file.function('row_checksum', { deterministic: true, varargs: true }, rowChecksum)
  }

  /** Whether a row has the checksum of its content. */
  isWhole(table: CheckedTable): RawBuilder<boolean> {
    return sql.raw<boolean>(
      `(${table}.${checksumColumn} is ${checksumOf(this.#columnsOf(table), `${table}.`)})`,
    )
  }

  /**
   * From now on this connection keeps the checksums up. What another program writes leaves the old ones, which is noticed.
   */
  keepUp(): void {
    if (this.#isKept) return
    this.#isKept = true
    const triggers = checkedTables.map((table) => {
      const columns = this.#columnsOf(table)
      const update = `update "${table}" set ${checksumColumn} = ${checksumOf(columns, 'new.')} where rowid = new.rowid`
      return `
        create temp trigger "${table} gets a checksum" after insert on main."${table}" begin ${update}; end;
        create temp trigger "${table} gets another checksum" after update of ${columns.map((column) => `"${column}"`).join(', ')} on main."${table}" begin
          ${update} and old.${checksumColumn} is ${checksumOf(columns, 'old.')}; end;`
    })
    this.#file.exec(triggers.join(''))
  }

  #columnsOf(table: CheckedTable): readonly string[] {
    const known = this.#columns.get(table)
    if (known) return known
    const columns = this.#file
      .prepare('select name from pragma_table_info(?) where name <> ? order by name')
      .pluck()
      .all(table, checksumColumn) as string[]
    this.#columns.set(table, columns)
    return columns
  }
}

/** Computes the checksums of all rows of a table of an SQLite file. */
export async function fillSqliteChecksums<Tables>(
  db: Kysely<Tables>,
  table: CheckedTable,
): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select name from pragma_table_info(${table}) where name <> ${checksumColumn} order by name`.execute(
    db,
  )
  const columns = rows.map(({ name }) => name)
  await sql`update ${sql.table(table)} set checksum = ${sql.raw(checksumOf(columns, ''))}`.execute(
    db,
  )
}

/** The checksum of a row in SQLite's SQL. @param columns - In alphabetical order, since files differ in theirs. @param row - `new.`, say. */
function checksumOf(columns: readonly string[], row: string): string {
  return `row_checksum(${columns.map((column) => `'${column}', ${row}"${column}"`).join(', ')})`
}

/** Bytes of SHA-256 that are kept: what JavaScript's and SQL's integers both hold. */
const checksumBytes = 6

/** @param content - Names and values of columns, in turns. */
function rowChecksum(...content: unknown[]): number {
  const hash = createHash('sha256')
  for (let i = 0; i < content.length; i += 2) {
    const value = content[i + 1]
    if (value === null) continue
    if (value instanceof Uint8Array) {
      hash.update(`${content[i]} bytes ${value.length}:`).update(value)
    } else {
      const text = String(value)
      hash.update(`${content[i]} ${typeof value} ${text.length}:${text}`)
    }
  }
  return hash.digest().readUIntBE(0, checksumBytes)
}

/**
 * PostgreSQL's side: functions and triggers of the database. Rows are hashed as JSON, which names the columns in an order of
 * its own; the settings that decide how values are written are pinned.
 */
export async function createPostgresChecksums(db: Kysely<unknown>): Promise<void> {
  const pinned = sql`set bytea_output = 'hex' set extra_float_digits = 1`
  await sql`create function agnize_checksum(written anyelement) returns bigint language plpgsql stable ${pinned} as $$
    begin
      return ('x' || left(encode(sha256(convert_to(
        jsonb_strip_nulls(to_jsonb(written) - 'checksum')::text, 'UTF8')), 'hex'), 12))::bit(48)::bigint;
    end $$`.execute(db)
  await sql`create function agnize_keep_checksum() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' or old.checksum is not distinct from agnize_checksum(old) then
        new.checksum := agnize_checksum(new);
      end if;
      return new;
    end $$`.execute(db)
}

/** Computes the checksums of all rows of a table, and has its database keep them up. */
export async function fillPostgresChecksums(
  db: Kysely<unknown>,
  table: CheckedTable,
): Promise<void> {
  const name = sql.table(table)
  await sql`update ${name} set checksum = agnize_checksum(${name})`.execute(db)
  await sql`create trigger keep_checksum before insert or update on ${name}
    for each row execute function agnize_keep_checksum()`.execute(db)
}

/** Whether a row has the checksum of its content. */
export function isWholeInPostgres(table: CheckedTable): RawBuilder<boolean> {
  return sql<boolean>`(${sql.table(table)}.checksum is not distinct from agnize_checksum(${sql.table(table)}))`
}
