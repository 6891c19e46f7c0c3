import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, SqliteDialect } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import { releasePart, removeAbandonedParts, reservePart } from '../../base/write-file-atomically.js'
import {
  type CheckedTable,
  checkedTables,
  checksumColumn,
  checksumOfKept,
  damagedRows,
  damageMessages,
  fillSqliteChecksums,
  SqliteChecksums,
} from './checksums.js'
import { SqliteDatabase } from './sqlite.js'
import { SqliteFile } from './sqlite-file.js'
import type { Schema } from './tables.js'

/** Result of repairing a damaged gallery file. */
export interface Repaired {
  /** New path of the damaged file. */
  readonly damaged: string
  /** Rows that were saved, by table. */
  readonly saved: Readonly<Record<string, number>>
  /** Number of saved subjects and templates. */
  readonly people: number
  readonly templates: number
  /** Number of rows that were dropped because the rows they reference are lost. */
  readonly orphans: number
  /** Number of readable faces and templates that were dropped because they do not match their checksums. */
  readonly changed: number
  /** Other rows that do not match their checksums, in words: they are kept, and need a manual check. */
  readonly doubtful: readonly string[]
}

/** Tables whose rows are dropped when they do not match their checksums; rows of other tables are kept and reported. */
const faceTables: ReadonlySet<CheckedTable> = new Set([
  'crops',
  'templates',
  'corrections',
  'correction_vectors',
  'subject_keys',
  'visits',
  'deliveries',
])

/** Rows skipped at first after an unreadable one; the step doubles from there. */
const initialSkip = 1

/**
 * Copies every readable row of a gallery file into a new file in its place; the damaged file is kept beside it.
 *
 * @throws AgnizeError `gallery-damaged` when the schema cannot be read; `bad-argument` when the file does not exist.
 */
