import { describe, expect, test } from 'vitest'
import { embeddingCard } from '../../dist/models/builtin.js'
import type { Calibration } from '../../dist/models/card.js'
import { upperQuantile, upperTail } from '../../dist/recognition/normal.js'
import { cosine, distance } from '../../dist/recognition/similarity.js'
import { thresholdFor } from '../../dist/recognition/threshold.js'

// Reference values from tables of the normal distribution (Abramowitz and Stegun, 26.2).
test.each([
  [0, 0.5],
  [1, 0.158655253931457],
  [1.959963984540054, 0.025],
  [3.090232306167814, 1e-3],
  [4.753424308822899, 1e-6],
  [-1, 0.841344746068543],
])('the normal tail above %f is %f', (z, tail) => {
  expect(upperTail(z) / tail).toBeCloseTo(1, 6)
  expect(upperQuantile(tail)).toBeCloseTo(z, 5)
})

const card = embeddingCard
const thresholds = card.calibration!.thresholds

test('returns the thresholds of the card exactly, with their source', () => {
  for (const { fmr, similarity } of thresholds) {
    const threshold = thresholdFor(card, { fmr })
    expect(threshold.value).toBeCloseTo(similarity, 9)
    expect(threshold.fmr).toBe(fmr)
    expect(threshold.source).toMatch(/10158765 impostor pairs of 8428 people/)
    expect(threshold.source).not.toMatch(/extrapolated/)
  }
})

test('interpolates and extrapolates monotonically, and reports extrapolation', () => {
  const rates = [0.3, 0.1, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5, 1e-7, 1e-9]
  const values = rates.map((fmr) => thresholdFor(card, { fmr }).value)
  for (let i = 1; i < values.length; i++) expect(values[i]!).toBeGreaterThan(values[i - 1]!)
  expect(thresholdFor(card, { fmr: 1e-7 }).source).toMatch(/extrapolated/)
})

test('beyond the last rate the threshold follows the tail of the card', () => {
  const own = { ...card, calibration: { ...card.calibration!, tail: 0.05 } }
  const last = thresholds.at(-1)!
  for (const fmr of [last.fmr / 10, last.fmr / 1000]) {
    const further = upperQuantile(fmr) - upperQuantile(last.fmr)
    expect(thresholdFor(own, { fmr }).value).toBeCloseTo(last.similarity + 0.05 * further, 9)
  }
  // Without a tail, the last segment of the line is extended.
  const straight = { ...card, calibration: { ...card.calibration!, tail: null } }
  const before = thresholds.at(-2)!
  const slope =
    (last.similarity - before.similarity) / (upperQuantile(last.fmr) - upperQuantile(before.fmr))
  const fmr = last.fmr / 10
  const further = upperQuantile(fmr) - upperQuantile(last.fmr)
  expect(thresholdFor(straight, { fmr }).value).toBeCloseTo(last.similarity + slope * further, 9)
})

test('the threshold of a search rises with the gallery, so that the whole search keeps its rate', () => {
  const fpir = 1e-3
  const sizes = [1, 10, 1000, 1_000_000]
  const found = sizes.map((size) => thresholdFor(card, { fpir }, size))
  expect(found[0]!.value).toBeCloseTo(thresholdFor(card, { fmr: fpir }).value, 9)
  found.forEach(({ fmr }, i) => {
    expect(-Math.expm1(sizes[i]! * Math.log1p(-fmr!)) / fpir).toBeCloseTo(1, 9)
    if (i > 0) expect(found[i]!.value).toBeGreaterThan(found[i - 1]!.value)
  })
})

test('accepts a given similarity, with its expected rate by the card', () => {
  const middle = thresholds[1]!
  const threshold = thresholdFor(card, { similarity: middle.similarity })
  expect(threshold).toMatchObject({ value: middle.similarity, source: 'given' })
  expect(threshold.fmr! / middle.fmr).toBeCloseTo(1, 6)
})

test('refuses invalid rates and cards without thresholds', () => {
  for (const bad of [0, 1, -0.1, Number.NaN]) {
    expect(() => thresholdFor(card, { fmr: bad })).toThrowError(
      expect.objectContaining({ code: 'bad-argument' }),
    )
  }
  expect(() => thresholdFor(card, { similarity: 2 })).toThrowError(
    expect.objectContaining({ code: 'bad-argument' }),
  )
  const bare = { ...card, calibration: null }
  expect(() => thresholdFor(bare, { fmr: 1e-3 })).toThrowError(
    expect.objectContaining({ code: 'not-calibrated' }),
  )
  expect(thresholdFor(bare, { similarity: 0.4 })).toEqual({
    value: 0.4,
    fmr: null,
    limited: false,
    source: 'given',
    calibratedAt: null,
  })
})

