import { randomUUID } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { AgnizeError } from '../../errors.js'
import { overlap } from '../../geometry/box.js'
import {
  type Added,
  type GalleryState,
  type NewTemplate,
  type Store,
  type StoredTemplate,
  type Subject,
  type SubjectSummary,
  type TemplateSummary,
  wrongModel,
} from '../store.js'
import { galleryError, openDatabase, transact } from './database.js'
import type { Schema } from './schema.js'

/** Boxes of one photo that overlap more than this are the same face. */
const sameFace = 0.5

/**
 * A gallery in an SQLite file: write-ahead log, flushed at every commit, deleted content overwritten.
 */
export class SqliteStore implements Store {
  readonly #db: Kysely<Schema>
  readonly #path: string
  readonly #gallery: string

  private constructor(db: Kysely<Schema>, path: string, gallery: string) {
    this.#db = db
    this.#path = path
    this.#gallery = gallery
  }

  /**
   * @param path - Of the file; made when it is not there.
   * @param name - Of the gallery in it; made when it is not there.
   */
  static async open(path: string, name: string): Promise<SqliteStore> {
    const db = await openDatabase(path)
    try {
      const found = await db
        .selectFrom('galleries')
        .select('id')
        .where('name', '=', name)
        .executeTakeFirst()
      if (found) return new SqliteStore(db, path, found.id)
      const id = await transact(db, path, async (tx) => {
        await tx
          .insertInto('galleries')
          .values({ id: randomUUID(), name, model: null, version: 0, created_at: now() })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
        const row = await tx
          .selectFrom('galleries')
          .select('id')
          .where('name', '=', name)
          .executeTakeFirstOrThrow()
        return row.id
      })
      return new SqliteStore(db, path, id)
    } catch (error) {
      await db.destroy()
      throw galleryError(error, path)
    }
  }

  state(): Promise<GalleryState> {
    return this.#read((db) =>
      db
        .selectFrom('galleries')
        .select(['version', 'model'])
        .where('id', '=', this.#gallery)
        .executeTakeFirstOrThrow(),
    )
  }

