import { matrixOf } from '../faces/embedding-matrix.js'
import type { Comparable, SimilarityMeasure } from '../faces/similarity-measure.js'
import type { EmbeddingCard } from '../models/card.js'
import { similarityBlocks } from '../similarities/similarity-blocks.js'

/** Two people of a list, by their places in it. */
export interface SimilarPair {
  /** The first of the two in the list. */
  readonly i: number
  readonly j: number
  /** Similarity of their means. */
  readonly similarity: number
}

/** Maximum number of pairs that are told; with more, the threshold itself is wrong. Judgment. */
const maxPairs = 1000
/** Number of genuine pairs from which a gallery's own likeness is known, and from which no more are counted. Judgment. */
const genuinePairs = { least: 20, most: 2000 }

/**
 * The pairs of people that a threshold does not separate, most similar first; of very many the most similar ones. It compares
 * all of them, block by block outside JavaScript, and other work gets its turn between two blocks.
 *
 * @param means - The mean of each person's embeddings, a unit vector.
 */
export async function similarPairs(
  means: readonly Float32Array[],
  measure: SimilarityMeasure,
  threshold: number,
  {
    signal,
    onProgress,
  }: {
    readonly signal?: AbortSignal | undefined
    readonly onProgress?: ((done: number, total: number) => void) | undefined
  } = {},
): Promise<SimilarPair[]> {
  const pairs: SimilarPair[] = []
  const dropSurplus = () => {
    pairs.sort((a, b) => b.similarity - a.similarity)
    pairs.length = Math.min(pairs.length, maxPairs)
  }
  const matrix = await matrixOf(
    means.map((vector) => ({ vector })),
    measure,
  )
  await similarityBlocks(
    matrix,
    matrix,
    { threads: 1, signal, onProgress },
    ({ rowFrom, rowTo, columnFrom, columnTo, values, stride }) => {
      for (let i = rowFrom; i < rowTo; i++) {
        for (let j = Math.max(columnFrom, i + 1); j < columnTo; j++) {
          const similarity = values[(i - rowFrom) * stride + j - columnFrom]!
          if (similarity >= threshold) pairs.push({ i, j, similarity })
        }
      }
      if (pairs.length > 10 * maxPairs) dropSurplus()
    },
  )
  dropSurplus()
  return pairs
}

/** Whether a number of pairs of photos of one person is all that {@link GenuineSimilarities} counts. */
export const areEnoughPairs = (pairs: number): boolean => pairs >= genuinePairs.most

/** How similar photos of one person are in a gallery: counts the pairs of photos of each person. */
export class GenuineSimilarities {
  readonly #similarities: number[] = []
  readonly #measure: SimilarityMeasure

  constructor(measure: SimilarityMeasure) {
    this.#measure = measure
  }

  /** Counts the pairs of one person's photos, until enough were counted. */
  add(templates: readonly Comparable[]): void {
    for (const [i, each] of templates.entries()) {
      for (const other of templates.slice(0, i)) {
        if (this.#similarities.length === genuinePairs.most) return
        this.#similarities.push(this.#measure.similarity(each, other))
      }
    }
  }

  /**
   * Similarity from which two photos are as similar as those of one person: all but 5 % of the genuine pairs reach it, and it is
   * no less than the threshold of a search. Where the gallery has too few pairs, the threshold and twice the ambiguous range.
   */
  likeness(threshold: number, { calibration }: EmbeddingCard): number {
    const sorted = this.#similarities.sort((a, b) => a - b)
    if (sorted.length < genuinePairs.least) return threshold + 2 * (calibration?.ambiguity ?? 0)
    return Math.max(threshold, sorted[Math.floor(sorted.length / 20)]!)
  }
}

/** The two most similar templates of two people. */
export function nearest<Template extends Comparable>(
  ones: readonly Template[],
  others: readonly Template[],
  measure: SimilarityMeasure,
): { readonly a: Template; readonly b: Template; readonly similarity: number } {
  let best = { a: ones[0]!, b: others[0]!, similarity: -1 }
  for (const a of ones) {
    for (const b of others) {
      const similarity = measure.similarity(a, b)
      if (similarity > best.similarity) best = { a, b, similarity }
    }
  }
  return best
}
