import type { Face, PhotoAnalysis } from '../../faces/face.js'
import { type EmbeddingCard, modelId } from '../../models/card.js'
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

/** Names of the networks that detected and embedded the faces; empty unless the query asks for them. */
export function pluginVersions(card: EmbeddingCard, { plugins, status }: FaceQuery) {
  if (!status) return {}
  return {
    plugins_versions: {
      detector: 'agnize.fr_detect',
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
