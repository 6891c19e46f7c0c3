import { AgnizeError } from './errors.js'
import type { Embedding } from './faces/embed.js'
import type { Face } from './faces/face.js'
import { subjectName } from './gallery/subject-name.js'
import { calibratedCard, checkedEmbedding } from './identification.js'
import { type PhotoSource, photoLabel } from './image/photo.js'
import { modelId } from './models/card.js'
import type { Opened } from './opened.js'
import type { Comparison, SubjectVerification, Verification, VerifyOptions } from './options.js'
import { probabilityAt } from './recognition/probability.js'
import { distance, similarity } from './recognition/similarity.js'
import { defaultErrorRate, thresholdFor } from './recognition/threshold.js'

/** Tells whether two photos show one person, by the largest face of each. */
export async function verifyPhotos(
  opened: Opened,
  a: PhotoSource,
  b: PhotoSource,
  options: VerifyOptions,
): Promise<Verification> {
  const [one, other] = await Promise.all([
    largestFace(opened, a, options),
    largestFace(opened, b, options),
  ])
  const value = similarity(one.embedding, other.embedding)
  return { ...(await compared(opened, value, options)), faces: [one, other] }
}

/** Tells whether two embeddings of the model in use are one person's. */
export async function compareEmbeddings(
  opened: Opened,
  a: Embedding,
  b: Embedding,
  options: VerifyOptions,
): Promise<Comparison> {
  const card = await opened.card()
  const value = similarity(checkedEmbedding(a, card), checkedEmbedding(b, card))
  return compared(opened, value, options)
}

/** Tells whether a photo, or an embedding, is of somebody in the gallery. */
export async function verifySubject(
  opened: Opened,
  probe: PhotoSource | Embedding,
  name: string,
  options: VerifyOptions,
): Promise<SubjectVerification> {
  const subject = subjectName(name)
  const gallery = await opened.gallery()
  const card = await opened.card()
  await gallery.store.subject(subject)
  const isEmbedding = typeof probe === 'object' && 'vector' in probe
  const face = isEmbedding ? null : await largestFace(opened, probe, options)
  const { vector } = isEmbedding ? checkedEmbedding(probe, card) : face!.embedding
  const { candidates } = await gallery.search(modelId(card), [vector], {
    limit: 1,
    filter: { subjects: [subject] },
  })
  const [candidate] = candidates[0]!
  if (!candidate) {
    throw new AgnizeError(
      'unknown-subject',
      `${JSON.stringify(subject)} has no enrolled photo to compare with: enrol one.`,
    )
  }
  return { ...(await compared(opened, candidate.similarity, options)), candidate, face }
}

/** The largest face of a photo. @throws AgnizeError `no-face`, as `Agnize.analyze`. */
export async function largestFace(
  opened: Opened,
  photo: PhotoSource,
  options: VerifyOptions,
): Promise<Face> {
  const [face] = (await opened.analysis(photo, options, false)).faces
  if (face) return face
  const which = typeof photo === 'string' ? photoLabel(photo, 0) : 'the photo'
  throw new AgnizeError('no-face', `No face was found in ${which}: give a photo that shows one.`)
}

async function compared(
  opened: Opened,
  value: number,
  { accept = { fmr: defaultErrorRate } }: VerifyOptions,
): Promise<Comparison> {
  const card = await calibratedCard(opened)
  const threshold = thresholdFor(card, accept)
  const probability = card.calibration?.probability
  return {
    match: value >= threshold.value,
    similarity: value,
    distance: distance(value),
    probability: probability ? probabilityAt(probability, value) : null,
    threshold,
  }
}
