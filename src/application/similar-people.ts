import { setImmediate } from 'node:timers/promises'
import { throwIfCanceled } from '../base/errors.js'
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
/** Number of photos of one person whose pairs are counted, so that no single person determines the likeness. Judgment. */
const photosOfOne = 5
/** Number of comparisons of photos before other work gets a turn: a few milliseconds. Judgment. */
const comparisonsPerTurn = 10_000

/** The pairs of {@link similarPairs}. */
export interface SimilarPairs {
  readonly pairs: SimilarPair[]
  /** Whether there are more. */
  readonly isCut: boolean
}

/**
 * The pairs of people that a threshold does not separate, most similar first; of very many the most similar ones. It compares
 * all of them, block by block outside JavaScript, and other work gets its turn between two blocks.
 *
 * @param means - The mean of each person's embeddings, a unit vector.
 * @param options - `isAnswered`: pairs that somebody answered, which are told beyond the maximum.
 * @throws AgnizeError `cancelled`.
 */
export async function similarPairs(
  means: readonly Float32Array[],
  measure: SimilarityMeasure,
  threshold: number,
  {
    isAnswered = () => false,
    signal,
    onProgress,
  }: {
    readonly isAnswered?: (i: number, j: number) => boolean
    readonly signal?: AbortSignal | undefined
    readonly onProgress?: ((done: number, total: number) => void) | undefined
  } = {},
): Promise<SimilarPairs> {
  const answered: SimilarPair[] = []
  const pairs: SimilarPair[] = []
  let isCut = false
  const dropSurplus = () => {
    pairs.sort((a, b) => b.similarity - a.similarity)
    isCut ||= pairs.length > maxPairs
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
          if (similarity < threshold) continue
          if (isAnswered(i, j)) answered.push({ i, j, similarity })
          else pairs.push({ i, j, similarity })
        }
      }
      if (pairs.length > 10 * maxPairs) dropSurplus()
    },
  )
  dropSurplus()
  return { pairs: [...pairs, ...answered].sort((a, b) => b.similarity - a.similarity), isCut }
}

/** The photos of one person whose pairs {@link GenuineSimilarities} counts: evenly among all, since neighbors may be frames of one film. */
export function countedPhotos<Template>(templates: readonly Template[]): readonly Template[] {
  if (templates.length <= photosOfOne) return templates
  return Array.from(
    { length: photosOfOne },
    (_, i) => templates[Math.floor((i * templates.length) / photosOfOne)]!,
  )
}

/** Whether people with these numbers of counted photos have as many pairs as {@link GenuineSimilarities} counts. */
export const haveEnoughPairs = (numbers: readonly number[]): boolean =>
  numbers.reduce((sum, n) => sum + (n * (n - 1)) / 2, 0) >= genuinePairs.most

/** How similar photos of one person are in a gallery: counts the pairs of a few photos of each person. */
export class GenuineSimilarities {
  readonly #similarities: number[] = []
  readonly #measure: SimilarityMeasure

  constructor(measure: SimilarityMeasure) {
    this.#measure = measure
  }

  /** Counts the pairs of one person's {@link countedPhotos}, until enough were counted. */
  add(templates: readonly Comparable[]): void {
    const counted = countedPhotos(templates)
    for (const [i, each] of counted.entries()) {
      for (const other of counted.slice(0, i)) {
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

/** Two templates of two people. */
interface TemplatePair<Template> {
  readonly a: Template
  readonly b: Template
  readonly similarity: number
}

/** The two most similar templates of each pair of people; other work gets its turn meanwhile. @throws AgnizeError `cancelled`. */
export async function nearestOfEach<Template extends Comparable>(
  pairs: readonly (readonly [readonly Template[], readonly Template[]])[],
  measure: SimilarityMeasure,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<TemplatePair<Template>[]> {
  const found: TemplatePair<Template>[] = []
  let untilTurn = comparisonsPerTurn
  for (const [ones, others] of pairs) {
    let best: TemplatePair<Template> | undefined
    for (const one of ones) {
      untilTurn -= others.length
      if (untilTurn < 0) {
        await setImmediate()
        throwIfCanceled(signal)
        untilTurn = comparisonsPerTurn
      }
      const own = nearest([one], others, measure)
      if (!best || own.similarity > best.similarity) best = own
    }
    found.push(best!)
  }
  return found
}

/** The two most similar templates of two groups. */
export function nearest<Template extends Comparable>(
  ones: readonly Template[],
  others: readonly Template[],
  measure: SimilarityMeasure,
): TemplatePair<Template> {
  let best = { a: ones[0]!, b: others[0]!, similarity: -1 }
  for (const a of ones) {
    for (const b of others) {
      const similarity = measure.similarity(a, b)
      if (similarity > best.similarity) best = { a, b, similarity }
    }
  }
  return best
}
