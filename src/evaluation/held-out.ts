import type { PairHistograms } from './error-rates.js'
import type { HeldOut } from './fit-probability.js'
import { coarseCells, coarseOf } from './pair-counts.js'
import { cellOf, ScoreHistogram } from './score-histogram.js'

/** Divides people into parts, and counts the pairs within each part and those without anybody of it. */
export class HeldOutCounts {
  readonly #parts: number
  readonly #partOf: Int32Array
  readonly #all = emptyCounts()
  /** Pairs of which both people are of the part, and those of which at least one is. */
  readonly #within: ReturnType<typeof emptyCounts>[]
  readonly #touching: ReturnType<typeof emptyCounts>[]

  /**
   * @param people - The person of each sample, as a number.
   * @param order - The people in a random order.
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

  /** Part by part. */
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
