import { expect, test } from 'vitest'
import { SyntheticFaces } from '../../bench/synthetic-faces.js'
import { balancedGroups, meanOf } from '../../dist/clustering/balanced-groups.js'
import { distinctFaces, makeCohort } from '../../dist/evaluation/make-cohort.js'
import { Cohort } from '../../dist/faces/cohort.js'
import { dot } from '../../dist/faces/vectors.js'

/** Faces of people of a few families, each family similar. */
function families(count: number, each: number, seed: number): Float32Array[] {
  return Array.from({ length: count }, (_, i) => {
    const one = new SyntheticFaces({
      dimensions: 64,
      ofPerson: 0.6,
      ofFamily: 0.5,
      families: 1,
      seed: seed + i,
    })
    return Array.from({ length: each }, () => one.person()())
  }).flat()
}

test.each([
  [100, 20, 5],
  [119, 20, 5],
  [39, 20, 1],
  [40, 20, 2],
  [7, 20, 1],
])('%i vectors in groups of at least %i are %i groups, each vector in one', (n, size, groups) => {
  const found = balancedGroups(families(1, n, 3), size, 1)
  expect(found).toHaveLength(groups)
  expect(found.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
  const sizes = found.map(({ length }) => length)
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(Math.min(n, size))
  expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.max(size + 1, Math.ceil(n / groups)))
})

test('similar vectors share a group', () => {
  const faces = families(4, 25, 10)
  const groups = balancedGroups(faces, 25, 2)
  for (const group of groups) {
    const count = new Map<number, number>()
    for (const i of group) {
      const family = Math.floor(i / 25)
      count.set(family, (count.get(family) ?? 0) + 1)
    }
    expect(Math.max(...count.values())).toBeGreaterThan(20)
  }
})

test('a cohort has groups within kinds only, and none of a kind with too few people', () => {
  const faces = distinctFaces([
    ...families(1, 50, 20).map((vector) => ({ vector, kind: 'many' })),
    ...families(1, 45, 40).map((vector) => ({ vector, kind: 'others' })),
    ...families(1, 9, 60).map((vector) => ({ vector, kind: 'few' })),
  ])
  const of = (kind: string) => faces.filter((face) => face.kind === kind).length
  const made = makeCohort(faces, { people: 20, neighbors: 1 })
  expect(made.kinds).toEqual([
    { kind: 'few', faces: of('few'), groups: 0 },
    { kind: 'many', faces: of('many'), groups: 2 },
    { kind: 'others', faces: of('others'), groups: 2 },
  ])
  expect(made.people).toBeGreaterThanOrEqual(20)
  expect(made.means).toMatchObject({ dimensions: 64, count: 4 })
  // A face resembles its own kind most.
  const cohort = new Cohort(made.means, 1)
  const many = meanOf(faces.filter(({ kind }) => kind === 'many').map(({ vector }) => vector))
  expect(cohort.resemblance(many)).toBeGreaterThan(0.8)
  expect(made.repeated).toBe(0)
  const twice = makeCohort([...faces, ...faces.slice(0, 10)], { people: 20, neighbors: 1 })
  expect(twice.repeated).toBe(10)
  expect(twice.means).toEqual(made.means)
  const { spread, nearest, largestLead } = made.privacy
  const cosines = faces.map(({ vector }) =>
    Math.max(
      ...Array.from({ length: 4 }, (_, k) =>
        dot(made.means.vectors.subarray(64 * k, 64 * (k + 1)), vector),
      ),
    ),
  )
  expect(nearest).toBeCloseTo(Math.max(...cosines), 6)
  expect(largestLead).toBeGreaterThan(0)
  expect(spread).toBeLessThan(1e-4)
})
