import { describe, expect, test } from 'vitest'
import {
  GenuineSimilarities,
  nearestOfEach,
  similarPairs,
} from '../../dist/application/similar-people.js'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import type { EmbeddingCard } from '../../dist/models/card.js'

/** A face that one angle tells from others: the similarity of two is the cosine of the angle between them. */
const face = (angle: number) => ({
  vector: Float32Array.of(Math.cos(angle), Math.sin(angle)),
  offset: 0,
})
const card = { calibration: { ambiguity: 0.02 } } as unknown as EmbeddingCard

describe('the likeness of a gallery', () => {
  test('is not that of one person with very many photos', () => {
    const genuine = new GenuineSimilarities(cosineMeasure)
    // 70 frames of one film, 2,415 pairs, come first.
    genuine.add(Array.from({ length: 70 }, (_, i) => face(i * 0.001)))
    for (let i = 0; i < 10; i++) genuine.add([face(0), face(Math.acos(0.6)), face(Math.acos(0.5))])
    expect(genuine.likeness(0.3, card)).toBeCloseTo(0.5)
  })

  test('comes from photos everywhere among those of a person', () => {
    const genuine = new GenuineSimilarities(cosineMeasure)
    for (let i = 0; i < 4; i++) {
      genuine.add([...Array.from({ length: 6 }, () => face(0)), ...[1, 1, 1, 1].map(face)])
    }
    expect(genuine.likeness(0.3, card)).toBeCloseTo(Math.cos(1))
  })
})

describe('the most similar photos of pairs of people', () => {
  const many = (from: number) => Array.from({ length: 100 }, (_, i) => face(from + i / 1000))
  const pairs = Array.from({ length: 30 }, () => [many(0), many(1)] as const)

  test('are found while other work gets its turn', async () => {
    let turns = 0
    let isDone = false
    const other = () => {
      turns++
      if (!isDone) setImmediate(other)
    }
    setImmediate(other)
    const found = await nearestOfEach(pairs, cosineMeasure)
    isDone = true
    // 300,000 comparisons.
    expect(turns).toBeGreaterThanOrEqual(25)
    expect(found).toHaveLength(30)
    expect(found[0]!.similarity).toBeCloseTo(Math.cos(1 - 0.099))
    expect([found[0]!.a, found[0]!.b]).toEqual([pairs[0]![0].at(-1), pairs[0]![1][0]])
  })

  test('end early on request', async () => {
    const abort = new AbortController()
    setImmediate(() => abort.abort())
    await expect(
      nearestOfEach(pairs, cosineMeasure, { signal: abort.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' })
  })
})

test('answered pairs of people take no place of others', async () => {
  // Everybody is as similar to everybody: 1,225 pairs.
  const means = Array.from({ length: 50 }, () => face(0).vector)
  const all = await similarPairs(means, cosineMeasure, 0.5)
  expect([all.pairs.length, all.isCut]).toEqual([1000, true])
  const answered = new Set(all.pairs.map(({ i, j }) => `${i} ${j}`))
  const isAnswered = (i: number, j: number) => answered.has(`${i} ${j}`)
  const { pairs, isCut } = await similarPairs(means, cosineMeasure, 0.5, { isAnswered })
  expect([pairs.length, isCut]).toEqual([1225, false])
})
