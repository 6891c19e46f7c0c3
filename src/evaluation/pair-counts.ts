import type { SimilarityBlock } from '../similarities/similarity-blocks.js'
import type { PairHistograms } from './error-rates.js'
import { cellOf, cells, ScoreHistogram } from './score-histogram.js'

/** Cells in which similarities of single people are counted: enough for a bootstrap. */
export const coarseCells = 1024
const perCoarse = cells / coarseCells
/** Most groups of people that are counted apart; beyond, several people share one. */
const mostGroups = 4096

/** The coarse cell that a cell lies in. */
export function coarseOf(cell: number): number {
  return (cell / perCoarse) | 0
}

/** Similarities of the pairs of one person, or of group and anybody else, in {@link coarseCells}. */
export interface CountsOfPeople {
  readonly groups: number
  /** Row after row a group. A pair is counted in its person's group. */
  readonly genuine: Uint32Array
  /** A pair is counted in both people's groups. */
  readonly impostor: Uint32Array
}

/** Counts similarities of pairs: all in fine cells, and each person's in coarse ones. */
export class PairCounts {
  readonly #people: Int32Array
  readonly #groups: number
  readonly #genuine = new Float64Array(cells)
  readonly #impostor = new Float64Array(cells)
  readonly #genuineOf: Uint32Array
  readonly #impostorOf: Uint32Array

  /** @param people - The person of each sample, as a number from 0. */
  constructor(people: Int32Array) {
    this.#people = people
    this.#groups = Math.min(mostGroups, people.reduce((most, p) => Math.max(most, p), -1) + 1)
    this.#genuineOf = new Uint32Array(this.#groups * coarseCells)
    this.#impostorOf = new Uint32Array(this.#groups * coarseCells)
  }

  /** Counts the pairs i < j of a block. */
  addBlock({ rowFrom, rowTo, columnFrom, columnTo, values, stride }: SimilarityBlock): void {
    for (let i = rowFrom; i < rowTo; i++) {
      const row = (i - rowFrom) * stride - columnFrom
      const person = this.#people[i]!
      const group = (person % this.#groups) * coarseCells
      for (let j = Math.max(columnFrom, i + 1); j < columnTo; j++) {
        const cell = cellOf(values[row + j]!)
        const coarse = coarseOf(cell)
        const other = this.#people[j]!
        if (other === person) {
          this.#genuine[cell]!++
          this.#genuineOf[group + coarse]!++
        } else {
          this.#impostor[cell]!++
          this.#impostorOf[group + coarse]!++
          this.#impostorOf[(other % this.#groups) * coarseCells + coarse]!++
        }
      }
    }
  }

  /** Counts one pair. */
  add(a: number, b: number, same: boolean, similarity: number): void {
    const cell = cellOf(similarity)
    const coarse = coarseOf(cell)
    const groupOf = (i: number) => (this.#people[i]! % this.#groups) * coarseCells
    if (same) {
      this.#genuine[cell]!++
      this.#genuineOf[groupOf(a) + coarse]!++
    } else {
      this.#impostor[cell]!++
      this.#impostorOf[groupOf(a) + coarse]!++
      this.#impostorOf[groupOf(b) + coarse]!++
    }
  }

  /** All pairs. */
  get all(): PairHistograms {
    return {
      genuine: new ScoreHistogram(this.#genuine),
      impostor: new ScoreHistogram(this.#impostor),
    }
  }

  /** The pairs of each person. */
  get ofPeople(): CountsOfPeople {
    return { groups: this.#groups, genuine: this.#genuineOf, impostor: this.#impostorOf }
  }
}
