import { leastSquares } from '../../geometry/least-squares.js'
import type { Point } from '../../geometry/similarity-transform.js'

/** Rounds of weighting by the denominator, which turn the algebraic error into that of the points. Judgment. */
const rounds = 4

/**
 * The root mean square distance of points from those that the best homography of other points gives: what a flat surface
 * leaves unexplained between two pictures of it. Direct linear transform, weighted anew by its denominator (Hartley and
 * Zisserman, Multiple View Geometry, 4.1).
 *
 * @param from - At least five points, around the origin.
 * @param to - As many points as `from`.
 */
export function homographyResidual(from: readonly Point[], to: readonly Point[]): number {
  let denominators = from.map(() => 1)
  let squares = 0
  for (let round = 0; round < rounds; round++) {
    const rows = from.flatMap(([x, y], i) => {
      const [u, v] = to[i]!
      return [
        [x, y, 1, 0, 0, 0, -u * x, -u * y],
        [0, 0, 0, x, y, 1, -v * x, -v * y],
      ]
    })
    const weights = denominators.flatMap((each) => [1 / each ** 2, 1 / each ** 2])
    const h = leastSquares(rows, to.flat(), weights) as Eight
    denominators = from.map(([x, y]) => h[6] * x + h[7] * y + 1)
    squares = from.reduce((sum, [x, y], i) => {
      const u = (h[0] * x + h[1] * y + h[2]) / denominators[i]!
      const v = (h[3] * x + h[4] * y + h[5]) / denominators[i]!
      return sum + (u - to[i]![0]) ** 2 + (v - to[i]![1]) ** 2
    }, 0)
  }
  return Math.sqrt(squares / from.length)
}

type Eight = [number, number, number, number, number, number, number, number]
