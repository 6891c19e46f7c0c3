import type { Point } from '../../geometry/similarity-transform.js'
import { mirrored } from './mirror.js'
import { inEyeDistances, noseTip } from './normalized-face.js'

/** Two pictures of a face: the straighter one, and the one that is turned farther; in distances of the eyes. */
export interface Turn {
  readonly straight: readonly Point[]
  readonly turned: readonly Point[]
  /** How far the tip of the nose moved along the line of the eyes. */
  readonly noseMoved: number
}

/**
 * The turn between two pictures of a face, mirrored where need be, so that the nose moves to the right in it.
 *
 * @param a - The 68 points.
 * @param b - Those of the same face at another yaw.
 */
export function turnBetween(a: readonly Point[], b: readonly Point[]): Turn {
  const [straight, turned] = [inEyeDistances(a), inEyeDistances(b)].sort(
    (one, other) => Math.abs(one[noseTip]![0]) - Math.abs(other[noseTip]![0]),
  ) as [Point[], Point[]]
  const noseMoved = turned[noseTip]![0] - straight[noseTip]![0]
  if (noseMoved >= 0) return { straight, turned, noseMoved }
  return { straight: mirrored(straight), turned: mirrored(turned), noseMoved: -noseMoved }
}
