import { groupFaces, groupingRate } from './clustering/group-faces.js'
import { lastingIds } from './clustering/lasting-ids.js'
import { AgnizeError } from './errors.js'
import { judgeable } from './faces/choose.js'
import { dot, normalise } from './faces/vectors.js'
import type {
  BegunVisit,
  NewVisit,
  Visit,
  VisitFace,
  Visitor,
  VisitPage,
  VisitSettings,
  VisitStore,
} from './gallery/visits.js'
import { calibratedCard } from './identification.js'
import type { NamedBytes, PhotoSource } from './image/photo.js'
import { modelId } from './models/card.js'
import type { Opened } from './opened.js'
import { type AcceptedError, thresholdFor } from './recognition/threshold.js'

/**
 * False match rate at which a stranger is taken for one who was there before. Far rarer than for names: two strangers who are
 * taken for one get one name, while one who is taken for two is named twice.
 */
const sameVisitor = 1e-6
/** False match rate at which a face of a photo is taken for one of a visit. */
const sameFace = 1e-4
/** Events that could not be sent for so long are given up, in milliseconds. */
export const longestDelivery = 24 * 60 * 60_000
/** Faces that are enrolled of a stranger who is named. */
const mostFaces = 5
/** A face that is more like another of the same stranger adds nothing. */
const tooAlike = 0.9

/** Who was enrolled, and by how many of the photos. */
export interface EnrolledFaces {
  readonly subjectId: string
  readonly faces: number
}

/** Enrols faces of somebody, of whom each photo shows nobody else in its middle; throws when no photo could be. */
export type EnrolFaces = (name: string, photos: readonly NamedBytes[]) => Promise<EnrolledFaces>

/** Who came when, and strangers who have no name yet; off unless it is switched on. The `visits` of an opened agnize. */
export class Visits {
  readonly #opened: Opened
  readonly #enrol: EnrolFaces

  /** @internal */
  constructor(opened: Opened, enrol: EnrolFaces) {
    this.#opened = opened
    this.#enrol = enrol
  }

