import { leastSquares } from '../../geometry/least-squares.js'
import type { Point } from '../../geometry/similarity-transform.js'
import { faceShape } from './face-shape.js'
import { homographyResidual } from './homography.js'
import { reliefScore } from './relief-score.js'
import { turnBetween } from './turn.js'

/** What two pictures of a face tell of its relief; lengths are in distances of the eyes. */
export interface Planarity {
  /** Whether they show a head, or a flat or bent picture of one; `turn_more` where the face turned too little to tell. */
  readonly answer: 'head' | 'flat' | 'bent' | 'turn_more'
  /** How far the tip of the nose moved along the line of the eyes. */
  readonly noseMoved: number
  /** Residual of a flat face over that of a face in relief; noise of the points counts in both. */
  readonly ratio: number
  /** The {@link reliefScore}. */
  readonly score: number
}

/**
 * Noise that is added to both residuals, in distances of the eyes. `npm run bench:planarity` measures 0.012 between boxes of one
 * photo; faces that talk or smile add to it. Of 0.01, 0.02 and 0.03, the last told turned photos apart best on the tuning half of ORL.
 */
const noise = 0.03
/** Least movement of the nose that tells. Judgment: a person turns so far without effort. */
export const leastNoseMoved = 0.2
/**
 * Least ratio and least score of a head. Of 1.2, 1.3, 1.4 and of -0.3, -0.25, … -0.1, the pair that refuses most bent photos of the tuning half of ORL
 * while it refuses at most 1 % of genuine pairs in the tuning half of LFW.
 */
const [leastRatio, leastScore] = [1.2, -0.15]

/** Points that hardly move by the face's expression: the nose, the eyes and the corners of the mouth. */
const rigid = [...Array.from({ length: 21 }, (_, i) => 27 + i), 48, 54]

/**
 * Tells a head from a flat or bent picture of one, by the 68 points of two pictures at different yaw.
 *
 * A plane moves all of its points by one homography; a head moves them by an affine map and by its depth (weak perspective).
 * Both have eight unknowns, so that their residuals can be compared. A bent sheet has depth too, but is narrowed more.
 *
 * @param a - The 68 points, in pixels.
 * @param b - Those of the same face at another yaw.
 */
export function comparePlanarity(a: readonly Point[], b: readonly Point[]): Planarity {
  const turn = turnBetween(a, b)
  const [from, to] = [turn.straight, turn.turned].map((face) => rigid.map((i) => face[i]!))
  const flat = homographyResidual(from!, to!)
  const ratio = Math.hypot(flat, noise) / Math.hypot(reliefResidual(from!, to!), noise)
  const score = reliefScore(turn)
  return { answer: answerOf(turn.noseMoved, ratio, score), noseMoved: turn.noseMoved, ratio, score }
}

function answerOf(noseMoved: number, ratio: number, score: number): Planarity['answer'] {
  if (noseMoved < leastNoseMoved) return 'turn_more'
  if (ratio < leastRatio) return 'flat'
  return score < leastScore ? 'bent' : 'head'
}

/** What an affine map and the mean face's depth leave unexplained: root mean square of the points. */
function reliefResidual(from: readonly Point[], to: readonly Point[]): number {
  const rows = from.map(([x, y], i) => [1, x, y, faceShape[rigid[i]!]![2]])
  const weights = rows.map(() => 1)
  let squares = 0
  for (const axis of [0, 1] as const) {
    const values = to.map((point) => point[axis])
    const terms = leastSquares(rows, values, weights)
    rows.forEach((row, i) => {
      const fitted = row.reduce((sum, value, k) => sum + value * terms[k]!, 0)
      squares += (fitted - values[i]!) ** 2
    })
  }
  return Math.sqrt(squares / from.length)
}
