import { Random } from '../random.js'
import type { PairHistograms } from './error-rates.js'
import { type Estimate, percentileInterval } from './intervals.js'
import { openProduct } from './matrix-product.js'
import { type CountsOfPeople, coarseCells } from './pair-counts.js'
import { ScoreHistogram } from './score-histogram.js'

/** Figures of a set of pairs, and of that set as it might have been with other people. */
export class PeopleBootstrap {
  readonly #all: PairHistograms
  readonly #coarse: PairHistograms
  readonly #replicates: readonly PairHistograms[]

  private constructor(
    all: PairHistograms,
    coarse: PairHistograms,
    replicates: readonly PairHistograms[],
  ) {
    this.#all = all
    this.#coarse = coarse
    this.#replicates = replicates
  }

  /**
   * Draws as many people as there are, with replacement, again and again (Efron 1979). People are drawn, not pairs,
   * since pairs that share a person are not independent. A genuine pair counts as often as its person is drawn; an
   * impostor pair as often as its two people are drawn, less one: to first order as their product, and less noisy
   * where few pairs count.
   */
  static async draw(
    all: PairHistograms,
    people: CountsOfPeople,
    {
      replicates,
      seed,
      threads,
    }: { readonly replicates: number; readonly seed: number; readonly threads: number },
  ): Promise<PeopleBootstrap> {
    const { groups } = people
    const drawn = new Float32Array(replicates * groups)
    const random = new Random(seed)
    for (let row = 0; row < replicates; row++) {
      for (let i = 0; i < groups; i++) drawn[row * groups + random.below(groups)]!++
    }
    // Each impostor pair is in both people's counts, and counts w_a + w_b − 1 = (w_a − ½) + (w_b − ½).
    const halfLess = drawn.map((count) => count - 0.5)
    const sizes = { rows: replicates, inner: groups, columns: coarseCells }
    const product = await openProduct(sizes, { transposed: false, threads })
    try {
      const genuine = await product.run(drawn, Float32Array.from(people.genuine))
      const impostor = await product.run(halfLess, Float32Array.from(people.impostor))
      const sets = Array.from({ length: replicates }, (_, i) => ({
        genuine: rowOf(genuine, i),
        impostor: rowOf(impostor, i),
      }))
      return new PeopleBootstrap(all, coarsely(people), sets)
    } finally {
      await product.release()
    }
  }

  /**
   * A figure with its 95 % interval.
   *
   * @param range - What the figure can be at least and at most.
   */
  estimate(
    figure: (scores: PairHistograms) => number,
    range: readonly [number, number] = [0, 1],
  ): Estimate {
    return percentileInterval(
      figure(this.#all),
      figure(this.#coarse),
      this.#replicates.map(figure),
      range,
    )
  }

  /**
   * How much higher a figure is here than in another set of the same people, with its 95 % interval. Both were drawn
   * with one seed, so that the same people are in each draw, and what they have in common cancels.
   */
  difference(
    other: PeopleBootstrap,
    figure: (scores: PairHistograms) => number,
    range: readonly [number, number] = [-1, 1],
  ): Estimate {
    return percentileInterval(
      figure(this.#all) - figure(other.#all),
      figure(this.#coarse) - figure(other.#coarse),
      this.#replicates.map((each, i) => figure(each) - figure(other.#replicates[i]!)),
      range,
    )
  }
}

function rowOf(rows: Float32Array, i: number): ScoreHistogram {
  return new ScoreHistogram(
    Float64Array.from(rows.subarray(i * coarseCells, (i + 1) * coarseCells)),
  )
}

/** The pairs of all people in coarse cells. */
function coarsely({ groups, genuine, impostor }: CountsOfPeople): PairHistograms {
  const sums = { genuine: new Float64Array(coarseCells), impostor: new Float64Array(coarseCells) }
  for (let group = 0; group < groups; group++) {
    for (let cell = 0; cell < coarseCells; cell++) {
      sums.genuine[cell]! += genuine[group * coarseCells + cell]!
      // Each impostor pair is counted in both its people's groups.
      sums.impostor[cell]! += impostor[group * coarseCells + cell]! / 2
    }
  }
  return {
    genuine: new ScoreHistogram(sums.genuine),
    impostor: new ScoreHistogram(sums.impostor),
  }
}
