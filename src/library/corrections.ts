import {
  type CorrectionOptions,
  correctFace,
  embeddedCorrections,
} from '../application/corrected-faces.js'
import type { Correction, EmbeddedCorrection } from '../gallery/correction-store.js'
import { subjectName } from '../gallery/subject-name.js'
import type { PhotoSource } from '../image/photo.js'
import { modelId } from '../models/card.js'
import type { GallerySession } from '../session/gallery-session.js'

/**
 * Corrections: "this face is not X", "this face is X". They apply to later answers for that face and similar ones, and
 * are kept with the crop of the face, so that they apply to other models too. The `corrections` of an opened agnize.
 *
 * Every method throws AgnizeError `closed` after `Agnize.close`, and `gallery-*`, `unknown-gallery`, `store-*`,
 * `key-missing` or `wrong-key` where the gallery cannot be opened; changes also throw `read-only` and `disk-full`.
 */
export class Corrections {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /**
   * Records that a face in a photo is not a subject.
   *
   * @param name - Name of the subject.
   * @param options - `at`: a point in the face, in pixels; default the face that is most similar to the subject.
   * @throws AgnizeError `unknown-subject`, `bad-name`, `no-face`, `poor-quality`, `wrong-model`, as `Agnize.analyze`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.corrections.not('door.jpg', 'Skuli')
   * ```
   */
  not(photo: PhotoSource, name: string, options: CorrectionOptions = {}): Promise<Correction> {
    return correctFace(this.#session, 'not', photo, name, options)
  }

  /**
   * Records that a face in a photo is a subject, without enrolling it.
   *
   * @throws AgnizeError as {@link Corrections.not}.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.corrections.same('door.jpg', 'Skuli', { at: [320, 180] }) // the face at this point, in pixels
   * ```
   */
  same(photo: PhotoSource, name: string, options: CorrectionOptions = {}): Promise<Correction> {
    return correctFace(this.#session, 'same', photo, name, options)
  }

  /**
   * Removes an enrolled face from its subject and records that it is not theirs.
   *
   * @param templateId - UUID of the template, from `people.show`.
   * @throws AgnizeError `unknown-subject`; `bad-argument` where it is not a face of that subject.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const [face] = await agnize.people.show('Skuli')
   * if (face) await agnize.corrections.disown(face.id, 'Skuli')
   * ```
   */
  async disown(templateId: string, name: string): Promise<Correction> {
    const gallery = await this.#session.gallery()
    const kept = await gallery.store.corrections.disown(subjectName(name), templateId)
    await gallery.forget()
    return kept
  }

  /**
   * All corrections, oldest first.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { kind, subject, photo } of await agnize.corrections.list()) console.log(kind, subject.name, photo)
   * ```
   */
  async list(): Promise<Correction[]> {
    return (await this.#session.gallery()).store.corrections.list()
  }

  /**
   * JPEG of a corrected face with its surroundings.
   *
   * @param id - UUID of the correction.
   * @throws AgnizeError `unknown-correction`.
   * @example
   * ```ts
   * import { writeFile } from 'node:fs/promises'
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { id } of await agnize.corrections.list()) await writeFile(`${id}.jpg`, await agnize.corrections.image(id))
   * ```
   */
  async image(id: string): Promise<Uint8Array> {
    return (await this.#session.gallery()).store.corrections.crop(id)
  }

  /**
   * Removes a correction.
   *
   * @param id - UUID of the correction.
   * @returns The removed correction.
   * @throws AgnizeError `unknown-correction`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const [oldest] = await agnize.corrections.list()
   * if (oldest) await agnize.corrections.remove(oldest.id)
   * ```
   */
  async remove(id: string): Promise<Correction> {
    return (await this.#session.gallery()).store.corrections.remove(id)
  }

  /**
   * All corrections with the embeddings of their faces by the model in use; null where it detects no face in the crop,
   * and where it has not embedded it.
   *
   * @param options - `embed`: whether missing embeddings are computed and stored; default true.
   * @returns Unit vectors of the length that the model's card states, oldest first.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const known = await agnize.corrections.embedded({ embed: false })
   * console.log(known.filter(({ vector }) => vector === null).length)
   * ```
   */
  async embedded({
    embed = true,
  }: {
    readonly embed?: boolean
  } = {}): Promise<EmbeddedCorrection[]> {
    const model = modelId(await this.#session.card())
    if (embed) return embeddedCorrections(this.#session, model)
    return (await this.#session.gallery()).store.corrections.embedded(model)
  }
}
