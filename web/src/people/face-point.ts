import { mainFace } from '../../../src/faces/choose.js'
import { type Box, contains } from '../../../src/geometry/box.js'

/** Index of the face that a photo is of by the server's rule, such as the only one; null where somebody has to choose. */
export function mainFaceOf<F extends { readonly box: Box }>(faces: readonly F[]): number | null {
  const main = mainFace(faces)
  return main ? faces.indexOf(main) : null
}

/** Places in a box, as shares of its sides; the middle first, as boxes of neighbors overlap at their edges. */
const shares = [0.5, 0.35, 0.65, 0.2, 0.8, 0.05, 0.95]

/**
 * A point that tells the server which face of a photo is meant: in the box of the face, and in no other's where that is possible.
 *
 * @returns The parameter `at` of the API.
 */
export function pointIn(box: Box, all: readonly Box[] = []): string {
  const others = all.filter((each) => each !== box)
  const points = shares.flatMap((down) =>
    shares.map((right) => {
      const point = [
        Math.round(box.x + right * box.width),
        Math.round(box.y + down * box.height),
      ] as const
      return { point, off: (right - 0.5) ** 2 + (down - 0.5) ** 2 }
    }),
  )
  points.sort((a, b) => a.off - b.off)
  const free = points.find(({ point }) => !others.some((each) => contains(each, ...point)))
  return (free ?? points[0]!).point.join(',')
}
