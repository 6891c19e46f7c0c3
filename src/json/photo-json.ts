import type { Comparison } from '../application/verification.js'
import type { AgnizeError, ErrorCode } from '../base/errors.js'
import type { Face, Timings } from '../faces/face.js'
import type { Pose } from '../faces/pose.js'
import type { QualityReason } from '../faces/quality.js'
import type { Candidate } from '../gallery/search/candidate.js'
import type { Box } from '../geometry/box.js'
import type { Liveness } from '../liveness/liveness.js'
import type { AppliedCorrection } from '../recognition/apply-corrections.js'
import type { IdentifiedFace, Verdict } from '../recognition/decide.js'
import type { Threshold } from '../recognition/threshold.js'

/** Version of the JSON: increased when a field changes its meaning or is removed, not when one is added (docs/json.md). */
export const schemaVersion = 2

/** Input of {@link photoJson}: a `PhotoAnalysis` or an `IdentifiedPhoto`. */
export interface PhotoResult {
  /** In pixels of the upright image. */
  readonly width: number
  /** In pixels of the upright image. */
  readonly height: number
  /** The faces, largest first. */
  readonly faces: readonly (Face | IdentifiedFace)[]
  /** Number of faces beyond the limit, which were not described. */
  readonly facesLeftOut: number
  /** Time of each step, in milliseconds. */
  readonly timings: Timings
}

/** A subject in JSON. */
export interface SubjectJson {
  /** UUID. */
  readonly id: string
  /** Name, unique in the gallery. */
  readonly name: string
}

/** A threshold in JSON. */
export interface ThresholdJson {
  /** Cosine similarity, −1…1, to 6 decimals. */
  readonly value: number
  /** False match rate of one comparison at the threshold; null for a similarity that was set directly. */
  readonly fmr: number | null
  /** Whether a rarer rate was asked than the calibration supports, so that this is the threshold of the rarest one it does. */
  readonly limited: boolean
  /** What the threshold derives from. */
  readonly source: Threshold['source']
  /** When the user measured the calibration, ISO 8601, UTC; null where it is the card's or there is none. */
  readonly calibrated_at: string | null
}

/** A candidate of a search in JSON. */
export interface CandidateJson {
  /** The candidate. */
  readonly subject: SubjectJson
  /** Similarity, −1…1, to 6 decimals. */
  readonly similarity: number
  /** Cosine of the embeddings, −1…1, to 6 decimals, before a cohort corrects it. */
  readonly cosine: number
  /** UUID of the most similar template. */
  readonly template_id: string
  /** File name of the enrolled photo of that template. */
  readonly photo: string
}

/** A correction that was applied to an answer, in JSON. */
export interface CorrectionJson {
  /** Id of the correction. */
  readonly id: string
  /** `not`: the face is not this subject; `same`: it is. */
  readonly kind: AppliedCorrection['kind']
  /** The subject that the correction names. */
  readonly subject: SubjectJson
  /** ISO 8601, UTC. */
  readonly created_at: string
  /** Cosine similarity of the face and the corrected face, −1…1. */
  readonly similarity: number
}

/** An answer in JSON; the fields are null and the lists empty for a face that was only analyzed. */
export interface VerdictJson {
  /** The decision. */
  readonly answer: Verdict['answer'] | null
  /** Why it is no match; null for a match. */
  readonly reason: Verdict['reason'] | null
  /** The matched subject; null where there is none. */
  readonly subject: SubjectJson | null
  /** Similarity to the most similar subject, −1…1; null for an empty gallery. */
  readonly similarity: number | null
  /** The similarity as a distance, 0…2: √(2 − 2 · similarity). */
  readonly distance: number | null
  /** Probability that both show one person, at even prior odds, 0…1; null where it was not calibrated. */
  readonly probability: number | null
  /** The threshold that decided. */
  readonly threshold: ThresholdJson | null
  /** The second most similar subject; null where there is none. */
  readonly runner_up: CandidateJson | null
  /** Similarity minus that of the runner-up; null where there is none. */
  readonly margin: number | null
  /** Corrections that were applied. */
  readonly corrections: readonly CorrectionJson[]
  /** The most similar subjects, best first. */
  readonly candidates: readonly CandidateJson[]
}

/** The scores of a face's quality in JSON, each 0…1 to 3 decimals, 1 best; `Quality` says how they are measured. */
export interface QualityJson {
  /** Overall score: the smallest of the others. */
  readonly score: number
  /** Sharpness. */
  readonly sharpness: number
  /** Size of the face in pixels, as a score. */
  readonly size: number
  /** Deviation from a frontal pose, as a score. */
  readonly pose: number
  /** Exposure. */
  readonly exposure: number
  /** Absence of occlusion. */
  readonly visibility: number
  /** Defects of the face; empty for a good one. */
  readonly reasons: readonly QualityReason[]
}

/** Liveness of a face in JSON. */
export interface LivenessJson {
  /** Whether the face is live, or a picture of a face. */
  readonly answer: Liveness['answer']
  /** Score, 0…1 to 4 decimals, higher for live faces; null where it cannot be judged. */
  readonly score: number | null
  /** The threshold that decides. */
  readonly threshold: number
  /** The photos and the method that the threshold comes from. */
  readonly basis: string
  /** Why it cannot be judged; null where it can. */
  readonly reason: Liveness['reason']
  /** What to do about the reason, in English; null where it can be judged. */
  readonly advice: string | null
}

