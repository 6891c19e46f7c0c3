import type { Face, PhotoAnalysis } from '../../faces/face.js'
import type { PhotoSource } from '../../image/photo.js'
import { modelId } from '../../models/card.js'
import { comparableScore } from '../../models/comparable-score.js'
import type { GallerySession } from '../../session/gallery-session.js'
import { refusals } from './refusal.js'
import type { FaceQuery } from './requests.js'
import { rounded } from './scale.js'

/** A face in CompreFace's JSON, with the plugins that agnize has a counterpart of: it estimates no age, gender or mask. */
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
 * Detects and embeds the faces of a photo. Their scores are on one scale, so that a client's `det_prob_threshold` means the same with
 * every detector.
 */
export async function facesOf(
  session: GallerySession,
  photo: PhotoSource,
  signal: AbortSignal,
): Promise<PhotoAnalysis> {
  const [found, card] = await Promise.all([
    session.analyze(photo, { signal }, false),
    session.detectionCard(),
  ])
  const faces = found.faces.map((face) => ({
    ...face,
    detectionScore: comparableScore(face.detectionScore, card),
  }))
  return { ...found, faces }
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
    },
  }
}

/** The faces that a query asks for, largest first. @throws CompreFaceError where there is none. */
export function wanted<F extends Pick<Face, 'detectionScore' | 'box'>>(
  faces: readonly F[],
  { limit, minScore }: FaceQuery,
): F[] {
  const area = ({ box }: F) => box.width * box.height
  const clear = faces.filter(
    ({ detectionScore }) => minScore === null || detectionScore >= minScore,
  )
  if (clear.length === 0) throw refusals.noFace()
  const sorted = clear.sort((a, b) => area(b) - area(a))
  return limit === 0 ? sorted : sorted.slice(0, limit)
}

/** The only face of a photo. @throws CompreFaceError */
export function only<F extends Pick<Face, 'detectionScore' | 'box'>>(
  faces: readonly F[],
  query: FaceQuery,
): F {
  const [face, another] = wanted(faces, { ...query, limit: 2 })
  if (another) throw refusals.severalFaces()
  return face!
}
