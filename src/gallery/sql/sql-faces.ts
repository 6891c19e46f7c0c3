import type { Kysely } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import type { EnrolledFace, EnrolledFaceStore, FacePage, MovedFace } from '../enrolled-faces.js'
import { chunks } from './rows.js'
import { openCrop, resealFaces } from './sealed-rows.js'
import type { SqlEnrollment } from './sql-enrollment.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/** The enrolled faces of a gallery in a database. */
export class SqlFaces implements EnrolledFaceStore {
  readonly #gallery: SqlGallery
  readonly #enrollment: SqlEnrollment

  constructor(gallery: SqlGallery, enrollment: SqlEnrollment) {
    this.#gallery = gallery
    this.#enrollment = enrollment
  }

  list({ subject, offset = 0, limit }: FacePage) {
    return this.#gallery.read(async (db) => {
      const active = await this.#gallery.activeModel(db)
      let templates = db
        .selectFrom('templates')
        .where('templates.gallery_id', '=', this.#gallery.id)
        .where('templates.model', '=', active?.model ?? '')
      if (subject !== undefined) {
        const found = await this.#gallery.find(db, subject)
        if (!found) return { total: 0, faces: [] }
        templates = templates.where('templates.subject_id', '=', found.id)
      }
      const { count } = await templates
        .select((expression) => expression.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      let page = templates.select('templates.crop_id').orderBy('templates.key').offset(offset)
      // SQLite has no offset without a limit.
      page = page.limit(limit ?? Number(count) + 1)
      const ids = (await page.execute()).map(({ crop_id }) => crop_id)
      return { total: Number(count), faces: await this.#faces(db, ids) }
    })
  }

  get(id: string): Promise<EnrolledFace> {
    return this.#gallery.read(async (db) => {
      const [face] = await this.#faces(db, await this.#cropsOf(db, [id]))
      if (face) return face
      throw unknownFace(id)
    })
  }

  async crop(id: string): Promise<Uint8Array> {
    const crop = await this.#gallery.read(async (db) => {
      const [cropId] = await this.#cropsOf(db, [id])
      const row = await db
        .selectFrom('crops')
        .select(['id', 'subject_id', 'padded'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', cropId ?? '')
        .executeTakeFirst()
      if (!row) return undefined
      const seal = (await this.#gallery.seals(db, [row.subject_id]))(row.subject_id)
      return openCrop(seal, row.padded, row.id)
    })
    if (!crop || crop.length === 0) throw unknownFace(id)
    return crop
  }

  vector(id: string): Promise<Float32Array> {
    return this.#gallery.read(async (db) => {
      const { templateId, subject } = await this.get(id)
      const { vector } = await db
        .selectFrom('templates')
        .select('vector')
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', templateId)
        .executeTakeFirstOrThrow()
      const vault = await this.#gallery.vault(db)
      const seal = (await this.#gallery.seals(db, [subject.id]))(subject.id)
      return vault.reveal(seal.openVector(vector, templateId))
    })
  }

  move(ids: readonly string[], name: string, from?: string): Promise<MovedFace[]> {
    return this.#gallery.change(async (db, change) => {
      const faces = await this.#faces(db, await this.#cropsOf(db, ids, from))
      const moving = faces.filter(({ subject }) => subject.name !== name)
      if (moving.length > 0) {
        const made = await this.#enrollment.findOrCreateSubjects(db, change, [{ name }])
        const target = made.get(name)!
        const owners = new Map<string, EnrolledFace[]>()
        for (const face of moving) {
          owners.set(face.subject.id, [...(owners.get(face.subject.id) ?? []), face])
        }
        for (const [id, of] of owners) {
          await this.#assign(
            db,
            of.map((face) => face.id),
            id,
            target.id,
          )
          change.touch(id)
          change.record('move faces', target.id, { from: id, faces: of.length })
        }
        change.touch(target.id)
        await change.recount()
      }
      const moved = await this.#faces(
        db,
        faces.map(({ id }) => id),
      )
      return moved.map((face, i) => ({ face, from: faces[i]!.subject }))
    })
  }

  /** Moves rows of faces, with their templates of every model, to another subject. */
  async #assign(
    db: Kysely<Schema>,
    ids: readonly string[],
    from: string,
    to: string,
  ): Promise<void> {
    await resealFaces(db, this.#gallery, ids, from, to)
    for (const some of chunks(ids)) {
      for (const [table, column] of [
        ['templates', 'crop_id'],
        ['crops', 'id'],
      ] as const) {
        await db
          .updateTable(table)
          .set({ subject_id: to })
          .where('gallery_id', '=', this.#gallery.id)
          .where(column, 'in', some)
          .execute()
      }
    }
  }

  async remove(ids: readonly string[], from?: string): Promise<EnrolledFace[]> {
    const removed = await this.#gallery.change(async (db, change) => {
      const cropIds = await this.#cropsOf(db, ids, from)
      const faces = await this.#faces(db, cropIds)
      const counts = new Map<string, number>()
      // By crop, which includes faces that are set aside and have no template.
      for (const some of chunks(cropIds)) {
        const gone = await db
          .deleteFrom('crops')
          .where('gallery_id', '=', this.#gallery.id)
          .where('id', 'in', some)
          .returning('subject_id')
          .execute()
        for (const { subject_id } of gone) {
          counts.set(subject_id, (counts.get(subject_id) ?? 0) + 1)
        }
      }
      for (const [id, count] of counts) {
        change.touch(id)
        change.record('remove face', id, { faces: count })
      }
      return faces
    })
    await this.#gallery.database.scrub()
    return removed
  }

  /** Ids of rows of `crops`, for ids of faces or templates; only those of the subject of a name, where one is given. */
  async #cropsOf(db: Kysely<Schema>, ids: readonly string[], owner?: string): Promise<string[]> {
    const found = new Set<string>()
    const subject = owner === undefined ? undefined : await this.#gallery.require(db, owner)
    for (const some of chunks([...new Set(ids)])) {
      const crops = await db
        .selectFrom('crops')
        .select('id')
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', 'in', some)
        .$if(subject !== undefined, (query) => query.where('subject_id', '=', subject!.id))
        .execute()
      for (const { id } of crops) found.add(id)
      const templates = await db
        .selectFrom('templates')
        .select('crop_id')
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', 'in', some)
        .$if(subject !== undefined, (query) => query.where('subject_id', '=', subject!.id))
        .execute()
      for (const { crop_id } of templates) found.add(crop_id)
    }
    return [...found]
  }

  /** The faces in the order of the ids. */
  async #faces(db: Kysely<Schema>, cropIds: readonly string[]): Promise<EnrolledFace[]> {
    const active = await this.#gallery.activeModel(db)
    const faces = new Map<string, EnrolledFace>()
    for (const ids of chunks(cropIds)) {
      const crops = await db
        .selectFrom('crops')
        .select(['id', 'subject_id', 'photo', 'x', 'y', 'width', 'height', 'created_at'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', 'in', ids)
        .execute()
      if (crops.length === 0) continue
      const templates = await db
        .selectFrom('templates')
        .select(['id', 'crop_id', 'quality'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('crop_id', 'in', ids)
        .where('model', '=', active?.model ?? '')
        .execute()
      const byCrop = new Map(templates.map((template) => [template.crop_id, template]))
      const subjects = await db
        .selectFrom('subjects')
        .select(['id', 'name'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', 'in', [...new Set(crops.map(({ subject_id }) => subject_id))])
        .execute()
      const names = new Map(subjects.map(({ id, name }) => [id, name]))
      for (const { id, subject_id, photo, created_at, ...box } of crops) {
        const template = byCrop.get(id)
        if (!template) continue
        faces.set(id, {
          id,
          templateId: template.id,
          subject: { id: subject_id, name: names.get(subject_id)! },
          photo,
          box,
          quality: template.quality,
          createdAt: created_at,
        })
      }
    }
    return cropIds.flatMap((id) => faces.get(id) ?? [])
  }
}

function unknownFace(id: string): AgnizeError {
  return new AgnizeError(
    'unknown-face',
    `There is no enrolled face ${JSON.stringify(id)}: "agnize people show" lists those of a person.`,
  )
}
