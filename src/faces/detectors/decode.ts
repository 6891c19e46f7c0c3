import type { DetectionCard } from '../../models/card.js'
import type { Candidate, InputSize, Outputs } from './candidate.js'
import { decodeScrfd } from './scrfd.js'
import { decodeSsd } from './ssd.js'
import { decodeYunet } from './yunet.js'

/**
 * Turns the outputs of a network into boxes in pixels of its input.
 *
 * @param order - Names of the outputs in the order of the file.
 * @throws AgnizeError `model-invalid` when the outputs are not those of the family.
 */
export type Decode = (
  outputs: Outputs,
  input: InputSize,
  minScore: number,
  order: readonly string[],
) => Candidate[]

const decoders: Record<DetectionCard['decoder'], Decode> = {
  ssd: decodeSsd,
  yunet: decodeYunet,
  scrfd: decodeScrfd,
}

/** The decoder of a family of networks. */
export const decode = (family: DetectionCard['decoder']): Decode => decoders[family]
