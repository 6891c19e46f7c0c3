import { AgnizeError } from '../../base/errors.js'
import type { Point } from '../../geometry/similarity-transform.js'
import type { Landmarks } from '../landmarks.js'
import type { Candidate, InputSize, Outputs } from './candidate.js'

/** Strides of the three output maps, in pixels, and anchors at each of their cells. */
const strides = [8, 16, 32]
const anchors = 2

/**
 * Decodes SCRFD (Guo et al. 2021) as insightface exports it: three strides with two anchors a cell; the distances from the cell's corner to the sides of the box and, in
 * files with landmarks, the offsets of five points, all in strides. The outputs come in this order: the scores of the three
 * strides, the boxes, the points.
 *
 * @param order - Names of the outputs in the order of the file.
 * @param minScore - Boxes below it are dropped, 0…1.
 * @throws AgnizeError `model-invalid` when the outputs are not those of SCRFD.
 */
export function decodeScrfd(
  outputs: Outputs,
  input: InputSize,
  minScore: number,
  order: readonly string[],
): Candidate[] {
  const candidates: Candidate[] = []
  for (const [k, stride] of strides.entries()) {
    const [scores, boxes, points] = [k, k + 3, k + 6].map((i) => outputs[order[i] ?? ''])
    const columns = Math.ceil(input.width / stride)
    const cells = columns * Math.ceil(input.height / stride)
    checkLength(scores, cells * anchors, stride)
    checkLength(boxes, 4 * cells * anchors, stride)
    if (order.length > 6) checkLength(points, 10 * cells * anchors, stride)
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]!
      if (score < minScore) continue
      const cell = Math.floor(i / anchors)
      const x = (cell % columns) * stride
      const y = Math.floor(cell / columns) * stride
      const [left, top, right, bottom] = boxes.subarray(4 * i, 4 * i + 4)
      candidates.push({
        box: {
          x: x - left! * stride,
          y: y - top! * stride,
          width: (left! + right!) * stride,
          height: (top! + bottom!) * stride,
        },
        score,
        points: points
          ? (Array.from(
              { length: 5 },
              (_, n): Point => [
                x + points[10 * i + 2 * n]! * stride,
                y + points[10 * i + 2 * n + 1]! * stride,
              ],
            ) as unknown as Landmarks)
          : null,
      })
    }
  }
  return candidates
}

function checkLength(
  values: Float32Array | undefined,
  length: number,
  stride: number,
): asserts values is Float32Array {
  if (values?.length === length) return
  throw new AgnizeError(
    'model-invalid',
    `The network is no SCRFD: its outputs at stride ${stride} have ${values?.length ?? 'no'} values where ${length} are expected. Add it with the preset of its family.`,
  )
}
