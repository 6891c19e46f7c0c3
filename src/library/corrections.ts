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
 * What people said about faces: "this is not X", "this is X". It changes later answers for that face and those like it,
 * and is kept with the face, so that it holds for another model too. The `corrections` of an opened agnize.
 */
export class Corrections {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /**
   * Keeps that a face in a photo is not somebody.
   *
   * @throws AgnizeError `unknown-subject`, `no-face`, `poor-quality`, `wrong-model`, as `Agnize.analyze`.
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
   * Keeps that a face in a photo is somebody, without enrolling it.
   *
   * @throws AgnizeError as {@link Corrections.not}.
   */
  same(photo: PhotoSource, name: string, options: CorrectionOptions = {}): Promise<Correction> {
    return correctFace(this.#session, 'same', photo, name, options)
  }

  /**
   * Takes an enrolled face away from its person, and keeps that it is not them.
   *
   * @param templateId - From `people.show`.
   * @throws AgnizeError `unknown-subject`; `bad-argument` when it is not that person's.
   */
  async disown(templateId: string, name: string): Promise<Correction> {
    const gallery = await this.#session.gallery()
    const kept = await gallery.store.corrections.disown(subjectName(name), templateId)
    await gallery.forget()
    return kept
  }

  /** All of them, oldest first. */
  async list(): Promise<Correction[]> {
    return (await this.#session.gallery()).store.corrections.list()
  }

  /** Takes one back. @throws AgnizeError `bad-argument` for an unknown id. */
  async remove(id: string): Promise<Correction> {
    return (await this.#session.gallery()).store.corrections.remove(id)
  }

  /**
   * All of them with the embeddings of the corrected faces by the model in use: null where it finds no face in what was kept,
   * and where it has not been asked.
   *
   * @param options - `embed`: whether faces that the model has not seen are embedded now, and kept so.
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
