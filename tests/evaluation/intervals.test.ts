import { describe, expect, test } from 'vitest'
import { Random } from '../../dist/base/random.js'
import { PeopleBootstrap } from '../../dist/evaluation/bootstrap.js'
import { areaUnderRoc, equalErrorRate, fnmrAtFmr } from '../../dist/evaluation/error-rates.js'
import {
  rateInterval,
  shareInterval,
  varianceOverPairs,
  varianceOverPeople,
} from '../../dist/evaluation/intervals.js'
import { PairCounts } from '../../dist/evaluation/pair-counts.js'
import { ErrorCounts } from '../../dist/evaluation/slices.js'
import { percent } from '../../dist/evaluation/wording.js'
import { upperQuantile, upperTail } from '../../dist/recognition/normal.js'

test('a rate without errors is bounded by the rule of three', () => {
  const rate = rateInterval(0, 1000, Number.NaN, 50, 300)
  expect(rate).toMatchObject({ value: 0, low: 0, high: 0.01, supported: false })
  expect(percent(rate)).toBe('≤ 1 %, too few pairs for a closer estimate')
  expect(rateInterval(5, 5, 0, 5, 5)).toMatchObject({ value: 1, low: 0.4, high: 1 })
})

test('pairs of people who occur in no other pair count as independent', () => {
  const errors = new ErrorCounts(0.5, 8)
  for (const [a, b] of [
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
  ] as const)
    errors.impostor(a, b, 0)
  expect(errors.fmr({ genuine: 1, impostor: 1 })).toMatchObject({ trials: 4, high: 3 / 4 })
})

test('independent trials have the binomial interval', () => {
  const { low, high } = rateInterval(100, 1000, 0, 1000, 1000)
  // By the log odds: ln(1/9) ± 1.96 · 1 / √(1000 · 0.1 · 0.9).
  const half = 1.96 / Math.sqrt(90)
  expect(low).toBeCloseTo(1 / (1 + 9 * Math.exp(half)), 3)
  expect(high).toBeCloseTo(1 / (1 + 9 * Math.exp(-half)), 3)
})

test('intervals stay between 0 and 1, and widen for few people', () => {
  const many = shareInterval(0.01, 0.5, 1000, 100)
  const few = shareInterval(0.01, 0.5, 5, 100)
  expect(few.low).toBeLessThan(many.low)
  expect(few.high).toBeGreaterThan(many.high)
  expect(few.low).toBeGreaterThan(0)
  expect(shareInterval(0.999, 500, 5, 100).high).toBeLessThanOrEqual(1)
})

test('the variance over people, worked by hand', () => {
  // Rates 0.5, 0 and 0.25 of 4 trials each: deviations of the errors 1, −1 and 0 from the mean 1.
  const people = [2, 0, 1].map((errors) => ({ errors, trials: 4 }))
  expect(varianceOverPeople(people)).toBeCloseTo(((3 / 2) * 2) / 144, 12)
  // One wrong pair of three: a and b, not c. Rate 1/3; residuals 2/3, −1/3, −1/3, of people 1/3, 1/3 and −2/3.
  const pairs = [1, 1, 0].map((errors) => ({ errors, trials: 2 }))
  const squares = 4 / 9 + 1 / 9 + 1 / 9
  const ofPeople = 1 / 9 + 1 / 9 + 4 / 9
  expect(varianceOverPairs(pairs, squares)).toBeCloseTo(
    ((3 / 2) * Math.max(squares, ofPeople - squares)) / 9,
    12,
  )
})

/** Simulated similarities: standard deviations between people, between pairs of people, and between photos. */
const impostors = { person: 0.04, pair: 0.05, photo: 0.08 }
const genuines = { mean: 0.45, person: 0.06, photo: 0.1 }
const deviation = {
  impostor: Math.hypot(Math.SQRT2 * impostors.person, impostors.pair, impostors.photo),
  genuine: Math.hypot(genuines.person, genuines.photo),
}
const threshold = 0.25

