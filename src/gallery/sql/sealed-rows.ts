import type { Kysely } from 'kysely'
import type { Crops } from '../../faces/face.js'
import type { Seal } from '../vault.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/** Seals crops for the tables; `id` is that of their row. */
export function sealCrops(seal: Seal, { aligned, padded }: Crops, id: string): Crops {
  return {
    aligned: seal.sealBytes(aligned, `${id} aligned`),
    padded: seal.sealBytes(padded, `${id} padded`),
  }
}

/** Undoes {@link sealCrops}. */
export function openCrops(seal: Seal, { aligned, padded }: Crops, id: string): Crops {
  return {
    aligned: seal.openBytes(aligned, `${id} aligned`),
    padded: seal.openBytes(padded, `${id} padded`),
  }
}

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
      .select(['id', 'aligned', 'padded'])
      .where('gallery_id', '=', galleryId)
      .where('subject_id', '=', subjectId)
      .execute()
    for (const { id, ...crops } of rows) {
      await db
        .updateTable(table)
        .set(sealCrops(to, openCrops(from, crops, id), id))
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
    const crops = await db
      .selectFrom('crops')
      .select(['aligned', 'padded'])
      .where('gallery_id', '=', gallery.id)
      .where('id', '=', cropId)
      .executeTakeFirstOrThrow()
    await db
      .updateTable('crops')
      .set(sealCrops(to, openCrops(from, crops, cropId), cropId))
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
