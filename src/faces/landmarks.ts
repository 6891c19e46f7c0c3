import { type Box, squareAround } from '../geometry/box.js'
import type { Point } from '../geometry/similarity-transform.js'
import { toTensor } from '../image/tensor.js'
import type { TurnedPicture } from '../image/turned-picture.js'
import type { LandmarksCard } from '../models/card.js'
import type { Session } from '../models/session.js'

/** Left eye, right eye, nose, left mouth corner, right mouth corner, as seen with the face upright; in pixels of the image. */
export type Landmarks = readonly [Point, Point, Point, Point, Point]

/**
 * The 68 points of the iBUG scheme (jaw 0–16, brows 17–26, nose 27–35, eyes 36–47, mouth 48–67), in pixels of the
 * picture before it was turned.
 *
 * @param picture - The picture turned so that the face is upright.
 * @param box - The face, in pixels of the picture before it was turned.
 */
export async function findLandmarks(
  picture: TurnedPicture,
  box: Box,
  { session, card }: { session: Session; card: LandmarksCard },
): Promise<Point[]> {
  const square = squareAround(picture.boxFromPicture(box))
  const { width, height } = card.input
  const crop = await picture.resize(square, width, height)
  const [values] = Object.values(await session.run(toTensor(crop, card.input)))
  return Array.from({ length: values!.length / 2 }, (_, i) =>
    picture.pointInPicture([
      square.x + values![2 * i]! * square.width,
      square.y + values![2 * i + 1]! * square.height,
    ]),
  )
}

/** Reduces the 68 points to the five landmarks of the alignment; an eye center is the mean of the points around the eye. */
export function toFiveLandmarks(points: readonly Point[]): Landmarks {
  return [
    mean(points.slice(36, 42)),
    mean(points.slice(42, 48)),
    points[30]!,
    points[48]!,
    points[54]!,
  ]
}

function mean(points: readonly Point[]): Point {
  const sum = points.reduce(([x, y], point) => [x + point[0], y + point[1]] as const, [0, 0])
  return [sum[0] / points.length, sum[1] / points.length]
}
