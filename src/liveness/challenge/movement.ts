import type { Point } from '../../geometry/similarity-transform.js'
import { inEyeDistances } from '../planarity/normalized-face.js'
import type { ObservedFace } from './observation.js'
import type { ChallengeStep } from './steps.js'

/** A person's face at the start: looking straight into the camera, eyes open. */
export interface Start {
  /** Degrees. */
  readonly yaw: number
  readonly pitch: number
  /** Distance of the eyes, in pixels. */
  readonly eyes: number
  /** Opening of the eyes: height over width. */
  readonly opening: number
  /** The 68 points in distances of the eyes. */
  readonly points: readonly Point[]
}

/**
 * How far each step asks to move. Judgment, checked by `npm run bench:challenge`: the degrees are of the pose by five points, in which a real
 * one of 25° to the side shows as 17° to 25°, and of 15° upwards as 3° to 9°.
 */
const asked = { turn: 15, up: 7, closer: 1.25, closed: 0.8 } as const

/** How near to the start a face has to be before a step begins. Judgment. */
const rest = { turn: 10, up: 6, closer: 1.14, farther: 0.8, open: 0.85 } as const

/** The mean of faces that look straight; one or more. */
export function startOf(faces: readonly Pick<ObservedFace, 'pose' | 'points'>[]): Start {
  const shapes = faces.map(({ points }) => inEyeDistances(points))
  return {
    yaw: mean(faces.map(({ pose }) => pose.yaw)),
    pitch: mean(faces.map(({ pose }) => pose.pitch)),
    eyes: mean(faces.map(({ points }) => eyeDistance(points))),
    opening: mean(faces.map(({ points }) => eyeOpening(points))),
    points: shapes[0]!.map((_, i) => [
      mean(shapes.map((shape) => shape[i]![0])),
      mean(shapes.map((shape) => shape[i]![1])),
    ]),
  }
}

type Moving = Pick<ObservedFace, 'pose' | 'points'>

/** How much of the movement of a step a face shows, 1 or more once it is enough. */
export function movement(step: ChallengeStep, face: Moving, start: Start): number {
  // Towards the right edge of the picture is the person's own left.
  const left = face.pose.yaw - start.yaw
  switch (step) {
    case 'turn-left':
      return left / asked.turn
    case 'turn-right':
      return -left / asked.turn
    case 'look-up':
      return (face.pose.pitch - start.pitch) / asked.up
    case 'come-closer':
      return (closeness(face, start) - 1) / (asked.closer - 1)
    case 'blink':
      return (1 - eyeOpening(face.points) / start.opening) / (1 - asked.closed)
  }
}

/** Whether a face is where it was at the start. */
export function isAtRest(face: Moving, start: Start): boolean {
  const size = closeness(face, start)
  return (
    Math.abs(face.pose.yaw - start.yaw) < rest.turn &&
    Math.abs(face.pose.pitch - start.pitch) < rest.up &&
    size < rest.closer &&
    size > rest.farther &&
    eyeOpening(face.points) > rest.open * start.opening
  )
}

const closeness = ({ points }: Moving, start: Start) => eyeDistance(points) / start.eyes

/** Height over width of the eyes' openings, by the eyelids' points. */
export function eyeOpening(points: readonly Point[]): number {
  const eye = (at: number) =>
    (distance(points[at + 1]!, points[at + 5]!) + distance(points[at + 2]!, points[at + 4]!)) /
    (2 * distance(points[at]!, points[at + 3]!))
  return (eye(36) + eye(42)) / 2
}

/** Distance of the middles of the eyes, in pixels. */
function eyeDistance(points: readonly Point[]): number {
  const middle = (at: number): Point => [
    mean(points.slice(at, at + 6).map(([x]) => x)),
    mean(points.slice(at, at + 6).map(([, y]) => y)),
  ]
  return distance(middle(36), middle(42))
}

const distance = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1])
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
