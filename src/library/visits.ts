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

/** Visits and unnamed strangers; not recorded by default. The `visits` of an opened agnize. */
export class Visits {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /** The settings. */
  async settings(): Promise<VisitSettings> {
    return (await this.#store()).settings()
  }

  /** Changes the settings; absent fields are kept. Visits older than `days` are deleted. */
  async configure(settings: Partial<VisitSettings>): Promise<void> {
    const store = await this.#store()
    const { days, recording } = { ...(await store.settings()), ...settings }
    if (!Number.isInteger(days) || days < 1) {
      throw new AgnizeError('bad-argument', 'Visits must be kept for at least 1 day.')
    }
    await store.configure({ recording, days })
  }

  /** A page of visits, newest first: of all, of a subject, or of a stranger. */
  async list(page: VisitPage): Promise<Visit[]> {
    return (await this.#store()).list(page)
  }

  /** JPEG of the best face of a visit with its surroundings. @throws AgnizeError `unknown-face`. */
  async image(visit: string): Promise<Uint8Array> {
    return (await this.#store()).image(visit)
  }

  /** Unnamed strangers, by their last visit, newest first. */
  async visitors(): Promise<Visitor[]> {
    return (await this.#store()).visitors()
  }

  /**
   * Names a stranger: enrolls the best and most diverse of their faces, and assigns their visits to the subject.
   *
   * @returns The numbers of assigned visits and of enrolled faces.
   * @throws AgnizeError `unknown-visitor`; those of `Agnize.enroll` where no face could be enrolled.
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
    /** Number of visits that were assigned to the subject. */
    visits: number
    /** Number of enrolled faces. */
    faces: number
  }> {
    return nameVisitor(this.#session, visitorId, name)
  }

  /**
   * Clusters the strangers again by all their faces: visits of two strangers may turn out to be those of one. Ids are
   * stable: a group keeps the id that most of its visits had, and a replaced id still resolves.
   *
   * @returns The numbers of strangers and of reassigned visits.
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
   * Searches visits by the face in a photo, including those of strangers.
   *
   * @param photo - A photo whose largest face is searched for.
   * @returns The visits, newest first, with their similarities.
   * @throws AgnizeError `no-face`, `poor-quality`; those of `Agnize.analyze`; `not-calibrated`.
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

  /** Deletes the visits of a stranger. @returns The number of deleted visits. @throws AgnizeError `unknown-visitor`. */
  async forget(visitorId: string): Promise<number> {
    return (await this.#store()).forget(visitorId)
  }

  /** Deletes expired visits; a server does so every hour. @returns The number of deleted visits. */
  expire(): Promise<number> {
    return expireVisits(this.#session)
  }

  /** The id of the stranger whom an embedding of the model in use matches; undefined for a new one. */
  visitorOf(vector: Float32Array): Promise<string | undefined> {
    return visitorOf(this.#session, vector)
  }

  /** Starts a visit, or continues one at the same camera that lasted until `continuedSince` (ISO 8601) or later. */
  async begin(visit: NewVisit, continuedSince: string): Promise<BegunVisit> {
    return (await this.#store()).begin(visit, continuedSince)
  }

  /** Assigns a visit of a stranger to the subject as whom they were recognized during it. */
  async recognize(visit: string, subjectId: string, face: VisitFace): Promise<void> {
    await (await this.#store()).recognize(visit, subjectId, face)
  }

  /** Extends a visit. @param face - A better face; null keeps the present one. @returns Whether the visit still exists. */
  async extend(visit: string, lastAt: string, face: VisitFace | null): Promise<boolean> {
    return (await this.#store()).extend(visit, lastAt, face)
  }

  async #store(): Promise<VisitStore> {
    return (await this.#session.gallery()).store.visits
  }
}
