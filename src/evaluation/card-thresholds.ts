import type { CalibratedThreshold, Calibration } from '../models/card.js'
import { upperQuantile } from '../recognition/normal.js'
import type { PairScores } from './pair-scores.js'

/** Rates for which the card of a user-trained model has thresholds. */
const rates = [1e-1, 1e-2, 1e-3]
/** Minimum number of false matches behind an empirical quantile. Judgment. */
const minFalseMatches = 3

/**
 * Thresholds from pair similarities: at each rate, the larger of the quantile of a normal distribution fitted to the impostor
 * pairs and, where at least three pairs lie above it, their empirical quantile.
 *
 * @param data - Describes the data of the pairs.
 * @returns Null with too few pairs to fit a distribution, or when impostors are so similar that fewer than two rates have a
 * threshold below 1.
 */
export function calibrationFrom(
  { genuine, impostor }: PairScores,
  subjects: number,
  data: string,
): Calibration | null {
  if (genuine.length < 2 || impostor.length < 10) return null
  const { mean, deviation } = moments(impostor)
  const sorted = impostor.toSorted().reverse()
  const thresholds: CalibratedThreshold[] = []
  for (const fmr of rates) {
    const count = Math.floor(fmr * sorted.length)
    const normal = mean + deviation * upperQuantile(fmr)
    const similarity = count >= minFalseMatches ? Math.max(normal, sorted[count]!) : normal
    // Thresholds must rise strictly as the rate falls, and stay below 1.
    if (similarity >= 1 || similarity <= (thresholds.at(-1)?.similarity ?? -1)) break
    thresholds.push({ fmr, similarity })
  }
  if (thresholds.length < 2) return null
  return {
    basis: {
      data,
      subjects,
      genuinePairs: genuine.length,
      impostorPairs: impostor.length,
    },
    method: `at each rate the larger of a normal distribution fitted to the impostor pairs and their quantile, where ${minFalseMatches} pairs or more lie above it`,
    thresholds,
    tail: Math.max(deviation, 1e-6),
    rarest: Math.max(minFalseMatches / sorted.length, thresholds.at(-1)!.fmr),
    ambiguity: moments(genuine).deviation,
  }
}

/** Mean and standard deviation. */
export function moments(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1)
  return { mean, deviation: Math.sqrt(variance) }
}
