import { AgnizeError, concernsOnePhoto } from './errors.js'
import { chooseFace } from './faces/choose.js'
import type { Store } from './gallery/store.js'
import { type PhotoSource, photoFileName } from './image/photo.js'
import type { Each, EnrolledPhoto, EnrollOptions } from './options.js'
import type { KeptAnalysis } from './workers/protocol.js'

/** Adds the face of an analysed photo to a person, or says why not. */
export async function enrolFace(
  store: Store,
  name: string,
  source: PhotoSource,
  { photo, result }: { photo: string; result: KeptAnalysis },
  options: EnrollOptions,
): Promise<Each<EnrolledPhoto>> {
  try {
    const { keepUnjudgeable: unjudgeable = false } = options
    const face = chooseFace(result.faces, { ...options, unjudgeable })
    const { box, embedding, quality } = face
    const { outcome, subject, templateId } = await store.add(name, {
      model: embedding.model,
      vector: embedding.vector,
      quality: quality.score,
      photo: photoFileName(source),
      photoHash: result.sha256,
      box,
      crops: result.crops[result.faces.indexOf(face)]!,
    })
    if (outcome === 'known' && subject.name !== name) {
      throw new AgnizeError(
        'already-enrolled',
        `This face is enrolled as ${JSON.stringify(subject.name)} already: remove, rename or merge that person first.`,
      )
    }
    const warnings = quality.reasons
    return { photo, result: { photo, subject, templateId, outcome, face, warnings } }
  } catch (error) {
    if (concernsOnePhoto(error)) return { photo, error }
    throw error
  }
}
