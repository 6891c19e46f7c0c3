import type { infer as Infer } from 'zod'
import type * as schemas from './card-schema.js'

/** What a network expects and gives, where it comes from, its licence and its thresholds. */
export type ModelCard = Infer<typeof schemas.modelCardSchema>
/** The card of a network that finds faces. */
export type DetectionCard = Infer<typeof schemas.detectionCardSchema>
/** The card of a network that finds the points of a face. */
export type LandmarksCard = Infer<typeof schemas.landmarksCardSchema>
/** The card of a network that makes embeddings. */
export type EmbeddingCard = Infer<typeof schemas.embeddingCardSchema>
/** Thresholds of an embedding network, and the data behind them. */
export type Calibration = Infer<typeof schemas.calibrationSchema>

/**
 * What marks a template's origin: the network's name and the start of its SHA-256, so that another file under the
 * same name is another model.
 */
export function modelId(card: EmbeddingCard): string {
  return `${card.name}@${card.sha256.slice(0, 16)}`
}
