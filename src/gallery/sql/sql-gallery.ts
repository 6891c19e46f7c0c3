import type { Kysely } from 'kysely'
import { AgnizeError } from '../../errors.js'
import type { Subject } from '../store.js'
import type { Schema } from './schema.js'
import type { SqlDatabase } from './sql-database.js'

/** Rows that one statement names at most: every database can take so many parameters. */
export const rowsAtATime = 500

/** For so many versions it is remembered who was removed. */
const rememberedVersions = 100_000

/** One gallery in an open database: how its tables are read and changed. */
export class SqlGallery {
  readonly database: SqlDatabase
  /** Of the gallery. */
  readonly id: string

  constructor(database: SqlDatabase, id: string) {
    this.database = database
    this.id = id
  }

  /** A change of what searches find: one transaction, which raises the gallery's version. */
  change<T>(work: (db: Kysely<Schema>, change: Change) => Promise<T>): Promise<T> {
    return this.transact(async (db) => {
      await this.database.lock(db, this.id)
      const change = await Change.begin(db, this)
      const result = await work(db, change)
      await change.finish()
      return result
    })
  }

  /** A change of anything else: one transaction. */
  transact<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.database.transact(work)
  }

  read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.database.read(work)
  }

  async find(db: Kysely<Schema>, name: string): Promise<(Subject & { key: number }) | undefined> {
    return db
      .selectFrom('subjects')
      .select(['id', 'name', 'key'])
      .where('gallery_id', '=', this.id)
      .where('name', '=', name)
      .executeTakeFirst()
  }

  /** @throws AgnizeError `unknown-subject`. */
  async require(db: Kysely<Schema>, name: string): Promise<Subject & { key: number }> {
    const subject = await this.find(db, name)
    if (subject) return subject
    throw new AgnizeError(
      'unknown-subject',
      `There is nobody called ${JSON.stringify(name)} in the gallery: "agnize people list" shows who is.`,
    )
  }

  /** The model that is searched; undefined while there are no templates. */
  async activeModel(
    db: Kysely<Schema>,
  ): Promise<{ model: string; dimensions: number } | undefined> {
    return db
      .selectFrom('gallery_models')
      .select(['model', 'dimensions'])
      .where('gallery_id', '=', this.id)
      .where('role', '=', 'active')
      .executeTakeFirst()
  }
}

/** One change of a gallery, from the lock to the new version: it keeps counts, keys and the list of what changed. */
export class Change {
  readonly #db: Kysely<Schema>
  readonly #gallery: SqlGallery
  readonly #before: Omit<Schema['galleries'], 'id' | 'name' | 'created_at'>
  #nextKey: number
  readonly #touched = new Set<string>()
  readonly #removed: { key: number; templates: number }[] = []
  readonly #gained = { people: 0, templates: 0 }

  private constructor(db: Kysely<Schema>, gallery: SqlGallery, before: Change['before']) {
    this.#db = db
    this.#gallery = gallery
    this.#before = before
    this.#nextKey = before.next_key
  }

  static async begin(db: Kysely<Schema>, gallery: SqlGallery): Promise<Change> {
    const before = await db
      .selectFrom('galleries')
      .select(['version', 'next_key', 'people', 'templates', 'removals_from'])
      .where('id', '=', gallery.id)
      .executeTakeFirstOrThrow()
    return new Change(db, gallery, before)
  }

  /** What the gallery was before. */
  get before(): Omit<Schema['galleries'], 'id' | 'name' | 'created_at'> {
    return this.#before
  }

  /** The version that this change makes. */
  get version(): number {
    return this.#before.version + 1
  }

  /** A number for a new subject or template. */
  newKey(): number {
    return this.#nextKey++
  }

  /** Says that a subject's templates, name or details differ. */
  touch(subjectId: string): void {
    this.#touched.add(subjectId)
  }

  /** Deletes a subject with all that hangs on it. */
  async remove(subjectId: string): Promise<void> {
    const { key, templates } = await this.#db
      .selectFrom('subjects')
      .select(['key', 'templates'])
      .where('gallery_id', '=', this.#gallery.id)
      .where('id', '=', subjectId)
      .executeTakeFirstOrThrow()
    this.#removed.push({ key, templates })
    this.#touched.delete(subjectId)
    await this.#db
      .deleteFrom('subjects')
      .where('gallery_id', '=', this.#gallery.id)
      .where('id', '=', subjectId)
      .execute()
  }

  /** Counts the templates of the subjects touched so far. */
  async recount(): Promise<void> {
    const touched = [...this.#touched]
    this.#touched.clear()
    for (let i = 0; i < touched.length; i += rowsAtATime) {
      await this.#recount(touched.slice(i, i + rowsAtATime))
    }
  }

  /** Writes down what changed. */
  async finish(): Promise<void> {
    const { version } = this
    await this.recount()
    let { people, templates, removals_from } = this.#before
    people += this.#gained.people
    templates += this.#gained.templates
    for (const { key, templates: had } of this.#removed) {
      if (had > 0) people--
      templates -= had
      await this.#db
        .insertInto('removed_subjects')
        .values({ gallery_id: this.#gallery.id, key, version })
        .execute()
    }
    // Now and then, so that the list does not grow for ever.
    if (version % 1000 === 0 && version > rememberedVersions) {
      removals_from = version - rememberedVersions
      await this.#db
        .deleteFrom('removed_subjects')
        .where('gallery_id', '=', this.#gallery.id)
        .where('version', '<=', removals_from)
        .execute()
    }
    await this.#db
      .updateTable('galleries')
      .set({ version, people, templates, removals_from, next_key: this.#nextKey })
      .where('id', '=', this.#gallery.id)
      .execute()
  }

  async #recount(ids: string[]): Promise<void> {
    const own = { gallery_id: this.#gallery.id }
    const active = await this.#gallery.activeModel(this.#db)
    const subjects = await this.#db
      .selectFrom('subjects')
      .select(['id', 'templates'])
      .where('gallery_id', '=', own.gallery_id)
      .where('id', 'in', ids)
      .execute()
    const counted = await this.#db
      .selectFrom('templates')
      .select(['subject_id', (expression) => expression.fn.countAll<number>().as('count')])
      .where('gallery_id', '=', own.gallery_id)
      .where('subject_id', 'in', ids)
      .where('model', '=', active?.model ?? '')
      .groupBy('subject_id')
      .execute()
    const counts = new Map(counted.map(({ subject_id, count }) => [subject_id, Number(count)]))
    const byCount = new Map<number, string[]>()
    for (const { id, templates: had } of subjects) {
      const has = counts.get(id) ?? 0
      this.#gained.people += Number(has > 0) - Number(had > 0)
      this.#gained.templates += has - had
      const alike = byCount.get(has)
      if (alike) alike.push(id)
      else byCount.set(has, [id])
    }
    for (const [count, which] of byCount) {
      await this.#db
        .updateTable('subjects')
        .set({ templates: count, changed: this.version })
        .where('gallery_id', '=', own.gallery_id)
        .where('id', 'in', which)
        .execute()
    }
    await this.#gallery.database.vectors?.refresh(this.#db, own.gallery_id, ids)
  }
}

/** Boxes of one photo that overlap more than this are the same face. */
export const sameFace = 0.5

/** The time, as the tables hold it. */
export const now = () => new Date().toISOString()

/** A vector as the tables hold it. */
export function toBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(
    vector.buffer.slice(vector.byteOffset, vector.byteOffset + vector.byteLength),
  )
}

/** A copy, since the database's bytes need not lie on a float's boundary. */
export function toFloats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer)
}
