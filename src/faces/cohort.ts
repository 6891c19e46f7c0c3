import { AgnizeError } from '../base/errors.js'
import type { GroupMeans } from '../models/cohort-file.js'
import { dotOfRow } from './vectors.js'

/**
 * A cohort: mean embeddings of many groups of people, which tell how many people a face resembles. Networks find all faces of
 * some groups similar to each other, small children above all, so a cosine that is rare between two adults may be common between
 * two children.
 */
export class Cohort {
  readonly #means: GroupMeans
  readonly #neighbors: number

  /**
   * @param means - In the space of the vectors that are compared with them.
   * @param neighbors - Number of nearest groups that count, at most the number of groups.
   */
  constructor(means: GroupMeans, neighbors: number) {
    this.#means = means
    this.#neighbors = Math.min(neighbors, means.count)
  }

  /**
   * Mean cosine of an embedding to its nearest group means: high for a face that resembles many people.
   *
   * @param vector - Unit vector of the means' dimension.
   * @returns −1…1.
   * @throws AgnizeError `wrong-model` for a vector of another dimension.
   */
  resemblance(vector: Float32Array): number {
    const { vectors, dimensions, count } = this.#means
    if (vector.length !== dimensions) {
      throw new AgnizeError(
        'wrong-model',
        `The cohort of the model has embeddings of ${dimensions} numbers, and one of ${vector.length} is compared: compute it with that model.`,
      )
    }
    // The nearest so far, ascending.
    const nearest = new Float64Array(this.#neighbors).fill(Number.NEGATIVE_INFINITY)
    for (let row = 0; row < count; row++) {
      const cosine = dotOfRow(vectors, row * dimensions, vector)
      if (cosine <= nearest[0]!) continue
      let at = 0
      while (at + 1 < nearest.length && nearest[at + 1]! < cosine) {
        nearest[at] = nearest[at + 1]!
        at++
      }
      nearest[at] = cosine
    }
    return nearest.reduce((sum, cosine) => sum + cosine, 0) / nearest.length
  }
}
