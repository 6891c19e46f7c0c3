import {
  type AdaptableVisit,
  adaptReferences,
  takeBackReference,
  tidyReferences,
} from '../application/reference-upkeep.js'
import { AgnizeError } from '../base/errors.js'
import type { ReferenceDetails, ReferenceSettings } from '../gallery/reference-store.js'
import type { Subject } from '../gallery/subject.js'
import { subjectName } from '../gallery/subject-name.js'
import type { GallerySession } from '../session/gallery-session.js'

/** A reference without its embedding. */
export interface ReferenceSummary extends ReferenceDetails {
  /** The subject that the face is enrolled for. */
  readonly subject: Subject
}

/**
 * Which faces of a person are searched: the best and most different ones up to a number, and where that is switched on, also
 * confident faces of cameras, so that slow change (a beard, glasses, age) is followed. The `references` of an opened agnize.
 */
export class References {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /** How references are kept; at first all, and none is added by itself. */
  async settings(): Promise<ReferenceSettings> {
    return (await this.#store()).settings()
  }

  /**
   * Sets it; what is not given stays. What is set aside already stays so.
   *
   * @throws AgnizeError `bad-argument`.
   */
  async configure(settings: Partial<ReferenceSettings>): Promise<void> {
    const store = await this.#store()
    const { most, adapting } = { ...(await store.settings()), ...settings }
    if (most !== null && (!Number.isInteger(most) || most < 1)) {
      throw new AgnizeError('bad-argument', 'At least 1 reference of a person is kept.')
    }
    await store.configure({ most, adapting })
  }

  /** Everything enrolled of a person, oldest first, also what is set aside. @throws AgnizeError `unknown-subject`. */
  async of(name: string): Promise<ReferenceSummary[]> {
    const { store } = await this.#session.gallery()
    const subject = await store.subject(subjectName(name))
    const { id } = subject
    const references = await store.references.of(subject.name)
    return references.map(({ vector: _, ...reference }) => ({
      ...reference,
      subject: { id, name: subject.name },
    }))
  }

  /** Faces that were added by themselves, newest first. Deleting one (`People.removeFaces`) undoes it. */
  async added(): Promise<ReferenceSummary[]> {
    return (await (await this.#store()).added()).map(({ vector: _, ...reference }) => reference)
  }

  /**
   * Sets aside the most redundant references of a person beyond the number that is set: of the two that are most alike the
   * poorer one, again and again, and those that were added by themselves before those that a human enrolled.
   *
   * @returns How many were set aside. Nothing is deleted: {@link References.takeBack} searches one again.
   * @throws AgnizeError `unknown-subject`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.references.configure({ most: 10 })
   * for (const { name } of await agnize.people.list()) console.log(name, await agnize.references.tidy(name))
   * ```
   */
  async tidy(name: string): Promise<number> {
    return tidyReferences(this.#session, name)
  }

  /**
   * Searches a face again that was set aside.
   *
   * @throws AgnizeError `unknown-face`; `no-face` where the model finds none; `poor-quality` where it scores 0.
   */
  async takeBack(face: string): Promise<void> {
    await takeBackReference(this.#session, face)
  }

  /**
   * Adds the face of a visit to whom it was matched with, where that is switched on and the face passes every gate: good,
   * far from anybody else, surely like a face that a human enrolled, and different from what there is.
   *
   * @returns Id of the face; null where it was not added.
   */
  adapt(visit: AdaptableVisit): Promise<string | null> {
    return adaptReferences(this.#session, visit)
  }

  async #store() {
    return (await this.#session.gallery()).store.references
  }
}
