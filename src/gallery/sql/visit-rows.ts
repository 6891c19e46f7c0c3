import type { Kysely } from 'kysely'
import { isObject, schemaOf } from '../../base/checked-json.js'
import { columnOf } from '../json-columns.js'
import type { Seal, Vault } from '../vault.js'
import type { VisitExplanation, VisitFace } from '../visit-store.js'
import { chunks } from './rows.js'
import type { Schema } from './tables.js'

/** The columns of the best face of a visit. */
export function faceColumns(seal: Seal, id: string, face: VisitFace) {
  const { model, vector, quality, similarity, explanation, image } = face
  return {
    ...{ model, quality, similarity },
    explanation: explanation && JSON.stringify(explanation),
    vector: seal.sealVector(vector, vectorLabel(id)),
    face: image && seal.sealBytes(image, faceLabel(id)),
  }
}

/** The current id of a visitor whose id may have been replaced. */
export async function currentVisitor(
  db: Kysely<Schema>,
  galleryId: string,
  visitorId: string,
): Promise<string> {
  const rows = (column: 'visitor_id' | 'told_as') =>
    db
      .selectFrom('visits')
      .select('visitor_id')
      .where('gallery_id', '=', galleryId)
      .where(column, '=', visitorId)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
  if (await rows('visitor_id')) return visitorId
  return (await rows('told_as'))?.visitor_id ?? visitorId
}

/** Assigns the undelivered events of visits to the subject, so that they are deleted with it. */
export async function nameDeliveries(
  db: Kysely<Schema>,
  galleryId: string,
  visits: readonly string[],
  subjectId: string,
): Promise<void> {
  for (const ids of chunks(visits)) {
    await db
      .updateTable('deliveries')
      .set({ subject_id: subjectId })
      .where('gallery_id', '=', galleryId)
      .where('visit_id', 'in', ids)
      .execute()
  }
}

/** Seals the visits of a gallery that is being protected. */
export async function resealVisits(
  db: Kysely<Schema>,
  galleryId: string,
  from: Vault,
  to: Vault,
): Promise<void> {
  const rows = await db
    .selectFrom('visits')
    .select(['id', 'vector', 'face'])
    .where('gallery_id', '=', galleryId)
    .execute()
  for (const { id, vector, face } of rows) {
    const opened = from.reveal(from.seal.openVector(vector, vectorLabel(id)))
    await db
      .updateTable('visits')
      .set({
        vector: to.seal.sealVector(opened, vectorLabel(id)),
        face: face && to.seal.sealBytes(from.seal.openBytes(face, faceLabel(id)), faceLabel(id)),
      })
      .where('gallery_id', '=', galleryId)
      .where('id', '=', id)
      .execute()
  }
}

/** What the answer of a visit rests on, from its column. */
export const readExplanation = (json: string | null): VisitExplanation | null =>
  json === null ? null : columnOf(json, explanationShape, 'what a visit rests on')

const isNumberOrNull = (value: unknown) => value === null || typeof value === 'number'

const explanationShape = schemaOf(
  (value): value is VisitExplanation =>
    isObject(value) &&
    typeof value.answer === 'string' &&
    typeof value.frames === 'number' &&
    [value.similarity, value.threshold, value.margin, value.probability].every(isNumberOrNull),
)

/** Label under which the vector of a visit is sealed. */
export const vectorLabel = (id: string) => `visit ${id} vector`
/** Label under which the face of a visit is sealed. */
export const faceLabel = (id: string) => `visit ${id} face`
