import { AgnizeError } from '../base/errors.js'
import type { Embedding } from '../faces/embed.js'
import { fromCosine, type SimilarityMeasure } from '../faces/similarity-measure.js'
import { dot } from '../faces/vectors.js'

/**
 * Cosine of two embeddings, −1…1. Answers are decided by the model's similarity, which for a network with a cohort is the cosine
 * corrected by it: `Agnize.verify` and `Agnize.identify` return both.
 *
 * @throws AgnizeError `wrong-model` for embeddings of different models. Where the models are known as literal types,
 * the compiler rejects the call.
 * @example
 * ```ts
 * import { cosine, openAgnize } from 'agnize'
 *
 * await using agnize = await openAgnize()
 * const [a, b] = await agnize.analyze('two-people.jpg')
 * if (a && b) console.log(cosine(a.embedding, b.embedding))
 * ```
 */
export function cosine<Model extends string>(
  a: Embedding<Model>,
  b: Embedding<NoInfer<Model>>,
): number {
  if (a.model !== b.model || a.vector.length !== b.vector.length) {
    throw new AgnizeError(
      'wrong-model',
      `Embeddings of ${a.model} and ${b.model} cannot be compared: embed both photos with the same model.`,
    )
  }
  return Math.max(-1, Math.min(1, dot(a.vector, b.vector)))
}

/**
 * Similarity of two embeddings by the measure of their model, −1…1.
 *
 * @throws AgnizeError `wrong-model`.
 */
export function similarity(measure: SimilarityMeasure, a: Embedding, b: Embedding): number {
  return fromCosine(cosine(a, b), measure.prepare(a.vector), measure.prepare(b.vector))
}

/**
 * A similarity as a distance: d² = 2 − 2·similarity. For networks without a cohort it is the Euclidean distance of the
 * normalized embeddings.
 *
 * @param similarity - −1…1.
 * @returns 0…2; lower is closer.
 * @example
 * ```ts
 * import { distance } from 'agnize'
 *
 * console.log(distance(0.5)) // 1
 * ```
 */
export function distance(similarity: number): number {
  return Math.sqrt(Math.max(0, 2 - 2 * similarity))
}
