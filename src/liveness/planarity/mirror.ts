import type { Point } from '../../geometry/similarity-transform.js'

/** The 68 points as a mirror shows them: each under the number that it has there. */
export function mirrored(points: readonly Point[]): Point[] {
  return points.map((_, i) => {
    const [x, y] = points[mirrorNumber(i)]!
    return [-x, y]
  })
}

/** Number of the point on the other side of the face, in the iBUG scheme. */
export function mirrorNumber(i: number): number {
  if (i <= 16) return 16 - i
  if (i <= 26) return 43 - i
  if (i <= 30) return i
  if (i <= 35) return 66 - i
  if (i <= 39 || (i >= 42 && i <= 45)) return 81 - i
  if (i <= 47) return 87 - i
  if (i <= 54) return 102 - i
  if (i <= 59) return 114 - i
  if (i <= 64) return 124 - i
  return 132 - i
}
