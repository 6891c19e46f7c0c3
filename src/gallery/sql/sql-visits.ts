import type { Kysely } from 'kysely'
import { isObject, schemaOf } from '../../base/checked-json.js'
import { AgnizeError } from '../../base/errors.js'
import { columnOf } from '../json-columns.js'
import type { Vault } from '../vault.js'
import type {
  BegunVisit,
  NewVisit,
  Visit,
  VisitExplanation,
  VisitFace,
  Visitor,
  VisitorVectors,
  VisitPage,
  VisitSettings,
  VisitStore,
} from '../visit-store.js'
import { batchSize, chunks, newId } from './rows.js'
import { galleryGone, type SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

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
      await this.#nameDeliveries(db, [id], subjectId)
    })
  }

  /** Assigns the undelivered events of visits to the subject, so that they are deleted with it. */
  async #nameDeliveries(
    db: Kysely<Schema>,
    visits: readonly string[],
    subjectId: string,
  ): Promise<void> {
    for (const ids of chunks(visits)) {
      await db
        .updateTable('deliveries')
        .set({ subject_id: subjectId })
        .where('gallery_id', '=', this.#gallery.id)
        .where('visit_id', 'in', ids)
        .execute()
    }
  }

  async regroup(visitors: ReadonlyMap<string, string>): Promise<void> {
    await this.#gallery.transact(async (db) => {
      for (const [id, visitor_id] of visitors) {
        await db
          .updateTable('visits')
          .set((expression) => ({
            visitor_id,
            told_as: expression.fn.coalesce('told_as', 'visitor_id'),
          }))
          .where('gallery_id', '=', this.#gallery.id)
          .where('id', '=', id)
          .where('subject_id', 'is', null)
          .execute()
      }
    })
  }

  /** The current id of a visitor whose id may have been replaced. */
  async #current(db: Kysely<Schema>, visitorId: string): Promise<string> {
    const rows = (column: 'visitor_id' | 'told_as') =>
      db
        .selectFrom('visits')
        .select('visitor_id')
        .where('gallery_id', '=', this.#gallery.id)
        .where(column, '=', visitorId)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst()
    if (await rows('visitor_id')) return visitorId
    return (await rows('told_as'))?.visitor_id ?? visitorId
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
        .leftJoin('subjects', (join) =>
          join
            .onRef('subjects.gallery_id', '=', 'visits.gallery_id')
            .onRef('subjects.id', '=', 'visits.subject_id'),
        )
        .select(['visits.id', 'visits.camera', 'visits.first_at', 'visits.last_at'])
        .select(['visits.visitor_id', 'visits.quality', 'visits.similarity', 'visits.subject_id'])
        .select(['visits.explanation', 'subjects.name'])
        .select((expression) => expression('visits.face', 'is not', null).as('has_face'))
        .where('visits.gallery_id', '=', this.#gallery.id)
        .orderBy('visits.id', 'desc')
        .limit(limit)
      if (before !== undefined) query = query.where('visits.id', '<', before)
      if (subjectId !== undefined) query = query.where('visits.subject_id', '=', subjectId)
      if (visitorId !== undefined) {
        query = query.where('visits.visitor_id', '=', await this.#current(db, visitorId))
      }
      if (camera !== undefined) query = query.where('visits.camera', '=', camera)
      if (unknown) query = query.where('visits.subject_id', 'is', null)
      if (since !== undefined) query = query.where('visits.last_at', '>=', since)
      if (until !== undefined) query = query.where('visits.first_at', '<', until)
      return (await query.execute()).map((row) => ({
        id: row.id,
        camera: row.camera,
        firstAt: row.first_at,
        lastAt: row.last_at,
        subject: row.subject_id ? { id: row.subject_id, name: row.name! } : null,
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

  visitors(): Promise<Visitor[]> {
    return this.#gallery.read(async (db) => {
      const rows = await db
        .selectFrom('visits')
        .select(['id', 'visitor_id', 'camera', 'first_at', 'last_at', 'quality'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('visitor_id', 'is not', null)
        .where('subject_id', 'is', null)
        .orderBy('last_at', 'desc')
        .execute()
      const groups = new Map<string, typeof rows>()
      for (const row of rows) {
        groups.set(row.visitor_id!, [...(groups.get(row.visitor_id!) ?? []), row])
      }
      return [...groups].map(([id, own]) => ({
        id,
        visits: own.length,
        firstAt: own.map(({ first_at }) => first_at).sort()[0]!,
        lastAt: own[0]!.last_at,
        camera: own[0]!.camera,
        bestVisit: own.reduce((best, row) => (row.quality > best.quality ? row : best)).id,
      }))
    })
  }

  vectors(model: string): Promise<VisitorVectors[]> {
    return this.#gallery.read(async (db) => {
      const { seal } = await this.#gallery.vault(db)
      const rows = await db
        .selectFrom('visits')
        .select(['id', 'visitor_id', 'vector', 'quality'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('visitor_id', 'is not', null)
        .where('subject_id', 'is', null)
        .where('model', '=', model)
        .orderBy('id')
        .execute()
      const groups = new Map<string, VisitorVectors['faces'][number][]>()
      for (const { id, visitor_id, vector, quality } of rows) {
        const face = { visit: id, vector: seal.openVector(vector, vectorLabel(id)), quality }
        const group = groups.get(visitor_id!)
        if (group) group.push(face)
        else groups.set(visitor_id!, [face])
      }
      return [...groups].map(([visitorId, faces]) => ({ visitorId, faces }))
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

  faces(visitorId: string): Promise<(VisitFace & { visit: string })[]> {
    return this.#gallery.read(async (db) => {
      const vault = await this.#gallery.vault(db)
      const rows = await db
        .selectFrom('visits')
        .select(['id', 'model', 'vector', 'quality', 'similarity', 'explanation', 'face'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('visitor_id', '=', await this.#current(db, visitorId))
        .where('subject_id', 'is', null)
        .orderBy('quality', 'desc')
        .execute()
      if (rows.length === 0) throw unknownVisitor(visitorId)
      return rows.map(({ id, vector, face, explanation, ...row }) => ({
        ...row,
        explanation: readExplanation(explanation),
        visit: id,
        vector: vault.reveal(vault.seal.openVector(vector, vectorLabel(id))),
        image: face && vault.seal.openBytes(face, faceLabel(id)),
      }))
    })
  }

  name(visitorId: string, subjectId: string): Promise<number> {
    return this.#gallery.transact(async (db) => {
      const rows = await this.#unnamed(db, visitorId)
      for (const some of chunks(rows)) {
        await db
          .updateTable('visits')
          .set({ subject_id: subjectId })
          .where('gallery_id', '=', this.#gallery.id)
          .where('id', 'in', some)
          .execute()
      }
      await this.#nameDeliveries(db, rows, subjectId)
      return rows.length
    })
  }

  /** Ids of the visits of a visitor without a name. */
  async #unnamed(db: Kysely<Schema>, visitorId: string): Promise<string[]> {
    const rows = await db
      .selectFrom('visits')
      .select('id')
      .where('gallery_id', '=', this.#gallery.id)
      .where('visitor_id', '=', await this.#current(db, visitorId))
      .where('subject_id', 'is', null)
      .execute()
    return rows.map(({ id }) => id)
  }

  async forget(visitorId: string): Promise<number> {
    const visits = await this.#gallery.transact(async (db) => {
      const rows = await this.#unnamed(db, visitorId)
      for (const ids of chunks(rows)) {
        for (const [table, column] of [
          ['visits', 'id'],
          ['deliveries', 'visit_id'],
        ] as const) {
          await db
            .deleteFrom(table)
            .where('gallery_id', '=', this.#gallery.id)
            .where(column, 'in', ids)
            .execute()
        }
      }
      return rows.length
    })
    if (visits === 0) throw unknownVisitor(visitorId)
    await this.#gallery.database.scrub()
    return visits
  }

  async #faceColumns(db: Kysely<Schema>, id: string, face: VisitFace) {
    const { seal } = await this.#gallery.vault(db)
    const { model, vector, quality, similarity, explanation, image } = face
    return {
      ...{ model, quality, similarity },
      explanation: explanation && JSON.stringify(explanation),
      vector: seal.sealVector(vector, vectorLabel(id)),
      face: image && seal.sealBytes(image, faceLabel(id)),
    }
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

/** Seals the visits of a gallery that is being protected. */
export async function resealVisits(
  db: Kysely<Schema>,
  galleryId: string,
  from: Vault,
  to: Vault,
): Promise<void> {
  const rows = await db
    .selectFrom('visits')
    .select(['id', 'vector', 'face'])
    .where('gallery_id', '=', galleryId)
    .execute()
  for (const { id, vector, face } of rows) {
    const opened = from.reveal(from.seal.openVector(vector, vectorLabel(id)))
    await db
      .updateTable('visits')
      .set({
        vector: to.seal.sealVector(opened, vectorLabel(id)),
        face: face && to.seal.sealBytes(from.seal.openBytes(face, faceLabel(id)), faceLabel(id)),
      })
      .where('gallery_id', '=', galleryId)
      .where('id', '=', id)
      .execute()
  }
}

const readExplanation = (json: string | null): VisitExplanation | null =>
  json === null ? null : columnOf(json, explanationShape, 'what a visit rests on')

const isNumberOrNull = (value: unknown) => value === null || typeof value === 'number'

const explanationShape = schemaOf(
  (value): value is VisitExplanation =>
    isObject(value) &&
    typeof value.answer === 'string' &&
    typeof value.frames === 'number' &&
    [value.similarity, value.threshold, value.margin, value.probability].every(isNumberOrNull),
)

const vectorLabel = (id: string) => `visit ${id} vector`
const faceLabel = (id: string) => `visit ${id} face`

function unknownVisitor(id: string): AgnizeError {
  return new AgnizeError(
    'unknown-visitor',
    `There is no stranger ${JSON.stringify(id)}: the stranger may have been named or deleted, or the retention period has ended.`,
  )
}
