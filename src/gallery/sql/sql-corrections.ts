import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { AgnizeError } from '../../errors.js'
import type { Crops } from '../../faces/face.js'
import { overlap } from '../../geometry/box.js'
import type {
  Correction,
  CorrectionStore,
  EmbeddedCorrection,
  NewCorrection,
  Subject,
} from '../store.js'
import type { Schema } from './schema.js'
import { now, type SqlGallery, sameFace, toBytes, toFloats } from './sql-gallery.js'

/** A gallery's corrections in a database. */
export class SqlCorrections implements CorrectionStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  add(name: string, correction: NewCorrection): Promise<Correction> {
    return this.#gallery.change(async (db) =>
      this.#keep(db, await this.#gallery.require(db, name), correction),
    )
  }

  async disown(name: string, templateId: string): Promise<Correction> {
    const kept = await this.#gallery.change(async (db, change) => {
      const subject = await this.#gallery.require(db, name)
      const face = await db
        .selectFrom('templates')
        .innerJoin('crops', (join) =>
          join
            .onRef('crops.gallery_id', '=', 'templates.gallery_id')
            .onRef('crops.id', '=', 'templates.crop_id'),
        )
        .selectAll('crops')
        .select(['templates.model', 'templates.vector'])
        .where('templates.id', '=', templateId)
        .where('templates.gallery_id', '=', this.#gallery.id)
        .where('templates.subject_id', '=', subject.id)
        .executeTakeFirst()
      if (!face) {
        throw new AgnizeError(
          'bad-argument',
          `${templateId} is no enrolled face of ${JSON.stringify(name)}: "agnize people show" lists them.`,
        )
      }
      await db
        .deleteFrom('crops')
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', face.id)
        .execute()
      change.touch(subject.id)
      const { x, y, width, height, aligned, padded } = face
      return this.#keep(db, subject, {
        kind: 'not',
        photo: face.photo,
        photoHash: face.photo_hash,
        box: { x, y, width, height },
        crops: { aligned, padded },
        model: face.model,
        vector: toFloats(face.vector),
      })
    })
    await this.#gallery.database.scrub()
    return kept
  }

  async #keep(
    db: Kysely<Schema>,
    subject: Subject,
    { kind, photo, photoHash, box, crops, model, vector }: NewCorrection,
  ): Promise<Correction> {
    const before = await db
      .selectFrom('corrections')
      .select(['id', 'x', 'y', 'width', 'height'])
      .where('gallery_id', '=', this.#gallery.id)
      .where('subject_id', '=', subject.id)
      .where('photo_hash', '=', photoHash)
      .execute()
    for (const each of before) {
      if (overlap(each, box) <= sameFace) continue
      await this.#delete(db, each.id)
    }
    const id = randomUUID()
    const created_at = now()
    await db
      .insertInto('corrections')
      .values({
        id,
        gallery_id: this.#gallery.id,
        subject_id: subject.id,
        kind,
        photo,
        photo_hash: photoHash,
        ...box,
        ...crops,
        created_at,
      })
      .execute()
    await db
      .insertInto('correction_vectors')
      .values({ gallery_id: this.#gallery.id, correction_id: id, model, vector: toBytes(vector) })
      .execute()
    const { name } = subject
    return {
      id,
      kind,
      subject: { id: subject.id, name },
      photo,
      photoHash,
      box,
      createdAt: created_at,
    }
  }

  list(): Promise<Correction[]> {
    return this.#gallery.read(async (db) => (await this.#rows(db).execute()).map(corrected))
  }

  embedded(model: string): Promise<EmbeddedCorrection[]> {
    return this.#gallery.read(async (db) => {
      const rows = await this.#rows(db)
        .leftJoin('correction_vectors', (join) =>
          join
            .onRef('correction_vectors.gallery_id', '=', 'corrections.gallery_id')
            .onRef('correction_vectors.correction_id', '=', 'corrections.id')
            .on('correction_vectors.model', '=', model),
        )
        .select('correction_vectors.vector')
        .execute()
      return rows.map((row) => ({
        ...corrected(row),
        vector: row.vector ? toFloats(row.vector) : null,
      }))
    })
  }

  crops(id: string): Promise<Crops> {
    return this.#gallery.read(async (db) => {
      const crops = await db
        .selectFrom('corrections')
        .select(['aligned', 'padded'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', id)
        .executeTakeFirst()
      if (!crops) throw unknownCorrection(id)
      return crops
    })
  }

  async embed(id: string, model: string, vector: Float32Array): Promise<void> {
    await this.#gallery.change(async (db) => {
      const there = await db
        .selectFrom('corrections')
        .select('id')
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', id)
        .executeTakeFirst()
      if (!there) return
      await db
        .insertInto('correction_vectors')
        .values({ gallery_id: this.#gallery.id, correction_id: id, model, vector: toBytes(vector) })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    })
  }

  remove(id: string): Promise<Correction> {
    return this.#gallery.change(async (db) => {
      const row = await this.#rows(db).where('corrections.id', '=', id).executeTakeFirst()
      if (!row) throw unknownCorrection(id)
      await this.#delete(db, id)
      return corrected(row)
    })
  }

  async #delete(db: Kysely<Schema>, id: string): Promise<void> {
    await db
      .deleteFrom('corrections')
      .where('gallery_id', '=', this.#gallery.id)
      .where('id', '=', id)
      .execute()
  }

  #rows(db: Kysely<Schema>) {
    return db
      .selectFrom('corrections')
      .innerJoin('subjects', (join) =>
        join
          .onRef('subjects.gallery_id', '=', 'corrections.gallery_id')
          .onRef('subjects.id', '=', 'corrections.subject_id'),
      )
      .select(['corrections.id', 'corrections.kind', 'corrections.created_at as createdAt'])
      .select(['corrections.photo', 'corrections.photo_hash as photoHash'])
      .select(['corrections.x', 'corrections.y', 'corrections.width', 'corrections.height'])
      .select(['subjects.id as subjectId', 'subjects.name as subjectName'])
      .where('corrections.gallery_id', '=', this.#gallery.id)
      .orderBy('corrections.created_at')
      .orderBy('corrections.id')
  }
}

function corrected({
  x,
  y,
  width,
  height,
  subjectId,
  subjectName,
  id,
  kind,
  photo,
  photoHash,
  createdAt,
}: Omit<Correction, 'box' | 'subject'> & {
  x: number
  y: number
  width: number
  height: number
  subjectId: string
  subjectName: string
}): Correction {
  const subject = { id: subjectId, name: subjectName }
  return { id, kind, subject, photo, photoHash, box: { x, y, width, height }, createdAt }
}

function unknownCorrection(id: string): AgnizeError {
  return new AgnizeError(
    'bad-argument',
    `There is no correction ${id}: "agnize people corrections" lists them.`,
  )
}
