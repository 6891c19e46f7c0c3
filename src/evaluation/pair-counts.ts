import type { SimilarityBlock } from '../similarities/similarity-blocks.js'
import type { PairHistograms } from './error-rates.js'
import { cellOf, cells, ScoreHistogram } from './score-histogram.js'

/** Resolution of the histograms of single people, for the bootstrap. Judgment. */
export const coarseCells = 1024
const cellsPerCoarse = cells / coarseCells
/** Maximum number of groups counted separately; with more people, several share a group. Judgment. */
const maxGroups = 4096

/** Coarse cell that contains a cell. */
export function coarseOf(cell: number): number {
  return (cell / cellsPerCoarse) | 0
}

/** Histograms of genuine pairs within, and impostor pairs with, each group of people, in {@link coarseCells} cells. */
export interface CountsOfPeople {
  readonly groups: number
  /** Row-major, one row per group. A pair is counted in the group of its person. */
  readonly genuine: Uint32Array
  /** Row-major, one row per group. A pair is counted in the groups of both its people. */
  readonly impostor: Uint32Array
}

/** Counts pair similarities: of all pairs in fine cells, and of each person in coarse cells. */
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
    this.#groups = Math.min(maxGroups, people.reduce((most, p) => Math.max(most, p), -1) + 1)
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

  /** Counts of all pairs. */
  get all(): PairHistograms {
    return {
      genuine: new ScoreHistogram(this.#genuine),
      impostor: new ScoreHistogram(this.#impostor),
    }
  }

  /** Counts by person. */
  get ofPeople(): CountsOfPeople {
    return { groups: this.#groups, genuine: this.#genuineOf, impostor: this.#impostorOf }
  }
}
