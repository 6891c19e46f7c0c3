import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clip, contains, iou, squareAround } from '../../dist/geometry/box.js'
import {
  around,
  compose,
  fitSimilarity,
  invert,
  type Point,
  scaleOf,
  transformPoint,
} from '../../dist/geometry/similarity-transform.js'

test('overlap is intersection over union', () => {
  const a = { x: 0, y: 0, width: 10, height: 10 }
  expect(iou(a, { x: 5, y: 0, width: 10, height: 10 })).toBeCloseTo(50 / 150)
  expect(iou(a, a)).toBe(1)
  expect(iou(a, { x: 10, y: 0, width: 5, height: 5 })).toBe(0)
})

test('boxes: square, clip, contains', () => {
  expect(squareAround({ x: 0, y: 0, width: 10, height: 20 }, 2)).toEqual({
    x: -15,
    y: -10,
    width: 40,
    height: 40,
  })
  expect(clip({ x: -5.5, y: 2.2, width: 20, height: 100 }, 10, 50)).toEqual({
    x: 0,
    y: 2,
    width: 10,
    height: 48,
  })
  expect(contains({ x: 1, y: 1, width: 2, height: 2 }, 3, 3)).toBe(true)
  expect(contains({ x: 1, y: 1, width: 2, height: 2 }, 3.1, 3)).toBe(false)
})

const coordinate = fc.double({ min: -1000, max: 1000, noNaN: true })
const points = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 8 })
const transform = fc.record({
  a: fc.double({ min: 0.1, max: 5, noNaN: true }),
  b: fc.double({ min: -5, max: 5, noNaN: true }),
  tx: coordinate,
  ty: coordinate,
})

test('recovers a similarity transform from points, and inverts it', () => {
  fc.assert(
    fc.property(points, transform, (from, t) => {
      const spread = Math.max(...from.map(([x, y]) => Math.hypot(x - from[0]![0], y - from[0]![1])))
      fc.pre(spread > 1)
      const to = from.map((point) => transformPoint(t, point))
      const found = fitSimilarity(from, to)
      expect(found.a).toBeCloseTo(t.a, 6)
      expect(found.b).toBeCloseTo(t.b, 6)
      const [x, y] = transformPoint(invert(t), transformPoint(t, from[0]!))
      expect(x).toBeCloseTo(from[0]![0], 5)
      expect(y).toBeCloseTo(from[0]![1], 5)
    }),
  )
})

test('the fit is the least-squares one: any nearby transform is worse', () => {
  const from: Point[] = [
    [0, 0],
    [10, 0],
    [0, 10],
    [10, 12],
  ]
  const to: Point[] = [
    [1, 2],
    [13, 3],
    [0, 15],
    [12, 17],
  ]
  const error = (t: ReturnType<typeof fitSimilarity>) =>
    from.reduce((sum, point, i) => {
      const [x, y] = transformPoint(t, point)
      return sum + (x - to[i]![0]) ** 2 + (y - to[i]![1]) ** 2
    }, 0)
  const best = fitSimilarity(from, to)
  for (const key of ['a', 'b', 'tx', 'ty'] as const) {
    for (const step of [-0.01, 0.01]) {
      expect(error({ ...best, [key]: best[key] + step })).toBeGreaterThan(error(best))
    }
  }
  expect(scaleOf(best)).toBeGreaterThan(1)
})

test('a composition applies its first transform first, and a turn keeps its center', () => {
  const shift = { a: 1, b: 0, tx: 10, ty: -4 }
  const turn = around([3, 5], 90, 2)
  // Clockwise in pixels: what is to the right of the center comes below it.
  const [x, y] = transformPoint(turn, [4, 5])
  expect([x, y].map((each) => Math.round(1e9 * each) / 1e9)).toEqual([3, 7])
  expect(transformPoint(turn, [3, 5]).map(Math.round)).toEqual([3, 5])
  const both = transformPoint(compose(shift, turn), [1, 2])
  const oneByOne = transformPoint(turn, transformPoint(shift, [1, 2]))
  expect(both[0]).toBeCloseTo(oneByOne[0], 9)
  expect(both[1]).toBeCloseTo(oneByOne[1], 9)
})
