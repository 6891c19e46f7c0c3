import type { Face } from '../faces/face.js'
import { blockingReasons, type Quality, qualityReasons } from '../faces/quality.js'
import type { Candidate } from '../gallery/search/candidate.js'
import type { Subject } from '../gallery/subject.js'
import { type Liveness, livenessRefusal, livenessRefusals } from '../liveness/liveness.js'
import type { ProbabilityMap } from '../models/card.js'
import type { AppliedCorrection, CorrectedCandidates } from './apply-corrections.js'
import { assignment } from './assignment.js'
import { probabilityAt } from './probability.js'
import { distance } from './similarity.js'
import type { Threshold } from './threshold.js'

/** What was decided about a face. */
export type Answer = (typeof answers)[number]

/** Every {@link Answer}. */
export const answers = ['match', 'unknown', 'not_judgeable'] as const

/** Every {@link Reason}. */
export const reasons = [
  ...qualityReasons,
  /** A picture of a face, where liveness is required; or its liveness cannot be judged. */
  ...livenessRefusals,
  /** Nobody is enrolled. */
  'empty_gallery',
  /** Nobody is similar enough. */
  'below_threshold',
  /** The most similar subject is already matched to a more similar face of this photo. */
  'already_in_photo',
  /** Two subjects are too similar to the face to tell which one it is. */
  'ambiguous',
  /** A correction rules out the most similar subject. */
  'corrected',
] as const

/** Why a face is not matched. */
export type Reason = (typeof reasons)[number]

/** The answer for a face that was matched with a subject. */
export interface Matched {
  /** Tells the answers apart. */
  readonly answer: 'match'
  /** Always null: a match has no reason against it. */
  readonly reason: null
  /** The matched subject. */
  readonly subject: Subject
  /** Similarity to the subject, −1…1. */
  readonly similarity: number
  /** The similarity as a distance, 0…2: √(2 − 2 · similarity). */
  readonly distance: number
}

/** The answer for a face that was matched with nobody. */
export interface Unmatched {
  /** Tells the answers apart. */
  readonly answer: Exclude<Answer, 'match'>
  /** Why the face was not matched. */
  readonly reason: Reason
  /** Always null. */
  readonly subject: null
  /** Similarity to the most similar subject, −1…1; null in an empty gallery. */
  readonly similarity: number | null
  /** The similarity as a distance, 0…2: √(2 − 2 · similarity). */
  readonly distance: number | null
}

/** The evidence of an answer. */
export interface Grounds {
  /**
   * Probability that the face is that of the most similar subject, at even prior odds, 0…1; null without a calibration.
   */
  readonly probability: number | null
  /** The threshold that decided. */
  readonly threshold: Threshold
  /** The second most similar subject; null where there is none. */
  readonly runnerUp: Candidate | null
  /** Similarity of the best candidate minus the runner-up's; null without a runner-up. */
  readonly margin: number | null
  /** Corrections that affected the answer. */
  readonly corrections: readonly AppliedCorrection[]
  /** The most similar subjects, whatever the answer, without those that a correction rules out. */
  readonly candidates: readonly Candidate[]
}

/** The answer for a face and its evidence: a `subject` where the `answer` is `match`, else a `reason`. */
export type Verdict = (Matched | Unmatched) & Grounds

/** A face with its verdict. */
export type IdentifiedFace = Face & Verdict

/** Parameters of a decision beside the candidates. */
export interface DecisionOptions {
  readonly threshold: Threshold
  /** Two subjects above the threshold whose similarities differ by less than this are ambiguous. */
  readonly ambiguity: number
  /** Whether a subject may appear in a photo more than once, as in mirrors and collages. */
  readonly allowDuplicates: boolean
  /** Map from similarity to probability; null without a calibration. */
  readonly probability: ProbabilityMap | null
  /** Whether a face that is not live is not judgeable; default false. */
  readonly requireLive?: boolean
}

/** The properties of a face that a decision uses. */
export interface Judged {
  readonly quality: Pick<Quality, 'score' | 'reasons'>
  /** Whether the face is live; absent where it was not assessed. */
  readonly liveness?: Pick<Liveness, 'answer'> | undefined
}

/** A face with its candidates. */
export interface Contender<F extends Judged = Face> extends CorrectedCandidates {
  readonly face: F
}

