import { createHash } from 'node:crypto'
import { AgnizeError } from '../base/errors.js'
import { judgeable } from '../faces/choose.js'
import { fromCosine } from '../faces/similarity-measure.js'
import { dot } from '../faces/vectors.js'
import type { Reference } from '../gallery/reference-store.js'
import type { Subject } from '../gallery/subject.js'
import { subjectName } from '../gallery/subject-name.js'
import type { VisitFace } from '../gallery/visit-store.js'
import { contains } from '../geometry/box.js'
import { modelId } from '../models/card.js'
import { thresholdFor } from '../recognition/threshold.js'
import type { GallerySession } from '../session/gallery-session.js'
import { keptFace } from './corrected-faces.js'

/** Conditions for a camera's face to be added automatically. Judgment. */
const adaptConditions = {
  /** Least quality: templates of poorer faces resemble everybody. */
  quality: 0.6,
  /** Least margin to the runner-up, as a cosine. */
  margin: 0.15,
  /** False match rate of the match with a manually enrolled face, so that references cannot drift to another person. */
  anchorFmr: 1e-5,
  /** A face more similar than this to a reference is redundant. */
  redundantSimilarity: 0.85,
} as const
/** Most automatically added faces per subject (the oldest is replaced), and least hours between two. Judgment. */
const [maxAddedFaces, minHoursBetween] = [5, 12] as const

/** A visit of a subject, with the face to add. */
export interface AdaptableVisit {
  /** Id of the visit. */
  readonly visit: string
  /** Name of the camera. */
  readonly camera: string
  /** The matched subject. */
  readonly subject: Subject
  /** The best face of the visit. */
  readonly face: VisitFace
}

/** Sets aside the most redundant references of a subject beyond the configured limit. @returns How many. */
export async function tidyReferences(session: GallerySession, name: string): Promise<number> {
  const { references: store } = (await session.gallery()).store
  const { maxReferences } = await store.settings()
  if (maxReferences === null) return 0
  const surplus = redundantReferences(await store.of(subjectName(name)), maxReferences)
  return surplus.length > 0 ? store.setAside(surplus) : 0
}

/** Activates a deactivated reference again. */
export async function takeBackReference(session: GallerySession, face: string): Promise<void> {
  const { store } = await session.gallery()
  const found = await keptFace(session, await store.enrolled.crop(face))
  if (!found) throw new AgnizeError('no-face', 'The model finds no face in that picture.')
  const { embedding, quality } = judgeable(found)
  await store.references.takeBack(face, embedding.model, embedding.vector, quality.score)
}

/**
 * Adds the face of a visit to its subject, where adapting is on and the face passes every gate.
 *
 * @returns UUID of the face; null where it was not added.
 */
export async function adaptReferences(
  session: GallerySession,
  { visit, camera, subject, face }: AdaptableVisit,
): Promise<string | null> {
  const { store } = await session.gallery()
  const { adapting } = await store.references.settings()
  const { similarity, explanation, image, quality, model, vector } = face
  if (!adapting || !image || similarity === null) return null
  const margin = explanation?.margin ?? null
  if (quality < adaptConditions.quality || (margin !== null && margin < adaptConditions.margin))
    return null
  const card = await session.calibratedCard()
  if (model !== modelId(card)) return null
  const known = await store.references.of(subject.name)
  const probe = store.people.probe(vector)
  const cosineToProbe = (reference: Reference) =>
    reference.vector ? dot(reference.vector, probe) : -1
  const measure = await session.measure()
  const prepared = { offset: measure.offset(() => vector) }
  const similarityToProbe = (reference: Reference) => {
    const offset = measure.offset(() => store.people.reveal(reference.vector!))
    return fromCosine(cosineToProbe(reference), prepared, { offset })
  }
  const anchors = known.filter(({ origin, vector }) => !origin && vector)
  const anchor = Math.max(-1, ...anchors.map(similarityToProbe))
  if (anchor < thresholdFor(card, { fmr: adaptConditions.anchorFmr }, 1).value) return null
  if (known.some((reference) => cosineToProbe(reference) > adaptConditions.redundantSimilarity))
    return null
  const added = known.filter(({ origin, isAside }) => origin && !isAside)
  const since = new Date(Date.now() - minHoursBetween * 3_600_000).toISOString()
  if (added.some(({ createdAt }) => createdAt > since)) return null
  const { faces, crops, width, height } = await session.analyze(image, { views: true }, true)
  const at = faces.findIndex(({ box }) => contains(box, width / 2, height / 2))
  if (at < 0) return null
  // The visit's embedding is a probe's; that of a template is averaged over views.
  const { box, embedding } = faces[at]!
  const id = await store.references.add(
    subject.name,
    {
      ...{ model: embedding.model, vector: embedding.vector, quality, box },
      photo: `visit ${visit}.jpg`,
      photoHash: createHash('sha256').update(image).digest('hex'),
      crop: crops[at]!,
    },
    { visit, camera, similarity, margin, anchor },
  )
  if (id === null) return null
  const excess = added.length + 1 - maxAddedFaces
  if (excess > 0) await store.enrolled.remove(added.slice(0, excess).map(({ id }) => id))
  await tidyReferences(session, subject.name)
  return id
}

/** Ids of the references to set aside so that `limit` are left. */
export function redundantReferences(references: readonly Reference[], limit: number): string[] {
  const searched = references.filter(({ vector }) => vector !== null)
  const pairs: { readonly a: Reference; readonly b: Reference; readonly alike: number }[] = []
  if (searched.length > limit) {
    for (const [i, a] of searched.entries()) {
      for (const b of searched.slice(0, i)) pairs.push({ a, b, alike: dot(a.vector!, b.vector!) })
    }
  }
  pairs.sort((one, other) => other.alike - one.alike)
  const surplus = new Set<Reference>()
  for (const { a, b } of pairs) {
    if (searched.length - surplus.size <= limit) break
    if (surplus.has(a) || surplus.has(b)) continue
    // A reference without a crop cannot be restored later.
    const [poorer] = [a, b]
      .filter(({ hasPicture }) => hasPicture)
      .sort((x, y) => keepPriority(x) - keepPriority(y))
    if (poorer) surplus.add(poorer)
  }
  return [...surplus].map(({ id }) => id)
}

/** Manually enrolled references are kept before automatically added ones. */
const keepPriority = ({ origin, quality }: Reference) => (origin ? 0 : 1) + quality / 2
