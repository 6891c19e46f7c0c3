import { type Box, contains, iou, squareAround } from '../geometry/box.js'
import type { Pyramid } from '../image/pyramid.js'
import { type QuarterTurns, TurnedPicture } from '../image/turned-picture.js'
import { detect, glance } from './detect.js'
import type { Detail } from './detectors/detail.js'
import type { Detection } from './detectors/detection.js'
import type { DetectionNetwork } from './detectors/look.js'
import { nmsIou } from './detectors/suppress.js'

/** A face with the turns of the picture after which it is upright. */
export interface TurnedDetection extends Detection {
  readonly turns: QuarterTurns
}

/** The turns of a picture, in the order of the tries. */
const allTurns: readonly QuarterTurns[] = [0, 1, 3, 2]

/**
 * Detects the faces of a photo; where none is upright, those of the photo on its side and upside down. With `fast` only upright
 * faces are searched for.
 */
export async function detectAtAnyTurn(
  pyramid: Pyramid,
  network: DetectionNetwork,
  detail: Detail,
): Promise<TurnedDetection[]> {
  const upright = await detect(new TurnedPicture(pyramid, 0), network, detail)
  if (upright.length > 0 || detail === 'fast') {
    return upright.map(({ box, score }) => ({ box, score, turns: 0 }))
  }
  const found: TurnedDetection[] = []
  for (const turns of allTurns.slice(1)) {
    const picture = new TurnedPicture(pyramid, turns)
    for (const { box, score } of await detect(picture, network, 'fast'))
      found.push({ box: picture.boxInPicture(box), score, turns })
  }
  // A face may be seen at several turns; the best score comes first.
  return found
    .sort((a, b) => b.score - a.score)
    .filter(({ box }, i, all) => !all.slice(0, i).some((better) => iou(better.box, box) > nmsIou))
}

/**
 * The same face as the detector sees it after the other turns of the picture; turns at which it sees no face, or one far more doubtful,
 * are left out.
 */
export async function atOtherTurns(
  pyramid: Pyramid,
  { box, score, turns: seen }: TurnedDetection,
  network: DetectionNetwork,
): Promise<TurnedDetection[]> {
  const isClear = score >= network.card.clearScore
  const found: TurnedDetection[] = []
  for (const turns of allTurns) {
    if (turns === seen) continue
    const part = new TurnedPicture(pyramid, turns, squareAround(box, surroundings))
    // A doubtful box may be a poor one: its part may show the face cut or small.
    const faces = isClear ? await glance(part, network) : await detect(part, network, 'fast')
    const again = faces
      .map((face) => ({ box: part.boxInPicture(face.box), score: face.score, turns }))
      .find((face) => contains(face.box, box.x + box.width / 2, box.y + box.height / 2))
    if (again && 1 - again.score <= mostDoubt * Math.max(leastDoubt, 1 - score)) found.push(again)
  }
  return found
}

/**
 * A turn counts if its doubt (1 − score) is at most this multiple of the doubt at the seen turn. Of 102 faces of LFW photos turned by 90°, 180°
 * and 270° none loses its own turn, and of 84 wrong turns of 59 upright faces 61 are left out. Doubts below the second number are equal. Measured
 * on half of LFW; `npm run bench:detection -- --sets turned` shows the result.
 */
const mostDoubt = 4
const leastDoubt = 1e-4

/** The faces of the turned photo that are not among the known ones. */
export async function othersAtTurn(
  pyramid: Pyramid,
  turns: QuarterTurns,
  known: readonly { readonly box: Box }[],
  network: DetectionNetwork,
  detail: Detail,
): Promise<TurnedDetection[]> {
  const picture = new TurnedPicture(pyramid, turns)
  return (await detect(picture, network, detail))
    .map(({ box, score }) => ({ box: picture.boxInPicture(box), score, turns }))
    .filter(({ box }) => !known.some((face) => isSameFace(face.box, box)))
}

/** Whether two boxes show one face, of which one may be poorly placed. */
const isSameFace = (a: Box, b: Box) =>
  contains(a, b.x + b.width / 2, b.y + b.height / 2) ||
  contains(b, a.x + a.width / 2, a.y + a.height / 2)

/** Side of the square in which a face is looked for again, in sides of its box. Judgment: a face seen on its side has a poor box. */
const surroundings = 2.5
