import { AgnizeError, throwIfCanceled } from '../base/errors.js'
import { carryOverIds } from '../clustering/carry-over-ids.js'
import { groupFaces, groupingRate } from '../clustering/group-faces.js'
import { judgeable } from '../faces/choose.js'
import { type Comparable, fromCosine, type SimilarityMeasure } from '../faces/similarity-measure.js'
import { dot, normalize } from '../faces/vectors.js'
import type { Visit } from '../gallery/visit-store.js'
import type { NamedBytes, PhotoSource } from '../image/photo.js'
import { modelId } from '../models/card.js'
import { type AcceptedError, thresholdFor } from '../recognition/threshold.js'
import type { GallerySession } from '../session/gallery-session.js'
import { enrollCrops } from './enrollment.js'

/**
 * False match rate at which a stranger is matched to a known visitor. Far stricter than for subjects: two strangers merged
 * by error share one name, while one stranger split in two is only named twice. Judgment.
 */
const visitorMatchFmr = 1e-6
/** False match rate at which a photo's face is matched to a visit's face. Judgment. */
const visitSearchFmr = 1e-4
/** Undelivered events are dropped after this many milliseconds. Judgment. */
export const maxDeliveryAgeMs = 24 * 60 * 60_000
/** Faces that are enrolled when a visitor is named. Judgment. */
const maxEnrolledFaces = 5
/** A face more similar than this (cosine) to another of the same visitor is redundant. Judgment. */
const redundantSimilarity = 0.9

/** A visit, and the similarity of its face to the probe. */
export interface FoundVisit {
  /** The visit. */
  readonly visit: Visit
  /** −1…1. */
  readonly similarity: number
}

/** Id of the visitor whom a face matches; undefined for a new visitor. */
export async function visitorOf(
  session: GallerySession,
  vector: Float32Array,
): Promise<string | undefined> {
  const { visits, visitors, people } = (await session.gallery()).store
  const card = await session.calibratedCard()
  const { value } = thresholdFor(card, { fmr: visitorMatchFmr }, 1)
  const measure = await session.measure()
  const probe = {
    vector: await visits.comparable(vector),
    offset: measure.offset(() => vector),
  }
  let best: { readonly id: string; readonly similarity: number } | undefined
  for (const { visitorId, faces } of await visitors.vectors(modelId(card))) {
    const mean = meanOf(faces.map(({ vector }) => vector))
    const similarity = reached(measure, value, probe, mean, () => people.reveal(mean))
    if (similarity !== null && similarity > (best?.similarity ?? -1)) {
      best = { id: visitorId, similarity }
    }
  }
  return best?.id
}

/** Names a visitor: enrolls the best and most different of their faces, and assigns their visits to the subject. */
export async function nameVisitor(
  session: GallerySession,
  visitorId: string,
  name: string,
): Promise<{ visits: number; faces: number }> {
  const { visitors } = (await session.gallery()).store
  const chosen: { vector: Float32Array; photo: NamedBytes }[] = []
  for (const { vector, image, visit } of await visitors.faces(visitorId)) {
    if (!image || chosen.length === maxEnrolledFaces) continue
    if (chosen.some((other) => dot(other.vector, vector) > redundantSimilarity)) continue
    chosen.push({ vector, photo: { name: `visit ${visit}.jpg`, bytes: image } })
  }
  if (chosen.length === 0) {
    throw new AgnizeError(
      'unknown-face',
      'The gallery keeps no face of this visitor: enroll a photo.',
    )
  }
  const photos = chosen.map(({ photo }) => photo)
  const { subjectId, faces } = await enrollCrops(session, name, photos)
  return { visits: await visitors.name(visitorId, subjectId), faces }
}

/** Clusters all faces of the visits again and reassigns visits to visitors. */
export async function regroupVisitors(
  session: GallerySession,
  signal?: AbortSignal,
): Promise<{ strangers: number; changed: number }> {
  const { visitors, people } = (await session.gallery()).store
  const card = await session.calibratedCard()
  const faces = (await visitors.vectors(modelId(card))).flatMap(({ visitorId, faces }) =>
    faces.map((face) => ({ ...face, visitorId })),
  )
  faces.sort((a, b) => (a.visit < b.visit ? -1 : 1))
  const { value } = thresholdFor(card, { fmr: groupingRate(faces.length) }, 1)
  const measure = await session.measure()
  const offsets = await measure.offsets(faces.map(({ vector }) => people.reveal(vector)))
  const groups = await groupFaces(
    faces.map(({ vector }) => vector),
    { similarity: value, offsets, threads: 1, signal },
  )
  const before = faces.map(({ visitorId }) => visitorId)
  const ids = carryOverIds(groups, before, () => crypto.randomUUID())
  const changed = faces.flatMap(({ visit }, i) =>
    ids[i] === before[i] ? [] : [[visit, ids[i]!] as const],
  )
  if (changed.length > 0) await visitors.regroup(new Map(changed))
  return { strangers: new Set(ids).size, changed: changed.length }
}

/** Finds visits by the largest face in a photo, newest first. */
export async function searchVisits(
  session: GallerySession,
  photo: PhotoSource,
  {
    accept = { fmr: visitSearchFmr },
    signal,
  }: { readonly accept?: AcceptedError; readonly signal?: AbortSignal } = {},
): Promise<FoundVisit[]> {
  const { visits, people } = (await session.gallery()).store
  const [face] = (await session.analyze(photo, { ...(signal && { signal }) }, false)).faces
  if (!face) {
    throw new AgnizeError('no-face', 'No face was found: give a photo that shows the person.')
  }
  judgeable(face)
  const card = await session.calibratedCard()
  const { value } = thresholdFor(card, accept, 1)
  const measure = await session.measure()
  const { embedding } = face
  const probe = {
    vector: await visits.comparable(embedding.vector),
    offset: measure.offset(() => embedding.vector),
  }
  const found: FoundVisit[] = []
  for await (const { visit, vector } of visits.everyFace(modelId(card))) {
    throwIfCanceled(signal)
    const similarity = reached(measure, value, probe, vector, () => people.reveal(vector))
    if (similarity !== null) found.push({ visit, similarity })
  }
  return found
}

/**
 * The similarity of a kept face to a probe; null below the threshold.
 *
 * @param revealed - Returns the face's unit vector outside the space of comparison.
 */
function reached(
  measure: SimilarityMeasure,
  threshold: number,
  probe: Comparable,
  vector: Float32Array,
  revealed: () => Float32Array,
): number | null {
  const cosine = dot(vector, probe.vector)
  if (!measure.mayReach(threshold, cosine, probe)) return null
  const similarity = fromCosine(cosine, probe, { offset: measure.offset(revealed) })
  return similarity >= threshold ? similarity : null
}

/** Deletes expired visits and undelivered events. @returns How many visits. */
export async function expireVisits(session: GallerySession): Promise<number> {
  const { store } = await session.gallery()
  await store.deliveries.expire(null, new Date(Date.now() - maxDeliveryAgeMs).toISOString())
  return store.visits.expire()
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(vectors[0]!.length)
  for (const vector of vectors) {
    for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + vector[i]!
  }
  normalize(mean)
  return mean
}
