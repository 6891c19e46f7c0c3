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
import { chunks, newId, now, sameFaceIou } from './rows.js'
import { openCrop, sealCrop } from './sealed-rows.js'
import type { SqlGallery } from './sql-gallery.js'
import { subjectsById } from './subjects-by-id.js'
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
      const template = await db
        .selectFrom('templates')
        .select(['model', 'vector', 'crop_id'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', templateId)
        .where('subject_id', '=', subject.id)
        .executeTakeFirst()
      if (!template) {
        throw new AgnizeError(
          'bad-argument',
          `${templateId} is not an enrolled face of ${JSON.stringify(name)}: "agnize people show" lists the enrolled faces.`,
        )
      }
      const face = await db
        .deleteFrom('crops')
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', template.crop_id)
        .returningAll()
        .executeTakeFirstOrThrow()
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
        model: template.model,
        vector: vault.reveal(seal.openVector(template.vector, templateId)),
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
    return this.#gallery.read(async (db) => this.#corrected(db, await this.#rows(db).execute()))
  }

  embedded(model: string): Promise<EmbeddedCorrection[]> {
    return this.#gallery.read(async (db) => {
      const corrections = await this.#corrected(db, await this.#rows(db).execute())
      const vectors = new Map<string, Uint8Array>()
      for (const some of chunks(corrections)) {
        const rows = await db
          .selectFrom('correction_vectors')
          .select(['correction_id', 'vector'])
          .where('gallery_id', '=', this.#gallery.id)
          .where(
            'correction_id',
            'in',
            some.map(({ id }) => id),
          )
          .where('model', '=', model)
          .execute()
        for (const { correction_id, vector } of rows) vectors.set(correction_id, vector)
      }
      const vault = await this.#gallery.vault(db)
      const seals = await this.#gallery.seals(
        db,
        corrections.map(({ subject }) => subject.id),
      )
      return corrections.map((correction) => {
        const vector = vectors.get(correction.id)
        const seal = seals(correction.subject.id)
        return {
          ...correction,
          vector: vector ? vault.reveal(seal.openVector(vector, correction.id)) : null,
        }
      })
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
      const rows = await this.#rows(db).select('padded').where('subject_id', '=', id).execute()
      const corrections = await this.#corrected(db, rows)
      const kept: KeptCorrection[] = []
      for (const [i, row] of rows.entries()) {
        const vectors = await db
          .selectFrom('correction_vectors')
          .select(['model', 'vector'])
          .where('gallery_id', '=', this.#gallery.id)
          .where('correction_id', '=', row.id)
          .execute()
        kept.push({
          ...corrections[i]!,
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
      const [found] = await this.#corrected(db, await this.#rows(db).where('id', '=', id).execute())
      if (!found) throw unknownCorrection(id)
      await this.#delete(db, id)
      change.record('uncorrect', found.subject.id)
      return found
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
      .select(['id', 'subject_id', 'kind', 'created_at', 'photo', 'photo_hash'])
      .select(['x', 'y', 'width', 'height'])
      .where('gallery_id', '=', this.#gallery.id)
      .orderBy('created_at')
      .orderBy('id')
  }

  async #corrected(db: Kysely<Schema>, rows: readonly Row[]): Promise<Correction[]> {
    const subjects = await subjectsById(
      db,
      this.#gallery.id,
      rows.map(({ subject_id }) => subject_id),
    )
    // A subject may have been removed between the queries.
    return rows.flatMap((row) => {
      const subject = subjects.get(row.subject_id)
      return subject ? corrected(row, subject) : []
    })
  }
}

type Row = Omit<Schema['corrections'], 'gallery_id' | 'padded'>

function corrected(
  { id, kind, photo, photo_hash, x, y, width, height, created_at }: Row,
  subject: Subject,
): Correction {
  const box = { x, y, width, height }
  return { id, kind, subject, photo, photoHash: photo_hash, box, createdAt: created_at }
}

function unknownCorrection(id: string): AgnizeError {
  return new AgnizeError(
    'unknown-correction',
    `There is no correction ${id}: "agnize people corrections" lists them.`,
  )
}