function trueFnmr(at: number): number {
  return 1 - upperTail((at - genuines.mean) / deviation.genuine)
}

function trueEer(): number {
  let [low, high] = [0, 1]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (upperTail(middle / deviation.impostor) > trueFnmr(middle)) low = middle
    else high = middle
  }
  return trueFnmr(low)
}

/** A random sample of people: their pairs, and the pairs wrong at the threshold. */
function drawn(seed: number, people: number, photos: number) {
  const random = new Random(seed)
  const own = Array.from({ length: people }, () => impostors.person * random.normal())
  const numbers = Int32Array.from({ length: people * photos }, (_, i) => Math.floor(i / photos))
  const counts = new PairCounts(numbers)
  const errors = new ErrorCounts(threshold, people)
  for (let a = 0; a < people; a++) {
    const mean = genuines.mean + genuines.person * random.normal()
    for (let x = 0; x < photos; x++) {
      for (let y = x + 1; y < photos; y++) {
        const similarity = mean + genuines.photo * random.normal()
        counts.add(a * photos + x, a * photos + y, true, similarity)
        errors.genuine(a, similarity)
      }
    }
    for (let b = a + 1; b < people; b++) {
      const both = own[a]! + own[b]! + impostors.pair * random.normal()
      for (let x = 0; x < photos; x++) {
        for (let y = 0; y < photos; y++) {
          const similarity = both + impostors.photo * random.normal()
          counts.add(a * photos + x, b * photos + y, false, similarity)
          errors.impostor(a, b, similarity)
        }
      }
    }
  }
  return { counts, errors }
}

describe('intervals hold the truth as often as they promise', () => {
  test('cover the true rate in 93 to 97 % of 1,000 draws of 100 people', async () => {
    const truth = {
      fmr: upperTail(threshold / deviation.impostor),
      fnmr: trueFnmr(threshold),
      auc: 1 - upperTail(genuines.mean / Math.hypot(deviation.impostor, deviation.genuine)),
      eer: trueEer(),
      fnmrAt1e2: trueFnmr(deviation.impostor * upperQuantile(1e-2)),
    }
    const inside = { fmr: 0, fnmr: 0, auc: 0, eer: 0, fnmrAt1e2: 0 }
    const draws = 1000
    const none = { genuine: 1, impostor: 1 }
    for (let seed = 1; seed <= draws; seed++) {
      const { counts, errors } = drawn(seed, 100, 5)
      const options = { replicates: 200, seed, threads: 1 }
      const bootstrap = await PeopleBootstrap.draw(counts.all, counts.ofPeople, options)
      const found = {
        fmr: errors.fmr(none)!,
        fnmr: errors.fnmr(none)!,
        auc: bootstrap.share(areaUnderRoc),
        eer: bootstrap.share((scores) => equalErrorRate(scores).rate),
        fnmrAt1e2: bootstrap.share((scores) => fnmrAtFmr(scores, 1e-2)),
      }
      for (const name of Object.keys(inside) as (keyof typeof inside)[]) {
        const { low, high } = found[name]
        if (low <= truth[name] && truth[name] <= high) inside[name]++
      }
    }
    for (const [name, count] of Object.entries(inside)) {
      expect(count / draws, name).toBeGreaterThanOrEqual(0.93)
      expect(count / draws, name).toBeLessThanOrEqual(0.97)
    }
  }, 600_000)

  test('intervals for independent pairs would not cover it', () => {
    const truth = upperTail(threshold / deviation.impostor)
    let inside = 0
    for (let seed = 1; seed <= 200; seed++) {
      const { errors } = drawn(seed, 50, 4)
      const { errors: wrong, trials } = errors.fmr({ genuine: 1, impostor: 1 })!
      const { low, high } = rateInterval(wrong, trials, 0, 50, 50)
      if (low <= truth && truth <= high) inside++
    }
    expect(inside / 200).toBeLessThan(0.7)
  })
})
