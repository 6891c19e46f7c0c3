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
  VisitFace,
  Visitor,
  VisitPage,
  VisitSettings,
  VisitStore,
} from '../gallery/visit-store.js'
import type { PhotoSource } from '../image/photo.js'
import type { AcceptedError } from '../recognition/threshold.js'
import type { GallerySession } from '../session/gallery-session.js'

/** Who came when, and strangers who have no name yet; off unless it is switched on. The `visits` of an opened agnize. */
export class Visits {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
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
   * Says who a stranger is: enrolls the best of their faces, those that differ most, and puts the name on their visits.
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
  name(
    visitorId: string,
    name: string,
  ): Promise<{
    /** Number of visits that carry the name now. */
    visits: number
    /** Number of enrolled faces. */
    faces: number
  }> {
    return nameVisitor(this.#session, visitorId, name)
  }

  /**
   * Groups the strangers anew, by all that was seen of them since: visits that were taken for two strangers' may turn out to be
   * one's. Ids last: a group has the id that most of its visits had, and an id that went still finds them.
   *
   * @returns How many strangers there are, and of how many visits it is said otherwise than before.
   */
  regroup(signal?: AbortSignal): Promise<{
    /** Number of strangers. */
    strangers: number
    /** Number of visits that belong to another stranger than before. */
    changed: number
  }> {
    return regroupVisitors(this.#session, signal)
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
  search(
    photo: PhotoSource,
    { accept }: { readonly accept?: AcceptedError } = {},
  ): Promise<FoundVisit[]> {
    return searchVisits(this.#session, photo, accept)
  }

  /** Deletes what was kept of a stranger. @returns How many visits. @throws AgnizeError `unknown-visitor`. */
  async forget(visitorId: string): Promise<number> {
    return (await this.#store()).forget(visitorId)
  }

  /** Deletes the visits whose time is over; a server does so every hour. @returns How many. */
  expire(): Promise<number> {
    return expireVisits(this.#session)
  }

  /** The stranger whom an embedding of the model in use is of; undefined for one who was not there before. */
  visitorOf(vector: Float32Array): Promise<string | undefined> {
    return visitorOf(this.#session, vector)
  }

  /** Begins a visit, or continues one at the same camera that was still on at `continuedSince`, in ISO 8601. */
  async begin(visit: NewVisit, continuedSince: string): Promise<BegunVisit> {
    return (await this.#store()).begin(visit, continuedSince)
  }

  /** Gives a visit of a stranger to the subject as whom they were recognized during it. */
  async recognize(visit: string, subjectId: string, face: VisitFace): Promise<void> {
    await (await this.#store()).recognize(visit, subjectId, face)
  }

  /** Extends a visit. @param face - One that shows better who it is; null to keep the one there is. @returns Whether the visit is still there. */
  async extend(visit: string, lastAt: string, face: VisitFace | null): Promise<boolean> {
    return (await this.#store()).extend(visit, lastAt, face)
  }

  async #store(): Promise<VisitStore> {
    return (await this.#session.gallery()).store.visits
  }
}
