import { Random } from '../base/random.js'
import { openProduct } from '../similarities/matrix-product.js'
import type { PairHistograms } from './error-rates.js'
import {
  degreesOfFreedom,
  type Estimate,
  percentileInterval,
  plainInterval,
  shareInterval,
  spread,
} from './intervals.js'
import { type CountsOfPeople, coarseCells } from './pair-counts.js'
import { ScoreHistogram } from './score-histogram.js'

/** Statistics of a set of pairs, with bootstrap intervals over its people. */
export class PeopleBootstrap {
  readonly #all: PairHistograms
  readonly #coarse: PairHistograms
  readonly #replicates: readonly PairHistograms[]
  readonly #people: CountsOfPeople

  private constructor(
    all: PairHistograms,
    coarse: PairHistograms,
    replicates: readonly PairHistograms[],
    people: CountsOfPeople,
  ) {
    this.#people = people
    this.#all = all
    this.#coarse = coarse
    this.#replicates = replicates
  }

  /**
   * Draws as many people as there are, with replacement, once per replicate (Efron 1979). People are drawn, not pairs, since
   * pairs that share a person are not independent. A genuine pair is weighted by how often its person is drawn; an impostor pair
   * by the sum of the counts of its two people, minus one: to first order their product, and less noisy where few pairs count.
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
    // Each impostor pair is in both people's counts; its weight is w_a + w_b − 1 = (w_a − ½) + (w_b − ½).
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
      return new PeopleBootstrap(all, coarsely(people), sets, people)
    } finally {
      await product.release()
    }
  }

  /**
   * A share with its 95 % interval, from the standard deviation of the replicates.
   *
   * @param independent - Lower bound on the number of independent trials, used when the share is 0 or 1.
   */
  share(figure: (scores: PairHistograms) => number, independent = this.#people.groups): Estimate {
    const value = figure(this.#all)
    const draws = this.#replicates.map(figure)
    const odds = draws.map((x) => Math.log(x / (1 - x)))
    // Replicates of 0 or 1 have no log odds; then the first-order approximation is used.
    const standardError = odds.every(Number.isFinite)
      ? spread(odds)
      : spread(draws) / (value * (1 - value))
    return shareInterval(value, standardError, this.#freedom(figure), independent)
  }

  /** Degrees of freedom of a statistic's error, from its jackknife values: the statistic without each person in turn. */
  #freedom(figure: (scores: PairHistograms) => number): number {
    const { groups, genuine, impostor } = this.#people
    const without = (all: ScoreHistogram, own: Uint32Array, group: number) =>
      new ScoreHistogram(all.counts.map((count, cell) => count - own[group * coarseCells + cell]!))
    return degreesOfFreedom(
      Array.from({ length: groups }, (_, group) => {
        const left = figure({
          genuine: without(this.#coarse.genuine, genuine, group),
          impostor: without(this.#coarse.impostor, impostor, group),
        })
        return Math.log(left / (1 - left))
      }),
    )
  }

  /**
   * A threshold with the central 95 % of its replicates.
   *
   * @param figure - Computes a similarity.
   */
  threshold(figure: (scores: PairHistograms) => number): Estimate {
    const replicates = this.#replicates.map(figure)
    return percentileInterval(figure(this.#all), figure(this.#coarse), replicates, [-1, 1])
  }

  /**
   * Difference of a statistic between this set and another of the same people, with its 95 % interval. Both use one seed, so that
   * each replicate draws the same people and the shared variation cancels.
   */
  difference(other: PeopleBootstrap, figure: (scores: PairHistograms) => number): Estimate {
    const draws = this.#replicates.map((each, i) => figure(each) - figure(other.#replicates[i]!))
    const value = figure(this.#all) - figure(other.#all)
    const plain = plainInterval(value, spread(draws), this.#people.groups - 1)
    // Where a difference rests on one or two pairs, the replicates are far from normal: take the wider of both intervals.
    const shift = figure(this.#coarse) - figure(other.#coarse)
    const drawn = percentileInterval(value, shift, draws, [-2, 2])
    return {
      value,
      low: Math.max(-1, Math.min(plain.low, drawn.low)),
      high: Math.min(1, Math.max(plain.high, drawn.high)),
    }
  }
}

/**
 * Counts of a replicate. An impostor pair of two people who were not drawn weighs −1, so that a sparse cell may be negative. The
 * count above a threshold must not decrease as the threshold falls, so the deficit is taken from the cells below.
 */
function rowOf(rows: Float32Array, i: number): ScoreHistogram {
  const counts = Float64Array.from(rows.subarray(i * coarseCells, (i + 1) * coarseCells))
  let missing = 0
  for (let cell = coarseCells - 1; cell >= 0; cell--) {
    const left = counts[cell]! - missing
    missing = Math.max(0, -left)
    counts[cell] = Math.max(0, left)
  }
  return new ScoreHistogram(counts)
}

/** Pairs of all people in coarse cells. */
function coarsely({ groups, genuine, impostor }: CountsOfPeople): PairHistograms {
  const sums = { genuine: new Float64Array(coarseCells), impostor: new Float64Array(coarseCells) }
  for (let group = 0; group < groups; group++) {
    for (let cell = 0; cell < coarseCells; cell++) {
      sums.genuine[cell]! += genuine[group * coarseCells + cell]!
      // Each impostor pair is counted in the groups of both its people.
      sums.impostor[cell]! += impostor[group * coarseCells + cell]! / 2
    }
  }
  return {
    genuine: new ScoreHistogram(sums.genuine),
    impostor: new ScoreHistogram(sums.impostor),
  }
}