  /** Whether visits are recorded, and for how many days they are kept. */
  async settings(): Promise<VisitSettings> {
    return (await this.#store()).settings()
  }

  /** Begins or ceases to record; what is older than the days goes. What is not given stays. */
  async configure(settings: Partial<VisitSettings>): Promise<void> {
    const store = await this.#store()
    const { days, recording } = { ...(await store.settings()), ...settings }
    if (!Number.isInteger(days) || days < 1) {
      throw new AgnizeError('bad-argument', 'Visits are kept for 1 day or more.')
    }
    await store.configure({ recording, days })
  }

  /** Newest first: of everybody, of a subject, or of a stranger. */
  async list(page: VisitPage): Promise<Visit[]> {
    return (await this.#store()).list(page)
  }

  /** The best face of a visit, with its surroundings: JPEG. @throws AgnizeError `unknown-face`. */
  async image(visit: string): Promise<Uint8Array> {
    return (await this.#store()).image(visit)
  }

  /** Strangers who have no name yet, those who came last first. */
  async visitors(): Promise<Visitor[]> {
    return (await this.#store()).visitors()
  }

  /**
   * Says who a stranger is: enrols the best of their faces, those that differ most, and puts the name on their visits.
   *
   * @returns How many visits have the name now, and how many faces were enrolled.
   * @throws AgnizeError `unknown-visitor`; those of enrolling when no face could be.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const [stranger] = await agnize.visits.visitors()
   * if (stranger) console.log(await agnize.visits.name(stranger.id, 'Skuli'))
   * ```
   */
  async name(visitorId: string, name: string): Promise<{ visits: number; faces: number }> {
    const store = await this.#store()
    const chosen: { vector: Float32Array; photo: NamedBytes }[] = []
    for (const { vector, image, visit } of await store.faces(visitorId)) {
      if (!image || chosen.length === mostFaces) continue
      if (chosen.some((other) => dot(other.vector, vector) > tooAlike)) continue
      chosen.push({ vector, photo: { name: `visit ${visit}.jpg`, bytes: image } })
    }
    if (chosen.length === 0) {
      throw new AgnizeError('unknown-face', 'No face was kept of this stranger: enrol a photo.')
    }
    const { subjectId, faces } = await this.#enrol(
      name,
      chosen.map(({ photo }) => photo),
    )
    return { visits: await store.name(visitorId, subjectId), faces }
  }

  /**
   * Groups the strangers anew, by all that was seen of them since: visits that were taken for two strangers' may turn out to be
   * one's. Ids last: a group has the id that most of its visits had, and an id that went still finds them.
   *
   * @returns How many strangers there are, and of how many visits it is said otherwise than before.
   */
  async regroup(signal?: AbortSignal): Promise<{ strangers: number; changed: number }> {
    const store = await this.#store()
    const card = await calibratedCard(this.#opened)
    const faces = (await store.vectors(modelId(card))).flatMap(({ visitorId, faces }) =>
      faces.map((face) => ({ ...face, visitorId })),
    )
    faces.sort((a, b) => (a.visit < b.visit ? -1 : 1))
    const { value } = thresholdFor(card, { fmr: groupingRate(faces.length) }, 1)
    const groups = await groupFaces(
      faces.map(({ vector }) => vector),
      { similarity: value, threads: 1, signal },
    )
    const before = faces.map(({ visitorId }) => visitorId)
    const ids = lastingIds(groups, before, () => crypto.randomUUID())
    const changed = faces.flatMap(({ visit }, i) =>
      ids[i] === before[i] ? [] : [[visit, ids[i]!] as const],
    )
    if (changed.length > 0) await store.regroup(new Map(changed))
    return { strangers: new Set(ids).size, changed: changed.length }
  }

  /**
   * Visits by the face in a photo: when was this face here before? Also those of before it had a name.
   *
   * @param photo - Its largest face is looked for.
   * @returns Newest first, with how similar each is.
   * @throws AgnizeError `no-face`, `poor-quality`; those of reading a photo; `not-calibrated`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { visit, similarity } of await agnize.visits.search('face.jpg')) {
   *   console.log(visit.firstAt, visit.camera, visit.subject?.name, similarity)
   * }
   * ```
   */
  async search(
    photo: PhotoSource,
    { accept = { fmr: sameFace } }: { readonly accept?: AcceptedError } = {},
  ): Promise<{ readonly visit: Visit; readonly similarity: number }[]> {
    const store = await this.#store()
    const [face] = (await this.#opened.analysis(photo, {}, false)).faces
    if (!face) {
      throw new AgnizeError('no-face', 'No face was found: give a photo that shows the person.')
    }
    judgeable(face)
    const card = await calibratedCard(this.#opened)
    const { value } = thresholdFor(card, accept, 1)
    const probe = await store.comparable(face.embedding.vector)
    const found: { readonly visit: Visit; readonly similarity: number }[] = []
    for await (const { visit, vector } of store.everyFace(modelId(card))) {
      const similarity = dot(vector, probe)
      if (similarity >= value) found.push({ visit, similarity })
    }
    return found
  }

  /** Deletes what was kept of a stranger. @returns How many visits. @throws AgnizeError `unknown-visitor`. */
  async forget(visitorId: string): Promise<number> {
    return (await this.#store()).forget(visitorId)
  }

  /** Deletes the visits whose time is over; a server does so every hour. @returns How many. */
  async expire(): Promise<number> {
    const { store } = await this.#opened.gallery()
    await store.deliveries.expire(null, new Date(Date.now() - longestDelivery).toISOString())
    return store.visits.expire()
  }

  /** The stranger whom a face is of; undefined for one who was not there before. @internal */
  async visitorOf(vector: Float32Array): Promise<string | undefined> {
    const store = await this.#store()
    const card = await calibratedCard(this.#opened)
    const { value } = thresholdFor(card, { fmr: sameVisitor }, 1)
    const probe = await store.comparable(vector)
    let best: { readonly id: string; readonly likeness: number } | undefined
    for (const { visitorId, faces } of await store.vectors(modelId(card))) {
      const likeness = dot(meanOf(faces.map(({ vector }) => vector)), probe)
      if (likeness >= value && likeness > (best?.likeness ?? -1)) best = { id: visitorId, likeness }
    }
    return best?.id
  }

  /** Begins a visit, or goes on with the one before. @internal */
  async begin(visit: NewVisit, continuedSince: string): Promise<BegunVisit> {
    return (await this.#store()).begin(visit, continuedSince)
  }

  /** Who was a stranger was recognised while they were there. @internal */
  async recognise(visit: string, subjectId: string, face: VisitFace): Promise<void> {
    await (await this.#store()).recognise(visit, subjectId, face)
  }

  /** Somebody is still there. @internal */
  async extend(visit: string, lastAt: string, face: VisitFace | null): Promise<boolean> {
    return (await this.#store()).extend(visit, lastAt, face)
  }

  async #store(): Promise<VisitStore> {
    return (await this.#opened.gallery()).store.visits
  }
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(vectors[0]!.length)
  for (const vector of vectors) {
    for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + vector[i]!
  }
  normalise(mean)
  return mean
}
