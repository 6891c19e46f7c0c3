import type { ScoreHistogram } from './score-histogram.js'

/** Minimum and maximum number of independent impostor pairs in the fitted tail. Judgment. */
const minTailPairs = 20
const maxTailPairs = 100
/** Maximum share of the pairs, by falling similarity, in the fitted tail. Judgment. */
const tailShare = 0.02
/** Minimum number of independent false matches behind a counted rate. Judgment. */
const minCountedMatches = 10
/** Maximum ratio of the smallest counted rate to the smallest extrapolated rate. Judgment. */
const maxExtrapolationRatio = 100

/** How the threshold of a rate was determined. */
export type ThresholdBasis = 'counted' | 'extrapolated'

/**
 * Model of the upper tail of impostor similarities: thresholds for observed rates, and for smaller ones by extreme-value theory,
 * as ISO/IEC 5152 allows.
 */
export interface ImpostorTail {
  /** Similarity where the fitted part begins. */
  readonly from: number
  /** Share of pairs above `from`. */
  readonly share: number
  /** Mean excess over `from`. */
  readonly scale: number
  /** Shape of the generalized Pareto distribution; 0 is exponential, larger is heavier-tailed. */
  readonly shape: number
  /** Smallest rate that is counted rather than extrapolated. */
  readonly counted: number
  /** Smallest rate that the tail is extrapolated to. */
  readonly minRate: number
}

/**
 * Fits a generalized Pareto distribution to the excesses over a high similarity (peaks over threshold; Pickands 1975;
 * probability-weighted moments by Hosking and Wallis 1987).
 *
 * The shape is clamped at 0. A negative shape implies an upper bound just above the highest observed similarity, and so a
 * threshold that no stranger is ever predicted to reach. The tail of a normal distribution lies below the exponential one, so
 * that 0 errs on the safe side.
 *
 * @param effect - Design effect: how many dependent pairs carry the information of one independent pair.
 * @returns Null with too few pairs.
 */
export function fitTail(impostor: ScoreHistogram, effect = 1): ImpostorTail | null {
  const pairs = impostor.total / effect
  const wanted = Math.floor(Math.min(maxTailPairs, Math.floor(tailShare * pairs)) * effect)
  if (wanted < minTailPairs) return null
  const from = impostor.edgeWithAtMost(wanted)
  const { counts } = impostor
  const n = impostor.above(from)
  if (n < minTailPairs / 2) return null
  // Hosking and Wallis: a0, the mean excess; a1, the mean weighted by the share above; k = a0 / (a0 − 2 a1) − 2, ξ = −k.
  let [a0, a1, above] = [0, 0, n]
  for (let cell = Math.round(((from + 1) / 2) * counts.length); cell < counts.length; cell++) {
    const count = counts[cell]!
    const excess = (2 * (cell + 0.5)) / counts.length - 1 - from
    above -= count
    a0 += (count * excess) / n
    a1 += (((count * excess) / n) * (above + (count - 1) / 2)) / (n - 1)
  }
  const k = a0 / (a0 - 2 * a1) - 2
  const shape = Math.min(0.5, Math.max(0, -k))
  const scale = shape > 0 ? (2 * a0 * a1) / (a0 - 2 * a1) : a0
  const counted = Math.min(1, minCountedMatches / pairs)
  return {
    from,
    share: n / impostor.total,
    scale,
    shape,
    counted,
    minRate: counted / maxExtrapolationRatio,
  }
}

/** Share of impostor pairs at or above a similarity, counted or from the fitted tail. */
export function rateAbove(
  impostor: ScoreHistogram,
  tail: ImpostorTail,
  similarity: number,
): number {
  const counted = impostor.above(similarity) / impostor.total
  return counted >= tail.counted ? counted : Math.min(counted || 1, tailRate(tail, similarity))
}

function tailRate({ from, share, scale, shape }: ImpostorTail, similarity: number): number {
  const excess = Math.max(0, similarity - from) / scale
  return share * (shape > 0 ? (1 + shape * excess) ** (-1 / shape) : Math.exp(-excess))
}

/** Similarity that this share of impostor pairs reaches, by the fitted tail. */
export function tailThreshold({ from, share, scale, shape }: ImpostorTail, rate: number): number {
  const ratio = share / rate
  const excess = shape > 0 ? (ratio ** shape - 1) / shape : Math.log(ratio)
  return from + scale * excess
}

/** Threshold for a false match rate; null for a rate that the pairs do not support. */
export function thresholdFrom(
  impostor: ScoreHistogram,
  tail: ImpostorTail | null,
  rate: number,
): { readonly similarity: number; readonly basis: ThresholdBasis } | null {
  if (rate >= (tail?.counted ?? minCountedMatches / impostor.total)) {
    return { similarity: impostor.edgeWithAtMost(rate * impostor.total), basis: 'counted' }
  }
  if (!tail || rate < tail.minRate) return null
  return { similarity: tailThreshold(tail, rate), basis: 'extrapolated' }
}

/**
 * Number of people that a rate requires, with as many photos each as in the data.
 *
 * @param people - Number of people in the data, whose impostor pairs are worth `pairs` independent ones.
 */
export function peopleNeeded(rate: number, people: number, pairs: number): number {
  const needed = minCountedMatches / (maxExtrapolationRatio * rate)
  return Math.ceil(people * Math.sqrt(Math.max(1, needed / Math.max(1, pairs))))
}
