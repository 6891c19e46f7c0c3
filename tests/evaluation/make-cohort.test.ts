import { describe, expect, test } from 'vitest'
import { Random } from '../../dist/base/random.js'
import { equidistantCenter } from '../../dist/clustering/balanced-groups.js'
import { distinctFaces, makeCohort } from '../../dist/evaluation/make-cohort.js'
import { dot, normalize } from '../../dist/faces/vectors.js'

const dimensions = 256

/** A face of a kind: its direction, more or less. */
function face(random: Random, kind: number, likeness = 0.3): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => random.normal())
  normalize(vector)
  for (let i = 0; i < dimensions; i++) {
    vector[i] = Math.sqrt(1 - likeness) * vector[i]! + (i === kind ? Math.sqrt(likeness) : 0)
  }
  normalize(vector)
  return vector
}

describe('a cohort', () => {
  test('has group means that are equally near to each of their people', () => {
    const random = new Random(1)
    // One of them resembles all others far more, and a plain mean would be nearest to it.
    const members = [
      ...Array.from({ length: 19 }, () => face(random, 3, 0.3)),
      face(random, 3, 0.95),
    ]
    const center = equidistantCenter(members)
    const cosines = members.map((vector) => dot(center, vector))
    expect(Math.max(...cosines) - Math.min(...cosines)).toBeLessThan(1e-4)
    expect(cosines[0]).toBeGreaterThan(0.2)
    const faces = Array.from({ length: 130 }, (_, i) => ({
      vector: face(random, i % 2),
      kind: `kind ${i % 2}`,
    }))
    const { means, people, kinds, privacy } = makeCohort(faces)
    expect(means.count).toBe(6)
    expect(people).toBeGreaterThanOrEqual(20)
    expect(kinds).toEqual([
      { kind: 'kind 0', faces: 65, groups: 3 },
      { kind: 'kind 1', faces: 65, groups: 3 },
    ])
    expect(privacy.spread).toBeLessThan(1e-4)
  })

  test('gives a small kind a group of its own with the most similar others, and a tiny one none', () => {
    const random = new Random(2)
    const many = Array.from({ length: 60 }, () => ({ vector: face(random, 0), kind: 'many' }))
    const few = Array.from({ length: 12 }, () => ({ vector: face(random, 1), kind: 'few' }))
    const tiny = Array.from({ length: 5 }, () => ({ vector: face(random, 2), kind: 'tiny' }))
    const { kinds, means } = makeCohort([...many, ...few, ...tiny])
    expect(kinds.map(({ kind, groups }) => [kind, groups])).toEqual([
      ['few', 1],
      ['many', 3],
      ['tiny', 0],
    ])
    expect(means.count).toBe(4)
  })

  test('takes one face of each person', () => {
    const random = new Random(3)
    const faces = Array.from({ length: 40 }, () => ({ vector: face(random, 0, 0.2), kind: 'a' }))
    const again = {
      vector: face(random, 0, 0).map((x, i) => 0.1 * x + faces[7]!.vector[i]!),
      kind: 'a',
    }
    normalize(again.vector)
    expect(distinctFaces([...faces, again])).toHaveLength(40)
  })
})
