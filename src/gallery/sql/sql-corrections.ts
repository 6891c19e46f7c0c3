import type { Kysely } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import { iou } from '../../geometry/box.js'
import type {
  Correction,
  CorrectionStore,
  EmbeddedCorrection,
  KeptCorrection,
  NewCorrection,
} from '../correction-store.js'
import type { Subject } from '../subject.js'
import { newId, now, sameFaceIou } from './rows.js'
import { openCrop, sealCrop } from './sealed-rows.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/** A gallery's corrections in a database. */
export class SqlCorrections implements CorrectionStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  add(name: string, correction: NewCorrection): Promise<Correction> {
    return this.#gallery.change(async (db, change) => {
      const kept = await this.#keep(db, await this.#gallery.require(db, name), correction)
      change.record('correct', kept.subject.id, { kind: kept.kind })
      return kept
    })
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
        .select(['templates.model', 'templates.vector', 'templates.id as templateId'])
        .where('templates.id', '=', templateId)
        .where('templates.gallery_id', '=', this.#gallery.id)
        .where('templates.subject_id', '=', subject.id)
        .executeTakeFirst()
      if (!face) {
        throw new AgnizeError(
          'bad-argument',
          `${templateId} is not an enrolled face of ${JSON.stringify(name)}: "agnize people show" lists the enrolled faces.`,
        )
      }
      await db
        .deleteFrom('crops')
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', face.id)
        .execute()
      change.touch(subject.id)
      change.record('disown', subject.id)
      const { x, y, width, height } = face
      const vault = await this.#gallery.vault(db)
      const seal = (await this.#gallery.seals(db, [subject.id]))(subject.id)
      return this.#keep(db, subject, {
        kind: 'not',
        photo: face.photo,
        photoHash: face.photo_hash,
        box: { x, y, width, height },
        crop: openCrop(seal, face.padded, face.id),
        model: face.model,
        vector: vault.reveal(seal.openVector(face.vector, face.templateId)),
      })
    })
    await this.#gallery.database.scrub()
    return kept
  }

  async #keep(
    db: Kysely<Schema>,
    subject: Subject,
    { kind, photo, photoHash, box, crop, model, vector }: NewCorrection,
  ): Promise<Correction> {
    const before = await db
      .selectFrom('corrections')
      .select(['id', 'x', 'y', 'width', 'height'])
      .where('gallery_id', '=', this.#gallery.id)
      .where('subject_id', '=', subject.id)
      .where('photo_hash', '=', photoHash)
      .execute()
    for (const each of before) {
      if (iou(each, box) <= sameFaceIou) continue
      await this.#delete(db, each.id)
    }
    const id = newId()
    const seal = (await this.#gallery.seals(db, [subject.id]))(subject.id)
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
        padded: sealCrop(seal, crop, id),
        created_at,
      })
      .execute()
    await db
      .insertInto('correction_vectors')
      .values({
        gallery_id: this.#gallery.id,
        correction_id: id,
        model,
        vector: seal.sealVector(vector, id),
      })
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
      const vault = await this.#gallery.vault(db)
      const seals = await this.#gallery.seals(
        db,
        rows.map(({ subjectId }) => subjectId),
      )
      return rows.map((row) => ({
        ...corrected(row),
        vector: row.vector && vault.reveal(seals(row.subjectId).openVector(row.vector, row.id)),
      }))
    })
  }

  crop(id: string): Promise<Uint8Array> {
    return this.#gallery.read(async (db) => {
      const row = await db
        .selectFrom('corrections')
        .select(['padded', 'subject_id'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) throw unknownCorrection(id)
      const seals = await this.#gallery.seals(db, [row.subject_id])
      return openCrop(seals(row.subject_id), row.padded, id)
    })
  }

  kept(name: string): Promise<KeptCorrection[]> {
    return this.#gallery.read(async (db) => {
      const { id } = await this.#gallery.require(db, name)
      const vault = await this.#gallery.vault(db)
      const seal = (await this.#gallery.seals(db, [id]))(id)
      const rows = await this.#rows(db)
        .select('corrections.padded')
        .where('corrections.subject_id', '=', id)
        .execute()
      const kept: KeptCorrection[] = []
      for (const row of rows) {
        const vectors = await db
          .selectFrom('correction_vectors')
          .select(['model', 'vector'])
          .where('gallery_id', '=', this.#gallery.id)
          .where('correction_id', '=', row.id)
          .execute()
        kept.push({
          ...corrected(row),
          crop: openCrop(seal, row.padded, row.id),
          vectors: vectors.map(({ model, vector }) => ({
            model,
            vector: vault.reveal(seal.openVector(vector, row.id)),
          })),
        })
      }
      return kept
    })
  }

  async embed(id: string, model: string, vector: Float32Array): Promise<void> {
    await this.#gallery.change(async (db) => {
      const there = await db
        .selectFrom('corrections')
        .select('subject_id')
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', id)
        .executeTakeFirst()
      if (!there) return
      const seal = (await this.#gallery.seals(db, [there.subject_id]))(there.subject_id)
      await db
        .insertInto('correction_vectors')
        .values({
          gallery_id: this.#gallery.id,
          correction_id: id,
          model,
          vector: seal.sealVector(vector, id),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    })
  }

  remove(id: string): Promise<Correction> {
    return this.#gallery.change(async (db, change) => {
      const row = await this.#rows(db).where('corrections.id', '=', id).executeTakeFirst()
      if (!row) throw unknownCorrection(id)
      await this.#delete(db, id)
      change.record('uncorrect', row.subjectId)
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
