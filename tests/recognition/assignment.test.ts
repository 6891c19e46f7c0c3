import fc from 'fast-check'
import { linearSumAssignment } from 'linear-sum-assignment'
import { expect, test } from 'vitest'
import { assignment } from '../../dist/recognition/assignment.js'

type Gains = readonly (readonly number[])[]

const sum = (gains: Gains, columns: readonly number[]) =>
  columns.reduce((total, column, row) => (column < 0 ? total : total + gains[row]![column]!), 0)

/** The largest total gain over all assignments; −Infinity where none is allowed. */
function most(gains: Gains): number {
  const [rows, columns] = [gains.length, gains[0]?.length ?? 0]
  const from = (row: number, taken: ReadonlySet<number>, left: number): number => {
    if (left === 0) return 0
    if (rows - row < left) return Number.NEGATIVE_INFINITY
    const without = from(row + 1, taken, left)
    return gains[row]!.reduce(
      (best, gain, column) =>
        taken.has(column)
          ? best
          : Math.max(best, gain + from(row + 1, new Set(taken).add(column), left - 1)),
      without,
    )
  }
  return from(0, new Set(), Math.min(rows, columns))
}

/** Asserts that no column is assigned twice, and that as many as possible are assigned. */
function expectAssignment(gains: Gains, columns: readonly number[]) {
  expect(columns).toHaveLength(gains.length)
  const given = columns.filter((column) => column >= 0)
  expect(new Set(given).size).toBe(given.length)
  expect(given).toHaveLength(Math.min(gains.length, gains[0]?.length ?? 0))
}

const matrices = (gain: fc.Arbitrary<number>, rows: number, columns: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: rows }), fc.integer({ min: 1, max: columns }))
    .chain(([m, n]) => {
      const row = fc.array(gain, { minLength: n, maxLength: n })
      return fc.array(row, { minLength: m, maxLength: m })
    })

const similarity = fc.double({ min: -1, max: 1, noNaN: true })
const few = fc.integer({ min: -2, max: 2 })
const forbidden = fc.constant(Number.NEGATIVE_INFINITY)

test.each([
  ['any numbers', similarity],
  ['ties', few],
  ['forbidden pairs', fc.oneof(few, similarity, forbidden)],
  ['mostly forbidden pairs', fc.oneof(few, forbidden, forbidden)],
])('as good as trying all: %s', (_what, gain) => {
  fc.assert(
    fc.property(matrices(gain, 5, 5), (gains) => {
      const best = most(gains)
      if (best === Number.NEGATIVE_INFINITY) {
        expect(() => assignment(gains)).toThrow('leave no assignment')
        return
      }
      const columns = assignment(gains)
      expectAssignment(gains, columns)
      expect(sum(gains, columns)).toBeCloseTo(best, 10)
    }),
    { numRuns: 1000 },
  )
})

test.each([
  ['any numbers', similarity],
  ['ties', few],
  ['pairs that cost more than nobody', fc.oneof(similarity, few, fc.constant(-10))],
])('as good as linear-sum-assignment: %s', (_what, gain) => {
  fc.assert(
    fc.property(matrices(gain, 40, 60), (gains) => {
      const columns = assignment(gains)
      expectAssignment(gains, columns)
      const oracle = linearSumAssignment(
        gains.map((row) => Float64Array.from(row)),
        { maximaze: true },
      )
      expect(sum(gains, columns)).toBeCloseTo(sum(gains, [...oracle.rowAssignments]), 8)
    }),
    { numRuns: 200 },
  )
})

test('handles an empty matrix, and refuses an invalid one', () => {
  expect(assignment([])).toEqual([])
  expect(assignment([[], []])).toEqual([-1, -1])
  expect(assignment([[1], [3], [2]])).toEqual([-1, 0, -1])
  expect(() => assignment([[1, 2], [3]])).toThrow(RangeError)
  expect(() => assignment([[Number.NaN]])).toThrow(RangeError)
  expect(() => assignment([[Number.POSITIVE_INFINITY]])).toThrow(RangeError)
})
