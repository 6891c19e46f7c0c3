import { AgnizeError } from './errors.js'
import type { Embedding } from './faces/embed.js'
import type { Face } from './faces/face.js'
import { hindrancesOf } from './faces/quality.js'
import { subjectName } from './gallery/subject-name.js'
import { calibratedCard, checkedProbe } from './identification.js'
import { type PhotoSource, photoLabel } from './image/photo.js'
import { modelId } from './models/card.js'
import type { Opened } from './opened.js'
import type {
  Comparison,
  Probe,
  SubjectVerification,
  Verification,
  VerifyOptions,
} from './options.js'
import type { Judged } from './recognition/identify.js'
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
  return { ...(await compareProbes(opened, one, other, options)), faces: [one, other] }
}

/** Tells whether two faces, embedded by the model in use, are one person's. */
export async function compareProbes(
  opened: Opened,
  a: Probe,
  b: Probe,
  options: VerifyOptions,
): Promise<Comparison> {
  const card = await opened.card()
  const [one, other] = [checkedProbe(a, card), checkedProbe(b, card)]
  const value = similarity(one.embedding, other.embedding)
  return compared(opened, value, [one, other], options)
}

/** Tells whether a photo, or an embedding, is of somebody in the gallery. */
export async function verifySubject(
  opened: Opened,
  probe: PhotoSource | Embedding | Probe,
  name: string,
  options: VerifyOptions,
): Promise<SubjectVerification> {
  const subject = subjectName(name)
  const gallery = await opened.gallery()
  const card = await opened.card()
  await gallery.store.subject(subject)
  const given = probeIn(probe)
  const face = given ? null : await largestFace(opened, probe as PhotoSource, options)
  const compare = given ? checkedProbe(given, card) : face!
  const { candidates } = await gallery.search(modelId(card), [compare.embedding.vector], {
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
  const comparison = await compared(opened, candidate.similarity, [compare], options)
  return { ...comparison, candidate, face }
}

/** What is compared, where it is no photo. */
function probeIn(probe: PhotoSource | Embedding | Probe): Probe | null {
  if (typeof probe !== 'object' || probe === null) return null
  if ('embedding' in probe) return probe
  return 'vector' in probe ? { embedding: probe } : null
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
  faces: readonly Judged[],
  { accept = { fmr: defaultErrorRate } }: VerifyOptions,
): Promise<Comparison> {
  const card = await calibratedCard(opened)
  const threshold = thresholdFor(card, accept)
  const probability = card.calibration?.probability
  const reasons = [...new Set(faces.flatMap(({ quality }) => hindrancesOf(quality)))]
  const match = reasons.length === 0 && value >= threshold.value
  return {
    answer: reasons.length > 0 ? 'not_judgeable' : match ? 'match' : 'no_match',
    match,
    reasons,
    similarity: value,
    distance: distance(value),
    probability: probability ? probabilityAt(probability, value) : null,
    threshold,
  }
}
