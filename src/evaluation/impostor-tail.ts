import type { ScoreHistogram } from './score-histogram.js'

/** Independent impostor pairs that the fit of the tail rests on, at least and at most. */
const leastInTail = 20
const mostInTail = 100
/** The tail begins within this share of the most similar pairs. */
const tailShare = 0.02
/** Independent false matches that a counted rate must rest on. */
const leastCounted = 10
/** How many times rarer than the rarest counted rate a rate may be for the tail to be continued to it. */
const furthest = 100

/** How a threshold for a rate was found. */
export type ThresholdBasis = 'counted' | 'extrapolated'

/**
 * The upper tail of impostor similarities: thresholds for rates that were seen, and beyond them by extreme-value theory,
 * as ISO/IEC 5152 allows.
 */
export interface ImpostorTail {
  /** Where the fitted part begins. */
  readonly from: number
  /** Share of the pairs above that. */
  readonly share: number
  /** Mean excess over `from`. */
  readonly scale: number
  /** Of the generalized Pareto distribution; 0 is exponential, more is heavier. */
  readonly shape: number
  /** Rarest rate that is counted rather than extrapolated. */
  readonly counted: number
  /** Rarest rate that the tail is continued to. */
  readonly least: number
}

/**
 * Fits a generalized Pareto distribution to the excesses over a high similarity (peaks over threshold; Pickands 1975,
 * probability-weighted moments by Hosking and Wallis 1987).
 *
 * The shape is never below 0. A negative one gives similarities an upper end just above the highest that was seen, and
 * then a threshold no stranger is ever predicted to reach; the normal distribution's own tail lies below the exponential
 * one, so that 0 errs on the safe side.
 *
 * @param effect - How many pairs, which depend on one another through their people, say as much as one.
 * @returns Null where there are too few pairs.
 */
export function fitTail(impostor: ScoreHistogram, effect = 1): ImpostorTail | null {
  const pairs = impostor.total / effect
  const wanted = Math.floor(Math.min(mostInTail, Math.floor(tailShare * pairs)) * effect)
  if (wanted < leastInTail) return null
  const from = impostor.edgeWithAtMost(wanted)
  const { counts } = impostor
  const n = impostor.above(from)
  if (n < leastInTail / 2) return null
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
  const counted = Math.min(1, leastCounted / pairs)
  return { from, share: n / impostor.total, scale, shape, counted, least: counted / furthest }
}

/** The share of impostor pairs at or above a similarity, counted or from the tail. */
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

/** The similarity that so small a share of impostor pairs reaches, by the fitted tail. */
export function tailThreshold({ from, share, scale, shape }: ImpostorTail, rate: number): number {
  const ratio = share / rate
  const excess = shape > 0 ? (ratio ** shape - 1) / shape : Math.log(ratio)
  return from + scale * excess
}

/** The threshold for a false match rate; null beyond what the pairs support. */
export function thresholdFrom(
  impostor: ScoreHistogram,
  tail: ImpostorTail | null,
  rate: number,
): { readonly similarity: number; readonly basis: ThresholdBasis } | null {
  if (rate >= (tail?.counted ?? leastCounted / impostor.total)) {
    return { similarity: impostor.edgeWithAtMost(rate * impostor.total), basis: 'counted' }
  }
  if (!tail || rate < tail.least) return null
  return { similarity: tailThreshold(tail, rate), basis: 'extrapolated' }
}

/**
 * How many people a rate needs, with as many photos each as now.
 *
 * @param people - Those whose impostor pairs there are, which say as much as `pairs` independent ones.
 */
export function peopleNeeded(rate: number, people: number, pairs: number): number {
  const needed = leastCounted / (furthest * rate)
  return Math.ceil(people * Math.sqrt(Math.max(1, needed / Math.max(1, pairs))))
}