/** A face in JSON. */
export interface FaceJson extends VerdictJson {
  /** In pixels of the upright image. */
  readonly box: Box
  /** Confidence of the detector, 0…1, to 4 decimals. */
  readonly detection_score: number
  /** Left eye, right eye, nose, left and right corner of the mouth as [x, y] in pixels, to 2 decimals. */
  readonly landmarks: readonly (readonly number[])[]
  /** Head pose in degrees, to 1 decimal. */
  readonly pose: Pose
  /** Quality. */
  readonly quality: QualityJson
  /** Whether the face is live; absent unless it was asked for. */
  readonly liveness?: LivenessJson
  /** Unit vector with the number of dimensions in the model's card; absent unless requested. */
  readonly embedding?: readonly number[]
  /** Id of the model that computed the embedding; absent without it. */
  readonly model?: string
}

/** A photo with its faces in JSON: a line of `agnize identify --json`. */
export interface PhotoJson {
  /** {@link schemaVersion}. */
  readonly schema_version: number
  /** The photo, as the caller named it. */
  readonly photo: string
  /** In pixels of the upright image. */
  readonly width: number
  /** In pixels of the upright image. */
  readonly height: number
  /** The faces, largest first. */
  readonly faces: readonly FaceJson[]
  /** Number of faces beyond the limit, which were not described. */
  readonly faces_left_out: number
  /** Time that all steps took, in milliseconds. */
  readonly ms: number
}

/** A photo that failed, in JSON. */
export interface ErrorJson {
  /** {@link schemaVersion}. */
  readonly schema_version: number
  /** The photo, as the caller named it. */
  readonly photo: string
  /** The error. */
  readonly error: {
    /** Stable code. */
    readonly code: ErrorCode
    /** Message for people, in English. */
    readonly message: string
  }
}

/**
 * A photo's result as JSON with stable field names; the identity fields are null for a photo that was only analyzed.
 *
 * @param photo - Label of the photo in the result, such as its path.
 * @param result - From `Agnize.identifyPhoto` or `Agnize.analyzeEach`.
 * @param withEmbedding - Whether each face carries its embedding.
 * @example
 * ```ts
 * import { openAgnize, photoJson } from 'agnize'
 *
 * await using agnize = await openAgnize()
 * console.log(JSON.stringify(photoJson('door.jpg', await agnize.identifyPhoto('door.jpg'), false)))
 * ```
 */
export function photoJson(photo: string, result: PhotoResult, withEmbedding: boolean): PhotoJson {
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

/**
 * A photo that failed as JSON, for the same stream as {@link photoJson}.
 *
 * @param photo - Label of the photo, such as its path.
 * @param error - The error that it failed with.
 * @example
 * ```ts
 * import { errorJson, openAgnize, photoJson } from 'agnize'
 *
 * await using agnize = await openAgnize()
 * for await (const each of agnize.analyzeEach(['a.jpg', 'b.jpg'])) {
 *   const { photo } = each
 *   console.log(JSON.stringify('error' in each ? errorJson(photo, each.error) : photoJson(photo, each.result, false)))
 * }
 * ```
 */
export function errorJson(photo: string, { code, message }: AgnizeError): ErrorJson {
  return { schema_version: schemaVersion, photo, error: { code, message } }
}

/** A face with its answer as JSON; `answer` and its related fields are null for a face that was only analyzed. */
export function faceJson(face: Face | IdentifiedFace, withEmbedding: boolean): FaceJson {
  const { box, landmarks, pose, quality, embedding, liveness } = face
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
    ...(liveness && { liveness: livenessJson(liveness) }),
    ...verdictJson(identified),
    ...(withEmbedding && { embedding: Array.from(embedding.vector), model: embedding.model }),
  }
}

/** Liveness as JSON. */
export function livenessJson(liveness: Liveness): LivenessJson {
  const { answer, score, threshold, basis, reason, advice } = liveness
  return {
    ...{ answer, score: score === null ? null : round(score, 4), threshold, basis },
    ...{ reason, advice },
  }
}

/** An answer as JSON; its fields are null for a face that was only analyzed. */
export function verdictJson(verdict: Verdict | undefined): VerdictJson {
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

/** A comparison of two faces as JSON. */
export function comparisonJson({
  answer,
  match,
  reasons,
  similarity,
  cosine,
  distance,
  probability,
  threshold,
}: Comparison) {
  return {
    answer,
    match,
    reasons,
    similarity: round(similarity, 6),
    cosine: round(cosine, 6),
    distance: round(distance, 6),
    probability: roundOrNull(probability),
    threshold: thresholdJson(threshold),
  }
}

/** A threshold with its source as JSON. */
export function thresholdJson({
  value,
  fmr,
  limited,
  source,
  calibratedAt,
}: Threshold): ThresholdJson {
  return { value: round(value, 6), fmr, limited, source, calibrated_at: calibratedAt }
}

function correctionJson({
  id,
  kind,
  subject,
  createdAt,
  similarity,
}: AppliedCorrection): CorrectionJson {
  return { id, kind, subject, created_at: createdAt, similarity: round(similarity, 6) }
}

/** A candidate of a search as JSON. */
export function candidateJson({
  subject,
  similarity,
  cosine,
  templateId,
  photo,
}: Candidate): CandidateJson {
  return {
    subject,
    similarity: round(similarity, 6),
    cosine: round(cosine, 6),
    template_id: templateId,
    photo,
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

function roundOrNull(value: number | null | undefined): number | null {
  return value == null ? null : round(value, 6)
}
