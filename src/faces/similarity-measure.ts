import type { Cohort } from './cohort.js'
import { dot } from './vectors.js'

/** An embedding that is ready to be compared. */
export interface Comparable {
  /** Unit vector. */
  readonly vector: Float32Array
  /** What its resemblance to the cohort takes off each of its similarities; 0 without a cohort. */
  readonly offset: number
}

/**
 * How similar two embeddings of a model are. Without a cohort it is their cosine. With one it is the cosine less a share of what
 * each resembles the cohort beyond an ordinary face:
 *
 *     similarity(a, b) = cos(a, b) − ½ w (m(a) − m₀) − ½ w (m(b) − m₀)
 *
 * where m is the mean cosine to the nearest group means, m₀ that of ordinary faces, and w the weight of the cohort.
 *
 * Source: cross-domain similarity local scaling, A. Conneau et al., "Word Translation Without Parallel Data", ICLR 2018,
 * with a cohort in place of the other domain, as score normalization has it (R. Auckenthaler et al., "Score Normalization
 * for Text-Independent Speaker Verification Systems", Digital Signal Processing 10, 2000).
 */
export interface SimilarityMeasure {
  /** SHA-256 of the cohort; null for the cosine. Similarities of different measures are not comparable. */
  readonly cohort: string | null
  /**
   * Prepares a unit vector: a few hundred inner products with a cohort.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const measure = await agnize.similarityMeasure()
   * const [a, b] = await agnize.analyze('two-people.jpg')
   * if (a) console.log(measure.prepare(a.embedding.vector).offset)
   * ```
   */
  readonly prepare: (vector: Float32Array) => Comparable
  /**
   * What an embedding's resemblance to the cohort takes off each of its similarities.
   *
   * @param vector - Returns the unit vector; not called without a cohort.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const measure = await agnize.similarityMeasure()
   * const [a, b] = await agnize.analyze('two-people.jpg')
   * if (a) console.log(measure.offset(() => a.embedding.vector))
   * ```
   */
  readonly offset: (vector: () => Float32Array) => number
  /**
   * Offsets of many embeddings; other work gets its turn meanwhile.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const measure = await agnize.similarityMeasure()
   * const [a, b] = await agnize.analyze('two-people.jpg')
   * if (a && b) console.log(await measure.offsets([a.embedding.vector, b.embedding.vector]))
   * ```
   */
  readonly offsets: (vectors: readonly Float32Array[]) => Promise<Float32Array>
  /**
   * Whether a similarity may reach a threshold, told by the cosine before the second embedding is prepared.
   *
   * @param cosine - Of both embeddings.
   * @param a - The embedding that is prepared.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const measure = await agnize.similarityMeasure()
   * const [a, b] = await agnize.analyze('two-people.jpg')
   * if (a) console.log(measure.mayReach(0.4, 0.1, measure.prepare(a.embedding.vector)))
   * ```
   */
  readonly mayReach: (threshold: number, cosine: number, a: Pick<Comparable, 'offset'>) => boolean
  /**
   * Similarity of two prepared embeddings, −1…1.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const measure = await agnize.similarityMeasure()
   * const [a, b] = await agnize.analyze('two-people.jpg')
   * if (a && b) {
   *   const [one, other] = [a, b].map(({ embedding }) => measure.prepare(embedding.vector))
   *   console.log(measure.similarity(one!, other!))
   * }
   * ```
   */
  readonly similarity: (a: Comparable, b: Comparable) => number
}

/** Number of embeddings that are prepared before other work gets a turn: about 4 ms. Judgment. */
const offsetsPerTurn = 32

/** The measure of networks without a cohort. */
export const cosineMeasure: SimilarityMeasure = measureBy(null, {
  ordinary: 0,
  weight: 0,
  sha256: null,
})

/**
 * The measure of a network with a cohort.
 *
 * @param cohort - In the space of the compared vectors.
 * @param card - `ordinary`: mean resemblance of ordinary faces, m₀. `weight`: w. `sha256`: of the cohort.
 */
export function cohortMeasure(
  cohort: Cohort,
  card: { readonly ordinary: number; readonly weight: number; readonly sha256: string },
): SimilarityMeasure {
  return measureBy(cohort, card)
}

/** The similarity of two prepared embeddings whose cosine is known, −1…1. */
export function fromCosine(
  cosine: number,
  a: Pick<Comparable, 'offset'>,
  b: Pick<Comparable, 'offset'>,
): number {
  return Math.max(-1, Math.min(1, cosine - a.offset - b.offset))
}

function measureBy(
  cohort: Cohort | null,
  {
    ordinary,
    weight,
    sha256,
  }: { readonly ordinary: number; readonly weight: number; readonly sha256: string | null },
): SimilarityMeasure {
  const offset = (vector: () => Float32Array) => {
    if (!cohort) return 0
    // Below 0 a face resembles nobody, and no less than that: so the cosine bounds a similarity.
    return (weight * (Math.max(0, cohort.resemblance(vector())) - ordinary)) / 2
  }
  return {
    cohort: sha256,
    offset,
    prepare: (vector) => ({ vector, offset: offset(() => vector) }),
    async offsets(vectors) {
      const offsets = new Float32Array(vectors.length)
      if (!cohort) return offsets
      for (const [i, vector] of vectors.entries()) {
        if (i % offsetsPerTurn === offsetsPerTurn - 1) await new Promise((done) => setTimeout(done))
        offsets[i] = offset(() => vector)
      }
      return offsets
    },
    mayReach: (threshold, cosine, a) => cosine - a.offset + (weight * ordinary) / 2 >= threshold,
    similarity: (a, b) => fromCosine(dot(a.vector, b.vector), a, b),
  }
}
