import { AgnizeError } from '../errors.js'
import { contains } from '../geometry/box.js'
import type { Point } from '../geometry/similarity-transform.js'
import type { Face } from './face.js'

/**
 * The face of a photo that is to be enrolled: the only one, or the one at a point.
 *
 * @throws AgnizeError `no-face`, `several-faces`, and with `strict` `poor-quality`.
 */
export function chooseFace(
  faces: readonly Face[],
  { at, strict }: { readonly at?: Point; readonly strict?: boolean },
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
      `${there.length} faces were found: give a photo of one person, or say which by a point in its box (--at X,Y).`,
    )
  }
  if (strict && face.quality.reasons.length > 0) {
    throw new AgnizeError(
      'poor-quality',
      `The face is ${face.quality.reasons.join(' and ').replaceAll('_', ' ')}: give a better photo.`,
    )
  }
  return face
}
