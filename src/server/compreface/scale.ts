import type { Embedding } from '../../faces/embed.js'
import type { SimilarityMeasure } from '../../faces/similarity-measure.js'
import type { EmbeddingCard } from '../../models/card.js'
import { distance, similarity } from '../../recognition/similarity.js'
import { thresholdFor } from '../../recognition/threshold.js'

/** Slope of the scale: about that of CompreFace's ArcFace models, 5.55 to 6.6. */
const slope = 5.5
/** The similarity on this scale that corresponds to the threshold at FMR 0.001. */
const anchor = { fmr: 1e-3, similarity: 0.9 }
/** agnize's similarity at the anchor for a model without measured thresholds. Judgment. */
const defaultSimilarity = 0.4

/**
 * CompreFace's similarity scale: (tanh((c0 − d) · c1) + 1) / 2 for the distance d between embeddings. CompreFace fits c0 and
 * c1 to its models; here c1 is 5.5, and c0 maps the threshold at FMR 0.001 to 0.9.
 */
export class Scale {
  readonly #offset: number
  readonly #measure: SimilarityMeasure

  /**
   * @param card - Card of the model in use, with the gallery's own calibration where there is one.
   * @param measure - Measure of the model's similarities.
   */
  constructor(card: EmbeddingCard, measure: SimilarityMeasure) {
    this.#measure = measure
    const atAnchor = card.calibration
      ? thresholdFor(card, { fmr: anchor.fmr }).value
      : defaultSimilarity
    this.#offset = distance(atAnchor) + Math.atanh(2 * anchor.similarity - 1) / slope
  }

  /** @param similarity - agnize's, −1…1. @returns 0…1, rounded to five decimals, halves up. */
  of(similarity: number): number {
    return rounded((Math.tanh((this.#offset - distance(similarity)) * slope) + 1) / 2)
  }

  /** Similarity of two embeddings on this scale, 0…1. */
  between(a: Embedding, b: Embedding): number {
    return this.of(similarity(this.#measure, a, b))
  }
}

/** Rounds to five decimals, halves up. */
export const rounded = (value: number) => Math.floor(value * 1e5 + 0.5 + 1e-9) / 1e5
