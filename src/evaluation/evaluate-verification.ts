import { PeopleBootstrap } from './bootstrap.js'
import { type DesignEffects, designEffects } from './design-effect.js'
import {
  areaUnderRoc,
  type DetPoint,
  detCurve,
  dPrime,
  equalErrorRate,
  fnmrAtFmr,
  type PairHistograms,
  thresholdAtFmr,
} from './error-rates.js'
import { type EvaluationSet, peopleOf, requirePairs } from './evaluation-set.js'
import { type FoldAccuracy, foldAccuracy } from './folds.js'
import type { Estimate, RateEstimate } from './intervals.js'
import { PairCounts } from './pair-counts.js'
import { eachPair } from './pairs.js'
import { differences, ErrorCounts, type Slice, SliceCounts, slicingsOf } from './slices.js'

/** False match rates that are reported, where the pairs support them. */
const reportedRates = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6] as const

/** True accept rate at a given false accept rate. */
export interface TrueAcceptance {
  /** False accept rate, 0…1. */
  readonly far: number
  /** Threshold, a cosine similarity, −1…1; null where impostor pairs are too few for the rate. */
  readonly threshold: number | null
  /** True accept rate; null with the threshold. */
  readonly tar: Estimate | null
  /** Number of people with as many photos each that ten false matches take; null where there are enough. */
  readonly peopleNeeded: number | null
}

/** Two samples, by index, and their similarity. */
export interface JudgedPair {
  /** Index of the first sample. */
  readonly a: number
  /** Index of the second sample. */
  readonly b: number
  /** Cosine similarity, −1…1. */
  readonly similarity: number
}

/** Verification performance, 1:1. */
export interface VerificationResult {
  /** Number of genuine pairs. */
  readonly genuinePairs: number
  /** Number of impostor pairs. */
  readonly impostorPairs: number
  /** Area under the ROC curve; null without genuine or without impostor pairs, as are the next figures. */
  readonly auc: Estimate | null
  /** Equal error rate; null where it cannot be determined. */
  readonly eer: Estimate | null
  /** Threshold at the equal error rate, a cosine similarity, −1…1. */
  readonly eerThreshold: number | null
  /** Difference of the mean similarities of genuine and impostor pairs over their pooled standard deviation. */
  readonly dPrime: number | null
  /** True acceptance rate at each reported false match rate. */
  readonly acceptance: readonly TrueAcceptance[]
  /** False match rate at the threshold. */
  readonly fmr: RateEstimate | null
  /** False non-match rate at the operating threshold. */
  readonly fnmr: RateEstimate | null
  /** The same rate, 0…1, counting pairs with a failed photo as non-matches. */
  readonly fmrWithFailures: number | null
  /** FNMR, 0…1, counting pairs with a failed photo as non-matches. */
  readonly fnmrWithFailures: number | null
  /** Points of the DET curve. */
  readonly det: readonly DetPoint[]
  /** Normalized histograms over similarities from −1 to 1. */
  readonly histogram: {
    /** Genuine pairs. */
    readonly genuine: readonly number[]
    /** Impostor pairs. */
    readonly impostor: readonly number[]
  }
  /** The error rates of parts of the data. */
  readonly slices: readonly Slice[]
  /** Significant differences between slices, in sentences. */
  readonly differences: readonly string[]
  /** Accuracy over the folds of the protocol; null without folds. */
  readonly folds: FoldAccuracy | null
  /** The most similar impostor pairs. */
  readonly falseMatches: readonly JudgedPair[]
  /** The least similar genuine pairs. */
  readonly falseNonMatches: readonly JudgedPair[]
  /** Counts of similarities in fine cells, for further figures. */
  readonly scores: PairHistograms
}

