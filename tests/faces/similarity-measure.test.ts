import { expect, test } from 'vitest'
import { Cohort } from '../../dist/faces/cohort.js'
import { cohortMeasure, cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { dot } from '../../dist/faces/vectors.js'
import { decodeCohort, encodeCohort } from '../../dist/models/cohort-file.js'
import { unitVector } from '../fixtures.js'

const dimensions = 50
const groups = Array.from({ length: 30 }, (_, i) => unitVector(1000 + i, dimensions))
const means = {
  vectors: Float32Array.from(groups.flatMap((mean) => [...mean])),
  dimensions,
  count: groups.length,
}
const measure = cohortMeasure(new Cohort(means, 4), {
  ordinary: 0.2,
  weight: 1,
  sha256: 'a'.repeat(64),
})
const faces = Array.from({ length: 20 }, (_, i) => unitVector(1 + i, dimensions))

/** The definition, by sorting. */
function resemblance(face: Float32Array, neighbors: number): number {
  const cosines = groups.map((mean) => dot(mean, face)).sort((a, b) => b - a)
  return cosines.slice(0, neighbors).reduce((sum, x) => sum + x, 0) / neighbors
}

test.each([
  1, 4, 30, 99,
])('resemblance is the mean of the cosines to the %i nearest groups', (k) => {
  const cohort = new Cohort(means, k)
  for (const face of faces) {
    expect(cohort.resemblance(face)).toBeCloseTo(resemblance(face, Math.min(k, 30)), 6)
  }
})

test('a similarity is the cosine less half of what each face resembles beyond the ordinary', () => {
  for (const [i, a] of faces.entries()) {
    const b = faces[(i + 1) % faces.length]!
    const expected = dot(a, b) - (resemblance(a, 4) - 0.2) / 2 - (resemblance(b, 4) - 0.2) / 2
    const [one, other] = [measure.prepare(a), measure.prepare(b)]
    expect(measure.similarity(one, other)).toBeCloseTo(expected, 6)
    expect(measure.similarity(other, one)).toBe(measure.similarity(one, other))
  }
})

test('without a cohort it is the cosine, and no embedding is looked at', async () => {
  const [a, b] = faces as [Float32Array, Float32Array]
  const cosine = cosineMeasure
  expect(cosine.similarity(cosine.prepare(a), cosine.prepare(b))).toBeCloseTo(dot(a, b), 6)
  expect(cosine.offset(() => expect.fail())).toBe(0)
  expect(await cosine.offsets(faces)).toEqual(new Float32Array(faces.length))
  expect(cosine.cohort).toBeNull()
})

test('the offsets of many are those of each', async () => {
  const many = [...faces, ...faces, ...faces]
  const offsets = await measure.offsets(many)
  for (const [i, face] of many.entries()) {
    expect(offsets[i]).toBeCloseTo(
      measure.offset(() => face),
      6,
    )
  }
})

test('what cannot reach a threshold by its cosine does not reach it', () => {
  for (const a of faces) {
    const one = measure.prepare(a)
    for (const b of [...groups, ...faces]) {
      const similarity = measure.similarity(one, measure.prepare(b))
      if (similarity < 1) expect(measure.mayReach(similarity - 1e-6, dot(a, b), one)).toBe(true)
    }
  }
  expect(measure.mayReach(0.9, 0.1, measure.prepare(faces[0]!))).toBe(false)
})

test('a cohort file keeps the groups to 8 bits', () => {
  const decoded = decodeCohort(encodeCohort(means))
  expect(decoded).toMatchObject({ dimensions, count: groups.length })
  const cohort = new Cohort(decoded, 4)
  for (const face of faces) {
    expect(Math.abs(cohort.resemblance(face) - resemblance(face, 4))).toBeLessThan(2e-3)
  }
})

test.each([
  ['cut short', (bytes: Uint8Array) => bytes.subarray(0, -1)],
  ['longer', (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc(1)])],
  ['without its first line', (bytes: Uint8Array) => bytes.subarray(bytes.indexOf(10) + 1)],
  ['empty', () => new Uint8Array()],
  ['of another kind', () => Buffer.from('{"format":"other"}\n')],
])('a cohort file that is %s is refused', (_, damage) => {
  expect(() => decodeCohort(damage(encodeCohort(means)))).toThrowError(
    expect.objectContaining({ code: 'model-corrupt' }),
  )
})
