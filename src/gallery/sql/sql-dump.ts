import type { Insertable, Kysely } from 'kysely'
import { AgnizeError } from '../../errors.js'
import type { ArchiveLine } from '../archive/archive-file.js'
import { appendToAuditLog } from './audit-chain.js'
import { checksumColumn } from './checksums.js'
import { rowsAtATime } from './rows.js'
import type { Schema } from './schema.js'
import type { SqlDatabase } from './sql-database.js'
import { forgetDecisions } from './sql-decisions.js'
import { type GalleryAccess, SqlGallery } from './sql-gallery.js'

/** Changes with the tables; a dump is read by versions that know its schema. */
const schemaVersion = 6

/** Subjects whose rows are read at a time, crops and all. */
const subjectsAtATime = 100

/** What a dump begins with. */
export interface DumpHeader {
  readonly type: 'agnize backup'
  readonly version: 1
  readonly schema: number
  /** ISO 8601, UTC. */
  readonly at: string
  readonly gallery: Schema['galleries']
}

/** Tables that hang on subjects, those that others point to first. */
const ofSubjects = ['subject_labels', 'crops', 'templates', 'corrections'] as const

type DumpedTable = Exclude<keyof Schema, 'galleries' | 'subject_keys'>

/** Every row of a gallery, sealed where it is sealed, without the keys of its subjects. */
export async function* dumpRows(
  db: Kysely<Schema>,
  galleryId: string,
): AsyncGenerator<ArchiveLine, void, undefined> {
  const { [checksumColumn]: _, ...gallery } = (await db
    .selectFrom('galleries')
    .selectAll()
    .where('id', '=', galleryId)
    .executeTakeFirstOrThrow()) as Schema['galleries'] & { [checksumColumn]?: number }
  const header: DumpHeader = {
    type: 'agnize backup',
    version: 1,
    schema: schemaVersion,
    at: new Date().toISOString(),
    gallery,
  }
  yield { ...header }
  for (const table of ['gallery_models', 'removed_subjects', 'backups', 'calibrations'] as const) {
    const rows = await db
      .selectFrom(table)
      .selectAll()
      .where('gallery_id', '=', galleryId)
      .execute()
    for (const row of rows) yield lineOf(table, row)
  }
  for (let after = 0; ; ) {
    const subjects = await db
      .selectFrom('subjects')
      .selectAll()
      .where('gallery_id', '=', galleryId)
      .where('key', '>', after)
      .orderBy('key')
      .limit(subjectsAtATime)
      .execute()
    for (const row of subjects) yield lineOf('subjects', row)
    if (subjects.length > 0)
      yield* hangingOn(
        db,
        galleryId,
        subjects.map(({ id }) => id),
      )
    if (subjects.length < subjectsAtATime) break
    after = subjects.at(-1)!.key
  }
  yield* logRows(db, galleryId)
}

async function* hangingOn(
  db: Kysely<Schema>,
  galleryId: string,
  subjectIds: string[],
): AsyncGenerator<ArchiveLine> {
  const corrections: string[] = []
  for (const table of ofSubjects) {
    const rows = await db
      .selectFrom(table)
      .selectAll()
      .where('gallery_id', '=', galleryId)
      .where('subject_id', 'in', subjectIds)
      .execute()
    for (const row of rows) {
      if (table === 'corrections') corrections.push((row as Schema['corrections']).id)
      yield lineOf(table, row)
    }
  }
  if (corrections.length === 0) return
  const vectors = await db
    .selectFrom('correction_vectors')
    .selectAll()
    .where('gallery_id', '=', galleryId)
    .where('correction_id', 'in', corrections)
    .execute()
  for (const row of vectors) yield lineOf('correction_vectors', row)
}

