import type { Insertable, Kysely } from 'kysely'
import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { WriteBehind } from '../../base/write-behind.js'
import type { ArchiveLine } from '../archive/archive-file.js'
import { toFloats } from '../vault.js'
import { appendToAuditLog } from './audit-chain.js'
import { type DumpedTable, galleryRow, rowSchemas } from './dump-rows.js'
import { batchSize } from './rows.js'
import type { SqlDatabase } from './sql-database.js'
import { forgetDecisions } from './sql-decisions.js'
import { schemaVersion } from './sql-dump.js'
import { type GalleryAccess, hasOutgrown, SqlGallery } from './sql-gallery.js'
import { sqliteCode, sqliteCodes } from './sqlite-file.js'
import type { Schema } from './tables.js'

/** Result of restoring a backup. */
export interface Restored {
  /** Name of the restored gallery. */
  readonly gallery: string
  /** When the backup was made, ISO 8601, UTC. */
  readonly at: string
  /** Number of subjects. */
  readonly people: number
  /** Number of templates. */
  readonly templates: number
  /** Number of subjects that were erased after the backup, whose key no longer exists. */
  readonly erased: number
}

/**
 * Restores a dump into a database, completely or not at all.
 *
 * @param name - Of the gallery, which must not be there or be empty.
 * @param keys - Of the subjects of a protected gallery, sealed.
 * @throws AgnizeError `subject-exists` where the gallery has subjects; `archive-damaged`, `gallery-too-new`.
 */
export async function restoreRows(
  database: SqlDatabase,
  name: string,
  lines: AsyncIterable<ArchiveLine>,
  keys: ReadonlyMap<string, Uint8Array>,
  access: GalleryAccess,
): Promise<Restored> {
  try {
    return await restoreAll(database, name, lines, keys, access)
  } catch (error) {
    // Rows violate a constraint: SQLite's code, and PostgreSQL's class.
    const isConstraint =
      sqliteCode(error) === sqliteCodes.constraint ||
      String((error as { code?: unknown }).code).startsWith('23')
    if (!isConstraint) throw error
    throw damaged('its rows contradict each other', error)
  }
}

function restoreAll(
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
    const { id, protection = null } = header.gallery
    await clearPlace(database, db, name, id)
    await db
      .insertInto('galleries')
      .values({ ...header.gallery, name })
      .execute()
    await database.vectors?.prepare(db, id)
    await using writer = new RowWriter(database, db, id, protection === null ? undefined : keys)
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
      // Makes caches of the previous gallery reload.
      .set({
        people: counts.people,
        templates: counts.templates,
        version: header.gallery.version + 1,
        removals_from: header.gallery.version + 1,
      })
      .where('id', '=', id)
      .execute()
    for (const ids of writer.subjectIds()) await database.vectors?.refresh(db, gallery, ids)
    await database.analyze(db, id)
    await appendToAuditLog(db, gallery, [
      { action: 'restore', subjectId: null, details: { at: header.at } },
    ])
    return { gallery: name, at: header.at, ...counts, erased: writer.erased.size }
  })
}

const headerSchema = z.object({
  type: z.literal('agnize backup'),
  version: z.number(),
  schema: z.number(),
  at: z.string(),
  gallery: z.unknown(),
})

function damaged(why: string, cause?: unknown): AgnizeError {
  return new AgnizeError(
    'archive-damaged',
    `The backup cannot be restored: ${why}. Nothing was changed; use another backup.`,
    { cause },
  )
}

/** The first line of a backup. @throws AgnizeError `archive-damaged`, `gallery-too-new`. */
export function checkedHeader(line: ArchiveLine | undefined) {
  const { data: header } = headerSchema.safeParse(line)
  if (!header) {
    throw new AgnizeError(
      'archive-damaged',
      'This is not a backup of a gallery: "agnize gallery import" reads exports.',
    )
  }
  if (header.version !== 1 || header.schema > schemaVersion) {
    throw new AgnizeError(
      'gallery-too-new',
      'The backup was made by a newer version of agnize: update agnize.',
    )
  }
  const gallery = galleryRow.safeParse(header.gallery)
  if (!gallery.success) throw damaged('its first line is invalid', gallery.error)
  return { ...header, gallery: gallery.data }
}

/** Deletes an empty gallery of the same name; one with subjects is refused. */
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
        `The gallery ${JSON.stringify(gallery.name)} is not empty: restore into another store or under another name ("--gallery"), or remove its people first.`,
      )
    }
    await database.vectors?.drop(db, gallery.id)
    await db.deleteFrom('galleries').where('id', '=', gallery.id).execute()
  }
}

type Row = Readonly<Record<string, unknown>>

/** Rows of one table that are written together. */
interface Batch {
  readonly table: DumpedTable
  readonly rows: readonly Row[]
}