test('embeddings of different models cannot be compared', () => {
  const vector = Float32Array.of(0.6, 0.8)
  const one = { model: 'a@1', vector } as const
  expect(cosine(one, { model: 'a@1', vector: Float32Array.of(0.8, 0.6) })).toBeCloseTo(0.96)
  const other: { model: string; vector: Float32Array } = { model: 'b@1', vector }
  expect(() => cosine<string>(one, other)).toThrowError(
    expect.objectContaining({ code: 'wrong-model' }),
  )
  // @ts-expect-error the compiler rejects it where the models are literal types
  expect(() => cosine(one, { model: 'b@1', vector } as const)).toThrow()
  expect(distance(1)).toBe(0)
  expect(distance(-1)).toBe(2)
  expect(distance(0.5)).toBeCloseTo(1)
})

test('where the data support no rarer rate, the rarest that they do decides, and the source says so', () => {
  const calibration = {
    ...card.calibration!,
    thresholds: [
      { fmr: 1e-1, similarity: 0.8 },
      { fmr: 1e-2, similarity: 0.97 },
    ],
    tail: 0.2,
  }
  const trained = { ...card, calibration: { ...calibration, rarest: 2e-2 } }
  const search = thresholdFor(trained, { fpir: 1e-3 }, 10)
  expect(search).toMatchObject({ fmr: 2e-2, limited: true })
  expect(search.value).toBeLessThan(0.97)
  expect(search.source).toContain('which support no rarer rate than 0.02')
  expect(thresholdFor(trained, { fmr: 0.05 })).toMatchObject({ fmr: 0.05, limited: false })
  // Cards of earlier versions do not say it: a threshold of 1 would name nobody, for ever.
  const former = { ...card, calibration }
  expect(thresholdFor(former, { fmr: 1e-6 })).toMatchObject({ fmr: 1e-2, limited: true })
  expect(thresholdFor(former, { fmr: 1e-6 }).value).toBeCloseTo(0.97, 9)
})

describe('a rarer rate or a larger gallery never gets a lower threshold', () => {
  const own = (pairs: readonly (readonly [number, number])[], tail: number | null) => ({
    ...{ basis: card.calibration!.basis, method: 'own', ambiguity: 0.075, tail },
    thresholds: pairs.map(([fmr, similarity]) => ({ fmr, similarity })),
  })
  const poor = [
    [1e-2, 0.55],
    [1e-3, 0.72],
  ] as const
  const near1 = [
    [1e-1, 0.8],
    [1e-2, 1],
  ] as const
  const calibrations: Record<string, Calibration> = {
    'the shipped card': card.calibration!,
    'the shipped card of the other cohort': card.otherCohorts![0]!.calibration,
    'a poor network': own(poor, null),
    'a poor network with a tail': own(poor, 0.4),
    'a poor network that names its rarest rate': { ...own(poor, 0.2), rarest: 1e-8 },
    'a network whose last threshold nobody reaches': own(near1, null),
    'a network whose measured thresholds are high': own([...poor, [1e-4, 0.95]], 0.1),
    'a flat tail': own(poor, 1e-9),
    'a calibration on 30 people': own(
      [
        [1e-2, 0.367],
        [1e-3, 0.459],
        [1e-4, 0.551],
      ],
      0.14,
    ),
  }
  const exponents = Array.from({ length: 600 }, (_, i) => -0.3 - i / 10).filter((e) => e > -30)
  const sizes = Array.from({ length: 120 }, (_, i) => Math.ceil(1.2 ** i))

  test.each(Object.entries(calibrations))('%s', (_, calibration) => {
    const mine = { ...card, calibration }
    const ofRates = exponents.map((e) => [10 ** e, thresholdFor(mine, { fmr: 10 ** e })] as const)
    const ofSizes = sizes.map((size) => {
      const asked = -Math.expm1(Math.log1p(-1e-3) / size)
      return [asked, thresholdFor(mine, { fpir: 1e-3 }, size)] as const
    })
    for (const found of [ofRates, ofSizes]) {
      for (const [i, [asked, { value, fmr, limited, source }]] of found.entries()) {
        expect(value).toBeGreaterThanOrEqual((found[i - 1]?.[1].value ?? -1) - 1e-12)
        expect(value).toBeLessThan(1)
        // The rate that an answer tells is that of its threshold.
        expect(fmr).toBe(limited ? Math.max(fmr!, asked) : asked)
        expect(thresholdFor(mine, { similarity: value }).fmr! / fmr!).toBeCloseTo(1, 4)
        expect(source.includes('no rarer rate')).toBe(limited)
        if (limited) expect(source).toContain(`no rarer rate than ${Number(fmr!.toPrecision(2))}`)
      }
    }
  })

  test('and a poor network still names people in a small gallery', () => {
    const mine = { ...card, calibration: calibrations['a poor network']! }
    const [small, large] = [27, 213].map((size) => thresholdFor(mine, { fpir: 1e-3 }, size))
    expect(small!.value).toBeCloseTo(0.9, 6)
    expect(large).toMatchObject({ value: small!.value, fmr: small!.fmr, limited: true })
  })
})