async function* logRows(db: Kysely<Schema>, galleryId: string): AsyncGenerator<ArchiveLine> {
  const log = await db
    .selectFrom('decision_logs')
    .selectAll()
    .where('gallery_id', '=', galleryId)
    .executeTakeFirst()
  if (log) yield lineOf('decision_logs', log)
  for (const table of ['decisions', 'audit_log'] as const) {
    for (let after = 0; ; ) {
      const rows = await db
        .selectFrom(table)
        .selectAll()
        .where('gallery_id', '=', galleryId)
        .where('number', '>', after)
        .orderBy('number')
        .limit(rowsAtATime)
        .execute()
      for (const row of rows) yield lineOf(table, row)
      if (table === 'decisions' && rows.length > 0) {
        const named = await db
          .selectFrom('decision_subjects')
          .selectAll()
          .where('gallery_id', '=', galleryId)
          .where('number', '>', after)
          .where('number', '<=', rows.at(-1)!.number)
          .execute()
        for (const row of named) yield lineOf('decision_subjects', row)
      }
      if (rows.length < rowsAtATime) break
      after = rows.at(-1)!.number
    }
  }
}

/** What came of a restoration. */
export interface Restored {
  readonly gallery: string
  /** When the backup was made. */
  readonly at: string
  readonly people: number
  readonly templates: number
  /** People of the backup whose key is gone, since they were erased after it was made. */
  readonly erased: number
}

/**
 * Puts a dump into a database, all of it or nothing.
 *
 * @param name - Of the gallery, which must not be there or be empty.
 * @param keys - Of the subjects of a protected gallery, sealed.
 * @throws AgnizeError `subject-exists` when the gallery holds people; `archive-damaged`, `gallery-too-new`.
 */
export async function restoreRows(
  database: SqlDatabase,
  name: string,
  lines: AsyncIterable<ArchiveLine>,
  keys: ReadonlyMap<string, Uint8Array>,
  access: GalleryAccess,
): Promise<Restored> {
  return database.transact(async (db) => {
    const iterator = lines[Symbol.asyncIterator]()
    const first = await iterator.next()
    const header = checkedHeader(first.done ? undefined : first.value)
    const { id, protection } = header.gallery
    await clearPlace(database, db, name, id)
    await db
      .insertInto('galleries')
      .values({ ...header.gallery, name })
      .execute()
    await database.vectors?.prepare(db, id)
    const writer = new RowWriter(db, id, protection === null ? undefined : keys)
    for (;;) {
      const next = await iterator.next()
      if (next.done) break
      await writer.write(next.value)
    }
    await writer.finish()
    const gallery = new SqlGallery(database, id, access)
    for (const erased of writer.erased) await forgetDecisions(db, id, erased)
    const counts = await countAll(db, id)
    await db
      .updateTable('galleries')
      // Caches of the gallery as it was before begin anew.
      .set({
        people: counts.people,
        templates: counts.templates,
        version: header.gallery.version + 1,
        removals_from: header.gallery.version + 1,
      })
      .where('id', '=', id)
      .execute()
    for (const ids of writer.subjectIds()) await database.vectors?.refresh(db, gallery, ids)
    await appendToAuditLog(db, gallery, [
      { action: 'restore', subjectId: null, details: { at: header.at } },
    ])
    return { gallery: id, at: header.at, ...counts, erased: writer.erased.size }
  })
}

function checkedHeader(line: ArchiveLine | undefined): DumpHeader {
  const header = line as unknown as DumpHeader | undefined
  if (header?.type !== 'agnize backup') {
    throw new AgnizeError(
      'archive-damaged',
      'This is no backup of a gallery: "agnize gallery import" takes what was exported.',
    )
  }
  if (header.version !== 1 || header.schema > schemaVersion) {
    throw new AgnizeError(
      'gallery-too-new',
      'The backup was made by a newer version of agnize: update agnize.',
    )
  }
  return header
}

/** An empty gallery gives way; one with people does not. */
async function clearPlace(
  database: SqlDatabase,
  db: Kysely<Schema>,
  name: string,
  id: string,
): Promise<void> {
  const there = await db
    .selectFrom('galleries')
    .select(['id', 'name'])
    .where((expression) =>
      expression.or([expression('name', '=', name), expression('id', '=', id)]),
    )
    .execute()
  for (const gallery of there) {
    const subject = await db
      .selectFrom('subjects')
      .select('id')
      .where('gallery_id', '=', gallery.id)
      .limit(1)
      .executeTakeFirst()
    if (subject) {
      throw new AgnizeError(
        'subject-exists',
        `The gallery ${JSON.stringify(gallery.name)} holds people: restore into another store or under another name ("--gallery"), or remove them first.`,
      )
    }
    await database.vectors?.drop(db, gallery.id)
    await db.deleteFrom('galleries').where('id', '=', gallery.id).execute()
  }
}

