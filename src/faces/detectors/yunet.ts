import { AgnizeError } from '../../base/errors.js'
import type { Point } from '../../geometry/similarity-transform.js'
import type { Landmarks } from '../landmarks.js'
import type { Candidate, InputSize, Outputs } from './candidate.js'

/** Strides of the three output maps, in pixels. */
const strides = [8, 16, 32]

/**
 * Decodes YuNet (Wu et al. 2023): at each stride a map of class and object scores, boxes (offset of the center from the cell,
 * logarithm of the size) and five landmarks, all in strides. OpenCV's `FaceDetectorYN` computes the same.
 *
 * @param input - The size of the input; both sides are multiples of 32.
 * @param minScore - Boxes below it are dropped, 0…1. The score is the geometric mean of the class and the object score.
 * @throws AgnizeError `model-invalid` when the outputs are not those of YuNet.
 */
export function decodeYunet(outputs: Outputs, input: InputSize, minScore: number): Candidate[] {
  const candidates: Candidate[] = []
  for (const stride of strides) {
    const [cls, obj] = [outputs[`cls_${stride}`]!, outputs[`obj_${stride}`]!]
    const [boxes, points] = [outputs[`bbox_${stride}`]!, outputs[`kps_${stride}`]!]
    const columns = input.width / stride
    const cells = columns * (input.height / stride)
    if (cls?.length !== cells || boxes?.length !== 4 * cells || points?.length !== 10 * cells)
      throw notYunet(stride, cells)
    for (let i = 0; i < cls.length; i++) {
      const score = Math.sqrt(unit(cls[i]!) * unit(obj[i]!))
      if (score < minScore) continue
      const column = i % columns
      const row = Math.floor(i / columns)
      const width = Math.exp(boxes[4 * i + 2]!) * stride
      const height = Math.exp(boxes[4 * i + 3]!) * stride
      candidates.push({
        box: {
          x: (column + boxes[4 * i]!) * stride - width / 2,
          y: (row + boxes[4 * i + 1]!) * stride - height / 2,
          width,
          height,
        },
        score,
        points: Array.from(
          { length: 5 },
          (_, k): Point => [
            (column + points[10 * i + 2 * k]!) * stride,
            (row + points[10 * i + 2 * k + 1]!) * stride,
          ],
        ) as unknown as Landmarks,
      })
    }
  }
  return candidates
}

const notYunet = (stride: number, cells: number) =>
  new AgnizeError(
    'model-invalid',
    `The network is no YuNet: it lacks the outputs cls_${stride}, obj_${stride}, bbox_${stride} and kps_${stride} of ${cells} cells. Add it with the preset of its family.`,
  )

const unit = (value: number) => Math.max(0, Math.min(1, value))