  add(name: string, template: NewTemplate): Promise<Added> {
    return this.#change(async (db) => {
      const known = await this.#sameFace(db, template)
      if (known) return { outcome: 'known', ...known }
      await this.#bindModel(db, template.model)
      const subject = (await this.#find(db, name)) ?? (await this.#create(db, name))
      const cropId = randomUUID()
      const created_at = now()
      const { box, crops } = template
      await db
        .insertInto('crops')
        .values({
          id: cropId,
          subject_id: subject.id,
          photo: template.photo,
          photo_hash: template.photoHash,
          ...box,
          ...crops,
          created_at,
        })
        .execute()
      const templateId = randomUUID()
      await db
        .insertInto('templates')
        .values({
          id: templateId,
          gallery_id: this.#gallery,
          subject_id: subject.id,
          crop_id: cropId,
          model: template.model,
          vector: toBytes(template.vector),
          quality: template.quality,
          created_at,
        })
        .execute()
      return { outcome: 'added', subject, templateId }
    })
  }

  async #sameFace(db: Kysely<Schema>, { photoHash, box }: NewTemplate) {
    const rows = await db
      .selectFrom('crops')
      .innerJoin('subjects', 'subjects.id', 'crops.subject_id')
      .innerJoin('templates', 'templates.crop_id', 'crops.id')
      .select(['subjects.id', 'subjects.name', 'templates.id as templateId'])
      .select(['crops.x', 'crops.y', 'crops.width', 'crops.height'])
      .where('crops.photo_hash', '=', photoHash)
      .where('subjects.gallery_id', '=', this.#gallery)
      .execute()
    const row = rows.find((row) => overlap(row, box) > sameFace)
    return row && { subject: { id: row.id, name: row.name }, templateId: row.templateId }
  }

  /** The first template decides the gallery's model; an emptied gallery is free to take another. */
  async #bindModel(db: Kysely<Schema>, model: string): Promise<void> {
    const { model: bound } = await db
      .selectFrom('galleries')
      .select('model')
      .where('id', '=', this.#gallery)
      .executeTakeFirstOrThrow()
    if (bound === model) return
    if (bound !== null) {
      const template = await db
        .selectFrom('templates')
        .select('id')
        .where('gallery_id', '=', this.#gallery)
        .limit(1)
        .executeTakeFirst()
      if (template) throw wrongModel(bound, model)
    }
    await db.updateTable('galleries').set({ model }).where('id', '=', this.#gallery).execute()
  }

  async #create(db: Kysely<Schema>, name: string): Promise<Subject> {
    const subject = { id: randomUUID(), name }
    await db
      .insertInto('subjects')
      .values({ ...subject, gallery_id: this.#gallery, created_at: now() })
      .execute()
    return subject
  }

  async #find(db: Kysely<Schema>, name: string): Promise<Subject | undefined> {
    return db
      .selectFrom('subjects')
      .select(['id', 'name'])
      .where('gallery_id', '=', this.#gallery)
      .where('name', '=', name)
      .executeTakeFirst()
  }

  async #require(db: Kysely<Schema>, name: string): Promise<Subject> {
    const subject = await this.#find(db, name)
    if (subject) return subject
    throw new AgnizeError(
      'unknown-subject',
      `There is nobody called ${JSON.stringify(name)} in the gallery: "agnize people list" shows who is.`,
    )
  }

  templates(): Promise<StoredTemplate[]> {
    return this.#read(async (db) => {
      const rows = await db
        .selectFrom('templates')
        .innerJoin('subjects', 'subjects.id', 'templates.subject_id')
        .innerJoin('crops', 'crops.id', 'templates.crop_id')
        .select(['templates.id', 'templates.vector', 'templates.quality', 'crops.photo'])
        .select(['subjects.id as subjectId', 'subjects.name as subjectName'])
        .where('templates.gallery_id', '=', this.#gallery)
        .orderBy('templates.subject_id')
        .execute()
      const subjects = new Map<string, Subject>()
      return rows.map(({ id, vector, quality, photo, subjectId, subjectName }) => {
        const subject = subjects.get(subjectId) ?? { id: subjectId, name: subjectName }
        subjects.set(subjectId, subject)
        return { id, quality, photo, subject, vector: toFloats(vector) }
      })
    })
  }

  subjects(): Promise<SubjectSummary[]> {
    return this.#read((db) => this.#summaries(db).orderBy('subjects.name').execute())
  }

  templatesOf(name: string): Promise<TemplateSummary[]> {
    return this.#read(async (db) => {
      const { id } = await this.#require(db, name)
      const rows = await db
        .selectFrom('templates')
        .innerJoin('crops', 'crops.id', 'templates.crop_id')
        .select(['templates.id', 'templates.quality', 'templates.created_at as createdAt'])
        .select(['crops.photo', 'crops.x', 'crops.y', 'crops.width', 'crops.height'])
        .where('templates.subject_id', '=', id)
        .orderBy('templates.created_at')
        .execute()
      return rows.map(({ x, y, width, height, ...rest }) => ({
        ...rest,
        box: { x, y, width, height },
      }))
    })
  }

  rename(name: string, newName: string): Promise<Subject> {
    return this.#change(async (db) => {
      const subject = await this.#require(db, name)
      const taken = await this.#find(db, newName)
      if (taken && taken.id !== subject.id) {
        throw new AgnizeError(
          'subject-exists',
          `There is already somebody called ${JSON.stringify(newName)}: choose another name, or "agnize people merge" if they are the same person.`,
        )
      }
      await db.updateTable('subjects').set({ name: newName }).where('id', '=', subject.id).execute()
      return { id: subject.id, name: newName }
    })
  }

  async remove(name: string): Promise<SubjectSummary> {
    const removed = await this.#change(async (db) => {
      const { id } = await this.#require(db, name)
      const summary = await this.#summaries(db)
        .where('subjects.id', '=', id)
        .executeTakeFirstOrThrow()
      await db.deleteFrom('subjects').where('id', '=', id).execute()
      return summary
    })
    // The log still holds the pages as they were; emptied, it holds nothing.
    await sql`pragma wal_checkpoint(truncate)`.execute(this.#db)
    return removed
  }

  merge(from: string, into: string): Promise<SubjectSummary> {
    return this.#change(async (db) => {
      const source = await this.#require(db, from)
      const target = await this.#require(db, into)
      if (source.id === target.id) {
        throw new AgnizeError('bad-argument', 'A person cannot be merged with themselves.')
      }
      const moved = { subject_id: target.id }
      await db.updateTable('crops').set(moved).where('subject_id', '=', source.id).execute()
      await db.updateTable('templates').set(moved).where('subject_id', '=', source.id).execute()
      await db.deleteFrom('subjects').where('id', '=', source.id).execute()
      return this.#summaries(db).where('subjects.id', '=', target.id).executeTakeFirstOrThrow()
    })
  }

  #summaries(db: Kysely<Schema>) {
    return db
      .selectFrom('subjects')
      .leftJoin('templates', 'templates.subject_id', 'subjects.id')
      .select(['subjects.id', 'subjects.name', 'subjects.created_at as createdAt'])
      .select((expression) => expression.fn.count<number>('templates.id').as('templates'))
      .where('subjects.gallery_id', '=', this.#gallery)
      .groupBy('subjects.id')
  }

  check(): Promise<string[]> {
    return this.#read(async (db) => {
      const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db)
      return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok')
    })
  }

  async close(): Promise<void> {
    await this.#db.destroy()
  }

  #change<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return transact(this.#db, this.#path, async (db) => {
      const result = await work(db)
      await db
        .updateTable('galleries')
        .set((expression) => ({ version: expression('version', '+', 1) }))
        .where('id', '=', this.#gallery)
        .execute()
      return result
    })
  }

  async #read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    try {
      return await work(this.#db)
    } catch (error) {
      throw galleryError(error, this.#path)
    }
  }
}

const now = () => new Date().toISOString()

function toBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(
    vector.buffer.slice(vector.byteOffset, vector.byteOffset + vector.byteLength),
  )
}

/** A copy, since the database's bytes need not lie on a float's boundary. */
function toFloats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer)
}
