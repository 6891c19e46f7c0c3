import { AgnizeError } from '../base/errors.js'
import type { AnalyzeOptions } from '../faces/analyze.js'
import { chooseFace, judgeable } from '../faces/choose.js'
import type { Face } from '../faces/face.js'
import type { Correction, CorrectionKind, EmbeddedCorrection } from '../gallery/correction-store.js'
import { subjectName } from '../gallery/subject-name.js'
import { contains } from '../geometry/box.js'
import type { Point } from '../geometry/similarity-transform.js'
import { type PhotoSource, photoFileName } from '../image/photo.js'
import type { GallerySession } from '../session/gallery-session.js'
import type { WorkOptions } from '../session/options.js'

/** Which face of a photo a correction is about. */
export interface CorrectionOptions extends WorkOptions {
  /** The face at this point, in pixels; default the face most similar to the subject. */
  readonly at?: Point
}

/**
 * Records that a face of a photo is, or is not, a subject's.
 *
 * @throws AgnizeError `unknown-subject`, `no-face`, `poor-quality`, `wrong-model`.
 */
export async function correctFace(
  session: GallerySession,
  kind: CorrectionKind,
  photo: PhotoSource,
  name: string,
  { at, ...options }: CorrectionOptions,
): Promise<Correction> {
  const subject = subjectName(name)
  const { gallery, model } = await session.galleryOfModel()
  const { faces, crops, sha256 } = await session.analyze(photo, { ...options, views: true }, true)
  const face = at ? chooseFace(faces, { at }) : judgeable(await mostSimilar(faces))
  return gallery.store.corrections.add(subject, {
    kind,
    model,
    vector: face.embedding.vector,
    photo: photoFileName(photo),
    photoHash: sha256,
    box: face.box,
    crop: crops[faces.indexOf(face)]!,
  })

  async function mostSimilar(faces: readonly Face[]): Promise<Face> {
    const [only, ...others] = faces
    if (!only || others.length === 0) return chooseFace(faces, {})
    const probes = faces.map(({ embedding }) => embedding.vector)
    const { candidates } = await gallery.search(model, probes, {
      measure: await session.measure(),
      limit: 1,
      filter: { subjects: [subject] },
    })
    const similarity = (i: number) => candidates[i]![0]?.similarity ?? -1
    return faces.reduce((best, face, i) =>
      similarity(i) > similarity(faces.indexOf(best)) ? face : best,
    )
  }
}

/**
 * The gallery's corrections with a model's embeddings. Faces that this model has not embedded yet are embedded from their
 * kept crops; a correction in whose crop the model finds no face does not affect its answers.
 */
export async function embeddedCorrections(
  session: GallerySession,
  model: string,
): Promise<EmbeddedCorrection[]> {
  const gallery = await session.gallery()
  const { store } = gallery
  const corrections = await gallery.corrections(model)
  return Promise.all(
    corrections.map(async (correction) => {
      if (correction.vector) return correction
      const vector = await embedKept(session, await store.corrections.crop(correction.id))
      if (vector) await store.corrections.embed(correction.id, model, vector)
      return { ...correction, vector }
    }),
  )
}

/** Embeds a kept crop with the model in use; null where the model finds no face in its center. */
export async function embedKept(
  session: GallerySession,
  crop: Uint8Array,
): Promise<Float32Array | null> {
  return (await keptFace(session, crop))?.embedding.vector ?? null
}

/**
 * The face in the center of a kept crop; null where the model in use finds none.
 *
 * @param options - `views`: whether it is averaged over views, as templates are; default true, since migrations, imports, corrections
 * and restored references make templates. False for a probe.
 */
export async function keptFace(
  session: GallerySession,
  crop: Uint8Array,
  { views = true }: Pick<AnalyzeOptions, 'views'> = {},
): Promise<Face | null> {
  const { faces, width, height } = await session.analyze(crop, { views }, false).catch((error) => {
    if (error instanceof AgnizeError && error.code === 'image-damaged') {
      return { faces: [] as readonly Face[], width: 0, height: 0 }
    }
    throw error
  })
  return faces.find(({ box }) => contains(box, width / 2, height / 2)) ?? faces[0] ?? null
}