/**
 * Decides who each face of one photo is.
 *
 * A face is not judgeable when it is not live and has to be, when its quality scores 0, or when two subjects are above the threshold and nearly equal.
 * Otherwise faces are assigned to subjects so that the sum of the similarities above the threshold is maximal (linear
 * assignment), each subject to one face at most.
 *
 * @param faces - The faces of one photo, each with its candidates, most similar first.
 */
export function decide<F extends Judged = Face>(
  faces: readonly Contender<F>[],
  options: DecisionOptions,
): (F & Verdict)[] {
  const { threshold, probability } = options
  const judged = faces.map((entry) => ({
    ...entry,
    blockingReason: blockingReason(entry, options),
  }))
  const contenders = judged.filter(({ blockingReason }) => blockingReason === null)
  const chosen: readonly (Candidate | undefined)[] = options.allowDuplicates
    ? contenders.map(({ candidates }) => aboveThreshold(candidates, threshold)[0])
    : assign(
        contenders.map(({ candidates }) => aboveThreshold(candidates, threshold)),
        threshold,
      )
  return judged.map(({ face, candidates, applied, blockingReason }) => {
    const match =
      blockingReason === null
        ? chosen[contenders.findIndex((entry) => entry.face === face)]
        : undefined
    const first = match ?? candidates[0]
    const similarity = first?.similarity ?? null
    const runnerUp = candidates.find(({ subject }) => subject.id !== first?.subject.id) ?? null
    const outcome: Matched | Unmatched = match
      ? {
          ...{ answer: 'match', reason: null, subject: match.subject },
          ...{ similarity: match.similarity, distance: distance(match.similarity) },
        }
      : {
          answer: blockingReason ? 'not_judgeable' : 'unknown',
          reason: blockingReason ?? nonMatchReason(candidates, applied, threshold),
          ...{ subject: null, similarity },
          distance: similarity === null ? null : distance(similarity),
        }
    return {
      ...face,
      ...outcome,
      probability:
        probability && similarity !== null ? probabilityAt(probability, similarity) : null,
      threshold,
      runnerUp,
      margin: runnerUp && similarity !== null ? similarity - runnerUp.similarity : null,
      corrections: applied,
      candidates,
    }
  })
}

function aboveThreshold(candidates: readonly Candidate[], threshold: Threshold): Candidate[] {
  return candidates.filter(({ similarity }) => similarity >= threshold.value)
}

/** The reason why a face cannot be judged, if any. */
function blockingReason(
  { face, candidates }: Contender<Judged>,
  { threshold, ambiguity, requireLive = false }: DecisionOptions,
): Reason | null {
  const refusal = requireLive ? livenessRefusal(face.liveness) : null
  if (refusal) return refusal
  const [worst] = blockingReasons(face.quality)
  if (worst) return worst
  const [first, second] = aboveThreshold(candidates, threshold)
  return first && second && first.similarity - second.similarity < ambiguity ? 'ambiguous' : null
}

function nonMatchReason(
  candidates: readonly Candidate[],
  applied: readonly AppliedCorrection[],
  threshold: Threshold,
): Reason {
  const [best] = candidates
  const passes = best !== undefined && best.similarity >= threshold.value
  if (!passes && applied.some(({ kind }) => kind === 'not')) {
    return 'corrected'
  }
  if (!best) return 'empty_gallery'
  return passes ? 'already_in_photo' : 'below_threshold'
}

/** Assigns each face a subject or none, so that the sum of the similarities above the threshold is maximal. */
function assign(
  faces: readonly (readonly Candidate[])[],
  threshold: Threshold,
): (Candidate | undefined)[] {
  const first = faces.map((candidates) => candidates[0])
  const wanted = first.flatMap((candidate) => (candidate ? [candidate.subject.id] : []))
  // No subject is the best of two faces, so every face gets its best; nothing to solve.
  if (new Set(wanted).size === wanted.length) return first
  const people = [...new Set(faces.flat().map(({ subject }) => subject.id))]
  // One column per subject, then one per face for "nobody"; pairs that are not allowed are −Infinity.
  const gains = faces.map((candidates) => [
    ...people.map((id) => {
      const candidate = candidates.find(({ subject }) => subject.id === id)
      return candidate ? candidate.similarity - threshold.value : Number.NEGATIVE_INFINITY
    }),
    ...faces.map(() => -1e-9),
  ])
  const columns = assignment(gains)
  return faces.map((candidates, face) => {
    const person = people[columns[face]!]
    return candidates.find(({ subject }) => subject.id === person)
  })
}
