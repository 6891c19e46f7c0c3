import { createHash } from 'node:crypto'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { SqliteFile, SqliteValue } from './sqlite-file.js'
import type { Schema } from './tables.js'

/**
 * A checksum of each row, maintained by database triggers, so that no writing code can omit it. Damage stays visible: a row
 * with a wrong checksum keeps a wrong one, whatever is written into it later. Null columns do not count, so adding a nullable
 * column keeps the checksums of old rows valid; adding one with a default, or dropping one, requires computing them again.
 */
export const checksumColumn = 'checksum'

/** Tables with checksums: all except derived tables, what is kept for a day at most, and secrets, whose damage makes results invalid. */
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
  'different_people',
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
  'accounts',
  'account_sessions',
] as const satisfies readonly (keyof Schema)[]

export type CheckedTable = (typeof checkedTables)[number]

/** A row whose content does not match its checksum. */
export interface DamagedRow {
  readonly table: CheckedTable
  /** Primary key of the row. */
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
  different_people: ['gallery_id', 'subject_id', 'other_id'],
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
  accounts: ['id'],
  account_sessions: ['hash'],
}

/**
 * Finds the rows that do not match their checksums.
 *
 * @param isWhole - Whether a row of a table matches its checksum.
 * @param galleryId - The only gallery to check; default all, and rows that belong to none.
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

/** Maximum number of rows of one table that a message lists. */
const maxListedRows = 3

/** Describes damaged rows in words: one sentence per table. */
export function damageMessages(damaged: readonly DamagedRow[]): string[] {
  return checkedTables.flatMap((table) => {
    const own = damaged.filter((row) => row.table === table)
    if (own.length === 0) return []
    const rows = own.slice(0, maxListedRows).map(({ key }) => Object.values(key).join(' '))
    const some = own.length > maxListedRows ? 'such as ' : ''
    return `${own.length} of the rows of ${table} ${own.length === 1 ? 'differs' : 'differ'} from what was written (${some}${rows.join(', ')})`
  })
}

/** Tables whose migration adds their checksums. */
const laterTables: ReadonlySet<CheckedTable> = new Set([
  'accounts',
  'account_sessions',
  'different_people',
])

/** Adds the checksum column to every table of that time, and computes its values. */
export async function addChecksums(
  db: Kysely<unknown>,
  integer: RawBuilder<unknown>,
  fill: (table: CheckedTable) => Promise<void>,
): Promise<void> {
  for (const table of checkedTables.filter((name) => !laterTables.has(name))) {
    await db.schema.alterTable(table).addColumn(checksumColumn, integer).execute()
    await fill(table)
  }
}

/** SQLite's checksums: a function of agnize in temporary triggers, which exist on agnize's connections only. */
export class SqliteChecksums {
  readonly #file: SqliteFile
  readonly #columns = new Map<CheckedTable, readonly string[]>()
  #hasTriggers = false

  constructor(file: SqliteFile) {
    this.#file = file
    file.function('row_checksum', { varargs: true }, rowChecksum)
  }

  /** Whether a row matches its checksum. */
  isWhole(table: CheckedTable): RawBuilder<boolean> {
    return sql.raw<boolean>(
      `(${table}.${checksumColumn} is ${checksumOf(this.#columnsOf(table), `${table}.`)})`,
    )
  }

  /**
   * Maintains the checksums on this connection. Rows that another program writes keep their old checksums, which reveals it.
   */
  createTriggers(): void {
    if (this.#hasTriggers) return
    this.#hasTriggers = true
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
    const columns = this.#file.column(
      'select name from pragma_table_info(?) where name <> ? order by name',
      ...[table, checksumColumn],
    ) as string[]
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

/**
 * SQL of the checksum that a row of an SQLite file gets when it keeps only some of its columns: null where the row differs from
 * what was written, so that its damage stays visible.
 */
export function checksumOfKept(columns: readonly string[], kept: readonly string[]): string {
  const content = (names: readonly string[]) =>
    checksumOf(names.filter((name) => name !== checksumColumn).sort(), '')
  return `case when ${checksumColumn} is ${content(columns)} then ${content(kept)} end`
}

/** SQL of a row's checksum. @param columns - In alphabetical order, since files differ in theirs. @param row - Such as `new.`. */
function checksumOf(columns: readonly string[], row: string): string {
  return `row_checksum(${columns.map((column) => `'${column}', ${row}"${column}"`).join(', ')})`
}

/** Bytes of SHA-256 that are kept: the most that both JavaScript's and SQL's integers hold. */
const checksumBytes = 6

/** @param content - Names and values of columns, alternating. */
function rowChecksum(...content: SqliteValue[]): number {
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
 * PostgreSQL's checksums: functions and triggers of the database. Rows are hashed as JSON, which has a fixed order of keys;
 * the settings that affect the text form of values are pinned.
 */
export async function createPostgresChecksums(db: Kysely<unknown>): Promise<void> {
  const outputSettings = sql`set bytea_output = 'hex' set extra_float_digits = 1`
  await sql`create function agnize_checksum(written anyelement) returns bigint language plpgsql stable ${outputSettings} as $$
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

/** Computes the checksums of all rows of a table, and creates the triggers that maintain them. */
export async function fillPostgresChecksums(
  db: Kysely<unknown>,
  table: CheckedTable,
): Promise<void> {
  const name = sql.table(table)
  await sql`update ${name} set checksum = agnize_checksum(${name})`.execute(db)
  await sql`create trigger keep_checksum before insert or update on ${name}
    for each row execute function agnize_keep_checksum()`.execute(db)
}

/** Whether a row matches its checksum. */
export function isWholeInPostgres(table: CheckedTable): RawBuilder<boolean> {
  return sql<boolean>`(${sql.table(table)}.checksum is not distinct from agnize_checksum(${sql.table(table)}))`
}
