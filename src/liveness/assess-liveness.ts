import type { Box } from '../geometry/box.js'
import { toTensor } from '../image/tensor.js'
import type { TurnedPicture } from '../image/turned-picture.js'
import type { LivenessCard } from '../models/card.js'
import type { Session } from '../models/session.js'
import { cropForLiveness } from './crop.js'
import { decideLiveness } from './decide-liveness.js'
import { type FaceConditions, reasonAgainst } from './judgeable.js'
import type { Liveness } from './liveness.js'

/** An open liveness network with its card. */
export interface LivenessNetwork {
  readonly session: Session
  readonly card: LivenessCard
}

/**
 * Assesses whether a face is live.
 *
 * @param picture - The picture turned so that the face is upright.
 * @param box - The face, in pixels of the picture before it was turned.
 * @param conditions - Size, light and sharpness of the face.
 * @param networks - One or more; all of them see the face.
 */
export async function assessLiveness(
  picture: TurnedPicture,
  box: Box,
  conditions: FaceConditions,
  networks: readonly LivenessNetwork[],
): Promise<Liveness> {
  const cards = networks.map(({ card }) => card)
  const reason = reasonAgainst(picture, box, conditions, cards)
  if (reason !== null) return decideLiveness(cards, reason)
  return decideLiveness(cards, await livenessScores(picture, box, networks))
}

/** Score of each network for live faces, 0…1, also of a face that cannot be judged. */
export async function livenessScores(
  picture: TurnedPicture,
  box: Box,
  networks: readonly LivenessNetwork[],
): Promise<number[]> {
  const scores: number[] = []
  for (const { session, card } of networks) {
    const crop = await cropForLiveness(picture, box, card)
    const [output] = Object.values(await session.run(toTensor(crop, card.input)))
    scores.push(softmax(output!)[card.liveClass]!)
  }
  return scores
}

function softmax(values: Float32Array): number[] {
  const highest = values.reduce((a, b) => Math.max(a, b))
  const powers = Array.from(values, (value) => Math.exp(value - highest))
  const sum = powers.reduce((a, b) => a + b)
  return powers.map((power) => power / sum)
}
