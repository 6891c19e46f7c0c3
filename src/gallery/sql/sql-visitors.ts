import type { Kysely } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import type { VisitFace, Visitor, VisitorStore, VisitorVectors } from '../visit-store.js'
import { chunks } from './rows.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'
import {
  currentVisitor,
  faceLabel,
  nameDeliveries,
  readExplanation,
  vectorLabel,
} from './visit-rows.js'

/** The visitors of a gallery in a database: strangers, known by the faces of their visits. */
export class SqlVisitors implements VisitorStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  list(): Promise<Visitor[]> {
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

  faces(visitorId: string): Promise<(VisitFace & { visit: string })[]> {
    return this.#gallery.read(async (db) => {
      const vault = await this.#gallery.vault(db)
      const rows = await db
        .selectFrom('visits')
        .select(['id', 'model', 'vector', 'quality', 'similarity', 'explanation', 'face'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('visitor_id', '=', await currentVisitor(db, this.#gallery.id, visitorId))
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
      await nameDeliveries(db, this.#gallery.id, rows, subjectId)
      return rows.length
    })
  }

  /** Ids of the visits of a visitor without a name. */
  async #unnamed(db: Kysely<Schema>, visitorId: string): Promise<string[]> {
    const rows = await db
      .selectFrom('visits')
      .select('id')
      .where('gallery_id', '=', this.#gallery.id)
      .where('visitor_id', '=', await currentVisitor(db, this.#gallery.id, visitorId))
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
}

function unknownVisitor(id: string): AgnizeError {
  return new AgnizeError(
    'unknown-visitor',
    `There is no stranger ${JSON.stringify(id)}: the stranger may have been named or deleted, or the retention period has ended.`,
  )
}
