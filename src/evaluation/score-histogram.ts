/**
 * Number of cells over similarities −1…1, each 2 / 32,768 wide. Thresholds lie on cell edges, so that the rates at them are
 * exact, and no sorting is needed for any number of pairs.
 */
export const cells = 32_768
const cellsPerUnit = cells / 2

/** Cell of a similarity; values outside −1…1 fall into the outermost cell. */
export function cellOf(similarity: number): number {
  const cell = Math.floor((similarity + 1) * cellsPerUnit)
  return cell < 0 ? 0 : cell >= cells ? cells - 1 : cell
}

/** Histogram of similarities. Weights may be fractional, as in a bootstrap. */
export class ScoreHistogram {
  /** Count of each cell, from −1 to 1. */
  readonly counts: Float64Array
  #above: Float64Array | undefined

  /** @param counts - One per cell, over −1…1 in cells of equal width. */
  constructor(counts: Float64Array = new Float64Array(cells)) {
    this.counts = counts
  }

  /** Histogram of a list of similarities. */
  static of(similarities: Iterable<number>): ScoreHistogram {
    const histogram = new ScoreHistogram()
    for (const similarity of similarities) histogram.counts[cellOf(similarity)]!++
    return histogram
  }

  /** Number of similarities. */
  get total(): number {
    return this.#atOrAbove()[0]!
  }

  /**
   * Number of similarities at or above a value: exact at cell edges, interpolated linearly within a cell.
   *
   * @param similarity - Cosine similarity, −1…1.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   * import { evaluate } from 'agnize/evaluation'
   *
   * await using agnize = await openAgnize()
   * const { verification } = await evaluate(agnize, { folder: 'people/' })
   * const { impostor } = verification.scores
   * console.log(impostor.above(0.4) / impostor.total) // false match rate at 0.4
   * ```
   */
  above(similarity: number): number {
    const above = this.#atOrAbove()
    const at = ((similarity + 1) / 2) * this.counts.length
    if (at <= 0) return above[0]!
    if (at >= this.counts.length) return 0
    const cell = Math.floor(at)
    return above[cell]! - (at - cell) * (above[cell]! - above[cell + 1]!)
  }

  /**
   * Lowest cell edge with at most `count` similarities at or above it.
   *
   * @param count - Number of similarities.
   * @returns Cosine similarity, −1…1.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   * import { evaluate } from 'agnize/evaluation'
   *
   * await using agnize = await openAgnize()
   * const { verification } = await evaluate(agnize, { folder: 'people/' })
   * const { impostor } = verification.scores
   * console.log(impostor.edgeWithAtMost(impostor.total / 1000)) // threshold for a false match rate of 0.1 %
   * ```
   */
  edgeWithAtMost(count: number): number {
    const above = this.#atOrAbove()
    let low = 0
    let high = above.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (above[middle]! <= count) high = middle
      else low = middle + 1
    }
    return (2 * low) / this.counts.length - 1
  }

  /**
   * Similarity with `count` similarities above it, interpolated within a cell.
   *
   * @param count - Number of similarities.
   * @returns Cosine similarity, −1…1.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   * import { evaluate } from 'agnize/evaluation'
   *
   * await using agnize = await openAgnize()
   * const { verification } = await evaluate(agnize, { folder: 'people/' })
   * const { genuine } = verification.scores
   * console.log(genuine.similarityWith(genuine.total / 2)) // median
   * ```
   */
  similarityWith(count: number): number {
    const above = this.#atOrAbove()
    const edge = this.edgeWithAtMost(count)
    const cell = Math.round(((edge + 1) / 2) * this.counts.length)
    if (cell === 0) return edge
    const inCell = above[cell - 1]! - above[cell]!
    const share = inCell > 0 ? (count - above[cell]!) / inCell : 0
    return edge - (2 * Math.min(1, share)) / this.counts.length
  }

  /**
   * Mean and standard deviation.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   * import { evaluate } from 'agnize/evaluation'
   *
   * await using agnize = await openAgnize()
   * const { verification } = await evaluate(agnize, { folder: 'people/' })
   * const { genuine, impostor } = verification.scores
   * console.log(genuine.moments().mean - impostor.moments().mean)
   * ```
   */
  moments(): {
    /** Mean. */
    mean: number
    /** Sample standard deviation. */
    deviation: number
  } {
    let sum = 0
    let squares = 0
    this.counts.forEach((count, cell) => {
      const middle = (2 * (cell + 0.5)) / this.counts.length - 1
      sum += count * middle
      squares += count * middle * middle
    })
    const mean = sum / this.total
    const variance = (squares / this.total - mean * mean) * (this.total / (this.total - 1))
    return { mean, deviation: Math.sqrt(Math.max(0, variance)) }
  }

  /**
   * Normalized histogram with equal bins from −1 to 1.
   *
   * @param steps - Number of bins; a divisor of the number of cells.
   * @returns Share of the similarities in each bin, 0…1.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   * import { evaluate } from 'agnize/evaluation'
   *
   * await using agnize = await openAgnize()
   * const { verification } = await evaluate(agnize, { folder: 'people/' })
   * const { genuine } = verification.scores
   * console.log(genuine.shares(128)) // bins of 2 / 128 each
   * ```
   */
  shares(steps: number): number[] {
    const size = this.counts.length / steps
    return Array.from({ length: steps }, (_, i) => {
      const part = this.counts.subarray(i * size, (i + 1) * size)
      return part.reduce((sum, count) => sum + count, 0) / this.total
    })
  }

  #atOrAbove(): Float64Array {
    if (this.#above) return this.#above
    const above = new Float64Array(this.counts.length + 1)
    for (let cell = this.counts.length - 1; cell >= 0; cell--) {
      above[cell] = above[cell + 1]! + this.counts[cell]!
    }
    this.#above = above
    return above
  }
}
