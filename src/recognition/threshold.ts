import { AgnizeError } from '../base/errors.js'
import type { Calibration, EmbeddingCard } from '../models/card.js'
import { upperQuantile, upperTail } from './normal.js'

/**
 * The accepted error, from which the threshold follows.
 *
 * - `fmr`: false match rate of a single comparison.
 * - `fpir`: false positive identification rate of a whole search: the share of strangers who are given any name, so the
 *   threshold rises with the size of the gallery.
 * - `similarity`: the threshold itself.
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

/** The similarity threshold, and where it comes from. */
export interface Threshold {
  /** Cosine similarity, −1…1; a similarity at or above it is a match. */
  readonly value: number
  /** The false match rate of a single comparison expected at the threshold, 0…1; null where it is not known. */
  readonly fmr: number | null
  /** Whether a rarer rate was asked than the calibration supports, so that this is the threshold of the rarest one it does. */
  readonly limited: boolean
  /** Origin of the threshold, in words. */
  readonly source: string
  /** When the gallery's own calibration was made, ISO 8601, UTC; null for the card's threshold and for a given one. */
  readonly calibratedAt: string | null
}

/** Default accepted error: 1 in 1,000, of comparisons in 1:1 and of searches in 1:N. Judgment. */
export const defaultErrorRate = 1e-3

/**
 * The threshold for an accepted error rate, from the calibration on the card.
 *
 * For a search of `comparisons` templates, FPIR = 1 − (1 − FMR)^comparisons: comparisons are taken as independent, which is
 * conservative where a subject has several templates.
 *
 * @param card - Card of the model, with the gallery's own calibration in place of the card's where there is one.
 * @param accepted - A rate, greater than 0 and less than 1, or a similarity, −1…1.
 * @param comparisons - Number of templates that a probe is compared with; 1 for a verification.
 * @throws AgnizeError `bad-argument` for a rate or a similarity outside its range; `not-calibrated` for a rate where
 * the card has no thresholds.
 * @example
 * ```ts
 * import { openAgnize, thresholdFor } from 'agnize'
 *
 * await using agnize = await openAgnize()
 * const { value, fmr, source } = thresholdFor(await agnize.calibratedCard(), { fpir: 1e-3 }, 500)
 * console.log(value, fmr, source)
 * ```
 */
export function thresholdFor(
  card: EmbeddingCard,
  accepted: AcceptedError,
  comparisons = 1,
): Threshold {
  if ('similarity' in accepted) {
    const value = accepted.similarity
    if (!(value >= -1 && value <= 1)) {
      throw new AgnizeError(
        'bad-argument',
        `A threshold is a similarity from −1 to 1, not ${value}.`,
      )
    }
    const fmr = card.calibration ? fmrAt(card.calibration, value) : null
    return { value, fmr, limited: false, source: 'given', calibratedAt: null }
  }
  const rate = 'fmr' in accepted ? accepted.fmr : accepted.fpir
  if (!(rate > 0 && rate < 1)) {
    throw new AgnizeError('bad-argument', `An error rate lies between 0 and 1, not at ${rate}.`)
  }
  const asked = 'fmr' in accepted ? rate : -Math.expm1(Math.log1p(-rate) / Math.max(1, comparisons))
  const calibration = calibrationOf(card)
  const fmr = Math.max(asked, rarestRate(calibration))
  return {
    value: Math.max(-1, similarityAt(calibration, upperQuantile(fmr))),
    fmr,
    limited: fmr > asked,
    source: sourceOf(card, calibration, fmr, fmr > asked),
    calibratedAt: calibration.date ?? null,
  }
}

/**
 * The largest threshold that is extrapolated. Judgment: hardly two photos of a person resemble each other more, and from 1 on a
 * threshold would refuse everybody, for ever.
 */
const largestExtrapolated = 0.9

/**
 * The smallest false match rate that a calibration supports: that of the largest usable threshold, whatever rate is asked, so that
 * a rarer rate never gets a lower threshold.
 */
function rarestRate(calibration: Calibration): number {
  const { rarest = 0, thresholds } = calibration
  const measured = (thresholds.findLast(({ similarity }) => similarity < 1) ?? thresholds[0]!).fmr
  return Math.max(rarest, Math.min(measured, fmrAt(calibration, largestExtrapolated)))
}

function sourceOf(
  { name }: EmbeddingCard,
  calibration: Calibration,
  fmr: number,
  limited: boolean,
): string {
  const { basis, thresholds, date, counted, note } = calibration
  const pairs = `${basis.impostorPairs ?? 'unknown'} impostor pairs of ${basis.subjects ?? 'unknown'} people (${basis.data})`
  const [first, last] = [thresholds[0]!, thresholds.at(-1)!]
  const far = fmr < last.fmr ? ', extrapolated far beyond these data' : ', extrapolated'
  const beyond =
    fmr > first.fmr || fmr < (counted ?? last.fmr) ? (date ? far : ', extrapolated') : ''
  const origin = date ? `calibrated for ${name} on ${date.slice(0, 10)}` : `card of ${name}`
  const limit = limited ? `, which support no rarer rate than ${Number(fmr.toPrecision(2))}` : ''
  return `${origin}: ${pairs}${beyond}${limit}${note ? `; ${note}` : ''}`
}

/**
 * Requires thresholds before any work is done for decisions.
 *
 * @throws AgnizeError `not-calibrated`.
 */
export function requireThresholds(card: EmbeddingCard): void {
  calibrationOf(card)
}

function calibrationOf(card: EmbeddingCard): Calibration {
  if (card.calibration) return card.calibration
  throw new AgnizeError(
    'not-calibrated',
    `The model ${card.name} has no thresholds: measure them on your photos with "agnize calibrate PEOPLE --model ${card.name}", a folder for each person, or give a similarity as threshold with each call.`,
  )
}

/** The threshold at the normal quantile of a false match rate. */
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

/** The false match rate that a calibration predicts at a threshold. */
function fmrAt(calibration: Calibration, value: number): number {
  let low = -10
  let high = 30
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (similarityAt(calibration, middle) < value) low = middle
    else high = middle
  }
  return upperTail((low + high) / 2)
}
