import type { Comparison } from '../application/verification.js'
import type { AgnizeError } from '../base/errors.js'
import type { Face, Timings } from '../faces/face.js'
import type { Candidate } from '../gallery/search/candidate.js'
import type { AppliedCorrection } from '../recognition/apply-corrections.js'
import type { IdentifiedFace, Verdict } from '../recognition/decide.js'
import type { Threshold } from '../recognition/threshold.js'

/** Grows when a field changes its meaning or goes; new fields may come at any time. docs/json.md describes them. */
export const schemaVersion = 1

/** What {@link photoJson} is made of. */
export interface PhotoResult {
  readonly width: number
  readonly height: number
  readonly faces: readonly (Face | IdentifiedFace)[]
  readonly facesLeftOut: number
  readonly timings: Timings
}

/**
 * A photo's result as JSON with stable names; the fields about identity are null for a photo that was only analysed.
 *
 * @param withEmbedding - Add each face's embedding.
 */
export function photoJson(photo: string, result: PhotoResult, withEmbedding: boolean) {
  return {
    schema_version: schemaVersion,
    photo,
    width: result.width,
    height: result.height,
    faces: result.faces.map((face) => faceJson(face, withEmbedding)),
    faces_left_out: result.facesLeftOut,
    ms: round(
      Object.values(result.timings).reduce((sum: number, ms: number) => sum + ms, 0),
      1,
    ),
  }
}

/** A photo that could not be read, on the same stream. */
export function errorJson(photo: string, { code, message }: AgnizeError) {
  return { schema_version: schemaVersion, photo, error: { code, message } }
}

/** A face with its answer; `answer` and what belongs to it are null for a face that was only analysed. */
export function faceJson(face: Face | IdentifiedFace, withEmbedding: boolean) {
  const { box, landmarks, pose, quality, embedding } = face
  const identified = 'answer' in face ? face : undefined
  return {
    box: { x: box.x, y: box.y, width: box.width, height: box.height },
    detection_score: round(face.detectionScore, 4),
    landmarks: landmarks.map(([x, y]) => [round(x, 2), round(y, 2)]),
    pose: { roll: round(pose.roll, 1), yaw: round(pose.yaw, 1), pitch: round(pose.pitch, 1) },
    quality: {
      score: round(quality.score, 3),
      sharpness: round(quality.sharpness, 3),
      size: round(quality.size, 3),
      pose: round(quality.pose, 3),
      exposure: round(quality.exposure, 3),
      visibility: round(quality.visibility, 3),
      reasons: quality.reasons,
    },
    ...verdictJson(identified),
    ...(withEmbedding && { embedding: Array.from(embedding.vector), model: embedding.model }),
  }
}

/** Who a face is, and why; nulls for one that was only analysed. */
export function verdictJson(verdict: Verdict | undefined) {
  return {
    answer: verdict?.answer ?? null,
    reason: verdict?.reason ?? null,
    subject: verdict?.subject ?? null,
    similarity: roundOrNull(verdict?.similarity),
    distance: roundOrNull(verdict?.distance),
    probability: roundOrNull(verdict?.probability),
    threshold: verdict ? thresholdJson(verdict.threshold) : null,
    runner_up: verdict?.runnerUp ? candidateJson(verdict.runnerUp) : null,
    margin: roundOrNull(verdict?.margin),
    corrections: verdict?.corrections.map(correctionJson) ?? [],
    candidates: verdict?.candidates.map(candidateJson) ?? [],
  }
}

/** Whether two faces are one person's, and why. */
export function comparisonJson({
  answer,
  match,
  reasons,
  similarity,
  distance,
  probability,
  threshold,
}: Comparison) {
  return {
    answer,
    match,
    reasons,
    similarity: round(similarity, 6),
    distance: round(distance, 6),
    probability: roundOrNull(probability),
    threshold: thresholdJson(threshold),
  }
}

/** A threshold with what it rests on. */
export function thresholdJson({ value, fmr, source, calibratedAt }: Threshold) {
  return { value: round(value, 6), fmr, source, calibrated_at: calibratedAt }
}

function correctionJson({ id, kind, subject, createdAt, similarity }: AppliedCorrection) {
  return { id, kind, subject, created_at: createdAt, similarity: round(similarity, 6) }
}

/** Somebody whom a face may be. */
export function candidateJson({ subject, similarity, templateId, photo }: Candidate) {
  return { subject, similarity: round(similarity, 6), template_id: templateId, photo }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

function roundOrNull(value: number | null | undefined): number | null {
  return value == null ? null : round(value, 6)
}
