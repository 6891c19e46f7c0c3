import { randomUUID } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { AgnizeError } from '../../errors.js'
import type { Crops } from '../../faces/face.js'
import { overlap } from '../../geometry/box.js'
import {
  type Added,
  type CalibrationStore,
  type CorrectionStore,
  type DecisionStore,
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
import { SqliteCalibrations } from './sqlite-calibrations.js'
import { SqliteCorrections } from './sqlite-corrections.js'
import { forgetDecisions, renameInDecisions, SqliteDecisions } from './sqlite-decisions.js'
import { now, SqliteGallery, sameFace, toBytes, toFloats } from './sqlite-gallery.js'

/**
 * A gallery in an SQLite file: write-ahead log, flushed at every commit, deleted content overwritten.
 */
export class SqliteStore implements Store {
  readonly corrections: CorrectionStore
  readonly calibrations: CalibrationStore
  readonly decisions: DecisionStore
  readonly #gallery: SqliteGallery

  private constructor(gallery: SqliteGallery) {
    this.#gallery = gallery
    this.corrections = new SqliteCorrections(gallery)
    this.calibrations = new SqliteCalibrations(gallery)
    this.decisions = new SqliteDecisions(gallery)
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
      if (found) return new SqliteStore(new SqliteGallery(db, path, found.id))
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
      return new SqliteStore(new SqliteGallery(db, path, id))
    } catch (error) {
      await db.destroy()
      throw galleryError(error, path)
    }
  }

  state(): Promise<GalleryState> {
    return this.#gallery.read((db) =>
      db
        .selectFrom('galleries')
        .select(['version', 'model'])
        .where('id', '=', this.#gallery.id)
        .executeTakeFirstOrThrow(),
    )
  }

  add(name: string, template: NewTemplate): Promise<Added> {
    return this.#gallery.change(async (db) => {
      const known = await this.#sameFace(db, template)
      if (known) return { outcome: 'known', ...known }
      await this.#bindModel(db, template.model)
      const subject = (await this.#gallery.find(db, name)) ?? (await this.#create(db, name))
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
          gallery_id: this.#gallery.id,
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
      .where('subjects.gallery_id', '=', this.#gallery.id)
      .execute()
    const row = rows.find((row) => overlap(row, box) > sameFace)
    return row && { subject: { id: row.id, name: row.name }, templateId: row.templateId }
  }

  /** The first template decides the gallery's model; an emptied gallery is free to take another. */
  async #bindModel(db: Kysely<Schema>, model: string): Promise<void> {
    const { model: bound } = await db
      .selectFrom('galleries')
      .select('model')
      .where('id', '=', this.#gallery.id)
      .executeTakeFirstOrThrow()
    if (bound === model) return
    if (bound !== null) {
      const template = await db
        .selectFrom('templates')
        .select('id')
        .where('gallery_id', '=', this.#gallery.id)
        .limit(1)
        .executeTakeFirst()
      if (template) throw wrongModel(bound, model)
    }
    await db.updateTable('galleries').set({ model }).where('id', '=', this.#gallery.id).execute()
  }

  async #create(db: Kysely<Schema>, name: string): Promise<Subject> {
    const subject = { id: randomUUID(), name }
    await db
      .insertInto('subjects')
      .values({ ...subject, gallery_id: this.#gallery.id, created_at: now() })
      .execute()
    return subject
  }

  templates(): Promise<StoredTemplate[]> {
    return this.#gallery.read(async (db) => {
      const rows = await db
        .selectFrom('templates')
        .innerJoin('subjects', 'subjects.id', 'templates.subject_id')
        .innerJoin('crops', 'crops.id', 'templates.crop_id')
        .select(['templates.id', 'templates.vector', 'templates.quality', 'crops.photo'])
        .select(['subjects.id as subjectId', 'subjects.name as subjectName'])
        .where('templates.gallery_id', '=', this.#gallery.id)
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

  crops(templateIds: readonly string[]): Promise<Map<string, Crops>> {
    return this.#gallery.read(async (db) => {
      const crops = new Map<string, Crops>()
      for (const id of templateIds) {
        const found = await db
          .selectFrom('templates')
          .innerJoin('crops', 'crops.id', 'templates.crop_id')
          .select(['crops.aligned', 'crops.padded'])
          .where('templates.id', '=', id)
          .where('templates.gallery_id', '=', this.#gallery.id)
          .executeTakeFirst()
        if (found) crops.set(id, found)
      }
      return crops
    })
  }

  subjects(): Promise<SubjectSummary[]> {
    return this.#gallery.read((db) => this.#summaries(db).orderBy('subjects.name').execute())
  }

  templatesOf(name: string): Promise<TemplateSummary[]> {
    return this.#gallery.read(async (db) => {
      const { id } = await this.#gallery.require(db, name)
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
    return this.#gallery.change(async (db) => {
      const subject = await this.#gallery.require(db, name)
      const taken = await this.#gallery.find(db, newName)
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
    const removed = await this.#gallery.change(async (db) => {
      const { id } = await this.#gallery.require(db, name)
      const summary = await this.#summaries(db)
        .where('subjects.id', '=', id)
        .executeTakeFirstOrThrow()
      await forgetDecisions(db, this.#gallery.id, id)
      await db.deleteFrom('subjects').where('id', '=', id).execute()
      return summary
    })
    // The log still holds the pages as they were; emptied, it holds nothing.
    await sql`pragma wal_checkpoint(truncate)`.execute(this.#gallery.db)
    return removed
  }

  merge(from: string, into: string): Promise<SubjectSummary> {
    return this.#gallery.change(async (db) => {
      const source = await this.#gallery.require(db, from)
      const target = await this.#gallery.require(db, into)
      if (source.id === target.id) {
        throw new AgnizeError('bad-argument', 'A person cannot be merged with themselves.')
      }
      const moved = { subject_id: target.id }
      await db.updateTable('crops').set(moved).where('subject_id', '=', source.id).execute()
      await db.updateTable('templates').set(moved).where('subject_id', '=', source.id).execute()
      await db.updateTable('corrections').set(moved).where('subject_id', '=', source.id).execute()
      await renameInDecisions(db, this.#gallery.id, source.id, target.id)
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
      .where('subjects.gallery_id', '=', this.#gallery.id)
      .groupBy('subjects.id')
  }

  check(): Promise<string[]> {
    return this.#gallery.read(async (db) => {
      const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db)
      return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok')
    })
  }

  async close(): Promise<void> {
    await this.#gallery.db.destroy()
  }
}
