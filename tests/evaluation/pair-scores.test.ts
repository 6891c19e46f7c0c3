import { expect, test } from 'vitest'
import { calibrationFrom } from '../../dist/evaluation/card-thresholds.js'
import { foldAccuracy } from '../../dist/evaluation/folds.js'
import {
  allPairs,
  balancedAccuracy,
  bestThreshold,
  rocAuc,
  smoothedThreshold,
} from '../../dist/evaluation/pair-scores.js'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { seeded } from '../fixtures.js'

const scores = (genuine: number[], impostor: number[]) => ({
  genuine: Float64Array.from(genuine),
  impostor: Float64Array.from(impostor),
})

test('pairs are sorted by whether they show one person', () => {
  const [a, b, c] = [Float32Array.of(1, 0), Float32Array.of(0.6, 0.8), Float32Array.of(0, 1)]
  const pairs = allPairs([a, b, c], ['x', 'x', 'y'])
  expect([...pairs.genuine]).toEqual([expect.closeTo(0.6, 6)])
  expect([...pairs.impostor]).toEqual([0, expect.closeTo(0.8, 6)])
})

test.each([
  [[0.9, 0.8], [0.1, 0.2], 1],
  [[0.1, 0.2], [0.9, 0.8], 0],
  [[0.5, 0.5], [0.5, 0.5], 0.5],
  // Of six pairs of pairs four are in order, and one is a tie.
  [[0.9, 0.4], [0.5, 0.4, 0.1], 4.5 / 6],
])('the AUC of %j over %j is %d', (genuine, impostor, auc) => {
  expect(rocAuc(scores(genuine, impostor))).toBeCloseTo(auc, 12)
})

test('the AUC is the share of pairs of pairs in order', () => {
  const random = seeded(3)
  const genuine = Array.from({ length: 40 }, () => Math.round(10 * random()) / 10)
  const impostor = Array.from({ length: 60 }, () => Math.round(7 * random()) / 10)
  let sum = 0
  for (const g of genuine) for (const i of impostor) sum += g > i ? 1 : g === i ? 0.5 : 0
  expect(rocAuc(scores(genuine, impostor))).toBeCloseTo(sum / 2400, 12)
})

test('no threshold is better than the best', () => {
  const random = seeded(4)
  const pairs = scores(
    Array.from({ length: 50 }, () => 0.3 + 0.5 * random()),
    Array.from({ length: 90 }, () => 0.6 * random()),
  )
  const best = balancedAccuracy(pairs, bestThreshold(pairs))
  for (let t = 0; t < 1; t += 0.001) expect(balancedAccuracy(pairs, t)).toBeLessThanOrEqual(best)
  expect(best).toBeLessThan(1)
})

test('the smoothed threshold is nearer to that of the distributions than the best of a sample', () => {
  const random = seeded(6)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const sample = (mean: number) => Array.from({ length: 300 }, () => mean + 0.1 * normal())
  const errors = { best: 0, smoothed: 0 }
  for (let i = 0; i < 40; i++) {
    const pairs = scores(sample(0.6), sample(0.1))
    // Of two normal distributions of one width the best threshold is halfway.
    errors.best += (bestThreshold(pairs) - 0.35) ** 2
    errors.smoothed += (smoothedThreshold(pairs) - 0.35) ** 2
  }
  expect(Math.sqrt(errors.smoothed / 40)).toBeLessThan(0.015)
  expect(errors.smoothed).toBeLessThan(0.6 * errors.best)
})

test('the smoothed threshold of two values lies between them', () => {
  const threshold = smoothedThreshold(scores([0.9], [0.1]))
  expect(threshold).toBeGreaterThan(0.1)
  expect(threshold).toBeLessThan(0.9)
})

test('the smoothed threshold of two far clusters symmetric about 0.4 is 0.4', () => {
  const around = (center: number) => [-0.1, -0.05, 0, 0.05, 0.1].map((x) => center + x)
  expect(smoothedThreshold(scores(around(0.6), around(0.2)))).toBeCloseTo(0.4, 2)
})

test.each([
  ['genuine', [true, true], [true, false]],
  ['impostor', [false, false], [true, false]],
])('a fold whose others have only %s pairs has no accuracy', (_, first, second) => {
  const angles = [0, 0.3, 1.2]
  const samples = angles.map((angle) => ({
    vector: Float32Array.of(Math.cos(angle), Math.sin(angle)),
  })) as never
  const fold = (number: number, kinds: boolean[]) =>
    kinds.map((same) => ({ a: 0, b: same ? 1 : 2, same, fold: number }))
  const set = { samples, measure: cosineMeasure }
  expect(foldAccuracy(set, [...fold(1, first), ...fold(2, second)])).toBeNull()
  expect(foldAccuracy(set, [...fold(1, [true, false]), ...fold(2, second)])).toMatchObject({
    mean: 1,
  })
  expect(foldAccuracy(set, [])).toBeNull()
})

test('thresholds keep their rates on the pairs that they were fitted to', () => {
  const random = seeded(5)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const impostor = Array.from({ length: 20_000 }, () => 0.1 * normal())
  const card = calibrationFrom(scores([0.7, 0.8, 0.9], impostor), 9, 'made up')!
  expect(card.thresholds.map(({ fmr }) => fmr)).toEqual([0.1, 0.01, 0.001])
  for (const { fmr, similarity } of card.thresholds) {
    const passed = impostor.filter((value) => value >= similarity).length / impostor.length
    expect(passed).toBeLessThanOrEqual(fmr * 1.05)
    expect(passed).toBeGreaterThan(fmr * 0.5)
  }
  expect(card.basis).toEqual({
    data: 'made up',
    subjects: 9,
    genuinePairs: 3,
    impostorPairs: 20_000,
  })
})

test('derives no thresholds from too few pairs or from indistinguishable people', () => {
  expect(calibrationFrom(scores([0.9, 0.9], [0.1, 0.2]), 2, '')).toBeNull()
  expect(
    calibrationFrom(
      scores(
        [1, 1],
        Array.from({ length: 50 }, (_, i) => 0.9 + i / 500),
      ),
      2,
      '',
    ),
  ).toBeNull()
})
