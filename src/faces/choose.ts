import { AgnizeError } from '../base/errors.js'
import { contains } from '../geometry/box.js'
import type { Point } from '../geometry/similarity-transform.js'
import type { Face } from './face.js'
import { blockingReasons, reasonsInWords } from './quality.js'

/**
 * Chooses the face of a photo to enroll: the only face, or the only one at a point.
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
  const [face] = there
  if (!face) {
    throw new AgnizeError(
      'no-face',
      at
        ? `No face was found at ${at[0]}, ${at[1]}: "agnize detect" shows where the faces are.`
        : 'No face was found: give a photo that shows the person.',
    )
  }
  if (there.length > 1) {
    throw new AgnizeError(
      'several-faces',
      `${there.length} faces were found: give a photo of one person, or choose a face by a point in its box (--at X,Y).`,
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
