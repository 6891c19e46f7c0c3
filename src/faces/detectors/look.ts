import type { Box } from '../../geometry/box.js'
import type { Point } from '../../geometry/similarity-transform.js'
import { withTensor } from '../../image/tensor-pool.js'
import type { TurnedPicture } from '../../image/turned-picture.js'
import type { DetectionCard } from '../../models/card.js'
import type { Session } from '../../models/session.js'
import type { Landmarks } from '../landmarks.js'
import type { Candidate, InputSize } from './candidate.js'
import { decode } from './decode.js'
import { suppress } from './suppress.js'

/** An open detection network with its card. */
export interface DetectionNetwork {
  readonly session: Session
  readonly card: DetectionCard
}

/** Options of {@link look}. */
export interface LookOptions {
  /** Boxes below it are dropped, 0…1; default the card's. */
  readonly minScore?: number | undefined
  /** How many times a decoded level of the picture may be enlarged rather than a finer one decoded; default 1. */
  readonly enlargement?: number
}

/**
 * Runs the network on a part of a picture.
 *
 * @param region - The part, in pixels of the picture; it may extend beyond the picture, where it is black.
 * @param size - Size of the network's input.
 * @returns Boxes in pixels of the picture, best score first, each face once.
 */
export async function look(
  picture: TurnedPicture,
  region: Box,
  size: InputSize,
  { session, card }: DetectionNetwork,
  { minScore = card.minScore, enlargement }: LookOptions = {},
): Promise<Candidate[]> {
  const outputs = await withTensor(3 * size.width * size.height, async (input) => {
    await picture.resizeIntoTensor(region, size, card.input, input, enlargement)
    return session.run(input, [1, 3, size.height, size.width])
  })
  const scale = { x: region.width / size.width, y: region.height / size.height }
  const inPicture = ([x, y]: Point): Point => [region.x + x * scale.x, region.y + y * scale.y]
  const found = decode(card.decoder)(outputs, size, minScore, session.outputNames)
    .map(({ box, score, points }): Candidate => {
      const [x, y] = inPicture([box.x, box.y])
      return {
        box: { x, y, width: box.width * scale.x, height: box.height * scale.y },
        score,
        points: points && (points.map(inPicture) as unknown as Landmarks),
      }
    })
    .filter(({ box }) => box.width >= 1 && box.height >= 1)
  return suppress(found)
}
