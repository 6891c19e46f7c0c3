import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../dist/base/random.js'
import {
  areaUnderRoc,
  detCurve,
  dPrime,
  equalErrorRate,
  fmr,
  fnmr,
  fnmrAtFmr,
  type PairHistograms,
  thresholdAtFmr,
} from '../../dist/evaluation/error-rates.js'
import { ScoreHistogram } from '../../dist/evaluation/score-histogram.js'
import { upperQuantile, upperTail } from '../../dist/recognition/normal.js'

const histograms = (genuine: number[], impostor: number[]): PairHistograms => ({
  genuine: ScoreHistogram.of(genuine),
  impostor: ScoreHistogram.of(impostor),
})

test('agrees with a case computed by hand', () => {
  const scores = histograms([0.9, 0.8, 0.6, 0.3], [0.5, 0.4, 0.2, 0.1, 0.0])
  // At 0.45 one of five impostors passes (0.5), and one of four genuine pairs does not (0.3).
  expect(fmr(scores, 0.45)).toBeCloseTo(0.2, 12)
  expect(fnmr(scores, 0.45)).toBeCloseTo(0.25, 12)
  // Of 20 pairs of pairs, 0.3 lies below 0.5 and 0.4: 18 are in order.
  expect(areaUnderRoc(scores)).toBeCloseTo(18 / 20, 12)
  // The lowest threshold that none passes lies just above 0.5, and one that one passes just above 0.4.
  expect(thresholdAtFmr(scores, 0)).toBeGreaterThan(0.5)
  expect(thresholdAtFmr(scores, 0)).toBeLessThan(0.5001)
  expect(thresholdAtFmr(scores, 0.2)).toBeGreaterThan(0.4)
  expect(thresholdAtFmr(scores, 0.2)).toBeLessThan(0.4001)
  const { mean, deviation } = scores.genuine.moments()
  expect(mean).toBeCloseTo(0.65, 4)
  expect(deviation).toBeCloseTo(Math.sqrt(0.21 / 3), 4)
})

test('all in order, all out of order, and ties', () => {
  expect(areaUnderRoc(histograms([0.9], [0.1]))).toBe(1)
  expect(equalErrorRate(histograms([0.9], [0.1])).rate).toBe(0)
  expect(areaUnderRoc(histograms([0.1], [0.9]))).toBe(0)
  expect(areaUnderRoc(histograms([0.5, 0.5], [0.5]))).toBe(0.5)
})

test('similarities at and beyond the ends are counted', () => {
  const scores = histograms([1, 1.0000001], [-1, -1.0000001])
  expect([scores.genuine.total, scores.impostor.total]).toEqual([2, 2])
  expect(fmr(scores, -1)).toBe(1)
  expect(fnmr(scores, 1)).toBe(1)
})

test('rates equal those counted one by one', () => {
  const similarity = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(similarity, { minLength: 1, maxLength: 40 }),
      fc.array(similarity, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 0, max: 32_768 }),
      (genuine, impostor, cell) => {
        const scores = histograms(genuine, impostor)
        const threshold = cell / 16_384 - 1
        const share = (list: number[]) =>
          list.filter((s) => s >= threshold || (threshold === 1 && s >= 1)).length / list.length
        if (threshold < 1) {
          expect(fmr(scores, threshold)).toBeCloseTo(share(impostor), 12)
          expect(fnmr(scores, threshold)).toBeCloseTo(1 - share(genuine), 12)
        }
      },
    ),
  )
})

test('100,000 scores of two normal distributions have the figures of the closed forms', () => {
  const [genuineMean, impostorMean, deviation] = [0.5, 0.1, 0.13]
  const random = new Random(7)
  const draw = (mean: number) =>
    Array.from({ length: 50_000 }, () => mean + deviation * random.normal())
  const scores = histograms(draw(genuineMean), draw(impostorMean))
  const d = (genuineMean - impostorMean) / deviation
  expect(dPrime(scores)).toBeCloseTo(d, 1)
  expect(areaUnderRoc(scores)).toBeCloseTo(1 - upperTail(d / Math.SQRT2), 3)
  const { rate, threshold } = equalErrorRate(scores)
  expect(rate).toBeCloseTo(upperTail(d / 2), 2.5)
  expect(threshold).toBeCloseTo(0.3, 2)
  for (const at of [1e-1, 1e-2, 1e-3]) {
    const truth = 1 - upperTail(upperQuantile(at) - d)
    // Three standard errors of the share itself, and of a quantile that rests on so many.
    const error =
      3 * Math.sqrt((truth * (1 - truth)) / 50_000 + (0.6 / Math.sqrt(50_000 * at)) ** 2)
    expect(Math.abs(fnmrAtFmr(scores, at) - truth)).toBeLessThan(error)
  }
})

test('the DET curve covers all rates and is thinned where it has many points', () => {
  const random = new Random(8)
  const scores = histograms(
    Array.from({ length: 5000 }, () => 0.5 + 0.15 * random.normal()),
    Array.from({ length: 5000 }, () => 0.15 * random.normal()),
  )
  const curve = detCurve(scores, 200)
  expect(curve.length).toBeLessThanOrEqual(202)
  expect(curve.length).toBeGreaterThan(50)
  curve.forEach((point, i) => {
    if (i === 0) return
    expect(point.fmr).toBeLessThanOrEqual(curve[i - 1]!.fmr)
    expect(point.fnmr).toBeGreaterThanOrEqual(curve[i - 1]!.fnmr)
  })
  expect(curve.at(-1)).toMatchObject({ fmr: 0 })
})
