import type { SamplePair } from './evaluation-set.js'
import { smoothedThreshold } from './pair-scores.js'
import { type ComparableSamples, similarityOf } from './pairs.js'

/** Accuracy over the folds of a protocol, the threshold of each fold chosen on the others. */
export interface FoldAccuracy {
  /** Numbers of the folds, as the list has them. */
  readonly numbers: readonly number[]
  /** Share of correct decisions, 0…1, by fold. */
  readonly accuracies: readonly number[]
  /** Mean over the folds, 0…1. */
  readonly mean: number
  /** Standard error of the mean: standard deviation over the square root of the number of folds. */
  readonly standardError: number
  /** Threshold of each fold, a cosine similarity, chosen on the other folds. */
  readonly thresholds: readonly number[]
}

/**
 * The protocol of Labeled Faces in the Wild (Huang et al. 2007, "view 2"): each fold is tested at the threshold that is best on
 * all others, by {@link smoothedThreshold}; reports mean accuracy ± standard error.
 *
 * @returns Null where the pairs have no folds, or only one, or where the others of a fold do not have pairs of both kinds.
 */
export function foldAccuracy(
  set: ComparableSamples,
  pairs: readonly SamplePair[],
): FoldAccuracy | null {
  const found = [...new Set(pairs.map(({ fold }) => fold))]
  const folds = found.filter((fold) => fold !== null).sort((a, b) => a - b)
  if (folds.length < found.length || folds.length < 2) return null
  const judged = pairs.map(({ a, b, same, fold }) => ({
    same,
    fold,
    similarity: similarityOf(set, a, b),
  }))
  const othersOf = (fold: number) => judged.filter((pair) => pair.fold !== fold)
  if (folds.some((fold) => new Set(othersOf(fold).map(({ same }) => same)).size < 2)) return null
  const thresholds: number[] = []
  const accuracies = folds.map((fold) => {
    const others = othersOf(fold)
    const of = (same: boolean) =>
      Float64Array.from(
        others.filter((pair) => pair.same === same),
        ({ similarity }) => similarity,
      )
    const threshold = smoothedThreshold({ genuine: of(true), impostor: of(false) })
    thresholds.push(threshold)
    const own = judged.filter((pair) => pair.fold === fold)
    return (
      own.filter(({ same, similarity }) => similarity >= threshold === same).length / own.length
    )
  })
  const mean = accuracies.reduce((sum, each) => sum + each, 0) / accuracies.length
  const variance =
    accuracies.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (accuracies.length - 1)
  const standardError = Math.sqrt(variance / accuracies.length)
  return { numbers: folds, accuracies, mean, standardError, thresholds }
}
