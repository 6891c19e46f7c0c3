import { matrixOf } from '../faces/embedding-matrix.js'
import {
  groupAlignedStripes,
  type SimilarityBlock,
  similarityBlocks,
} from '../similarities/similarity-blocks.js'
import type { EvaluationSet } from './evaluation-set.js'

/** Called for each pair: the indices of two samples, whether they show one person, and their similarity. */
export type OnPair = (a: number, b: number, same: boolean, similarity: number) => void

/** Options of {@link eachPair}. */
export interface PairOptions {
  readonly threads: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/**
 * Iterates over the pairs of a set: all of them, or those of its protocol.
 *
 * @param people - Person of each sample, as a number.
 * @param onBlock - Receives whole blocks in place of `onPair` where all pairs are compared, which is faster.
 */
export async function eachPair(
  set: EvaluationSet,
  people: Int32Array,
  options: PairOptions,
  onPair: OnPair,
  onBlock: (block: SimilarityBlock) => void = (block) => eachOfBlock(block, people, onPair),
): Promise<void> {
  if (!set.pairs) {
    const matrix = await matrixOf(set.samples, set.measure)
    const stripes = groupAlignedStripes(people)
    await similarityBlocks(matrix, matrix, { ...options, stripes }, onBlock)
    return
  }
  for (const { a, b, same } of set.pairs) onPair(a, b, same, similarityOf(set, a, b))
  options.onProgress?.(set.pairs.length, set.pairs.length)
}

function eachOfBlock(
  { rowFrom, rowTo, columnFrom, columnTo, values, stride }: SimilarityBlock,
  people: Int32Array,
  onPair: OnPair,
): void {
  for (let i = rowFrom; i < rowTo; i++) {
    const row = (i - rowFrom) * stride - columnFrom
    for (let j = Math.max(columnFrom, i + 1); j < columnTo; j++) {
      onPair(i, j, people[i] === people[j], values[row + j]!)
    }
  }
}

/** Embeddings with the measure of their similarities. */
export interface ComparableSamples {
  readonly samples: readonly Pick<EvaluationSet['samples'][number], 'vector'>[]
  readonly measure: EvaluationSet['measure']
}

/** Similarity of two samples of a set. */
export function similarityOf(
  { samples, measure }: ComparableSamples,
  a: number,
  b: number,
): number {
  return measure.similarity(
    measure.prepare(samples[a]!.vector),
    measure.prepare(samples[b]!.vector),
  )
}
