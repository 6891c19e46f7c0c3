import type { Kysely } from 'kysely'
import type { KeptFace } from '../kept-face.js'
import type { Subject, TemplateSummary } from '../subject.js'
import type { StoredTemplate } from '../template.js'
import { batchSize, isSearched } from './rows.js'
import { openCrop } from './sealed-rows.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/** Reads the templates of a gallery in a database, and the crops that they were made from. */
export class SqlTemplates {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  all(): Promise<StoredTemplate[]> {
    return this.#gallery.read(async (db) => {
      const active = await this.#gallery.activeModel(db)
      const rows = await this.#withCrops(db)
        .innerJoin('subjects', (join) =>
          join
            .onRef('subjects.gallery_id', '=', 'templates.gallery_id')
            .onRef('subjects.id', '=', 'templates.subject_id'),
        )
        .select(['templates.id', 'templates.vector', 'templates.quality', 'crops.photo'])
        .select(['subjects.id as subjectId', 'subjects.name as subjectName'])
        .where('templates.model', '=', active?.model ?? '')
        .where(isSearched)
        .orderBy('subjects.key')
        .orderBy('templates.key')
        .execute()
      const vault = await this.#gallery.vault(db)
      const seals = await this.#gallery.seals(
        db,
        rows.map(({ subjectId }) => subjectId),
      )
      const subjects = new Map<string, Subject>()
      return rows.map(({ id, vector, quality, photo, subjectId, subjectName }) => {
        const subject = subjects.get(subjectId) ?? { id: subjectId, name: subjectName }
        subjects.set(subjectId, subject)
        const opened = seals(subjectId).openVector(vector, id)
        return { id, quality, photo, subject, vector: vault.reveal(opened) }
      })
    })
  }

  faces(name: string): Promise<KeptFace[]> {
    return this.#gallery.read(async (db) => {
      const { id } = await this.#gallery.require(db, name)
      const vault = await this.#gallery.vault(db)
      const seal = (await this.#gallery.seals(db, [id]))(id)
      const of = { gallery_id: this.#gallery.id, subject_id: id }
      const crops = await db
        .selectFrom('crops')
        .selectAll()
        .where('gallery_id', '=', of.gallery_id)
        .where('subject_id', '=', of.subject_id)
        .orderBy('id')
        .execute()
      const templates = await db
        .selectFrom('templates')
        .select(['id', 'crop_id', 'model', 'vector', 'quality'])
        .where('gallery_id', '=', of.gallery_id)
        .where('subject_id', '=', of.subject_id)
        .execute()
      return crops.map((crop): KeptFace => {
        const { x, y, width, height } = crop
        const opened = openCrop(seal, crop.padded, crop.id)
        return {
          id: crop.id,
          photo: crop.photo,
          photoHash: crop.photo_hash,
          box: { x, y, width, height },
          createdAt: crop.created_at,
          crop: opened.length > 0 ? opened : null,
          templates: templates
            .filter(({ crop_id }) => crop_id === crop.id)
            .map(({ id, model, vector, quality }) => ({
              id,
              model,
              vector: vault.reveal(seal.openVector(vector, id)),
              quality,
            })),
        }
      })
    })
  }

  crops(templateIds: readonly string[]): Promise<Map<string, Uint8Array>> {
    return this.#gallery.read(async (db) => {
      const crops = new Map<string, Uint8Array>()
      for (let i = 0; i < templateIds.length; i += batchSize) {
        const rows = await this.#withCrops(db)
          .select(['templates.id', 'templates.subject_id', 'templates.crop_id'])
          .select('crops.padded')
          .where('templates.id', 'in', templateIds.slice(i, i + batchSize))
          .execute()
        const seals = await this.#gallery.seals(
          db,
          rows.map(({ subject_id }) => subject_id),
        )
        for (const { id, subject_id, crop_id, padded } of rows) {
          const opened = openCrop(seals(subject_id), padded, crop_id)
          // An imported template has no crop.
          if (opened.length > 0) crops.set(id, opened)
        }
      }
      return crops
    })
  }

  of(name: string): Promise<TemplateSummary[]> {
    return this.#gallery.read(async (db) => {
      const { id } = await this.#gallery.require(db, name)
      const active = await this.#gallery.activeModel(db)
      const rows = await this.#withCrops(db)
        .select(['templates.id', 'templates.quality', 'templates.created_at as createdAt'])
        .select(['crops.photo', 'crops.x', 'crops.y', 'crops.width', 'crops.height'])
        .where('templates.subject_id', '=', id)
        .where('templates.model', '=', active?.model ?? '')
        .orderBy('templates.key')
        .execute()
      return rows.map(({ x, y, width, height, ...rest }) => ({
        ...rest,
        box: { x, y, width, height },
      }))
    })
  }

  #withCrops(db: Kysely<Schema>) {
    return db
      .selectFrom('templates')
      .innerJoin('crops', (join) =>
        join
          .onRef('crops.gallery_id', '=', 'templates.gallery_id')
          .onRef('crops.id', '=', 'templates.crop_id'),
      )
      .where('templates.gallery_id', '=', this.#gallery.id)
  }
}
