import { AgnizeError } from '../base/errors.js'
import { area, type Box, boxInWords, contains } from '../geometry/box.js'
import type { Point } from '../geometry/similarity-transform.js'
import type { Face } from './face.js'
import { blockingReasons, reasonsInWords } from './quality.js'

/**
 * How many times the area of any other face the largest one needs, for the photo to be of that person. Judgment: somebody in the
 * background of a portrait is smaller, two people side by side are not.
 */
const mainFaceRatio = 2

/** The face that a photo is of: its only one, or one that is far larger than all others; undefined where there is none. */
export function mainFace<F extends Pick<Face, 'box'>>(faces: readonly F[]): F | undefined {
  const [first, second] = faces.toSorted((a, b) => area(b.box) - area(a.box))
  return first && second && area(first.box) < mainFaceRatio * area(second.box) ? undefined : first
}

/** Says that a photo shows several people of similar size. */
export function severalFaces(faces: readonly Pick<Face, 'box'>[]): string {
  return `${faces.length} faces were found, at ${places(faces)}, and none is twice as large as all others`
}

/**
 * Chooses the face of a photo to enroll: the only face at a point; without a point the only face, or one that is at least twice
 * as large as any other.
 *
 * @param options - `strict` rejects a face with any quality defect, `unjudgeable` accepts a face that scores 0.
 * @throws AgnizeError `no-face`, `several-faces`, `poor-quality`.
 */
export function chooseFace(
  faces: readonly Face[],
  {
    at,
    strict,
    unjudgeable,
  }: { readonly at?: Point; readonly strict?: boolean; readonly unjudgeable?: boolean },
): Face {
  const there = at ? faces.filter(({ box }) => contains(box, ...at)) : faces
  if (there.length === 0) {
    throw new AgnizeError(
      'no-face',
      at && faces.length > 0
        ? `No face was found at ${at[0]},${at[1]}: ${faces.length === 1 ? 'the face is' : 'the faces are'} at ${places(faces)}.`
        : 'No face was found: give a photo that shows the person.',
    )
  }
  const face = mainFace(there)
  if (!face) {
    throw new AgnizeError(
      'several-faces',
      `${severalFaces(there)}: give a photo of one person, or choose a face by a point in its box (--at ${centerOf(there[0]!.box)}).`,
    )
  }
  if (strict && face.quality.reasons.length > 0) {
    throw new AgnizeError(
      'poor-quality',
      `The face is ${reasonsInWords(face.quality.reasons)}: give a better photo.`,
    )
  }
  return unjudgeable ? face : judgeable(face)
}

/** Most faces whose boxes an error lists. Judgment. */
const mostPlaces = 6

/** The boxes of faces in words, the largest faces first. */
function places(faces: readonly Pick<Face, 'box'>[]): string {
  const boxes = faces.slice(0, mostPlaces).map(({ box }) => boxInWords(box))
  const more = faces.length - boxes.length
  return [...boxes, ...(more > 0 ? [`${more} more`] : [])].join('; ')
}

const centerOf = ({ x, y, width, height }: Box) =>
  `${Math.round(x + width / 2)},${Math.round(y + height / 2)}`

/**
 * Returns the face if its quality allows comparison: a face that scores 0 is as similar to equally poor faces of strangers as
 * to its own subject.
 *
 * @throws AgnizeError `poor-quality`.
 */
export function judgeable<F extends Pick<Face, 'quality'>>(face: F): F {
  const blocking = blockingReasons(face.quality)
  if (blocking.length === 0) return face
  throw new AgnizeError(
    'poor-quality',
    `The face cannot be judged, since it is ${reasonsInWords(blocking)}: give a better photo.`,
  )
}
