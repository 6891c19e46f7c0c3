import type { GroupMeans } from '../models/cohort-file.js'

/**
 * A cohort: mean embeddings of many groups of people, which tell how many people a face resembles. A group has at least twenty people,
 * so that its mean is nobody's template. Networks find all faces of some groups similar to
 * each other, small children above all, so a cosine that is rare between two adults may be common between two children.
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
   */
  resemblance(vector: Float32Array): number {
    const { vectors, dimensions, count } = this.#means
    // The nearest so far, ascending.
    const nearest = new Float64Array(this.#neighbors).fill(Number.NEGATIVE_INFINITY)
    for (let row = 0; row < count; row++) {
      const cosine = dotAt(vectors, row * dimensions, vector)
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

/**
 * Inner product of a row with a vector. Four sums, since a sum that waits for the one before it takes three times as long.
 */
function dotAt(rows: Float32Array, from: number, vector: Float32Array): number {
  const { length } = vector
  const whole = length - (length % 4)
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0, at = from; i < whole; i += 4, at += 4) {
    a += rows[at]! * vector[i]!
    b += rows[at + 1]! * vector[i + 1]!
    c += rows[at + 2]! * vector[i + 2]!
    d += rows[at + 3]! * vector[i + 3]!
  }
  for (let i = whole; i < length; i++) a += rows[from + i]! * vector[i]!
  return a + b + c + d
}
