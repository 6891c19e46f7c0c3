import { AgnizeError } from '../base/errors.js'
import type { Calibration, EmbeddingCard } from '../models/card.js'
import { upperQuantile, upperTail } from './normal.js'

/**
 * How often a stranger may pass, from which the threshold follows.
 *
 * - `fmr`: false match rate of a single comparison.
 * - `fpir`: false positive identification rate of a whole search: the share of strangers who get any name, so that
 *   the threshold rises with the gallery.
 * - `similarity`: the threshold itself, for those who know better.
 */
export type AcceptedError =
  | {
      /** False match rate of a single comparison, between 0 and 1. */
      readonly fmr: number
    }
  | {
      /** False positive identification rate of a search, between 0 and 1. */
      readonly fpir: number
    }
  | {
      /** The threshold itself, a cosine similarity, −1…1. */
      readonly similarity: number
    }

/** The similarity that decides, and where it comes from. */
export interface Threshold {
  /** A similarity, −1…1: at or above it is a match. */
  readonly value: number
  /** The false match rate of a single comparison that is expected at it; null where no card knows. */
  readonly fmr: number | null
  /** What the threshold rests on, in words. */
  readonly source: string
  /** When it was calibrated on the gallery's own data, ISO 8601, UTC; null for the card's own and for a given one. */
  readonly calibratedAt: string | null
}

/** Strangers who may get a name: one of a thousand, of comparisons in 1:1 and of searches in 1:N. */
export const defaultErrorRate = 1e-3

/**
 * The threshold for an accepted error, from the thresholds on the model's card or measured on own data.
 *
 * For a search of `comparisons` templates, FPIR = 1 − (1 − FMR)^comparisons: every comparison is taken as a new
 * chance for a false match, which is on the safe side where a person has several templates.
 *
 * @param card - Of the model; with a calibration of a gallery's own in place of the card's, where there is one.
 * @param comparisons - How many templates a probe is compared with; 1 for a verification.
 * @throws AgnizeError `bad-argument`, `not-calibrated`.
 */
export function thresholdFor(
  card: EmbeddingCard,
  accepted: AcceptedError,
  comparisons = 1,
): Threshold {
  if ('similarity' in accepted) {
    const value = accepted.similarity
    if (!(value >= -1 && value <= 1)) {
      throw new AgnizeError('bad-argument', `A threshold is a similarity, −1…1, not ${value}.`)
    }
    const fmr = card.calibration ? fmrAt(card, value) : null
    return { value, fmr, source: 'given', calibratedAt: null }
  }
  const rate = 'fmr' in accepted ? accepted.fmr : accepted.fpir
  if (!(rate > 0 && rate < 1)) {
    throw new AgnizeError('bad-argument', `An error rate lies between 0 and 1, and is not ${rate}.`)
  }
  const fmr = 'fmr' in accepted ? rate : -Math.expm1(Math.log1p(-rate) / Math.max(1, comparisons))
  const calibration = calibrationOf(card)
  const line = similarityAt(calibration, upperQuantile(fmr))
  return {
    value: Math.max(-1, Math.min(1, line)),
    fmr,
    source: sourceOf(card, calibration, fmr),
    calibratedAt: calibration.date ?? null,
  }
}

function sourceOf({ name }: EmbeddingCard, calibration: Calibration, fmr: number): string {
  const { basis, thresholds, date, counted } = calibration
  const pairs = `${basis.impostorPairs ?? 'unknown'} impostor pairs of ${basis.subjects ?? 'unknown'} people (${basis.data})`
  const [first, last] = [thresholds[0]!, thresholds.at(-1)!]
  const far = fmr < last.fmr ? ', extrapolated far beyond what they can show' : ', extrapolated'
  const beyond =
    fmr > first.fmr || fmr < (counted ?? last.fmr) ? (date ? far : ', extrapolated') : ''
  return date
    ? `calibrated for ${name} on ${date.slice(0, 10)}: ${pairs}${beyond}`
    : `card of ${name}: ${pairs}${beyond}`
}

function calibrationOf(card: EmbeddingCard): Calibration {
  if (card.calibration) return card.calibration
  throw new AgnizeError(
    'not-calibrated',
    `The model ${card.name} has no thresholds on its card: give a similarity as threshold, calibrate it on your photos (agnize calibrate), or add the model with its thresholds.`,
  )
}

/** The threshold at a normal quantile of the rate. */
function similarityAt({ thresholds, tail }: Calibration, quantile: number): number {
  const points = thresholds.map(({ fmr, similarity }) => ({ z: upperQuantile(fmr), similarity }))
  const last = points.at(-1)!
  if (tail !== null && quantile > last.z) return last.similarity + (quantile - last.z) * tail
  const after = points.findIndex(({ z }) => z >= quantile)
  const right = after < 0 ? points.length - 1 : Math.max(1, after)
  const a = points[right - 1]!
  const b = points[right]!
  return a.similarity + ((quantile - a.z) * (b.similarity - a.similarity)) / (b.z - a.z)
}

/** The false match rate that the card expects at a threshold. */
function fmrAt(card: EmbeddingCard, value: number): number {
  const calibration = calibrationOf(card)
  let low = -10
  let high = 30
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (similarityAt(calibration, middle) < value) low = middle
    else high = middle
  }
  return upperTail((low + high) / 2)
}
