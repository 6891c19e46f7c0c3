import type { ScoreHistogram } from './score-histogram.js'

/** Similarities of genuine and impostor pairs. */
export interface PairHistograms {
  /** Genuine pairs: both photos show one person. */
  readonly genuine: ScoreHistogram
  /** Impostor pairs: the photos show two people. */
  readonly impostor: ScoreHistogram
}

/** False match rate: share of the impostor pairs at or above a threshold. NaN without impostor pairs. */
export function fmr({ impostor }: PairHistograms, threshold: number): number {
  return impostor.above(threshold) / impostor.total
}

/** False non-match rate: share of the genuine pairs below a threshold. NaN without genuine pairs. */
export function fnmr({ genuine }: PairHistograms, threshold: number): number {
  return 1 - genuine.above(threshold) / genuine.total
}

/** Lowest threshold, to the resolution of a cell, at which the false match rate is at most `rate`. */
export function thresholdAtFmr({ impostor }: PairHistograms, rate: number): number {
  return impostor.edgeWithAtMost(rate * impostor.total)
}

/** False non-match rate at the threshold where the false match rate is `rate`, interpolated between cells. */
export function fnmrAtFmr(scores: PairHistograms, rate: number): number {
  return fnmr(scores, scores.impostor.similarityWith(rate * scores.impostor.total))
}

/** Equal error rate, where false match rate and false non-match rate are equal, and its threshold. */
export function equalErrorRate(scores: PairHistograms): { rate: number; threshold: number } {
  let low = -1
  let high = 1
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (fmr(scores, middle) > fnmr(scores, middle)) low = middle
    else high = middle
  }
  const threshold = (low + high) / 2
  const rate = (fmr(scores, threshold) + fnmr(scores, threshold)) / 2
  // Where no impostor pair reaches a genuine one, any rest is rounding error.
  return { rate: rate < 1e-9 ? 0 : rate, threshold }
}

/**
 * Area under the ROC curve: the probability that a genuine pair is more similar than an impostor pair, with ties (in one cell)
 * counted half (Mann and Whitney 1947).
 */
export function areaUnderRoc({ genuine, impostor }: PairHistograms): number {
  let sum = 0
  let below = 0
  for (let cell = 0; cell < genuine.counts.length; cell++) {
    const here = impostor.counts[cell]!
    sum += genuine.counts[cell]! * (below + here / 2)
    below += here
  }
  return sum / (genuine.total * impostor.total)
}

/** d′: distance between the means of genuine and impostor similarities, in units of their pooled standard deviation. */
export function dPrime({ genuine, impostor }: PairHistograms): number {
  const [g, i] = [genuine.moments(), impostor.moments()]
  const deviation = Math.sqrt((g.deviation ** 2 + i.deviation ** 2) / 2)
  return (g.mean - i.mean) / Math.max(deviation, 1e-9)
}

/** A point of the detection error tradeoff curve: a threshold with both error rates. */
export interface DetPoint {
  /** Cosine similarity, −1…1. */
  readonly threshold: number
  /** False match rate at the threshold, 0…1. */
  readonly fmr: number
  /** False non-match rate at the threshold, 0…1. */
  readonly fnmr: number
}

/**
 * DET curve: a point wherever a rate changes, by rising threshold, thinned to at most `maxPoints` points.
 */
export function detCurve(scores: PairHistograms, maxPoints = 400): DetPoint[] {
  const points: DetPoint[] = []
  const size = scores.genuine.counts.length
  for (let cell = 0; cell <= size; cell++) {
    const threshold = (2 * cell) / size - 1
    const point = { threshold, fmr: fmr(scores, threshold), fnmr: fnmr(scores, threshold) }
    const last = points.at(-1)
    if (last?.fmr !== point.fmr || last.fnmr !== point.fnmr) points.push(point)
  }
  if (points.length <= maxPoints) return points
  // Thin evenly on logarithmic scales of both rates, which such curves are drawn on.
  const place = ({ fmr, fnmr }: DetPoint) =>
    Math.log10(Math.max(fnmr, 1e-9)) - Math.log10(Math.max(fmr, 1e-9))
  const step = (place(points.at(-1)!) - place(points[0]!)) / maxPoints
  let next = Number.NEGATIVE_INFINITY
  return points.filter((point, i) => {
    if (i < points.length - 1 && place(point) < next) return false
    next = place(point) + step
    return true
  })
}
