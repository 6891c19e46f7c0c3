import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import { partOf, sweepParts, written } from '../../base/write-file-atomically.js'
import {
  type CheckedTable,
  checkedTables,
  checksumColumn,
  damagedRows,
  fillSqliteChecksums,
  SqliteChecksums,
  sentencesOn,
} from './checksums.js'
import { SqliteDatabase } from './sqlite.js'
import type { Schema } from './tables.js'

/** What could be saved of a damaged gallery file. */
export interface Repaired {
  /** Where the damaged file is now. */
  readonly damaged: string
  /** Rows that were saved, by table. */
  readonly saved: Readonly<Record<string, number>>
  /** People who were saved, and templates. */
  readonly people: number
  readonly templates: number
  /** Rows that were left out because what they belong to is lost. */
  readonly orphans: number
  /** Faces and templates that could be read, and were left out because they are not as they were written. */
  readonly changed: number
  /** Other rows that are not as they were written, in words: they are kept, and wait for somebody to look at them. */
  readonly doubtful: readonly string[]
}

/** What is of no use unless it is as it was written; other rows are kept as they can be read, and named. */
const ofFaces: ReadonlySet<CheckedTable> = new Set([
  'crops',
  'templates',
  'corrections',
  'correction_vectors',
  'subject_keys',
  'visits',
  'deliveries',
])

/** Rows that are stepped over at first where one cannot be read; more and more after that. */
const firstStep = 1

/**
 * Saves every row of a gallery file that can be read into a new file in its place; the damaged one is kept beside it.
 *
 * @throws AgnizeError `gallery-damaged` when not even its schema can be read; `bad-argument` when there is no such file.
 */
export async function repair(path: string): Promise<Repaired> {
  if (!existsSync(path)) {
    throw new AgnizeError('bad-argument', `There is no gallery ${path}: name it with --store.`)
  }
  await sweepParts(dirname(path))
  const fresh = partOf(path)
  await (await SqliteDatabase.open(fresh)).close()
  let source: Database.Database | undefined
  const target = new Database(fresh)
  try {
    source = openDamaged(path)
    target.pragma('foreign_keys = OFF')
    const saved: Record<string, number> = {}
    for (const table of checkedTables) saved[table] = copy(source, target, table)
    const { changed, doubtful } = await dropChanged(source, target)
    const orphans = dropOrphans(target)
    recount(target)
    await sumUp(target)
    const count = (statement: string) => Number(target.prepare(statement).pluck().get())
    const people = count('select count(*) from subjects')
    const templates = count('select count(*) from templates')
    target.pragma('wal_checkpoint(truncate)')
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
    written(fresh)
  }
}

function openDamaged(path: string): Database.Database {
  try {
    const source = new Database(path)
    source.prepare('select count(*) from sqlite_master').get()
    return source
  } catch (cause) {
    throw new AgnizeError(
      'gallery-damaged',
      `${path} is damaged from its first page on, and nothing of it can be read: restore a backup.`,
      { cause },
    )
  }
}

/** Copies the rows that can be read, row by row. */
function copy(source: Database.Database, target: Database.Database, table: string): number {
  const columns = columnsOf(source, table)
  if (columns.length === 0) return 0
  const known = columnsOf(target, table).filter((column) => columns.includes(column))
  const list = known.map((column) => `"${column}"`).join(', ')
  const insert = target.prepare(
    `insert or ignore into ${table} (${list}) values (${known.map(() => '?').join(', ')})`,
  )
  let copied = 0
  const last = highest(source, table)
  const next = source
    .prepare(
      `select rowid as "rowid!", ${list} from ${table} where rowid > ? order by rowid limit 1`,
    )
    .raw()
  const copyAll = target.transaction(() => {
    for (let at = 0, step = firstStep; at < last; ) {
      try {
        const row = next.get(at) as unknown[] | undefined
        if (!row) break
        const [rowid, ...values] = row
        copied += insert.run(values).changes
        at = Number(rowid)
        step = firstStep
      } catch {
        // Steps over what cannot be read, further each time; a page holds some rows.
        at += step
        step = Math.min(step * 2, 64)
      }
    }
  })
  copyAll()
  return copied
}

function columnsOf(file: Database.Database, table: string): string[] {
  try {
    return (file.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name)
  } catch {
    return []
  }
}

/** The largest row id that may be there. */
function highest(source: Database.Database, table: string): number {
  try {
    return Number(source.prepare(`select max(rowid) from ${table}`).pluck().get() ?? 0)
  } catch {
    // Its last page is lost: as many as the file could hold.
    return Number(source.pragma('page_count', { simple: true })) * 100
  }
}

/** Takes out the faces that are not as they were written. A file of an older version does not tell. */
async function dropChanged(
  source: Database.Database,
  target: Database.Database,
): Promise<Pick<Repaired, 'changed' | 'doubtful'>> {
  const checksums = new SqliteChecksums(target)
  const known = checkedTables.filter((table) => columnsOf(source, table).includes(checksumColumn))
  const found = await damagedRows(kyselyOver(target), known, (table) => checksums.isWhole(table))
  const changed = found.filter(({ table }) => ofFaces.has(table))
  for (const { table, key } of changed) {
    const where = Object.keys(key).map((column) => `"${column}" = ?`)
    target.prepare(`delete from "${table}" where ${where.join(' and ')}`).run(...Object.values(key))
  }
  return {
    changed: changed.length,
    doubtful: sentencesOn(found.filter(({ table }) => !ofFaces.has(table))),
  }
}

/** From now on, what is there is what counts. */
async function sumUp(target: Database.Database): Promise<void> {
  for (const table of checkedTables) await fillSqliteChecksums(kyselyOver(target), table)
}

/** The same connection, which is closed by whoever opened it. */
const kyselyOver = (database: Database.Database) =>
  new Kysely<Schema>({ dialect: new SqliteDialect({ database }) })

/** Takes out rows that belong to what is lost. */
function dropOrphans(target: Database.Database): number {
  let dropped = 0
  for (;;) {
    const orphans = target.pragma('foreign_key_check') as { table: string; rowid: number }[]
    if (orphans.length === 0) return dropped
    for (const { table, rowid } of orphans) {
      dropped += target.prepare(`delete from ${table} where rowid = ?`).run(rowid).changes
    }
  }
}

function recount(target: Database.Database): void {
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
