import { AgnizeError } from '../base/errors.js'
import type { Embedding } from '../faces/embed.js'
import { dot } from '../faces/vectors.js'

/**
 * Cosine similarity of two embeddings: −1…1, higher is closer.
 *
 * @throws AgnizeError `wrong-model` for embeddings of different models. Where the models are known as literal types,
 * the compiler rejects the call.
 * @example
 * ```ts
 * import { openAgnize, similarity } from 'agnize'
 *
 * await using agnize = await openAgnize()
 * const [a, b] = await agnize.analyze('two-people.jpg')
 * if (a && b) console.log(similarity(a.embedding, b.embedding))
 * ```
 */
export function similarity<Model extends string>(
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
 * L2 distance of normalized embeddings from their similarity: d² = 2 − 2·similarity.
 *
 * @param similarity - Cosine similarity, −1…1.
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
