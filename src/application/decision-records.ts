import { randomUUID } from 'node:crypto'
import type { DecisionStore } from '../gallery/decision-store.js'
import { objectOf } from '../gallery/json-columns.js'
import type { Subject } from '../gallery/subject.js'
import type { Box } from '../geometry/box.js'
import type { Answer, IdentifiedFace, Reason } from '../recognition/decide.js'
import type { AcceptedError, Threshold } from '../recognition/threshold.js'

/** Candidates that are recorded with a decision. Judgment. */
const recordedCandidates = 5

/** A recorded decision, without its face. */
export interface Decision {
  /** Sequence number, counted from 1 in its gallery. */
  readonly number: number
  /** ISO 8601, UTC. */
  readonly at: string
  /** Version of the gallery; every change of the gallery increments it. */
  readonly galleryVersion: number
  /** Id of the model: its name and the start of its SHA-256. */
  readonly model: string
  /** The threshold that decided. */
  readonly threshold: Threshold
  /** The accepted error of the request. */
  readonly accept: AcceptedError
  /** Number of vectors that the probe was compared with. */
  readonly comparisons: number
  /** Similarity margin below which two subjects are ambiguous. */
  readonly ambiguity: number
  /** Whether a subject could appear in the photo more than once. */
  readonly allowDuplicates: boolean
  /** SHA-256 of the photo, in hex, and the face in it. */
  readonly photoHash: string
  /** The face, in pixels of the upright photo. */
  readonly box: Box
  /** Quality of the face. */
  readonly quality: {
    /** 0…1. */
    readonly score: number
    /** What is poor about the face, as `QualityReason`. */
    readonly reasons: readonly string[]
  }
  /** What was decided. */
  readonly answer: Answer
  /** Why it is no match; null for a match. */
  readonly reason: Reason | null
  /** The matched subject, named as at that time; null where there is none. */
  readonly subject: Subject | null
  /** Cosine similarity to the most similar subject, −1…1; null for an empty gallery. */
  readonly similarity: number | null
  /** The most similar subjects, best first. */
  readonly candidates: readonly {
    /** The candidate. */
    readonly subject: Subject
    /** Cosine similarity, −1…1. */
    readonly similarity: number
    /** The subject's template that is most similar to the probe. */
    readonly templateId: string
  }[]
}

/** A decision whose content was erased with a subject that it named. */
export interface ErasedDecision {
  /** Number of the entry, counted from 1 in its gallery. */
  readonly number: number
  /** Time of the decision, ISO 8601, UTC. */
  readonly at: string
  /** Tells an erased entry from a decision. */
  readonly erased: true
}

/** Records the decisions about the faces of one photo. */
export async function recordDecisions(
  store: DecisionStore,
  faces: readonly IdentifiedFace[],
  crops: readonly Uint8Array[],
  about: {
    readonly model: string
    readonly version: number
    readonly accept: AcceptedError
    readonly comparisons: number
    readonly ambiguity: number
    readonly allowDuplicates: boolean
    readonly sha256: string
  },
): Promise<void> {
  if (faces.length === 0) return
  const { faces: withFaces } = await store.settings()
  const at = new Date().toISOString()
  await store.append(
    faces.map((face, i) => {
      const candidates = face.candidates.slice(0, recordedCandidates)
      const payload: Omit<Decision, 'number' | 'at'> & { salt: string } = {
        // Salt: without it, the content of an erased entry could be guessed and checked against its hash.
        salt: randomUUID(),
        galleryVersion: about.version,
        model: about.model,
        threshold: face.threshold,
        accept: about.accept,
        comparisons: about.comparisons,
        ambiguity: about.ambiguity,
        allowDuplicates: about.allowDuplicates,
        photoHash: about.sha256,
        box: face.box,
        quality: { score: face.quality.score, reasons: face.quality.reasons },
        answer: face.answer,
        reason: face.reason,
        subject: face.subject,
        similarity: face.similarity,
        candidates: candidates.map(({ subject, similarity, templateId }) => ({
          subject,
          similarity,
          templateId,
        })),
      }
      return {
        at,
        payload: JSON.stringify(payload),
        face: withFaces ? crops[i]! : null,
        subjects: candidates.map(({ subject }) => subject.id),
      }
    }),
  )
}

/** A decision of the log, from the JSON that was recorded. @throws AgnizeError `gallery-damaged`. */
export function parsedDecision(number: number, at: string, payload: string): Decision {
  const { salt: _, ...decision } = objectOf<Omit<Decision, 'number' | 'at'> & { salt: string }>(
    payload,
    `entry ${number} of the log of decisions`,
  )
  return { number, at, ...decision }
}
