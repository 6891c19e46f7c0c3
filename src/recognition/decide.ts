import type { Face } from '../faces/face.js'
import { hindrancesOf, type Quality, qualityReasons } from '../faces/quality.js'
import type { Candidate } from '../gallery/search/candidate.js'
import type { Subject } from '../gallery/subject.js'
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
  /** Nobody is enrolled. */
  'empty_gallery',
  /** Nobody is similar enough. */
  'below_threshold',
  /** The person it resembles is already in this photo, with a face more similar. */
  'already_in_photo',
  /** It resembles two people too much to tell which one it is. */
  'ambiguous',
  /** The person it resembles is not the one, as somebody said. */
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
  /** Cosine similarity to the subject, −1…1. */
  readonly similarity: number
  /** Euclidean distance of the unit vectors, 0…2. */
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
  /** Cosine similarity to the most similar subject, −1…1; null for an empty gallery. */
  readonly similarity: number | null
  /** Euclidean distance of the unit vectors, 0…2. */
  readonly distance: number | null
}

/** Evidence of an answer. */
export interface Grounds {
  /** Probability that the face is the most similar subject's at even prior odds, 0…1; null without a calibration. */
  readonly probability: number | null
  /** The threshold that decided. */
  readonly threshold: Threshold
  /** The second most similar subject; null without one. */
  readonly runnerUp: Candidate | null
  /** Difference of the similarities of the first candidate and the runner-up; null without one. */
  readonly margin: number | null
  /** Corrections that applied to the answer. */
  readonly corrections: readonly AppliedCorrection[]
  /** The most similar subjects, best first, whatever the answer; without those that a correction rules out. */
  readonly candidates: readonly Candidate[]
}

/** The answer for a face with its evidence: a `subject` where the `answer` is `match`, else a `reason`. */
export type Verdict = (Matched | Unmatched) & Grounds

/** A face with its answer. */
export type IdentifiedFace = Face & Verdict

/** What decides beside the threshold. */
export interface DecisionOptions {
  readonly threshold: Threshold
  /** Two people above the threshold and closer together than this are ambiguous. */
  readonly ambiguity: number
  /** Whether a person may be in a photo more than once, as in mirrors and collages. */
  readonly allowDuplicates: boolean
  /** How similarities become probabilities; null where no calibration tells. */
  readonly probability: ProbabilityMap | null
}

/** What a decision needs to know of a face. */
export interface Judged {
  readonly quality: Pick<Quality, 'score' | 'reasons'>
}

/** A face with who it may be. */
export interface Contender<F extends Judged = Face> extends CorrectedCandidates {
  readonly face: F
}

/**
 * Decides who each face of one photo is.
 *
 * A face is not judgeable when its quality scores 0, or when two people are above the threshold and nearly equal.
 * Otherwise faces and people are assigned so that the similarities above the threshold add up to the most (linear
 * assignment), each person to one face at most.
 *
 * @param faces - The faces of one photo, each with its candidates, most similar first.
 */
export function decide<F extends Judged = Face>(
  faces: readonly Contender<F>[],
  options: DecisionOptions,
): (F & Verdict)[] {
  const { threshold, probability } = options
  const judged = faces.map((entry) => ({ ...entry, hindrance: hindrance(entry, options) }))
  const contenders = judged.filter(({ hindrance }) => hindrance === null)
  const chosen: readonly (Candidate | undefined)[] = options.allowDuplicates
    ? contenders.map(({ candidates }) => above(candidates, threshold)[0])
    : assign(
        contenders.map(({ candidates }) => above(candidates, threshold)),
        threshold,
      )
  return judged.map(({ face, candidates, applied, hindrance }) => {
    const match =
      hindrance === null ? chosen[contenders.findIndex((entry) => entry.face === face)] : undefined
    const first = match ?? candidates[0]
    const similarity = first?.similarity ?? null
    const runnerUp = candidates.find(({ subject }) => subject.id !== first?.subject.id) ?? null
    const outcome: Matched | Unmatched = match
      ? {
          ...{ answer: 'match', reason: null, subject: match.subject },
          ...{ similarity: match.similarity, distance: distance(match.similarity) },
        }
      : {
          answer: hindrance ? 'not_judgeable' : 'unknown',
          reason: hindrance ?? refusal(candidates, applied, threshold),
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

function above(candidates: readonly Candidate[], threshold: Threshold): Candidate[] {
  return candidates.filter(({ similarity }) => similarity >= threshold.value)
}

/** What keeps a face from being judged. */
function hindrance(
  { face, candidates }: Contender<Judged>,
  { threshold, ambiguity }: DecisionOptions,
): Reason | null {
  const [worst] = hindrancesOf(face.quality)
  if (worst) return worst
  const [first, second] = above(candidates, threshold)
  return first && second && first.similarity - second.similarity < ambiguity ? 'ambiguous' : null
}

function refusal(
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

/** For each face its person or nobody, so that the similarities above the threshold add up to the most. */
function assign(
  faces: readonly (readonly Candidate[])[],
  threshold: Threshold,
): (Candidate | undefined)[] {
  const first = faces.map((candidates) => candidates[0])
  const wanted = first.flatMap((candidate) => (candidate ? [candidate.subject.id] : []))
  // Nobody is wanted twice, so everybody gets their best: no need to solve anything.
  if (new Set(wanted).size === wanted.length) return first
  const people = [...new Set(faces.flat().map(({ subject }) => subject.id))]
  // A column a person, then one a face for "nobody"; what may not be is forbidden.
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
