import type { ProbabilityMap } from '../models/card.js'
import { probabilityAt } from '../recognition/probability.js'
import type { PairHistograms } from './error-rates.js'

/** Histograms of the pairs to fit to, and of the pairs of other people to validate on. */
export interface HeldOut {
  readonly learned: PairHistograms
  readonly judged: PairHistograms
}

/** Effective number of independent pairs of each kind. */
export interface PairWeights {
  readonly genuine: number
  readonly impostor: number
}

/** The fitted map from similarity to probability, with the log loss of both forms on held-out people. */
export interface FittedProbability {
  /** The selected map. */
  readonly map: ProbabilityMap
  /** Log loss on held-out people, genuine and impostor pairs weighted equally; ln 2 is that of chance. */
  readonly logLoss: {
    /** Of the logistic map, in nats per pair. */
    readonly logistic: number
    /** Of the isotonic map, in nats per pair. */
    readonly isotonic: number
  }
}

/**
 * Fits similarity → probability under equal priors: by logistic regression (Platt 1999) or by isotonic regression (Zadrozny and
 * Elkan 2002), whichever has the lower log loss on held-out people.
 *
 * @returns Null without both genuine and impostor pairs.
 */
export function fitProbability(
  all: PairHistograms,
  parts: readonly HeldOut[],
  weights: PairWeights,
): FittedProbability | null {
  if (!hasBoth(all)) return null
  const usable = parts.filter(({ learned, judged }) => hasBoth(learned) && hasBoth(judged))
  const loss = (form: typeof logistic | typeof isotonic) =>
    usable.reduce((sum, { learned, judged }) => sum + logLoss(judged, form(learned, weights)), 0) /
    usable.length
  const losses = { logistic: loss(logistic), isotonic: loss(isotonic) }
  // Without held-out people, prefer the two-parameter form, which cannot overfit noise.
  const form = losses.isotonic < losses.logistic ? isotonic : logistic
  return { map: form(all, weights), logLoss: losses }
}

function hasBoth({ genuine, impostor }: PairHistograms): boolean {
  return genuine.total > 0 && impostor.total > 0
}

/** Midpoints of the nonempty cells, with the shares of genuine and of impostor pairs in them. */
function shares({ genuine, impostor }: PairHistograms) {
  const size = genuine.counts.length
  const cells: { similarity: number; g: number; i: number }[] = []
  for (let cell = 0; cell < size; cell++) {
    const g = genuine.counts[cell]! / genuine.total
    const i = impostor.counts[cell]! / impostor.total
    if (g + i > 0) cells.push({ similarity: (2 * (cell + 0.5)) / size - 1, g, i })
  }
  return cells
}

/** Target probabilities, moved away from 0 and 1 by the number of pairs (Platt 1999). */
function targets({ genuine, impostor }: PairWeights): [genuine: number, impostor: number] {
  return [(genuine + 1) / (genuine + 2), 1 / (impostor + 2)]
}

/** Logistic regression by Newton's method, with both classes weighted equally. */
export function logistic(scores: PairHistograms, weights: PairWeights): ProbabilityMap {
  const cells = shares(scores)
  const [yes, no] = targets(weights)
  const [g, i] = [scores.genuine.moments(), scores.impostor.moments()]
  // Initial values: the exact solution for two normal distributions of equal variance.
  const variance = Math.max(1e-6, (g.deviation ** 2 + i.deviation ** 2) / 2 || 1e-2)
  let slope = (g.mean - i.mean) / variance
  let intercept = (-slope * (g.mean + i.mean)) / 2
  for (let step = 0; step < 100; step++) {
    let [a, b, aa, ab, bb] = [0, 0, 1e-12, 0, 1e-12]
    for (const { similarity: s, g, i } of cells) {
      const p = 1 / (1 + Math.exp(-(intercept + slope * s)))
      const error = g * (yes - p) + i * (no - p)
      const weight = (g + i) * p * (1 - p)
      a += error
      b += error * s
      aa += weight
      ab += weight * s
      bb += weight * s * s
    }
    const determinant = aa * bb - ab * ab
    const [da, db] = [(a * bb - b * ab) / determinant, (b * aa - a * ab) / determinant]
    if (!Number.isFinite(da + db)) break
    // Damping: a full Newton step may overshoot where the curve is flat.
    const scale = Math.min(1, 20 / Math.max(Math.abs(da), Math.abs(db)))
    intercept += scale * da
    slope += scale * db
    if (Math.abs(da) + Math.abs(db) < 1e-9) break
  }
  return { form: 'logistic', intercept, slope: Math.max(0, slope) }
}

/** Isotonic fit (pool adjacent violators), interpolated linearly between the midpoints of its steps. */
export function isotonic(scores: PairHistograms, weights: PairWeights): ProbabilityMap {
  const [yes, no] = targets(weights)
  const steps: { from: number; to: number; g: number; weight: number }[] = []
  for (const { similarity, g, i } of shares(scores)) {
    steps.push({ from: similarity, to: similarity, g, weight: g + i })
    while (steps.length > 1) {
      const [before, last] = [steps.at(-2)!, steps.at(-1)!]
      if (before.g / before.weight < last.g / last.weight) break
      steps.splice(-2, 2, {
        from: before.from,
        to: last.to,
        g: before.g + last.g,
        weight: before.weight + last.weight,
      })
    }
  }
  const points = steps.flatMap(({ from, to, g, weight }): [number, number][] => {
    const p = Math.min(yes, Math.max(no, g / weight))
    return from === to
      ? [[from, p]]
      : [
          [from, p],
          [to, p],
        ]
  })
  return { form: 'isotonic', points: thinned(points) }
}

/** Removes points that lie on the straight line between their neighbors. */
function thinned(points: readonly [number, number][]): [number, number][] {
  return points.filter(
    ([, p], i) =>
      i === 0 || i === points.length - 1 || p !== points[i - 1]![1] || p !== points[i + 1]![1],
  )
}

function logLoss(judged: PairHistograms, map: ProbabilityMap): number {
  let sum = 0
  for (const { similarity, g, i } of shares(judged)) {
    const p = Math.min(1 - 1e-9, Math.max(1e-9, probabilityAt(map, similarity)))
    sum -= (g * Math.log(p) + i * Math.log(1 - p)) / 2
  }
  return sum
}
