import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Random } from '../../dist/base/random.js'
import { calibrate } from '../../dist/evaluation/calibrate.js'
import type { PairHistograms } from '../../dist/evaluation/error-rates.js'
import { fitProbability, isotonic, logistic } from '../../dist/evaluation/fit-probability.js'
import {
  fitTail,
  peopleNeeded,
  tailThreshold,
  thresholdFrom,
} from '../../dist/evaluation/impostor-tail.js'
import { ScoreHistogram } from '../../dist/evaluation/score-histogram.js'
import { openAgnize } from '../../dist/index.js'
import { upperQuantile } from '../../dist/recognition/normal.js'
import { probabilityAt } from '../../dist/recognition/probability.js'
import {
  agnize,
  facesFolder,
  homeWithModels,
  sample,
  temporaryFolder,
  testHome,
} from '../fixtures.js'
import { lacks } from '../requirements.js'

describe('the tail of the impostors', () => {
  test('reproduces an exponential distribution', () => {
    const random = new Random(1)
    const scores = ScoreHistogram.of(
      Array.from({ length: 200_000 }, () => -0.2 - 0.04 * Math.log(1 - random.next())),
    )
    const tail = fitTail(scores)!
    expect(tail.shape).toBeLessThan(0.25)
    for (const rate of [1e-5, 1e-6]) {
      const truth = -0.2 - 0.04 * Math.log(rate)
      expect(tailThreshold(tail, rate)).toBeGreaterThan(truth - 0.06)
      expect(tailThreshold({ ...tail, shape: 0, scale: 0.04 }, rate)).toBeCloseTo(truth, 1)
    }
  })

  test('is conservative for a normal distribution', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = new Random(seed)
      const scores = ScoreHistogram.of(
        Array.from({ length: 50_000 }, () => 0.08 + 0.1 * random.normal()),
      )
      const tail = fitTail(scores)!
      // Extrapolated: the largest of 50,000 scores is random, so the fit only must not be far below the truth.
      const truth = 0.08 + 0.1 * upperQuantile(2e-6)
      expect(tailThreshold(tail, 2e-6)).toBeGreaterThan(truth - 0.02)
    }
  })

  test('counts observed rates, extrapolates rarer ones, and refuses those too far out', () => {
    const random = new Random(2)
    const scores = ScoreHistogram.of(Array.from({ length: 20_000 }, () => 0.1 * random.normal()))
    const tail = fitTail(scores)!
    const at = thresholdFrom(scores, tail, 1e-3)!
    expect(at.basis).toBe('counted')
    expect(scores.above(at.similarity)).toBeLessThanOrEqual(20)
    expect(scores.above(at.similarity - 1 / 16_384)).toBeGreaterThan(20)
    expect(thresholdFrom(scores, tail, 1e-5)).toMatchObject({ basis: 'extrapolated' })
    expect(thresholdFrom(scores, tail, 4e-6)).toBeNull()
    // Dependent pairs carry the information of fewer independent ones.
    expect(thresholdFrom(scores, fitTail(scores, 10), 1e-3)).toMatchObject({
      basis: 'extrapolated',
    })
    expect(fitTail(ScoreHistogram.of([0.1, 0.2, 0.3]))).toBeNull()
    expect(peopleNeeded(1e-6, 100, 10_000)).toBe(Math.ceil(100 * Math.sqrt(10)))
  })
})

describe('probabilities', () => {
  const normals = (seed: number, count: number): PairHistograms => {
    const random = new Random(seed)
    const draw = (mean: number) =>
      ScoreHistogram.of(Array.from({ length: count }, () => mean + 0.1 * random.normal()))
    return { genuine: draw(0.5), impostor: draw(0.1) }
  }
  const weights = { genuine: 1e6, impostor: 1e6 }

  test('recover the logistic curve of two normal distributions', () => {
    const map = logistic(normals(1, 50_000), weights)
    // ln(p / (1 − p)) = d·s/σ² − (m₁² − m₀²) / 2σ² for means m and one deviation σ.
    if (map.form !== 'logistic') throw new Error('not logistic')
    expect(map.slope).toBeCloseTo(0.4 / 0.01, 0)
    expect(map.intercept).toBeCloseTo(-(0.25 - 0.01) / 0.02, 0)
    expect(probabilityAt(map, 0.3)).toBeCloseTo(0.5, 1)
  })

  test('never decrease with the similarity, and never reach certainty', () => {
    for (const form of [logistic, isotonic]) {
      const map = form(normals(2, 500), { genuine: 100, impostor: 200 })
      let before = 0
      for (let s = -1; s <= 1; s += 0.01) {
        const p = probabilityAt(map, s)
        expect(p).toBeGreaterThanOrEqual(before)
        expect(p).toBeGreaterThan(0)
        expect(p).toBeLessThan(1)
        before = p
      }
      expect(probabilityAt(map, 1)).toBeGreaterThan(0.95)
      expect(probabilityAt(map, -1)).toBeLessThan(0.05)
    }
  })

  test('selects the form that performs better on held-out people', () => {
    const parts = [1, 2, 3].map((seed) => ({
      learned: normals(seed, 400),
      judged: normals(seed + 9, 400),
    }))
    const straight = fitProbability(normals(20, 2000), parts, weights)!
    expect(straight.logLoss.logistic).toBeLessThan(straight.logLoss.isotonic)
    expect(straight.map.form).toBe('logistic')
    // Genuine pairs of two kinds, such as with and without a mask: no logistic curve follows them.
    const twofold = (seed: number): PairHistograms => {
      const random = new Random(seed)
      const genuine = Array.from(
        { length: 8000 },
        (_, i) => (i % 2 ? 0.9 : 0.32) + 0.02 * random.normal(),
      )
      const impostor = Array.from(
        { length: 8000 },
        (_, i) => (i % 8 ? 0 : 0.2) + 0.02 * random.normal(),
      )
      return { genuine: ScoreHistogram.of(genuine), impostor: ScoreHistogram.of(impostor) }
    }
    const bent = fitProbability(twofold(1), [{ learned: twofold(2), judged: twofold(3) }], weights)!
    expect(bent.map.form).toBe(
      bent.logLoss.isotonic < bent.logLoss.logistic ? 'isotonic' : 'logistic',
    )
    expect(
      fitProbability({ ...normals(1, 10), genuine: new ScoreHistogram() }, [], weights),
    ).toBeNull()
  })
})

