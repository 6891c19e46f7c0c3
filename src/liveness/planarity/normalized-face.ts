import type { Point } from '../../geometry/similarity-transform.js'

/** Number of the nose's tip among the 68 points. */
export const noseTip = 30

/**
 * The 68 points with the middle of the eyes as origin, their line as x axis and their distance as unit: free of the face's
 * place, size and roll.
 */
export function inEyeDistances(points: readonly Point[]): Point[] {
  const left = meanOf(points.slice(36, 42))
  const right = meanOf(points.slice(42, 48))
  const [ex, ey] = [right[0] - left[0], right[1] - left[1]]
  const squared = ex * ex + ey * ey
  return points.map(([px, py]) => {
    const x = px - (left[0] + right[0]) / 2
    const y = py - (left[1] + right[1]) / 2
    return [(x * ex + y * ey) / squared, (y * ex - x * ey) / squared]
  })
}

function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce(([x, y], point) => [x + point[0], y + point[1]] as const, [0, 0])
  return [sum[0] / points.length, sum[1] / points.length]
}
