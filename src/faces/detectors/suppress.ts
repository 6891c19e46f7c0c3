import { area, type Box, intersection, iou } from '../../geometry/box.js'

/** Two boxes with more than this intersection over union are of the same face. Judgment. */
export const nmsIou = 0.4
/** A smaller box with more than this share of its area inside a better-scored one is a part of that face. Judgment. */
export const nmsContainment = 0.65

/** A box smaller than this share of a face that contains it is a lens, an eye or a mouth of that face. Judgment: a lens takes a fifth. */
const partShare = 0.4
/** A box that contains more small boxes than this is no face but a group of people. Judgment: two eyes and a mouth. */
const mostParts = 3

/**
 * Greedy non-maximum suppression: of the boxes of one face, the best-scored is kept. A small box inside a face, such as a lens of
 * its glasses, is dropped whatever its score.
 */
export function suppress<D extends { readonly box: Box; readonly score: number }>(
  detections: readonly D[],
): D[] {
  const kept: D[] = []
  for (const detection of withoutParts(detections).sort((a, b) => b.score - a.score)) {
    const { box } = detection
    const doubled = kept.some(
      (better) =>
        iou(better.box, box) > nmsIou ||
        intersection(better.box, box) > nmsContainment * box.width * box.height,
    )
    if (!doubled) kept.push(detection)
  }
  return kept
}

function withoutParts<D extends { readonly box: Box }>(detections: readonly D[]): D[] {
  const parts = new Set<D>()
  for (const whole of detections) {
    const inside = detections.filter(
      ({ box }) =>
        area(box) < partShare * area(whole.box) &&
        intersection(box, whole.box) > nmsContainment * area(box),
    )
    if (inside.length <= mostParts) for (const part of inside) parts.add(part)
  }
  return detections.filter((detection) => !parts.has(detection))
}
