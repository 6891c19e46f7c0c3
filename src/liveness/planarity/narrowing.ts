import type { Point } from '../../geometry/similarity-transform.js'
import { inEyeDistances, noseTip } from './normalized-face.js'

/**
 * How far the nose stands out before the eyes, in their distances, as the points of turned faces show it. Judgment: of 0.5, 0.6 and 0.7 the one
 * at which genuine pairs scatter least about 0.
 */
const noseDepth = 0.5

/**
 * How much wider a turned face is than a head would be whose nose moved as far: below 0 for one that got too narrow. A photo that is bent on a
 * cylinder has to be turned farther than a head for the same movement of the nose, and is narrowed by that.
 *
 * @param straight - The 68 points of the face that looks straight.
 * @param turned - Those of the same face, turned.
 */
export function narrowing(straight: readonly Point[], turned: readonly Point[]): number {
  const [from, to] = [inEyeDistances(straight), inEyeDistances(turned)]
  const moved = to[noseTip]![0] - from[noseTip]![0]
  return lowerFace(from) / lowerFace(to) - Math.cos(Math.atan(moved / noseDepth))
}

/** Distance of the eyes' line from the nose's base and the corners of the mouth, in distances of the eyes. */
const lowerFace = (points: readonly Point[]) => {
  const below = [33, 48, 54].map((i) => points[i]!)
  return Math.hypot(
    below.reduce((sum, [x]) => sum + x, 0) / below.length,
    below.reduce((sum, [, y]) => sum + y, 0) / below.length,
  )
}
