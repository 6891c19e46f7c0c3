import type { Face, PhotoAnalysis } from '../../faces/face.js'
import type { PhotoSource } from '../../image/photo.js'
import { type DetectionCard, modelId } from '../../models/card.js'
import { comparableScore } from '../../models/comparable-score.js'
import type { GallerySession } from '../../session/gallery-session.js'
import { defaultMinScore, type FaceQuery } from './parameters.js'
import { refusals } from './refusal.js'
import { rounded } from './scale.js'

/** A face in CompreFace's JSON, with the plugins that agnize has a counterpart of. */
export function faceJson(face: Face, { plugins, status }: FaceQuery, execution: object) {
  const { box, landmarks, pose, detectionScore, embedding } = face
  return {
    ...(plugins.has('pose') && {
      pose: { pitch: rounded(pose.pitch), roll: rounded(pose.roll), yaw: rounded(pose.yaw) },
    }),
    ...(plugins.has('calculator') && { embedding: Array.from(embedding.vector) }),
    box: {
      probability: rounded(detectionScore),
      x_max: Math.round(box.x + box.width),
      y_max: Math.round(box.y + box.height),
      x_min: Math.round(box.x),
      y_min: Math.round(box.y),
    },
    ...(plugins.has('landmarks') && {
      landmarks: landmarks.map(([x, y]) => [Math.round(x), Math.round(y)]),
    }),
    ...(status && { execution_time: execution }),
  }
}

/** Time of each step in milliseconds, under CompreFace's names. */
export function executionTime({ timings }: Pick<PhotoAnalysis, 'timings'>, query: FaceQuery) {
  const round = (ms: number) => Math.round(ms * 10) / 10
  return {
    detector: round(timings.detect + timings.landmarks),
    ...(query.plugins.has('calculator') && { calculator: round(timings.align + timings.embed) }),
    ...(query.plugins.has('pose') && { pose: 0 }),
  }
}

/**
 * The score on {@link comparableScore}'s scale from which a face counts as one does for CompreFace's default build, by the kind of
 * detector: with it as many photos of half A of lfw-wild have exactly one face (87.6 %). `npm run bench:compreface` prints the share
 * of half B, which is 89.2 % for CompreFace. That of `scrfd` was not measured.
 */
const likeDefault = { ssd: 0.97, yunet: 0.945, scrfd: 0.95 } as const

/** A score of a detector on CompreFace's scale, on which its default threshold is 0.85. */
export function compreFaceScore(score: number, card: DetectionCard): number {
  const own = comparableScore(score, card)
  const least = likeDefault[card.decoder]
  return own < least
    ? (own / least) * defaultMinScore
    : 1 - ((1 - own) / (1 - least)) * (1 - defaultMinScore)
}

/** Faces with their scores on CompreFace's scale. */
export async function withScores<F extends Pick<Face, 'detectionScore'>>(
  session: GallerySession,
  faces: readonly F[],
): Promise<F[]> {
  const card = await session.detectionCard()
  return faces.map((face) => scored(face, card))
}

const scored = <F extends Pick<Face, 'detectionScore'>>(face: F, card: DetectionCard): F => ({
  ...face,
  detectionScore: compreFaceScore(face.detectionScore, card),
})

/** Detects and embeds the faces of a photo; their scores are on CompreFace's scale. */
export async function facesOf(
  session: GallerySession,
  photo: PhotoSource,
  { detect }: Pick<FaceQuery, 'detect'>,
  signal: AbortSignal,
): Promise<PhotoAnalysis> {
  const found = await session.analyze(photo, { detect, signal }, false)
  return { ...found, faces: await withScores(session, found.faces) }
}

/** Plugins of CompreFace whose guesses agnize does not make; their fields are absent, as CompreFace leaves out what it has not. */
const notGuessed = ['age', 'gender', 'mask'] as const

/** One sentence about the plugins that a query asks for in vain; undefined where there is none. */
export function aboutNotGuessed({ plugins }: Pick<FaceQuery, 'plugins'>): string | undefined {
  const asked = notGuessed.filter((name) => plugins.has(name))
  if (asked.length === 0) return undefined
  return `not guessed here: ${asked.join(', ')}; docs/attributes.md shows why`
}

/** Names of the networks that detected and embedded the faces; empty unless the query asks for them. */
export async function pluginVersions(session: GallerySession, { plugins, status }: FaceQuery) {
  if (!status) return {}
  const [detection, card] = await Promise.all([session.detectionCard(), session.card()])
  return {
    plugins_versions: {
      detector: `agnize.${detection.name}`,
      ...(plugins.has('calculator') && { calculator: `agnize.${modelId(card)}` }),
      ...(plugins.has('pose') && { pose: 'agnize.landmarks' }),
      ...(plugins.has('landmarks') && { landmarks: 'agnize.fr_landmark' }),
      ...Object.fromEntries(
        notGuessed
          .filter((name) => plugins.has(name))
          .map((name) => [name, 'none: docs/attributes.md shows why']),
      ),
    },
  }
}

type FaceFilter = Pick<FaceQuery, 'limit' | 'minScore' | 'isScoreGiven'>

/** The faces that a query asks for, largest first. @throws CompreFaceError where there is none. */
export function wanted<F extends Pick<Face, 'detectionScore' | 'box'>>(
  faces: readonly F[],
  { limit, minScore, isScoreGiven }: FaceFilter,
): F[] {
  const area = ({ box }: F) => box.width * box.height
  const clear = faces.filter(({ detectionScore }) => detectionScore >= minScore)
  if (clear.length === 0 && faces.length > 0 && !isScoreGiven) {
    clear.push(faces.reduce((a, b) => (b.detectionScore > a.detectionScore ? b : a)))
  }
  if (clear.length === 0) throw refusals.noFace()
  const sorted = clear.sort((a, b) => area(b) - area(a))
  return limit === 0 ? sorted : sorted.slice(0, limit)
}

/** The only face of those that a query asks for: with a limit of 1, the largest. @throws CompreFaceError */
export function only<F extends Pick<Face, 'detectionScore' | 'box'>>(
  faces: readonly F[],
  query: FaceFilter,
): F {
  const [face, another] = wanted(faces, query)
  if (another) throw refusals.severalFaces()
  return face!
}

/** Chooses the only face of a photo that reaches a score on CompreFace's scale. */
export function onlyOf(card: DetectionCard, query: Omit<FaceFilter, 'limit'>) {
  return (faces: readonly Face[]): Face => {
    const known = faces.map((face) => ({ ...scored(face, card), face }))
    return only(known, { ...query, limit: 0 }).face
  }
}
