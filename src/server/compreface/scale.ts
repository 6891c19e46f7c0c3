import type { EmbeddingCard } from '../../models/card.js'
import { distance } from '../../recognition/similarity.js'
import { thresholdFor } from '../../recognition/threshold.js'

/** How steep the scale is: about as those of CompreFace's ArcFace models, 5.55 to 6.6. */
const slope = 5.5
/** What a comparison at a false match rate of one in a thousand is on the scale. */
const anchor = { fmr: 1e-3, similarity: 0.9 }
/** Cosine of the anchor for a model without measured thresholds. */
const guess = 0.4

/**
 * CompreFace's scale of similarity, (tanh((c0 − d) · c1) + 1) / 2 of the distance d between embeddings. Its c0 and c1 belong
 * to its models; here c1 is 5.5, and c0 such that 0.9 is where one of a thousand pairs of different people would pass.
 */
export class Scale {
  readonly #offset: number

  /** @param card - Of the model in use, with the gallery's own calibration where there is one. */
  constructor(card: EmbeddingCard) {
    const cosine = card.calibration ? thresholdFor(card, { fmr: anchor.fmr }).value : guess
    this.#offset = distance(cosine) + Math.atanh(2 * anchor.similarity - 1) / slope
  }

  /** @param cosine - −1…1. @returns 0…1, rounded to five decimals, halves up. */
  of(cosine: number): number {
    return rounded((Math.tanh((this.#offset - distance(cosine)) * slope) + 1) / 2)
  }
}

/** Rounds to five decimals, halves up. */
export const rounded = (value: number) => Math.floor(value * 1e5 + 0.5 + 1e-9) / 1e5