/**
 * Validates rows, and writes them in batches of one table. A batch is written while the next one is read; disposing of the writer
 * waits for it, so that no row is written after the end of the transaction.
 */
class RowWriter implements AsyncDisposable {
  readonly erased = new Set<string>()
  readonly #database: SqlDatabase
  readonly #db: Kysely<Schema>
  readonly #galleryId: string
  readonly #keys: ReadonlyMap<string, Uint8Array> | undefined
  readonly #subjects: string[] = []
  readonly #dimensions = new Map<unknown, unknown>()
  readonly #erasedCorrections = new Set<string>()
  #table: DumpedTable | undefined
  #rows: Row[] = []
  #written = 0
  readonly #behind = new WriteBehind(({ table, rows }: Batch) => this.#writeBatch(table, rows))

  constructor(
    database: SqlDatabase,
    db: Kysely<Schema>,
    galleryId: string,
    keys: ReadonlyMap<string, Uint8Array> | undefined,
  ) {
    this.#database = database
    this.#db = db
    this.#galleryId = galleryId
    this.#keys = keys
  }

  subjectIds(): string[][] {
    return Array.from({ length: Math.ceil(this.#subjects.length / batchSize) }, (_, i) =>
      this.#subjects.slice(i * batchSize, (i + 1) * batchSize),
    )
  }

  async write(line: ArchiveLine): Promise<void> {
    const { table, row } = this.#checked(line)
    if (table === 'subjects' && this.#keys && !this.#keys.has(row.id as string)) {
      this.erased.add(row.id as string)
    }
    const owner = (table === 'subjects' ? row.id : row.subject_id) as string | undefined
    if (owner && this.erased.has(owner) && table !== 'audit_log' && table !== 'decision_subjects') {
      if (table === 'corrections') this.#erasedCorrections.add(row.id as string)
      return
    }
    if (table === 'different_people' && this.erased.has(row.other_id as string)) return
    if (table === 'correction_vectors' && this.#erasedCorrections.has(row.correction_id as string))
      return
    if (table !== this.#table || this.#rows.length >= 200) await this.#startWriting()
    this.#table = table
    this.#rows.push({ ...row, gallery_id: this.#galleryId })
    if (table === 'subjects') this.#subjects.push(row.id as string)
  }

  #checked({ type, ...values }: ArchiveLine): { table: DumpedTable; row: Row } {
    const table = type as DumpedTable
    if (!Object.hasOwn(rowSchemas, type))
      throw damaged(`it contains rows of an unknown type, ${JSON.stringify(type)}`)
    const checked = rowSchemas[table].safeParse(decoded(values))
    if (!checked.success) {
      const { path, message } = checked.error.issues[0]!
      throw damaged(`a row of ${table} is invalid (${path.join('.')}: ${message})`)
    }
    const row: Row = checked.data
    if (table === 'gallery_models') this.#dimensions.set(row.model, row.dimensions)
    // In a protected gallery, vectors are sealed and cannot be checked.
    if (table === 'templates' && !this.#keys) {
      const vector = row.vector as Uint8Array
      const right =
        vector.length === 4 * Number(this.#dimensions.get(row.model)) &&
        toFloats(vector).every(Number.isFinite)
      if (!right) throw damaged(`the template ${row.id} does not fit ${row.model}`)
    }
    return { table, row }
  }

  async finish(): Promise<void> {
    await this.#startWriting()
    await this.#behind.settled()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#behind[Symbol.asyncDispose]()
  }

  /** Starts to write the rows that were collected, after the batch before. */
  async #startWriting(): Promise<void> {
    const table = this.#table
    const rows = this.#rows
    if (!table || rows.length === 0) return
    this.#rows = []
    await this.#behind.push({ table, rows })
  }

  async #writeBatch(table: DumpedTable, rows: readonly Row[]): Promise<void> {
    await this.#db
      .insertInto(table)
      .values(rows as unknown as Insertable<Schema[DumpedTable]>[])
      .execute()
    if (table === 'subjects' && this.#keys) {
      const keys = rows.map(({ id }) => ({
        gallery_id: this.#galleryId,
        subject_id: id as string,
        sealed: this.#keys!.get(id as string)!,
      }))
      await this.#db.insertInto('subject_keys').values(keys).execute()
    }
    const before = this.#written
    this.#written += rows.length
    // The rows that were written reference rows that were written before: each is looked up.
    if (hasOutgrown(before, this.#written)) {
      await this.#database.analyze(this.#db, this.#galleryId)
    }
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

function decoded(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) =>
      name.endsWith(':base64') && typeof value === 'string'
        ? [name.slice(0, -':base64'.length), Buffer.from(value, 'base64')]
        : [name, value],
    ),
  )
}
