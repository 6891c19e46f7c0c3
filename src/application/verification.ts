import { AgnizeError, isPhotoError } from '../base/errors.js'
import type { AnalyzeOptions } from '../faces/analyze.js'
import { checkAnalyzeOptions } from '../faces/checked-options.js'
import type { Embedding } from '../faces/embed.js'
import type { Face } from '../faces/face.js'
import { blockingReasons, type QualityReason } from '../faces/quality.js'
import type { Candidate } from '../gallery/search/candidate.js'
import { subjectName } from '../gallery/subject-name.js'
import { type PhotoSource, photoLabel } from '../image/photo.js'
import { type LivenessRefusal, livenessRefusal } from '../liveness/liveness.js'
import { modelId } from '../models/card.js'
import type { Judged } from '../recognition/decide.js'
import { probabilityAt } from '../recognition/probability.js'
import { cosine, distance, similarity } from '../recognition/similarity.js'
import {
  type AcceptedError,
  defaultErrorRate,
  type Threshold,
  thresholdFor,
} from '../recognition/threshold.js'
import type { GallerySession } from '../session/gallery-session.js'
import type { WorkOptions } from '../session/options.js'
import { checkedProbe, type Probe } from './identification.js'

/** Options of `Agnize.verify`. */
export interface VerifyOptions extends AnalyzeOptions, WorkOptions {
  /** Accepted rate at which two different people pass as one; default `{ fmr: 1e-3 }`. */
  readonly accept?: AcceptedError
}

/** Result of comparing two faces. */
export interface Comparison {
  /** The decision; `not_judgeable` where the quality of a face scores 0 or it is not live and has to be, whatever the similarity. */
  readonly answer: 'match' | 'no_match' | 'not_judgeable'
  /** Whether the answer is `match`. */
  readonly match: boolean
  /** Why the faces cannot be judged; empty unless the answer is `not_judgeable`. */
  readonly reasons: readonly (QualityReason | LivenessRefusal)[]
  /** The similarity that decides, −1…1. */
  readonly similarity: number
  /** Cosine of the embeddings, −1…1: the similarity of networks without a cohort. */
  readonly cosine: number
  /** The similarity as a distance, 0…2: √(2 − 2 · similarity). */
  readonly distance: number
  /**
   * Probability that both faces show one person, at even prior odds, 0…1; null without a calibration.
   */
  readonly probability: number | null
  /** The threshold that decided. */
  readonly threshold: Threshold
}

/** Result of comparing two photos. */
export interface Verification extends Comparison {
  /** The largest face of each photo, which was compared. */
  readonly faces: readonly [Face, Face]
}

/** Whether a photo shows a given subject. */
export interface SubjectVerification extends Comparison {
  /** The subject, with its template most similar to the face. */
  readonly candidate: Candidate
  /** The largest face of the photo, which was compared; null for an embedding. */
  readonly face: Face | null
}

/** Verifies whether two photos show one person, by the largest face of each. */
export async function verifyPhotos(
  session: GallerySession,
  a: PhotoSource,
  b: PhotoSource,
  options: VerifyOptions,
): Promise<Verification> {
  const [one, other] = await Promise.all([
    largestFace(session, a, options).catch(rejectNaming(a, 0)),
    largestFace(session, b, options).catch(rejectNaming(b, 1)),
  ])
  return { ...(await compareProbes(session, one, other, options)), faces: [one, other] }
}

/** Rejects with an error whose message names the photo: the caller gave two, and one of them failed. */
function rejectNaming(photo: PhotoSource, at: number): (error: unknown) => never {
  return (error) => {
    const label = photoLabel(photo, at)
    if (!isPhotoError(error) || error.message.includes(label)) throw error
    throw new AgnizeError(error.code, `${label}: ${error.message}`, { cause: error })
  }
}

/** Verifies whether two faces, embedded by the model in use, are one person's. */
export async function compareProbes(
  session: GallerySession,
  a: Probe,
  b: Probe,
  options: VerifyOptions,
): Promise<Comparison> {
  checkAnalyzeOptions(options)
  const card = await session.card()
  const [one, other] = [checkedProbe(a, card), checkedProbe(b, card)]
  const measure = await session.measure()
  const between = {
    similarity: similarity(measure, one.embedding, other.embedding),
    cosine: cosine(one.embedding, other.embedding),
  }
  return compared(session, between, [one, other], options)
}

/** Verifies whether a photo, or an embedding, is a given subject's. */
export async function verifySubject(
  session: GallerySession,
  probe: PhotoSource | Embedding | Probe,
  name: string,
  options: VerifyOptions,
): Promise<SubjectVerification> {
  checkAnalyzeOptions(options)
  const subject = subjectName(name)
  const card = await session.card()
  await (await session.gallery()).store.subject(subject)
  const { gallery } = await session.galleryOfModel()
  const given = probeIn(probe)
  const face = given ? null : await largestFace(session, probe as PhotoSource, options)
  const compare = given ? checkedProbe(given, card) : face!
  const { candidates } = await gallery.search(modelId(card), [compare.embedding.vector], {
    measure: await session.measure(),
    limit: 1,
    filter: { subjects: [subject] },
  })
  const [candidate] = candidates[0]!
  if (!candidate) {
    throw new AgnizeError(
      'unknown-subject',
      `${JSON.stringify(subject)} has no enrolled photo to compare with: enroll one.`,
    )
  }
  const comparison = await compared(session, candidate, [compare], options)
  return { ...comparison, candidate, face }
}

/** The probe of an argument that is an embedding; null for a photo. */
function probeIn(probe: PhotoSource | Embedding | Probe): Probe | null {
  if (typeof probe !== 'object' || probe === null) return null
  if ('embedding' in probe) return probe
  return 'vector' in probe ? { embedding: probe } : null
}

/** The largest face of a photo. @throws AgnizeError `no-face`, as `Agnize.analyze`. */
export async function largestFace(
  session: GallerySession,
  photo: PhotoSource,
  options: VerifyOptions,
): Promise<Face> {
  const [face] = (await session.analyze(photo, options, false)).faces
  if (face) return face
  const which = typeof photo === 'string' ? photoLabel(photo, 0) : 'the photo'
  throw new AgnizeError('no-face', `No face was found in ${which}: give a photo that shows one.`)
}

async function compared(
  session: GallerySession,
  { similarity, cosine }: Pick<Comparison, 'similarity' | 'cosine'>,
  faces: readonly Judged[],
  { accept = { fmr: defaultErrorRate }, liveness }: VerifyOptions,
): Promise<Comparison> {
  const card = await session.calibratedCard()
  const threshold = thresholdFor(card, accept)
  const probability = card.calibration?.probability
  const refusals = liveness === 'require' ? faces.map((face) => livenessRefusal(face.liveness)) : []
  const blocking = faces.flatMap(({ quality }) => blockingReasons(quality))
  const reasons = [...new Set([...refusals.filter((each) => each !== null), ...blocking])]
  const match = reasons.length === 0 && similarity >= threshold.value
  return {
    answer: reasons.length > 0 ? 'not_judgeable' : match ? 'match' : 'no_match',
    match,
    reasons,
    similarity,
    cosine,
    distance: distance(similarity),
    probability: probability ? probabilityAt(probability, similarity) : null,
    threshold,
  }
}