/** Settings of the verification test. */
export interface VerificationOptions {
  readonly threads: number
  /** Number of bootstrap replicates. */
  readonly replicates: number
  readonly seed: number
  /** Number of worst pairs to keep, of each kind. */
  readonly worst: number
  /** Computes the operating threshold from the counts of all pairs. */
  readonly threshold: (scores: PairHistograms) => number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** Bins of the histogram, about 0.016 wide. */
const histogramBins = 128

/**
 * Compares every pair, or those of the protocol, in two passes: the first counts similarities, the second, once the threshold is
 * known, attributes errors to people.
 *
 * @throws AgnizeError `too-few-photos` without pairs.
 */
export async function evaluateVerification(
  set: EvaluationSet,
  options: VerificationOptions,
): Promise<VerificationResult> {
  const { people, names } = peopleOf(set.samples)
  const counts = new PairCounts(people)
  const { onProgress } = options
  await eachPair(
    set,
    people,
    { ...options, onProgress: (done, total) => onProgress?.(done, 2 * total) },
    (a, b, same, similarity) => counts.add(a, b, same, similarity),
    (block) => counts.addBlock(block),
  )
  const scores = counts.all
  const { genuine, impostor } = scores
  requirePairs(genuine.total, impostor.total)
  const both = genuine.total > 0 && impostor.total > 0
  const threshold = options.threshold(scores)
  const errors = new ErrorCounts(threshold, names.length)
  const slices = new SliceCounts(slicingsOf(set.samples), threshold, names.length)
  const worst = new WorstPairs(options.worst)
  const judge = (a: number, b: number, same: boolean, similarity: number) => {
    const [one, other] = [people[a]!, people[b]!]
    if (same) errors.genuine(one, similarity)
    else errors.impostor(one, other, similarity)
    slices.add(a, b, one, other, same, similarity)
    worst.add(a, b, same, similarity)
  }
  await eachPair(
    set,
    people,
    { ...options, onProgress: (done, total) => onProgress?.(total + done, 2 * total) },
    judge,
  )
  const bootstrap = both ? await PeopleBootstrap.draw(scores, counts.ofPeople, options) : null
  const effects = designEffects(scores, counts.ofPeople)
  const measured = slices.slices(effects)
  const rates = { fmr: errors.fmr(effects), fnmr: errors.fnmr(effects) }
  return {
    genuinePairs: genuine.total,
    impostorPairs: impostor.total,
    auc: bootstrap?.share(areaUnderRoc) ?? null,
    eer: bootstrap?.share((each) => equalErrorRate(each).rate) ?? null,
    eerThreshold: both ? equalErrorRate(scores).threshold : null,
    dPrime: both ? dPrime(scores) : null,
    acceptance: reportedRates.map((far) =>
      acceptance(far, scores, bootstrap, effects, names.length),
    ),
    ...rates,
    ...withFailures(set, rates),
    det: both ? detCurve(scores) : [],
    histogram: { genuine: genuine.shares(histogramBins), impostor: impostor.shares(histogramBins) },
    slices: measured,
    differences: differences(measured),
    folds: set.pairs ? foldAccuracy(set, set.pairs) : null,
    falseMatches: worst.impostors,
    falseNonMatches: worst.genuines,
    scores,
  }
}

/** Minimum number of errors behind a reported rate. Judgment. */
const minErrors = 10

function acceptance(
  far: number,
  scores: PairHistograms,
  bootstrap: PeopleBootstrap | null,
  effects: DesignEffects,
  people: number,
): TrueAcceptance {
  const { total } = scores.impostor
  if (!bootstrap || far * total < minErrors) {
    // Assumes that the mean number of impostor pairs per pair of people stays the same.
    const needed = total > 0 ? Math.ceil(people * Math.sqrt(minErrors / (far * total))) : null
    return { far, threshold: null, tar: null, peopleNeeded: needed }
  }
  const independent = scores.genuine.total / effects.genuine
  return {
    far,
    threshold: thresholdAtFmr(scores, far),
    tar: bootstrap.share((each) => 1 - fnmrAtFmr(each, far), independent),
    peopleNeeded: null,
  }
}

function withFailures(
  { failedPairs }: EvaluationSet,
  { fmr, fnmr }: { fmr: RateEstimate | null; fnmr: RateEstimate | null },
) {
  return {
    fmrWithFailures: fmr && fmr.errors / (fmr.trials + failedPairs.different),
    fnmrWithFailures: fnmr && (fnmr.errors + failedPairs.same) / (fnmr.trials + failedPairs.same),
  }
}

/** Keeps the worst errors: the most similar impostor and the least similar genuine pairs. */
class WorstPairs {
  readonly #limit: number
  readonly genuines: JudgedPair[] = []
  readonly impostors: JudgedPair[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  add(a: number, b: number, same: boolean, similarity: number): void {
    const list = same ? this.genuines : this.impostors
    // Sorted by falling error, so that the last pair is dropped first: rising for genuine pairs, falling for impostor pairs.
    const worse = (x: number, y: number) => (same ? x < y : x > y)
    const last = list.at(-1)
    if (list.length === this.#limit && !(last && worse(similarity, last.similarity))) return
    let at = list.length
    while (at > 0 && worse(similarity, list[at - 1]!.similarity)) at--
    list.splice(at, 0, { a, b, similarity })
    if (list.length > this.#limit) list.pop()
  }
}
