import type { Kysely } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import type {
  BegunVisit,
  NewVisit,
  Visit,
  VisitedCamera,
  VisitFace,
  VisitPage,
  VisitSettings,
  VisitStore,
} from '../visit-store.js'
import { batchSize, newId } from './rows.js'
import { galleryGone, type SqlGallery } from './sql-gallery.js'
import { subjectsById } from './subjects-by-id.js'
import type { Schema } from './tables.js'
import {
  currentVisitor,
  faceColumns,
  faceLabel,
  nameDeliveries,
  readExplanation,
  vectorLabel,
} from './visit-rows.js'

const day = 24 * 60 * 60 * 1000
/** Default retention of visits, in days. Judgment. */
const defaultDays = 30

/** The visits of a gallery in a database. */
export class SqlVisits implements VisitStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  settings(): Promise<VisitSettings> {
    return this.#gallery.read(async (db) => {
      const row = await db
        .selectFrom('galleries')
        .select(['visits_recording', 'visits_days'])
        .where('id', '=', this.#gallery.id)
        .executeTakeFirstOrThrow(galleryGone)
      return { recording: row.visits_recording === 1, days: row.visits_days ?? defaultDays }
    })
  }

  async configure({ recording, days }: VisitSettings): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      await db
        .updateTable('galleries')
        .set({ visits_recording: Number(recording), visits_days: days })
        .where('id', '=', this.#gallery.id)
        .execute()
      await this.#dropOld(db, days)
      change.record('visits', null, { recording, days })
    })
    await this.#gallery.database.scrub()
  }

  async begin(visit: NewVisit, continuedSince: string): Promise<BegunVisit> {
    const { days } = await this.settings()
    return this.#gallery.transact(async (db) => {
      await this.#dropOld(db, days)
      const { by, camera, firstAt, lastAt, face } = visit
      const [column, who] =
        'subjectId' in by
          ? (['subject_id', by.subjectId] as const)
          : (['visitor_id', by.visitorId] as const)
      const before = await db
        .selectFrom('visits')
        .select(['id', 'quality'])
        .where('gallery_id', '=', this.#gallery.id)
        .where(column, '=', who)
        .where('camera', '=', camera)
        .where('last_at', '>=', continuedSince)
        .orderBy('last_at', 'desc')
        .limit(1)
        .executeTakeFirst()
      if (before) {
        const better = face.quality > before.quality ? face : null
        await this.#extend(db, before.id, lastAt, better)
        return { id: before.id, before: await this.#before(db, column, who, before.id) }
      }
      const id = newId()
      await db
        .insertInto('visits')
        .values({
          ...{ gallery_id: this.#gallery.id, id, camera, first_at: firstAt, last_at: lastAt },
          subject_id: 'subjectId' in by ? by.subjectId : null,
          visitor_id: 'visitorId' in by ? by.visitorId : null,
          ...(await this.#faceColumns(db, id, face)),
        })
        .execute()
      return { id, before: await this.#before(db, column, who, id) }
    })
  }

  /** The previous visit of the same subject or visitor. */
  async #before(
    db: Kysely<Schema>,
    column: 'subject_id' | 'visitor_id',
    who: string,
    id: string,
  ): Promise<BegunVisit['before']> {
    const row = await db
      .selectFrom('visits')
      .select(['last_at', 'camera'])
      .where('gallery_id', '=', this.#gallery.id)
      .where(column, '=', who)
      .where('id', '<', id)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row ? { at: row.last_at, camera: row.camera } : null
  }

  extend(id: string, lastAt: string, face: VisitFace | null): Promise<boolean> {
    return this.#gallery.transact((db) => this.#extend(db, id, lastAt, face))
  }

  async #extend(
    db: Kysely<Schema>,
    id: string,
    lastAt: string,
    face: VisitFace | null,
  ): Promise<boolean> {
    const done = await db
      .updateTable('visits')
      .set({ last_at: lastAt, ...(face && (await this.#faceColumns(db, id, face))) })
      .where('gallery_id', '=', this.#gallery.id)
      .where('id', '=', id)
      .executeTakeFirst()
    return Number(done.numUpdatedRows) > 0
  }

  async expire(): Promise<number> {
    const { days } = await this.settings()
    const dropped = await this.#gallery.transact((db) => this.#dropOld(db, days))
    if (dropped > 0) await this.#gallery.database.scrub()
    return dropped
  }

  async recognize(id: string, subjectId: string, face: VisitFace): Promise<void> {
    await this.#gallery.transact(async (db) => {
      await db
        .updateTable('visits')
        .set({ subject_id: subjectId, ...(await this.#faceColumns(db, id, face)) })
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', id)
        .execute()
      await nameDeliveries(db, this.#gallery.id, [id], subjectId)
    })
  }

  cameras(): Promise<VisitedCamera[]> {
    return this.#gallery.read(async (db) => {
      const rows = await db
        .selectFrom('visits')
        .select('camera')
        .select(({ fn }) => [
          fn.countAll<number>().as('visits'),
          fn.min('first_at').as('firstAt'),
          fn.max('last_at').as('lastAt'),
        ])
        .where('gallery_id', '=', this.#gallery.id)
        .groupBy('camera')
        .orderBy('camera')
        .execute()
      return rows.map(({ visits, ...row }) => ({ ...row, visits: Number(visits) }))
    })
  }

  list({
    before,
    limit,
    subjectId,
    visitorId,
    camera,
    unknown,
    since,
    until,
  }: VisitPage): Promise<Visit[]> {
    return this.#gallery.read(async (db) => {
      let query = db
        .selectFrom('visits')
        .select(['visits.id', 'visits.camera', 'visits.first_at', 'visits.last_at'])
        .select(['visits.visitor_id', 'visits.quality', 'visits.similarity', 'visits.subject_id'])
        .select(['visits.explanation'])
        .select((expression) => expression('visits.face', 'is not', null).as('has_face'))
        .where('visits.gallery_id', '=', this.#gallery.id)
        .orderBy('visits.id', 'desc')
        .limit(limit)
      if (before !== undefined) query = query.where('visits.id', '<', before)
      if (subjectId !== undefined) query = query.where('visits.subject_id', '=', subjectId)
      if (visitorId !== undefined) {
        query = query.where(
          'visits.visitor_id',
          '=',
          await currentVisitor(db, this.#gallery.id, visitorId),
        )
      }
      if (camera !== undefined) query = query.where('visits.camera', '=', camera)
      if (unknown) query = query.where('visits.subject_id', 'is', null)
      if (since !== undefined) query = query.where('visits.last_at', '>=', since)
      if (until !== undefined) query = query.where('visits.first_at', '<', until)
      const rows = await query.execute()
      const known = rows.flatMap(({ subject_id }) => subject_id ?? [])
      const subjects = await subjectsById(db, this.#gallery.id, known)
      return rows.map((row) => ({
        id: row.id,
        camera: row.camera,
        firstAt: row.first_at,
        lastAt: row.last_at,
        subject: subjects.get(row.subject_id ?? '') ?? null,
        visitorId: row.visitor_id,
        quality: row.quality,
        similarity: row.similarity,
        explanation: readExplanation(row.explanation),
        hasFace: Boolean(row.has_face),
      }))
    })
  }

  image(id: string): Promise<Uint8Array> {
    return this.#gallery.read(async (db) => {
      const row = await db
        .selectFrom('visits')
        .select('face')
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row?.face) throw new AgnizeError('unknown-face', 'No face was kept of that visit.')
      return (await this.#gallery.vault(db)).seal.openBytes(row.face, faceLabel(id))
    })
  }

  async *everyFace(model: string) {
    for (let before: string | undefined; ; ) {
      const visits = await this.list({ limit: batchSize, before })
      if (visits.length === 0) return
      before = visits.at(-1)!.id
      const vectors = await this.#gallery.read(async (db) => {
        const { seal } = await this.#gallery.vault(db)
        const rows = await db
          .selectFrom('visits')
          .select(['id', 'vector'])
          .where('gallery_id', '=', this.#gallery.id)
          .where('model', '=', model)
          .where(
            'id',
            'in',
            visits.map(({ id }) => id),
          )
          .execute()
        return new Map(rows.map(({ id, vector }) => [id, seal.openVector(vector, vectorLabel(id))]))
      })
      for (const visit of visits) {
        const vector = vectors.get(visit.id)
        if (vector) yield { visit, vector }
      }
    }
  }

  comparable(vector: Float32Array): Promise<Float32Array> {
    return this.#gallery.read(async (db) => (await this.#gallery.vault(db)).blind(vector))
  }

  async #faceColumns(db: Kysely<Schema>, id: string, face: VisitFace) {
    return faceColumns((await this.#gallery.vault(db)).seal, id, face)
  }

  async #dropOld(db: Kysely<Schema>, days: number): Promise<number> {
    const done = await db
      .deleteFrom('visits')
      .where('gallery_id', '=', this.#gallery.id)
      .where('last_at', '<', new Date(Date.now() - days * day).toISOString())
      .executeTakeFirst()
    return Number(done.numDeletedRows)
  }
}
