import { AgnizeError } from './errors.js'
import { chooseFace, judgeable } from './faces/choose.js'
import type { Face } from './faces/face.js'
import type { Correction, CorrectionKind, EmbeddedCorrection } from './gallery/store.js'
import { subjectName } from './gallery/subject-name.js'
import { contains } from './geometry/box.js'
import type { Point } from './geometry/similarity-transform.js'
import { type PhotoSource, photoFileName } from './image/photo.js'
import { modelId } from './models/card.js'
import type { Opened } from './opened.js'
import type { WorkOptions } from './options.js'

/** Which face of a photo a correction is about. */
export interface CorrectionOptions extends WorkOptions {
  /** The face at this point, in pixels; default the one most like the person. */
  readonly at?: Point
}

/**
 * What people said about faces: "this is not X", "this is X". It changes later answers for that face and those like it,
 * and is kept with the face, so that it holds for another model too. The `corrections` of an opened agnize.
 */
export class Corrections {
  readonly #opened: Opened

  /** @internal */
  constructor(opened: Opened) {
    this.#opened = opened
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
    return this.#correct('not', photo, name, options)
  }

  /**
   * Keeps that a face in a photo is somebody, without enrolling it.
   *
   * @throws AgnizeError as {@link Corrections.not}.
   */
  same(photo: PhotoSource, name: string, options: CorrectionOptions = {}): Promise<Correction> {
    return this.#correct('same', photo, name, options)
  }

  /**
   * Takes an enrolled face away from its person, and keeps that it is not them.
   *
   * @param templateId - From `people.show`.
   * @throws AgnizeError `unknown-subject`; `bad-argument` when it is not that person's.
   */
  async disown(templateId: string, name: string): Promise<Correction> {
    const gallery = await this.#opened.gallery()
    const kept = await gallery.store.corrections.disown(subjectName(name), templateId)
    await gallery.forget()
    return kept
  }

  /** All of them, oldest first. */
  async list(): Promise<Correction[]> {
    return (await this.#opened.gallery()).store.corrections.list()
  }

  /** Takes one back. @throws AgnizeError `bad-argument` for an unknown id. */
  async remove(id: string): Promise<Correction> {
    return (await this.#opened.gallery()).store.corrections.remove(id)
  }

  async #correct(
    kind: CorrectionKind,
    photo: PhotoSource,
    name: string,
    { at, ...options }: CorrectionOptions,
  ): Promise<Correction> {
    const subject = subjectName(name)
    const gallery = await this.#opened.gallery()
    const model = modelId(await this.#opened.card())
    await gallery.requireModel(model)
    const { faces, crops, sha256 } = await this.#opened.analysis(photo, options, true)
    const face = at ? chooseFace(faces, { at }) : judgeable(await likest(faces, subject))
    return gallery.store.corrections.add(subject, {
      kind,
      model,
      vector: face.embedding.vector,
      photo: photoFileName(photo),
      photoHash: sha256,
      box: face.box,
      crops: crops[faces.indexOf(face)]!,
    })

    async function likest(faces: readonly Face[], name: string): Promise<Face> {
      const [only, ...others] = faces
      if (!only || others.length === 0) return chooseFace(faces, {})
      const probes = faces.map(({ embedding }) => embedding.vector)
      const { candidates } = await gallery.search(model, probes, {
        limit: 1,
        filter: { subjects: [name] },
      })
      const likeness = (i: number) => candidates[i]![0]?.similarity ?? -1
      return faces.reduce((best, face, i) =>
        likeness(i) > likeness(faces.indexOf(best)) ? face : best,
      )
    }
  }
}

/**
 * The gallery's corrections with a model's embeddings; faces that this model has not seen yet are embedded from what was
 * kept of them. One that it finds no face in has no part in its answers.
 */
export async function embeddedCorrections(
  opened: Opened,
  model: string,
): Promise<EmbeddedCorrection[]> {
  const gallery = await opened.gallery()
  const { store } = gallery
  const corrections = await gallery.corrections(model)
  return Promise.all(
    corrections.map(async (correction) => {
      if (correction.vector) return correction
      const vector = await embedKept(opened, (await store.corrections.crops(correction.id)).padded)
      if (vector) await store.corrections.embed(correction.id, model, vector)
      return { ...correction, vector }
    }),
  )
}

/** What the model in use makes of a face that was kept with its surroundings; null where it finds none in its middle. */
export async function embedKept(opened: Opened, padded: Uint8Array): Promise<Float32Array | null> {
  return (await keptFace(opened, padded))?.embedding.vector ?? null
}

/** The face in the middle of what was kept of one; null where the model in use finds none. */
export async function keptFace(opened: Opened, padded: Uint8Array): Promise<Face | null> {
  const { faces, width, height } = await opened.analysis(padded, {}, false).catch((error) => {
    if (error instanceof AgnizeError && error.code === 'image-damaged') {
      return { faces: [] as readonly Face[], width: 0, height: 0 }
    }
    throw error
  })
  return faces.find(({ box }) => contains(box, width / 2, height / 2)) ?? faces[0] ?? null
}
