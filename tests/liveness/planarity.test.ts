import { describe, expect, it } from 'vitest'
import type { Point } from '../../dist/geometry/similarity-transform.js'
import { faceShape } from '../../dist/liveness/planarity/face-shape.js'
import { comparePlanarity } from '../../dist/liveness/planarity/planarity.js'
import { facing, filmOf, pointsOf } from './film.js'

/** The mean face turned about the vertical axis, in pixels; a factor of its depth makes it flat or deeper. */
function seen(yaw: number, depth: number, distance = 20, noise = 0): Point[] {
  const [cos, sin] = [Math.cos((yaw * Math.PI) / 180), Math.sin((yaw * Math.PI) / 180)]
  return faceShape.map(([x, y, z], i) => {
    const scale = (80 * distance) / (distance - (depth * z * cos - x * sin))
    const jitter = (k: number) => noise * 80 * Math.sin(12.9898 * (2 * i + k) + 78.233 * yaw)
    return [300 + scale * (x * cos + depth * z * sin) + jitter(0), 200 + scale * y + jitter(1)]
  })
}

describe('the relief of a face', () => {
  it.each([0.8, 1, 1.2])('is that of a head where its depth is %f of the mean', (depth) => {
    expect(comparePlanarity(seen(-15, depth), seen(15, depth)).answer).toBe('head')
  })

  it('is found in noisy points', () => {
    expect(comparePlanarity(seen(-15, 1, 20, 0.02), seen(15, 1, 20, 0.02)).answer).toBe('head')
  })

  it('does not depend on place, size and roll of the face', () => {
    const [cos, sin] = [Math.cos(0.4), Math.sin(0.4)]
    const other = seen(15, 1).map(
      ([x, y]): Point => [2 * (cos * x - sin * y) + 7, 2 * (sin * x + cos * y) - 9],
    )
    const { ratio, noseMoved } = comparePlanarity(seen(-15, 1), other)
    const still = comparePlanarity(seen(-15, 1), seen(15, 1))
    expect(ratio).toBeCloseTo(still.ratio, 6)
    expect(noseMoved).toBeCloseTo(still.noseMoved, 6)
  })

  it.each([
    [0, 40, 20],
    [-40, 40, 5],
    [-40, 40, 2],
    [-20, 30, 3],
  ])('is none in a flat photo turned from %i° to %i° at distance %i', (from, to, distance) => {
    const { answer, ratio } = comparePlanarity(seen(from, 0, distance), seen(to, 0, distance))
    expect(answer).not.toBe('head')
    expect(ratio).toBeLessThan(1.4)
  })

  it('is none in a flat photo of a head that was turned itself', () => {
    const flat = (yaw: number) =>
      seen(20, 1).map(([x, y]): Point => {
        const angle = (yaw * Math.PI) / 180
        const scale = 900 / (900 + (x - 300) * Math.sin(angle))
        return [scale * (x - 300) * Math.cos(angle), scale * (y - 200)]
      })
    expect(comparePlanarity(flat(-40), flat(40)).answer).not.toBe('head')
  })

  it('cannot be told while the head is still', () => {
    expect(comparePlanarity(seen(0, 1), seen(3, 1)).answer).toBe('turn_more')
  })
})

describe.each([
  ['head', 'relief'],
  ['bent', { bend: 1, axis: 'vertical' }],
  ['bent', { bend: 1.6, axis: 'vertical' }],
] as const)('a film of a photo', (answer, body) => {
  it(`shows a ${answer}: ${JSON.stringify(body)}`, async () => {
    const film = await filmOf(await facing.bo(), body)
    for (const [from, to] of [
      [-35, 25],
      [-25, 45],
      [0, -45],
    ] as const) {
      const [a, b] = await pointsOf(film, [from, to])
      const compared = comparePlanarity(a!, b!)
      expect(compared).toMatchObject({ answer })
      expect(comparePlanarity(b!, a!)).toEqual(compared)
    }
  })
})
