import type { PairHistograms } from './error-rates.js'
import type { HeldOut } from './fit-probability.js'
import { coarseCells, coarseOf } from './pair-counts.js'
import { cellOf, ScoreHistogram } from './score-histogram.js'

/** Splits people into folds, and counts the pairs within each fold and those without any of its people. */
export class HeldOutCounts {
  readonly #parts: number
  readonly #partOf: Int32Array
  readonly #all = emptyCounts()
  /** Per fold: pairs with both people in the fold, and pairs with at least one. */
  readonly #within: ReturnType<typeof emptyCounts>[]
  readonly #touching: ReturnType<typeof emptyCounts>[]

  /**
   * @param people - The person of each sample, as a number.
   * @param order - The people in random order.
   */
  constructor(people: Int32Array, order: readonly number[], parts = 5) {
    this.#parts = parts
    const partOfPerson = new Int32Array(order.length)
    order.forEach((person, i) => {
      partOfPerson[person] = i % parts
    })
    this.#partOf = people.map((person) => partOfPerson[person]!)
    this.#within = Array.from({ length: parts }, emptyCounts)
    this.#touching = Array.from({ length: parts }, emptyCounts)
  }

  add(a: number, b: number, same: boolean, similarity: number): void {
    const kind = same ? 'genuine' : 'impostor'
    const cell = coarseOf(cellOf(similarity))
    const [x, y] = [this.#partOf[a]!, this.#partOf[b]!]
    this.#all[kind][cell]!++
    this.#touching[x]![kind][cell]!++
    if (x === y) this.#within[x]![kind][cell]!++
    else this.#touching[y]![kind][cell]!++
  }

  /** Yields the counts fold by fold. */
  parts(): HeldOut[] {
    return Array.from({ length: this.#parts }, (_, part) => {
      const { genuine, impostor } = this.#touching[part]!
      return {
        judged: histograms(this.#within[part]!),
        learned: histograms({
          genuine: this.#all.genuine.map((count, cell) => count - genuine[cell]!),
          impostor: this.#all.impostor.map((count, cell) => count - impostor[cell]!),
        }),
      }
    })
  }
}

function emptyCounts() {
  return { genuine: new Float64Array(coarseCells), impostor: new Float64Array(coarseCells) }
}

function histograms(counts: ReturnType<typeof emptyCounts>): PairHistograms {
  return {
    genuine: new ScoreHistogram(counts.genuine),
    impostor: new ScoreHistogram(counts.impostor),
  }
}
