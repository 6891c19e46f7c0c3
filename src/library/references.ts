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
 * The faces of a subject that are searched: the best and most diverse ones up to a number and, where enabled, confident
 * faces of cameras, which follow slow changes (a beard, glasses, age). The `references` of an opened agnize.
 *
 * Every method throws AgnizeError `closed` after `Agnize.close`, and `gallery-*`, `unknown-gallery`, `store-*`,
 * `key-missing` or `wrong-key` where the gallery cannot be opened; changes also throw `read-only` and `disk-full`.
 */
export class References {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /**
   * The settings; by default all references are searched and none is added automatically.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { maxReferences, adapting } = await agnize.references.settings()
   * console.log(maxReferences, adapting)
   * ```
   */
  async settings(): Promise<ReferenceSettings> {
    return (await this.#store()).settings()
  }

  /**
   * Changes the settings; absent fields are kept. Deactivated references stay deactivated.
   *
   * @param settings - `maxReferences`: 1 or more, null for all; `adapting`: whether faces of cameras are added.
   * @throws AgnizeError `bad-argument` for a `maxReferences` that is not a whole number from 1.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.references.configure({ maxReferences: 10, adapting: true })
   * ```
   */
  async configure({
    most,
    ...settings
  }: Partial<ReferenceSettings> & {
    /** @deprecated Use `maxReferences`. */
    readonly most?: number | null
  }): Promise<void> {
    const store = await this.#store()
    const { maxReferences, adapting } = {
      ...(await store.settings()),
      ...(most !== undefined && { maxReferences: most }),
      ...settings,
    }
    if (maxReferences !== null && (!Number.isInteger(maxReferences) || maxReferences < 1)) {
      throw new AgnizeError(
        'bad-argument',
        'The number of references per person must be at least 1.',
      )
    }
    await store.configure({ maxReferences, adapting })
  }

  /**
   * All references of a subject, oldest first, including deactivated ones.
   *
   * @throws AgnizeError `unknown-subject`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { photo, quality, isAside } of await agnize.references.of('Skuli')) console.log(photo, quality, isAside)
   * ```
   */
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

  /**
   * Faces that were added automatically, newest first. `People.removeFaces` deletes them.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const added = await agnize.references.added()
   * await agnize.people.removeFaces(added.map(({ id }) => id))
   * ```
   */
  async added(): Promise<ReferenceSummary[]> {
    return (await (await this.#store()).added()).map(({ vector: _, ...reference }) => reference)
  }

  /**
   * Deactivates the most redundant references of a subject beyond the number of the settings: repeatedly the poorer of
   * the two most similar ones, those that were added automatically first.
   *
   * @returns The number of deactivated references. Nothing is deleted: {@link References.takeBack} activates one again.
   * @throws AgnizeError `unknown-subject`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.references.configure({ maxReferences: 10 })
   * for (const { name } of await agnize.people.list()) console.log(name, await agnize.references.tidy(name))
   * ```
   */
  async tidy(name: string): Promise<number> {
    return tidyReferences(this.#session, name)
  }

  /**
   * Activates a deactivated reference again.
   *
   * @param face - UUID of the face.
   * @throws AgnizeError `unknown-face`; `no-face` where the model detects none; `poor-quality` where it scores 0.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const aside = (await agnize.references.of('Skuli')).filter(({ isAside }) => isAside)
   * for (const { id } of aside) await agnize.references.takeBack(id)
   * ```
   */
  async takeBack(face: string): Promise<void> {
    await takeBackReference(this.#session, face)
  }

  /**
   * Adds the face of a visit to the matched subject, where this is enabled and the face passes every gate: quality of
   * 0.6 or more, a margin of 0.15 or more to the runner-up, similarity to a face that a person enrolled at a false
   * match rate of 1e-5, and a similarity of 0.85 at most to the present references. A subject gets one such face in 12
   * hours and keeps the newest 5.
   *
   * @returns UUID of the face; null where it was not added.
   * @throws AgnizeError `unknown-subject`, `not-calibrated`, as `Agnize.analyze`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const [visit] = await agnize.visits.list({ limit: 1 })
   * if (visit?.subject && visit.hasFace) {
   *   const { id, camera, subject, quality, similarity, explanation } = visit
   *   const image = await agnize.visits.image(id)
   *   const found = await agnize.analyzeCrop(image, { views: false })
   *   const face = found && { ...found.embedding, quality, similarity, explanation, image }
   *   if (face) console.log(await agnize.references.adapt({ visit: id, camera, subject, face }))
   * }
   * ```
   */
  adapt(visit: AdaptableVisit): Promise<string | null> {
    return adaptReferences(this.#session, visit)
  }

  async #store() {
    return (await this.#session.gallery()).store.references
  }
}