/** Writes rows in stretches of one table. */
class RowWriter {
  readonly erased = new Set<string>()
  readonly #db: Kysely<Schema>
  readonly #galleryId: string
  readonly #keys: ReadonlyMap<string, Uint8Array> | undefined
  readonly #subjects: string[] = []
  readonly #erasedCorrections = new Set<string>()
  #table: DumpedTable | undefined
  #rows: Record<string, unknown>[] = []

  constructor(
    db: Kysely<Schema>,
    galleryId: string,
    keys: ReadonlyMap<string, Uint8Array> | undefined,
  ) {
    this.#db = db
    this.#galleryId = galleryId
    this.#keys = keys
  }

  subjectIds(): string[][] {
    return Array.from({ length: Math.ceil(this.#subjects.length / rowsAtATime) }, (_, i) =>
      this.#subjects.slice(i * rowsAtATime, (i + 1) * rowsAtATime),
    )
  }

  async write(line: ArchiveLine): Promise<void> {
    const { type, ...values } = line
    const table = type as DumpedTable
    const row = decoded(values)
    if (table === 'subjects' && this.#keys && !this.#keys.has(row.id as string)) {
      this.erased.add(row.id as string)
    }
    const owner = (table === 'subjects' ? row.id : row.subject_id) as string | undefined
    if (owner && this.erased.has(owner) && table !== 'audit_log' && table !== 'decision_subjects') {
      if (table === 'corrections') this.#erasedCorrections.add(row.id as string)
      return
    }
    if (table === 'correction_vectors' && this.#erasedCorrections.has(row.correction_id as string))
      return
    if (table !== this.#table || this.#rows.length >= 200) await this.finish()
    this.#table = table
    this.#rows.push({ ...row, gallery_id: this.#galleryId })
    if (table === 'subjects') this.#subjects.push(row.id as string)
  }

  async finish(): Promise<void> {
    const table = this.#table
    if (!table || this.#rows.length === 0) return
    await this.#db
      .insertInto(table)
      .values(this.#rows as unknown as Insertable<Schema[DumpedTable]>[])
      .execute()
    if (table === 'subjects' && this.#keys) {
      const keys = this.#rows.map(({ id }) => ({
        gallery_id: this.#galleryId,
        subject_id: id as string,
        sealed: this.#keys!.get(id as string)!,
      }))
      await this.#db.insertInto('subject_keys').values(keys).execute()
    }
    this.#rows = []
  }
}

async function countAll(
  db: Kysely<Schema>,
  galleryId: string,
): Promise<{ people: number; templates: number }> {
  const rows = await db
    .selectFrom('subjects')
    .select((expression) => [
      expression.fn.countAll<number>().as('people'),
      expression.fn.sum<number>('templates').as('templates'),
    ])
    .where('gallery_id', '=', galleryId)
    .where('templates', '>', 0)
    .executeTakeFirstOrThrow()
  return { people: Number(rows.people), templates: Number(rows.templates ?? 0) }
}

/** A row as JSON holds it: bytes in base64 under a name of their own. */
function lineOf(table: DumpedTable, row: object): ArchiveLine {
  const values = Object.entries(row)
    .filter(([name]) => name !== 'gallery_id' && name !== checksumColumn)
    .map(([name, value]) =>
      value instanceof Uint8Array
        ? [`${name}:base64`, Buffer.from(value).toString('base64')]
        : [name, value],
    )
  return { type: table, ...Object.fromEntries(values) }
}

function decoded(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) =>
      name.endsWith(':base64')
        ? [name.slice(0, -':base64'.length), Buffer.from(value as string, 'base64')]
        : [name, value],
    ),
  )
}
