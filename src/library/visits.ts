import {
  expireVisits,
  type FoundVisit,
  nameVisitor,
  regroupVisitors,
  searchVisits,
  visitorOf,
} from '../application/visitors.js'
import { AgnizeError } from '../base/errors.js'
import type {
  BegunVisit,
  NewVisit,
  Visit,
  VisitedCamera,
  VisitFace,
  Visitor,
  VisitPage,
  VisitSettings,
  VisitStore,
} from '../gallery/visit-store.js'
import type { PhotoSource } from '../image/photo.js'
import type { AcceptedError } from '../recognition/threshold.js'
import type { GallerySession } from '../session/gallery-session.js'

/**
 * Visits and unknown visitors; not recorded by default. The `visits` of an opened agnize.
 *
 * Every method throws AgnizeError `closed` after `Agnize.close`, and `gallery-*`, `unknown-gallery`, `store-*`,
 * `key-missing` or `wrong-key` where the gallery cannot be opened; changes also throw `read-only` and `disk-full`.
 */
export class Visits {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /**
   * The settings.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { recording, days } = await agnize.visits.settings()
   * console.log(recording, days)
   * ```
   */
  async settings(): Promise<VisitSettings> {
    return (await this.#store()).settings()
  }

  /**
   * Changes the settings; absent fields are kept. Visits older than `days` are deleted.
   *
   * @throws AgnizeError `bad-argument` for `days` that are not a whole number from 1.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.visits.configure({ recording: true, days: 7 })
   * ```
   */
  async configure(settings: Partial<VisitSettings>): Promise<void> {
    const store = await this.#store()
    const { days, recording } = { ...(await store.settings()), ...settings }
    if (!Number.isInteger(days) || days < 1) {
      throw new AgnizeError('bad-argument', 'Visits must be kept for at least 1 day.')
    }
    await store.configure({ recording, days })
  }

  /**
   * The cameras at which visits were recorded, with the times of the first and the last one.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { camera, visits, lastAt } of await agnize.visits.cameras()) console.log(camera, visits, lastAt)
   * ```
   */
  async cameras(): Promise<VisitedCamera[]> {
    return (await this.#store()).cameras()
  }

  /**
   * A page of visits, newest first: of all, of a subject, or of an unknown visitor.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const visits = await agnize.visits.list({ limit: 50, camera: 'door', since: '2026-11-01' })
   * for (const { firstAt, lastAt, subject } of visits) console.log(firstAt, lastAt, subject?.name)
   * ```
   */
  async list(page: VisitPage): Promise<Visit[]> {
    return (await this.#store()).list(page)
  }

  /**
   * JPEG of the best face of a visit with its surroundings.
   *
   * @param visit - UUID of the visit.
   * @throws AgnizeError `unknown-face` where the visit does not exist or its face was not kept.
   * @example
   * ```ts
   * import { writeFile } from 'node:fs/promises'
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { id, hasFace } of await agnize.visits.list({ limit: 10 })) {
   *   if (hasFace) await writeFile(`${id}.jpg`, await agnize.visits.image(id))
   * }
   * ```
   */
  async image(visit: string): Promise<Uint8Array> {
    return (await this.#store()).image(visit)
  }

  /**
   * Unknown visitors, by their last visit, newest first.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { id, visits, lastAt } of await agnize.visits.visitors()) console.log(id, visits, lastAt)
   * ```
   */
  async visitors(): Promise<Visitor[]> {
    return (await this.#session.gallery()).store.visitors.list()
  }

  /**
   * Names an unknown visitor: enrolls the best and most diverse of their faces, at most 5, and assigns their visits to the
   * subject.
   *
   * @param visitorId - Id of the visitor.
   * @param name - The subject, who is added where the name is new.
   * @returns The numbers of assigned visits and of enrolled faces.
   * @throws AgnizeError `unknown-visitor`; `unknown-face` where no face of the visitor is kept; those of
   * `Agnize.enroll` where no face could be enrolled.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const [visitor] = await agnize.visits.visitors()
   * if (visitor) console.log(await agnize.visits.name(visitor.id, 'Skuli'))
   * ```
   */
  name(
    visitorId: string,
    name: string,
  ): Promise<{
    /** Number of visits that were assigned to the subject. */
    visits: number
    /** Number of enrolled faces. */
    faces: number
  }> {
    return nameVisitor(this.#session, visitorId, name)
  }

  /**
   * Clusters the unknown visitors again by all their faces with DBSCAN (Ester, Kriegel, Sander and Xu, 1996): visits of two
   * visitors may turn out to be those of one. Ids are stable: a group keeps the id that most of its visits had, and a
   * replaced id still resolves.
   *
   * @returns The numbers of unknown visitors and of reassigned visits.
   * @throws AgnizeError `not-calibrated`, `cancelled`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { strangers, changed } = await agnize.visits.regroup(AbortSignal.timeout(60_000))
   * console.log(strangers, changed)
   * ```
   */
  regroup(signal?: AbortSignal): Promise<{
    /** Number of visitors. */
    strangers: number
    /** Number of visits that were reassigned to another visitor. */
    changed: number
  }> {
    return regroupVisitors(this.#session, signal)
  }

  /**
   * Searches visits by the face in a photo, including those of unknown visitors.
   *
   * @param photo - A photo whose largest face is searched for.
   * @param options - `accept`: accepted error of a comparison; default `{ fmr: 1e-4 }`. `signal`: ends the search.
   * @returns The visits, newest first, with their similarities.
   * @throws AgnizeError `no-face`, `poor-quality`, `cancelled`; those of `Agnize.analyze`; `not-calibrated`.
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
  search(
    photo: PhotoSource,
    options: { readonly accept?: AcceptedError; readonly signal?: AbortSignal } = {},
  ): Promise<FoundVisit[]> {
    return searchVisits(this.#session, photo, options)
  }

  /**
   * Deletes the visits of an unknown visitor.
   *
   * @returns The number of deleted visits.
   * @throws AgnizeError `unknown-visitor`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const [visitor] = await agnize.visits.visitors()
   * if (visitor) console.log(await agnize.visits.forget(visitor.id))
   * ```
   */
  async forget(visitorId: string): Promise<number> {
    return (await this.#session.gallery()).store.visitors.forget(visitorId)
  }

  /**
   * Deletes expired visits; a server does so every hour.
   *
   * @returns The number of deleted visits.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * console.log(await agnize.visits.expire())
   * ```
   */
  expire(): Promise<number> {
    return expireVisits(this.#session)
  }

  /**
   * The id of the unknown visitor whom an embedding of the model in use matches, at a false match rate of 1e-6; undefined for
   * a new one.
   *
   * @param vector - Unit vector of the length that the model's card states.
   * @throws AgnizeError `not-calibrated`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const [face] = await agnize.analyze('door.jpg')
   * if (face) console.log((await agnize.visits.visitorOf(face.embedding.vector)) ?? 'a new visitor')
   * ```
   */
  visitorOf(vector: Float32Array): Promise<string | undefined> {
    return visitorOf(this.#session, vector)
  }

  /**
   * Starts a visit, or continues one at the same camera that lasted until `continuedSince` (ISO 8601) or later.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const [found] = await agnize.analyze('door.jpg')
   * if (found) {
   *   const { embedding, quality } = found
   *   const face = { ...embedding, quality: quality.score, similarity: null, explanation: null, image: null }
   *   const now = new Date().toISOString()
   *   const by = { visitorId: (await agnize.visits.visitorOf(embedding.vector)) ?? crypto.randomUUID() }
   *   console.log(await agnize.visits.begin({ camera: 'door', by, firstAt: now, lastAt: now, face }, now))
   * }
   * ```
   */
  async begin(visit: NewVisit, continuedSince: string): Promise<BegunVisit> {
    return (await this.#store()).begin(visit, continuedSince)
  }

  /**
   * Assigns a visit of an unknown visitor to the subject as whom they were recognized during it.
   *
   * @param visit - UUID of the visit.
   * @param subjectId - UUID of the subject.
   * @param face - The face in which the subject was recognized.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const [found] = await agnize.analyze('door.jpg')
   * if (found) {
   *   const { embedding, quality } = found
   *   const face = { ...embedding, quality: quality.score, similarity: null, explanation: null, image: null }
   *   const [visit] = await agnize.visits.list({ limit: 1, unknown: true })
   *   const { id } = await agnize.people.get('Skuli')
   *   if (visit) await agnize.visits.recognize(visit.id, id, { ...face, similarity: 0.7 })
   * }
   * ```
   */
  async recognize(visit: string, subjectId: string, face: VisitFace): Promise<void> {
    await (await this.#store()).recognize(visit, subjectId, face)
  }

  /**
   * Extends a visit.
   *
   * @param visit - UUID of the visit.
   * @param lastAt - Time of the last sighting, ISO 8601.
   * @param face - A better face; null keeps the present one.
   * @returns Whether the visit still exists.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const [visit] = await agnize.visits.list({ limit: 1 })
   * if (visit) console.log(await agnize.visits.extend(visit.id, new Date().toISOString(), null))
   * ```
   */
  async extend(visit: string, lastAt: string, face: VisitFace | null): Promise<boolean> {
    return (await this.#store()).extend(visit, lastAt, face)
  }

  async #store(): Promise<VisitStore> {
    return (await this.#session.gallery()).store.visits
  }
}