describe.skipIf(lacks('faces'))('calibrating on the AT&T faces', () => {
  test('thresholds hold on the pairs, are applied and named, and can be deleted', async () => {
    const home = await homeWithModels()
    const folder = join(facesFolder, 'orl')
    const cache = join(home, 'faces.jsonl')
    const run = await agnize(['calibrate', folder, '--cache', cache, '--json'], { home })
    expect(run.code).toBe(0)
    const { calibration, rates, next, probability } = JSON.parse(run.stdout)
    expect(calibration.basis).toEqual({
      data: 'orl',
      subjects: 30,
      genuine_pairs: 1350,
      impostor_pairs: 43_500,
    })
    expect(rates[0]).toMatchObject({ fmr: 0.1, basis: 'counted' })
    expect(rates.at(-1)).toMatchObject({ basis: 'extrapolated' })
    expect(next.people_needed).toBeGreaterThan(30)
    for (const { similarity, high, low } of rates) {
      expect(similarity).toBeGreaterThanOrEqual(high)
      expect(low).toBeLessThan(high)
    }
    expect(probability.log_loss.logistic).toBeLessThan(Math.log(2) / 10)
    await agnize(['enroll', 'Anna', sample(1), '--at', '1560,320'], { home })
    const [photo] = (await agnize(['identify', sample(3), '--json'], { home })).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const her = photo.faces.find((face: { answer: string }) => face.answer === 'match')
    expect(her.threshold.source).toMatch(
      /^calibrated for fr_feature on \d{4}-\d\d-\d\d: 43500 impostor pairs of 30 people \(orl\)/,
    )
    expect(her.threshold.calibrated_at).toMatch(/^\d{4}-/)
    expect(her.probability).toBeGreaterThan(0.9)
    expect((await agnize(['doctor'], { home })).stdout).toMatch(/thresholds calibrated on .*orl/)
    expect(
      (await agnize(['verify', sample(1), sample(3), '--explain'], { home })).stdout,
    ).toContain('calibrated for')
    // Another gallery of the same file keeps the card's.
    const other = await agnize(['doctor', '--gallery', 'work'], { home })
    expect(other.stdout).toContain('thresholds on the card')
    expect((await agnize(['calibrate', '--reset'], { home })).stdout).toContain(
      'thresholds of the model card again',
    )
    expect((await agnize(['doctor'], { home })).stdout).toContain('thresholds on the card')
    const refused = await agnize(['calibrate', '--embeddings', cache, '--rate', '1e-7'], { home })
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/takes about \d+ people .*\[too-few-photos\]/),
    })
    expect((await agnize(['doctor'], { home })).stdout).toContain('thresholds on the card')
  })

  test('refuses too few people, people with one photo only, and embeddings of another model', async () => {
    await using opened = await openAgnize({ home: testHome(), store: ':memory:' })
    const file = join(await temporaryFolder(), 'made.jsonl')
    const write = (people: number, photos: number, model?: string) => {
      const random = new Random(1)
      const lines: string[] = []
      for (let p = 0; p < people; p++) {
        for (let k = 0; k < photos; k++) {
          const embedding = Array.from({ length: 512 }, () => random.normal())
          lines.push(JSON.stringify({ subject: `p${p}`, embedding, model }))
        }
      }
      writeFileSync(file, lines.join('\n'))
    }
    const model = 'fr_feature@87aacdfe57510db2'
    for (const [people, photos, made, code] of [
      [5, 10, model, 'too-few-photos'],
      [60, 1, model, 'too-few-photos'],
      [60, 2, 'other@1', 'wrong-model'],
    ] as const) {
      write(people, photos, made)
      await expect(calibrate(opened, { embeddings: file })).rejects.toMatchObject({ code })
    }
    expect(await opened.calibration()).toBeNull()
    await expect(calibrate(opened, { enrolled: true })).rejects.toMatchObject({
      code: 'too-few-photos',
    })
  })
})