export async function repair(path: string): Promise<Repaired> {
  if (!existsSync(path)) {
    throw new AgnizeError(
      'bad-argument',
      `There is no gallery ${path}: give its file with --store.`,
    )
  }
  await removeAbandonedParts(dirname(path))
  const fresh = reservePart(path)
  await (await SqliteDatabase.open(fresh)).close()
  let source: SqliteFile | undefined
  const target = new SqliteFile(fresh)
  try {
    source = openDamaged(path)
    target.exec('pragma foreign_keys = OFF')
    const saved: Record<string, number> = {}
    for (const table of checkedTables) saved[table] = copy(source, target, table)
    const { changed, doubtful } = await dropChanged(source, target)
    const orphans = dropOrphans(target)
    recount(target)
    await fillChecksums(target)
    const count = (statement: string) => Number(target.column(statement)[0])
    const people = count('select count(*) from subjects')
    const templates = count('select count(*) from templates')
    target.exec('pragma wal_checkpoint(truncate)')
    target.close()
    source.close()
    const damaged = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(`${path}${suffix}`)) renameSync(`${path}${suffix}`, `${damaged}${suffix}`)
    }
    renameSync(fresh, path)
    for (const suffix of ['-wal', '-shm']) rmSync(`${fresh}${suffix}`, { force: true })
    return { damaged, saved, people, templates, orphans, changed, doubtful }
  } catch (error) {
    target.close()
    source?.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${fresh}${suffix}`, { force: true })
    throw error
  } finally {
    releasePart(fresh)
  }
}

function openDamaged(path: string): SqliteFile {
  try {
    const source = new SqliteFile(path)
    source.rows('select count(*) from sqlite_master')
    new SqliteChecksums(source)
    return source
  } catch (cause) {
    throw new AgnizeError(
      'gallery-damaged',
      `${path} is damaged from its first page on, and nothing of it can be read: restore a backup.`,
      { cause },
    )
  }
}

/** Copies the readable rows, row by row. */
function copy(source: SqliteFile, target: SqliteFile, table: string): number {
  const columns = columnsOf(source, table)
  if (columns.length === 0) return 0
  const known = columnsOf(target, table).filter((column) => columns.includes(column))
  const list = known.map((column) => `"${column}"`).join(', ')
  // Columns that a newer version dropped count in the checksum too.
  const isNarrower = known.length < columns.length && known.includes(checksumColumn)
  const values = isNarrower
    ? known
        .map((column) =>
          column === checksumColumn ? checksumOfKept(columns, known) : `"${column}"`,
        )
        .join(', ')
    : list
  const insert = `insert or ignore into ${table} (${list}) values (${known.map(() => '?').join(', ')})`
  let copied = 0
  const last = highest(source, table)
  const next = `select rowid as "rowid!", ${values} from ${table} where rowid > ? order by rowid limit 1`
  target.exec('begin')
  try {
    for (let at = 0, step = initialSkip; at < last; ) {
      try {
        const [row] = source.rows(next, at)
        if (!row) break
        const [rowid, ...cells] = Object.values(row)
        copied += target.run(insert, ...cells)
        at = Number(rowid)
        step = initialSkip
      } catch {
        // Skips unreadable rows in growing steps; a page holds several rows.
        at += step
        step = Math.min(step * 2, 64)
      }
    }
    target.exec('commit')
  } catch (error) {
    if (target.isTransaction) target.exec('rollback')
    throw error
  }
  return copied
}

function columnsOf(file: SqliteFile, table: string): string[] {
  try {
    return file.column('select name from pragma_table_info(?)', table) as string[]
  } catch {
    return []
  }
}

/** Upper bound of the row ids. */
function highest(source: SqliteFile, table: string): number {
  try {
    return Number(source.column(`select max(rowid) from ${table}`)[0] ?? 0)
  } catch {
    // The last page is lost: estimates the bound from the size of the file.
    return Number(source.column('pragma page_count')[0]) * 100
  }
}

/** Deletes the faces that do not match their checksums. A file of an older version has no checksums. */
async function dropChanged(
  source: SqliteFile,
  target: SqliteFile,
): Promise<Pick<Repaired, 'changed' | 'doubtful'>> {
  const checksums = new SqliteChecksums(target)
  const known = checkedTables.filter((table) => columnsOf(source, table).includes(checksumColumn))
  const found = await damagedRows(kyselyOver(target), known, (table) => checksums.isWhole(table))
  const changed = found.filter(({ table }) => faceTables.has(table))
  for (const { table, key } of changed) {
    const where = Object.keys(key).map((column) => `"${column}" = ?`)
    target.run(`delete from "${table}" where ${where.join(' and ')}`, ...Object.values(key))
  }
  return {
    changed: changed.length,
    doubtful: damageMessages(found.filter(({ table }) => !faceTables.has(table))),
  }
}

/** Computes the checksums of the saved rows. */
async function fillChecksums(target: SqliteFile): Promise<void> {
  for (const table of checkedTables) await fillSqliteChecksums(kyselyOver(target), table)
}

/** A Kysely over the same connection; the opener of the connection closes it. */
const kyselyOver = (database: SqliteFile) =>
  new Kysely<Schema>({ dialect: new SqliteDialect({ database }) })

/** Deletes rows that reference lost rows. */
function dropOrphans(target: SqliteFile): number {
  let dropped = 0
  for (;;) {
    const orphans = target.rows<{ table: string; rowid: number }>('pragma foreign_key_check')
    if (orphans.length === 0) return dropped
    for (const { table, rowid } of orphans) {
      dropped += target.run(`delete from ${table} where rowid = ?`, rowid)
    }
  }
}

function recount(target: SqliteFile): void {
  target.exec(`
    update subjects set templates = (select count(*) from templates t
      join gallery_models m on m.gallery_id = t.gallery_id and m.model = t.model and m.role = 'active'
      where t.gallery_id = subjects.gallery_id and t.subject_id = subjects.id);
    update galleries set version = version + 1, removals_from = version + 1,
      people = (select count(*) from subjects s where s.gallery_id = galleries.id and s.templates > 0),
      templates = (select coalesce(sum(s.templates), 0) from subjects s where s.gallery_id = galleries.id),
      next_key = 1 + max(next_key,
        coalesce((select max(key) from subjects s where s.gallery_id = galleries.id), 0),
        coalesce((select max(key) from templates t where t.gallery_id = galleries.id), 0))`)
}
