import type { Kysely } from 'kysely'
import { isObject, schemaOf } from '../../base/checked-json.js'
import { AgnizeError } from '../../base/errors.js'
import { columnOf } from '../json-columns.js'
import type {
  Reference,
  ReferenceOrigin,
  ReferenceSettings,
  ReferenceStore,
} from '../reference-store.js'
import type { Subject } from '../subject.js'
import type { NewTemplate } from '../template.js'
import { chunks, newId, now } from './rows.js'
import type { SqlEnrollment } from './sql-enrollment.js'
import { galleryGone, type SqlGallery } from './sql-gallery.js'
import { type Schema, setAsideMark } from './tables.js'

/** The references of subjects in a database: crops; those set aside have no template. */
export class SqlReferences implements ReferenceStore {
  readonly #gallery: SqlGallery
  readonly #enrollment: SqlEnrollment

  constructor(gallery: SqlGallery, enrollment: SqlEnrollment) {
    this.#gallery = gallery
    this.#enrollment = enrollment
  }

  settings(): Promise<ReferenceSettings> {
    return this.#gallery.read(async (db) => {
      const row = await db
        .selectFrom('galleries')
        .select(['references_most', 'references_adapting'])
        .where('id', '=', this.#gallery.id)
        .executeTakeFirstOrThrow(galleryGone)
      return { maxReferences: row.references_most, adapting: row.references_adapting === 1 }
    })
  }

  async configure({ maxReferences, adapting }: ReferenceSettings): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      await db
        .updateTable('galleries')
        .set({ references_most: maxReferences, references_adapting: Number(adapting) })
        .where('id', '=', this.#gallery.id)
        .execute()
      change.record('references', null, { max_references: maxReferences, adapting })
    })
  }

  of(name: string): Promise<Reference[]> {
    return this.#gallery.read(async (db) => {
      const { id } = await this.#gallery.require(db, name)
      const rows = await this.#crops(db).where('subject_id', '=', id).orderBy('id').execute()
      return this.#references(db, rows)
    })
  }

  added() {
    return this.#gallery.read(async (db) => {
      const rows = await this.#crops(db)
        .where('origin', 'is not', null)
        .orderBy('id', 'desc')
        .execute()
      const names = new Map<string, Subject>()
      for (const ids of chunks([...new Set(rows.map(({ subject_id }) => subject_id))])) {
        const subjects = await db
          .selectFrom('subjects')
          .select(['id', 'name'])
          .where('gallery_id', '=', this.#gallery.id)
          .where('id', 'in', ids)
          .execute()
        for (const subject of subjects) names.set(subject.id, subject)
      }
      const references = await this.#references(db, rows)
      return references.map((reference, i) => ({
        ...reference,
        subject: names.get(rows[i]!.subject_id)!,
      }))
    })
  }

  #crops(db: Kysely<Schema>) {
    return db
      .selectFrom('crops')
      .select(['id', 'subject_id', 'photo', 'created_at', 'origin', 'skipped_by'])
      .select((expression) =>
        expression(expression.fn<number>('length', ['padded']), '>', 0).as('has_picture'),
      )
      .where('gallery_id', '=', this.#gallery.id)
  }

  async #references(
    db: Kysely<Schema>,
    crops: readonly Pick<
      Schema['crops'] & { has_picture: unknown },
      'id' | 'subject_id' | 'photo' | 'created_at' | 'origin' | 'skipped_by' | 'has_picture'
    >[],
  ): Promise<Reference[]> {
    const active = await this.#gallery.activeModel(db)
    const seals = await this.#gallery.seals(db, [
      ...new Set(crops.map(({ subject_id }) => subject_id)),
    ])
    const templates = new Map<string, { vector: Float32Array; quality: number }>()
    for (const some of chunks(crops)) {
      const rows = await db
        .selectFrom('templates')
        .select(['id', 'crop_id', 'subject_id', 'vector', 'quality'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('model', '=', active?.model ?? '')
        .where(
          'crop_id',
          'in',
          some.map(({ id }) => id),
        )
        .execute()
      for (const { id, crop_id, subject_id, vector, quality } of rows) {
        templates.set(crop_id, { vector: seals(subject_id).openVector(vector, id), quality })
      }
    }
    return crops.map(({ id, photo, created_at, origin, skipped_by, has_picture }) => {
      const template = templates.get(id)
      return {
        ...{ id, photo, createdAt: created_at },
        origin: origin === null ? null : columnOf(origin, originShape, 'where a face came from'),
        isAside: skipped_by === setAsideMark,
        vector: template && template.quality > 0 ? template.vector : null,
        quality: template?.quality ?? 0,
        hasPicture: Boolean(has_picture),
      }
    })
  }

  async setAside(faces: readonly string[]): Promise<number> {
    const count = await this.#gallery.change(async (db, change) => {
      let count = 0
      for (const ids of chunks(faces)) {
        const rows = await this.#crops(db).where('id', 'in', ids).execute()
        const own = rows.filter(
          ({ has_picture, skipped_by }) => has_picture && skipped_by !== setAsideMark,
        )
        if (own.length === 0) continue
        const which = own.map(({ id }) => id)
        await db
          .deleteFrom('templates')
          .where('gallery_id', '=', this.#gallery.id)
          .where('crop_id', 'in', which)
          .execute()
        await db
          .updateTable('crops')
          .set({ skipped_by: setAsideMark })
          .where('gallery_id', '=', this.#gallery.id)
          .where('id', 'in', which)
          .execute()
        const subjects = new Map<string, number>()
        for (const { subject_id } of own) {
          subjects.set(subject_id, (subjects.get(subject_id) ?? 0) + 1)
        }
        for (const [id, faces] of subjects) {
          change.touch(id)
          change.record('set aside', id, { faces })
        }
        count += own.length
      }
      return count
    })
    if (count > 0) await this.#gallery.database.scrub()
    return count
  }

  async takeBack(
    face: string,
    model: string,
    vector: Float32Array,
    quality: number,
  ): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      const crop = await db
        .selectFrom('crops')
        .select(['id', 'subject_id'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', face)
        .where('skipped_by', '=', setAsideMark)
        .executeTakeFirst()
      if (!crop) {
        throw new AgnizeError('unknown-face', `No face ${JSON.stringify(face)} is set aside.`)
      }
      const { subject_id } = crop
      const seal = (await this.#gallery.seals(db, [subject_id]))(subject_id)
      const id = newId()
      await db
        .insertInto('templates')
        .values({
          ...{ gallery_id: this.#gallery.id, id, key: change.newKey(), subject_id, model, quality },
          crop_id: face,
          vector: seal.sealVector(vector, id),
          created_at: now(),
        })
        .execute()
      await db
        .updateTable('crops')
        .set({ skipped_by: null })
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', face)
        .execute()
      change.touch(subject_id)
      change.record('take back', subject_id, { faces: 1 })
    })
  }

  async add(name: string, template: NewTemplate, origin: ReferenceOrigin): Promise<string | null> {
    const [added] = await this.#enrollment.addEach([{ name, template }])
    if (added?.outcome !== 'added') return null
    return this.#gallery.transact(async (db) => {
      const { crop_id } = await db
        .selectFrom('templates')
        .select('crop_id')
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', added.templateId)
        .executeTakeFirstOrThrow()
      await db
        .updateTable('crops')
        .set({ origin: JSON.stringify(origin) })
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', crop_id)
        .execute()
      return crop_id
    })
  }
}

const originShape = schemaOf(
  (value): value is ReferenceOrigin =>
    isObject(value) &&
    typeof value.visit === 'string' &&
    typeof value.camera === 'string' &&
    typeof value.similarity === 'number' &&
    typeof value.anchor === 'number' &&
    (value.margin === null || typeof value.margin === 'number'),
)
