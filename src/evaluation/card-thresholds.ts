import type { CalibratedThreshold, Calibration } from '../models/card.js'
import { upperQuantile } from '../recognition/normal.js'
import type { PairScores } from './pair-scores.js'

/** Rates that a card made from one's own photos has thresholds for. */
const rates = [1e-1, 1e-2, 1e-3]
/** False matches that a quantile must rest on to be believed. */
const least = 3

/**
 * Thresholds from the similarities of pairs: at each rate the larger of a normal distribution fitted to the impostor
 * pairs and, where at least three pairs lie above it, their quantile.
 *
 * @param data - What the pairs are of, in words.
 * @returns Null when there are too few pairs to fit anything to, or impostors are so alike that fewer than two rates
 * have a threshold below 1.
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
    const similarity = count >= least ? Math.max(normal, sorted[count]!) : normal
    // A higher one for a rarer error, or none.
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
    method: `at each rate the larger of a normal distribution fitted to the impostor pairs and their quantile, where ${least} pairs or more lie above it`,
    thresholds,
    tail: Math.max(deviation, 1e-6),
    ambiguity: moments(genuine).deviation,
  }
}

/** Mean and standard deviation. */
export function moments(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1)
  return { mean, deviation: Math.sqrt(variance) }
}
