import type { DesignEffects } from './design-effect.js'
import type { Sample } from './evaluation-set.js'
import {
  degreesOfFreedom,
  type PersonCount,
  type RateEstimate,
  rateInterval,
  varianceOverPairs,
  varianceOverPeople,
} from './intervals.js'
import { percent } from './wording.js'

/** A partition of the samples by an attribute. */
export interface Slicing {
  /** The attribute, such as `camera`. */
  readonly attribute: string
  readonly parts: readonly string[]
  /**
   * True for a measure, where a pair belongs to the lower of its two parts; false for a category, where a mixed pair belongs to
   * none.
   */
  readonly ordered: boolean
  /** Part of each sample; −1 where unknown. */
  readonly partOf: Int16Array
}

/** Error rates of the pairs of a part of the data, at one threshold. */
export interface Slice {
  /** The attribute, such as `camera`. */
  readonly attribute: string
  /** The value of the attribute. */
  readonly part: string
  /** Whether the attribute is a category, such as a camera; false for a measure, such as the size of faces. */
  readonly isCategory: boolean
  /** False non-match rate; null without a genuine pair. */
  readonly fnmr: RateEstimate | null
  /** False match rate; null without an impostor pair. */
  readonly fmr: RateEstimate | null
}

/** An attribute with more distinct values than this is an identifier rather than a category. Judgment. */
const maxCategories = 40

/** Partitions samples by each attribute: a measure into thirds, a category by value. */
export function slicingsOf(samples: readonly Sample[]): Slicing[] {
  const names = new Set(samples.flatMap(({ attributes }) => Object.keys(attributes)))
  return [...names].flatMap((attribute) => {
    const values = samples.map(({ attributes }) => attributes[attribute])
    const known = values.filter((value) => value !== undefined)
    const slicing = known.every((value) => typeof value === 'number')
      ? byThirds(attribute, values as (number | undefined)[])
      : byCategory(
          attribute,
          values.map((value) => (value === undefined ? undefined : String(value))),
        )
    return slicing ? [slicing] : []
  })
}

function byThirds(attribute: string, values: readonly (number | undefined)[]): Slicing | null {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b)
  const cuts = [
    sorted[Math.floor(sorted.length / 3)]!,
    sorted[Math.floor((2 * sorted.length) / 3)]!,
  ]
  const [low, high] = cuts as [number, number]
  if (!(sorted[0]! < low && low < high)) return null
  const text = (value: number) => String(Math.round(100 * value) / 100).replace('-', '−')
  return {
    attribute,
    parts: [`under ${text(low)}`, `${text(low)} to ${text(high)}`, `from ${text(high)}`],
    ordered: true,
    partOf: Int16Array.from(values, (value) =>
      value === undefined ? -1 : value < low ? 0 : value < high ? 1 : 2,
    ),
  }
}

function byCategory(attribute: string, values: readonly (string | undefined)[]): Slicing | null {
  const parts = [...new Set(values.filter((value) => value !== undefined))].sort()
  if (parts.length < 2 || parts.length > maxCategories) return null
  return {
    attribute,
    parts,
    ordered: false,
    partOf: Int16Array.from(values, (value) => (value === undefined ? -1 : parts.indexOf(value))),
  }
}

/** Counts errors at one threshold, of all pairs or of one part, attributed to people. */
export class ErrorCounts {
  readonly #threshold: number
  readonly #people: number
  readonly #genuineErrors: Uint32Array
  readonly #genuineTrials: Uint32Array
  readonly #impostorErrors: Uint32Array
  readonly #impostorTrials: Float64Array
  /** False matches by pair of people; they are few. */
  readonly #ofPairs = new Map<number, number>()

  constructor(threshold: number, people: number) {
    this.#threshold = threshold
    this.#people = people
    this.#genuineErrors = new Uint32Array(people)
    this.#genuineTrials = new Uint32Array(people)
    this.#impostorErrors = new Uint32Array(people)
    this.#impostorTrials = new Float64Array(people)
  }

