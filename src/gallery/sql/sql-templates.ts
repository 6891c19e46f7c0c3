import type { Kysely } from 'kysely'
import type { KeptFace } from '../kept-face.js'
import type { Subject, TemplateSummary } from '../subject.js'
import type { StoredTemplate } from '../template.js'
import { batchSize, chunks, isSearched } from './rows.js'
import { openCrop } from './sealed-rows.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/**
 * Reads the templates of a gallery in a database, and the crops that they were made from. Each table is read by a query of its
 * own: a planner that does not know the gallery's size may join its rows in a bad order.
 */
export class SqlTemplates {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  all(): Promise<StoredTemplate[]> {
    return this.#gallery.read(async (db) => {
      const all: StoredTemplate[] = []
      for (let after = 0; ; ) {
        const subjects = await db
          .selectFrom('subjects')
          .select(['id', 'name', 'key'])
          .where('gallery_id', '=', this.#gallery.id)
          .where('templates', '>', 0)
          .where('key', '>', after)
          .orderBy('key')
          .limit(batchSize)
          .execute()
        if (subjects.length === 0) return all
        after = subjects.at(-1)!.key
        all.push(...(await this.#ofSubjects(db, subjects)))
      }
    })
  }

  async #ofSubjects(db: Kysely<Schema>, subjects: readonly Subject[]): Promise<StoredTemplate[]> {
    const active = await this.#gallery.activeModel(db)
    const ids = subjects.map(({ id }) => id)
    const rows = await this.#templates(db)
      .select(['id', 'subject_id', 'crop_id', 'vector', 'quality'])
      .where('subject_id', 'in', ids)
      .where('model', '=', active?.model ?? '')
      .where(isSearched)
      .orderBy('key')
      .execute()
    const crops = await this.#crops(db, rows)
    const vault = await this.#gallery.vault(db)
    const seals = await this.#gallery.seals(db, ids)
    const own = new Map<string, StoredTemplate[]>(ids.map((id) => [id, []]))
    const byId = new Map(subjects.map(({ id, name }) => [id, { id, name }]))
    for (const { id, vector, quality, subject_id, crop_id } of rows) {
      const crop = crops.get(crop_id)
      // Removed between two queries.
      if (!crop) continue
      const subject = byId.get(subject_id)!
      const opened = seals(subject_id).openVector(vector, id)
      own
        .get(subject_id)!
        .push({ id, quality, photo: crop.photo, subject, vector: vault.reveal(opened) })
    }
    return ids.flatMap((id) => own.get(id)!)
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
      for (const ids of chunks(templateIds)) {
        const rows = await this.#templates(db)
          .select(['id', 'subject_id', 'crop_id'])
          .where('id', 'in', ids)
          .execute()
        if (rows.length === 0) continue
        const seals = await this.#gallery.seals(
          db,
          rows.map(({ subject_id }) => subject_id),
        )
        const padded = await db
          .selectFrom('crops')
          .select(['id', 'padded'])
          .where('gallery_id', '=', this.#gallery.id)
          .where(
            'id',
            'in',
            rows.map(({ crop_id }) => crop_id),
          )
          .execute()
        const byId = new Map(padded.map((crop) => [crop.id, crop.padded]))
        for (const { id, subject_id, crop_id } of rows) {
          const crop = byId.get(crop_id)
          const opened = crop && openCrop(seals(subject_id), crop, crop_id)
          // An imported template has no crop.
          if (opened && opened.length > 0) crops.set(id, opened)
        }
      }
      return crops
    })
  }

  of(name: string): Promise<TemplateSummary[]> {
    return this.#gallery.read(async (db) => {
      const { id } = await this.#gallery.require(db, name)
      const active = await this.#gallery.activeModel(db)
      const rows = await this.#templates(db)
        .select(['id', 'quality', 'created_at', 'crop_id'])
        .where('subject_id', '=', id)
        .where('model', '=', active?.model ?? '')
        .orderBy('key')
        .execute()
      const crops = await this.#crops(db, rows)
      return rows.flatMap(({ id, quality, created_at, crop_id }) => {
        const crop = crops.get(crop_id)
        if (!crop) return []
        const { photo, id: _, ...box } = crop
        return { id, quality, createdAt: created_at, photo, box }
      })
    })
  }

  #templates(db: Kysely<Schema>) {
    return db.selectFrom('templates').where('gallery_id', '=', this.#gallery.id)
  }

  /** Photos and boxes of the crops of templates, by the crops' ids. */
  async #crops(db: Kysely<Schema>, templates: readonly { readonly crop_id: string }[]) {
    const crops = new Map<string, Pick<Schema['crops'], (typeof cropColumns)[number]>>()
    for (const some of chunks(templates)) {
      const rows = await db
        .selectFrom('crops')
        .select(cropColumns)
        .where('gallery_id', '=', this.#gallery.id)
        .where(
          'id',
          'in',
          some.map(({ crop_id }) => crop_id),
        )
        .execute()
      for (const row of rows) crops.set(row.id, row)
    }
    return crops
  }
}

const cropColumns = ['id', 'photo', 'x', 'y', 'width', 'height'] as const
