import type { Embedding } from '../../faces/embed.js'
import type { SimilarityMeasure } from '../../faces/similarity-measure.js'
import type { EmbeddingCard } from '../../models/card.js'
import { distance, similarity } from '../../recognition/similarity.js'
import { defaultErrorRate, thresholdFor } from '../../recognition/threshold.js'

/**
 * The cuts between which clients of CompreFace choose theirs, and the share of strangers who pass each: at 0.5 as many as agnize
 * names, at 0.99 a tenth of them. Judgment; `npm run bench:compreface` prints what passes the cuts between.
 */
const loosest = { similarity: 0.5, rate: defaultErrorRate } as const
const strictest = { similarity: 0.99, rate: defaultErrorRate / 10 } as const

/** CompreFace's (c0, c1) for its MobileFaceNet, in the middle of its models: the scale of a model without thresholds. */
const mobileFaceNet = { offset: 1.26538905, slope: 5.552089201 } as const

/** The highest similarity below every cut, to the five decimals that are sent. */
export const belowEveryCut = 0.49999

/**
 * CompreFace's similarity scale: (tanh(a) + 1) / 2. CompreFace's a is (c0 − d) · c1 for the distance d of two embeddings, with
 * constants for each of its models. Here a is linear in three parts, so that a cut means a share of strangers: it is 0 at the
 * threshold for the loosest rate and reaches 0.99 at that for the strictest; beyond them it has CompreFace's slope.
 */
export class Scale {
  readonly #parts: readonly (readonly [distance: number, angle: number])[]

  /**
   * @param card - Card of the model in use, with the gallery's own calibration where there is one.
   * @param comparisons - Number of subjects that a face is compared with; 1 for a verification.
   */
  constructor(card: EmbeddingCard, comparisons = 1) {
    const { offset, slope } = mobileFaceNet
    const equal = offset * slope
    const thresholds = card.calibration
      ? [strictest, loosest].map(({ similarity, rate }): [number, number] => [
          distance(thresholdFor(card, { fpir: rate }, comparisons).value),
          Math.atanh(2 * similarity - 1),
        ])
      : ([[offset, 0]] as const)
    const farthest = 2
    const last = thresholds.at(-1)![0]
    this.#parts = [[0, equal], ...thresholds, [farthest, (last - farthest) * slope]]
  }

  /** @param similarity - The model's, −1…1. @returns 0…1, rounded to five decimals, halves up. */
  of(similarity: number): number {
    return rounded((Math.tanh(this.#angle(distance(similarity))) + 1) / 2)
  }

  /** Similarity of two embeddings on this scale, 0…1. */
  between(measure: SimilarityMeasure, a: Embedding, b: Embedding): number {
    return this.of(similarity(measure, a, b))
  }

  #angle(distance: number): number {
    const parts = this.#parts
    const right = Math.max(
      1,
      parts.findIndex(([to]) => to >= distance),
    )
    const [[from, high], [to, low]] = [parts[right - 1]!, parts[right]!]
    return to === from ? low : high + ((distance - from) / (to - from)) * (low - high)
  }
}

/** Rounds to five decimals, halves up. */
export const rounded = (value: number) => Math.floor(value * 1e5 + 0.5 + 1e-9) / 1e5