  genuine(person: number, similarity: number): void {
    this.#genuineTrials[person]!++
    if (similarity < this.#threshold) this.#genuineErrors[person]!++
  }

  impostor(one: number, other: number, similarity: number): void {
    this.#impostorTrials[one]!++
    this.#impostorTrials[other]!++
    if (similarity < this.#threshold) return
    this.#impostorErrors[one]!++
    this.#impostorErrors[other]!++
    const key = Math.min(one, other) * this.#people + Math.max(one, other)
    this.#ofPairs.set(key, (this.#ofPairs.get(key) ?? 0) + 1)
  }

  /**
   * Share of genuine pairs below the threshold; null without any.
   *
   * @param effect - Design effect, used when no error was observed.
   */
  fnmr({ genuine: effect }: DesignEffects): RateEstimate | null {
    const people = this.#counts(this.#genuineErrors, this.#genuineTrials)
    const [errors, trials] = totals(people)
    if (trials === 0) return null
    const independent = independentOf(trials, people.length, effect)
    const variance = varianceOverPeople(people)
    return rateInterval(errors, trials, variance, freedomOf(people), independent)
  }

  /** Share of impostor pairs at or above the threshold; null without any. */
  fmr({ impostor: effect }: DesignEffects): RateEstimate | null {
    const people = this.#counts(this.#impostorErrors, this.#impostorTrials)
    const [errors, trials] = totals(people).map((sum) => sum / 2) as [number, number]
    if (trials === 0) return null
    let squares = 0
    for (const count of this.#ofPairs.values()) squares += count * count
    // Exact where each pair of people has one pair of photos; a good approximation where errors are rare.
    squares *= 1 - errors / trials
    const independent = independentOf(trials, people.length, effect)
    const variance = varianceOverPairs(people, squares)
    return rateInterval(errors, trials, variance, freedomOf(people), independent)
  }

  #counts(errors: ArrayLike<number>, trials: ArrayLike<number>): PersonCount[] {
    return Array.from(trials, (trials, i) => ({ errors: errors[i]!, trials })).filter(
      ({ trials }) => trials > 0,
    )
  }
}

/** Lower bound on the number of independent trials: at least one per person, at most all trials. */
function independentOf(trials: number, people: number, effect: number): number {
  return Math.min(trials, Math.max(people, trials / effect))
}

/** Degrees of freedom of a variance over people. */
export function freedomOf(people: readonly PersonCount[]): number {
  const [errors, trials] = totals(people)
  return degreesOfFreedom(people.map((person) => person.errors - (errors / trials) * person.trials))
}

function totals(people: readonly PersonCount[]): [errors: number, trials: number] {
  return people.reduce(
    ([errors, trials], person) => [errors + person.errors, trials + person.trials],
    [0, 0],
  )
}

/** Counts errors by part. */
export class SliceCounts {
  readonly #slicings: readonly Slicing[]
  readonly #counts: ErrorCounts[][]

  constructor(slicings: readonly Slicing[], threshold: number, people: number) {
    this.#slicings = slicings
    this.#counts = slicings.map(({ parts }) => parts.map(() => new ErrorCounts(threshold, people)))
  }

  /** Counts a pair in the parts that it belongs to. */
  add(a: number, b: number, one: number, other: number, same: boolean, similarity: number): void {
    for (let k = 0; k < this.#slicings.length; k++) {
      const { partOf, ordered } = this.#slicings[k]!
      const [x, y] = [partOf[a]!, partOf[b]!]
      if (x < 0 || y < 0 || (x !== y && !ordered)) continue
      const counts = this.#counts[k]![Math.min(x, y)]!
      if (same) counts.genuine(one, similarity)
      else counts.impostor(one, other, similarity)
    }
  }

  slices(effects: DesignEffects): Slice[] {
    return this.#slicings.flatMap(({ attribute, parts, ordered }, k) =>
      parts.map((part, i) => {
        const counts = this.#counts[k]![i]!
        const rates = { fnmr: counts.fnmr(effects), fmr: counts.fmr(effects) }
        return { attribute, part, isCategory: !ordered, ...rates }
      }),
    )
  }
}

/**
 * Sentences on parts whose rates differ significantly, at a level of one in a thousand to allow for multiple comparisons.
 */
export function differences(slices: readonly Slice[]): string[] {
  return (['fnmr', 'fmr'] as const).flatMap((rate) => {
    const attributes = [...new Set(slices.map(({ attribute }) => attribute))]
    return attributes.flatMap((attribute) => {
      const parts = slices
        .filter((slice) => slice.attribute === attribute && slice[rate] !== null)
        .map((slice) => ({ part: slice.part, rate: slice[rate]! }))
        .sort((a, b) => a.rate.value - b.rate.value)
      const [best, worst] = [parts[0], parts.at(-1)]
      if (!best || !worst || best === worst || !differ(best.rate, worst.rate)) return []
      const what = rate === 'fnmr' ? 'not recognized' : 'taken for somebody else'
      return [
        `By ${attribute}, faces of “${worst.part}” are ${what} more often (${percent(worst.rate)}) than those of “${best.part}” (${percent(best.rate)}).`,
      ]
    })
  })
}

/** Whether two rates differ: the 99.9 % interval of their difference excludes 0 (Newcombe 1998). */
function differ(low: RateEstimate, high: RateEstimate): boolean {
  const wider = 3.29 / 1.96
  const half = wider * Math.hypot(high.value - high.low, low.high - low.value)
  return high.supported && high.value - low.value > half
}
