import type { Kysely } from 'kysely'
import type { Seal } from '../vault.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/** Seals a crop for the tables; `id` is that of its row. */
export const sealCrop = (seal: Seal, crop: Uint8Array, id: string): Uint8Array =>
  seal.sealBytes(crop, labelOfCrop(id))

/** Undoes {@link sealCrop}. */
export const openCrop = (seal: Seal, sealed: Uint8Array, id: string): Uint8Array =>
  seal.openBytes(sealed, labelOfCrop(id))

/** Named after the column; crops of earlier versions are sealed with it. */
const labelOfCrop = (id: string) => `${id} padded`

/** The seals for opening a vector under one vault and sealing it under another, or the same. */
export interface Resealing {
  readonly from: Seal
  readonly to: Seal
  /** Maps a vector from the first vault's space of comparison to the network's output. */
  readonly reveal: (vector: Float32Array) => Float32Array
}

/** Seals all biometric data of a subject again. */
export async function reseal(
  db: Kysely<Schema>,
  galleryId: string,
  subjectId: string,
  { from, to, reveal }: Resealing,
): Promise<void> {
  const vector = (bytes: Uint8Array, id: string) =>
    to.sealVector(reveal(from.openVector(bytes, id)), id)
  const templates = await db
    .selectFrom('templates')
    .select(['id', 'vector'])
    .where('gallery_id', '=', galleryId)
    .where('subject_id', '=', subjectId)
    .execute()
  for (const { id, vector: bytes } of templates) {
    await db
      .updateTable('templates')
      .set({ vector: vector(bytes, id) })
      .where('gallery_id', '=', galleryId)
      .where('id', '=', id)
      .execute()
  }
  for (const table of ['crops', 'corrections'] as const) {
    const rows = await db
      .selectFrom(table)
      .select(['id', 'padded'])
      .where('gallery_id', '=', galleryId)
      .where('subject_id', '=', subjectId)
      .execute()
    for (const { id, padded } of rows) {
      await db
        .updateTable(table)
        .set({ padded: sealCrop(to, openCrop(from, padded, id), id) })
        .where('gallery_id', '=', galleryId)
        .where('id', '=', id)
        .execute()
      if (table === 'corrections') await resealCorrection(db, galleryId, id, vector)
    }
  }
}

/** Seals faces of one subject, with their templates of every model, for the subject that they move to. */
export async function resealFaces(
  db: Kysely<Schema>,
  gallery: SqlGallery,
  cropIds: readonly string[],
  fromId: string,
  toId: string,
): Promise<void> {
  const vault = await gallery.vault(db)
  if (!vault.isSealed) return
  const seals = await gallery.seals(db, [fromId, toId])
  const [from, to] = [seals(fromId), seals(toId)]
  for (const cropId of cropIds) {
    const { padded } = await db
      .selectFrom('crops')
      .select('padded')
      .where('gallery_id', '=', gallery.id)
      .where('id', '=', cropId)
      .executeTakeFirstOrThrow()
    await db
      .updateTable('crops')
      .set({ padded: sealCrop(to, openCrop(from, padded, cropId), cropId) })
      .where('gallery_id', '=', gallery.id)
      .where('id', '=', cropId)
      .execute()
    const templates = await db
      .selectFrom('templates')
      .select(['id', 'vector'])
      .where('gallery_id', '=', gallery.id)
      .where('crop_id', '=', cropId)
      .execute()
    for (const { id, vector } of templates) {
      const revealed = vault.reveal(from.openVector(vector, id))
      await db
        .updateTable('templates')
        .set({ vector: to.sealVector(revealed, id) })
        .where('gallery_id', '=', gallery.id)
        .where('id', '=', id)
        .execute()
    }
  }
}

async function resealCorrection(
  db: Kysely<Schema>,
  galleryId: string,
  correctionId: string,
  vector: (bytes: Uint8Array, id: string) => Uint8Array,
): Promise<void> {
  const rows = await db
    .selectFrom('correction_vectors')
    .select(['model', 'vector'])
    .where('gallery_id', '=', galleryId)
    .where('correction_id', '=', correctionId)
    .execute()
  for (const row of rows) {
    await db
      .updateTable('correction_vectors')
      .set({ vector: vector(row.vector, correctionId) })
      .where('gallery_id', '=', galleryId)
      .where('correction_id', '=', correctionId)
      .where('model', '=', row.model)
      .execute()
  }
}

/** Seals all biometric data of one subject for another, into which it is merged. */
export async function resealFor(
  db: Kysely<Schema>,
  gallery: SqlGallery,
  fromId: string,
  toId: string,
): Promise<void> {
  const vault = await gallery.vault(db)
  if (!vault.isSealed) return
  const seals = await gallery.seals(db, [fromId, toId])
  await reseal(db, gallery.id, fromId, {
    from: seals(fromId),
    to: seals(toId),
    reveal: (vector) => vault.reveal(vector),
  })
}
