import type { EmbeddingMatrix } from '../similarities/similarity-blocks.js'
import type { SimilarityMeasure } from './similarity-measure.js'

/** Embeddings in one array, with what each takes off its similarities. */
export async function matrixOf(
  samples: readonly { readonly vector: Float32Array }[],
  measure: SimilarityMeasure,
): Promise<EmbeddingMatrix> {
  const dimensions = samples[0]?.vector.length ?? 0
  const vectors = new Float32Array(samples.length * dimensions)
  samples.forEach(({ vector }, i) => {
    vectors.set(vector, i * dimensions)
  })
  const offsets = await measure.offsets(samples.map(({ vector }) => vector))
  return { vectors, offsets, dimensions, count: samples.length }
}
