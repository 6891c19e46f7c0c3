import {
  degreesOfFreedom,
  type PersonCount,
  type RateEstimate,
  rateInterval,
  varianceOverPeople,
} from '../intervals.js'

/** A presentation whose liveness was assessed. */
export interface Assessed {
  readonly person: string
  /** Score, 0…1; null where it could not be judged. */
  readonly score: number | null
}

/** The share of presentations for which something holds, with an interval over people; null without a presentation. */
export function shareOfPeople<P extends { readonly person: string }>(
  presentations: readonly P[],
  holds: (presentation: P) => boolean,
): RateEstimate | null {
  if (presentations.length === 0) return null
  const people = new Map<string, { errors: number; trials: number }>()
  for (const presentation of presentations) {
    const count = people.get(presentation.person) ?? { errors: 0, trials: 0 }
    people.set(presentation.person, count)
    count.trials++
    if (holds(presentation)) count.errors++
  }
  const counts: PersonCount[] = [...people.values()]
  const errors = counts.reduce((sum, count) => sum + count.errors, 0)
  const rate = errors / presentations.length
  const freedom = degreesOfFreedom(counts.map((count) => count.errors - rate * count.trials))
  const variance = varianceOverPeople(counts)
  return rateInterval(errors, presentations.length, variance, freedom, counts.length)
}

const judged = (presentations: readonly Assessed[]) =>
  presentations.filter(({ score }) => score !== null) as (Assessed & { readonly score: number })[]

/** APCER: share of the judged attacks that pass for live. */
export const apcer = (attacks: readonly Assessed[], threshold: number): RateEstimate | null =>
  shareOfPeople(judged(attacks), ({ score }) => score >= threshold)

/** BPCER: share of the judged live presentations that are taken for attacks. */
export const bpcer = (live: readonly Assessed[], threshold: number): RateEstimate | null =>
  shareOfPeople(judged(live), ({ score }) => score < threshold)

/**
 * The threshold in the middle between the highest score of an attack and the lowest of a live presentation; where they overlap, the
 * lowest with the least sum of both rates. Null without judged presentations of both.
 */
export function thresholdBetween(
  attacks: readonly Assessed[],
  live: readonly Assessed[],
): number | null {
  const high = judged(attacks).map(({ score }) => score)
  const low = judged(live).map(({ score }) => score)
  if (high.length === 0 || low.length === 0) return null
  const [highest, lowest] = [Math.max(...high), Math.min(...low)]
  if (highest < lowest) return (highest + lowest) / 2
  const errors = (threshold: number) =>
    high.filter((score) => score >= threshold).length / high.length +
    low.filter((score) => score < threshold).length / low.length
  const candidates = [...high, ...low].sort((a, b) => a - b)
  return candidates.reduce((best, each) => (errors(each) < errors(best) ? each : best))
}

/** Rates at thresholds that were each chosen on all people but the one whom it is applied to. */
export interface HeldOutRates {
  /** Lowest and highest of the thresholds. */
  readonly thresholds: readonly [low: number, high: number]
  /** APCER of all attacks. */
  readonly apcer: RateEstimate | null
  /** BPCER. */
  readonly bpcer: RateEstimate | null
}

/** {@link HeldOutRates} by {@link thresholdBetween}; null with fewer than three people. */
export function heldOutRates(
  attacks: readonly Assessed[],
  live: readonly Assessed[],
): HeldOutRates | null {
  const people = [...new Set([...attacks, ...live].map(({ person }) => person))]
  if (people.length < 3) return null
  const others = (all: readonly Assessed[], person: string) =>
    all.filter((each) => each.person !== person)
  const thresholds = new Map<string, number>()
  for (const person of people) {
    const threshold = thresholdBetween(others(attacks, person), others(live, person))
    if (threshold === null) return null
    thresholds.set(person, threshold)
  }
  const at = ({ person }: Assessed) => thresholds.get(person)!
  return {
    thresholds: [Math.min(...thresholds.values()), Math.max(...thresholds.values())],
    apcer: shareOfPeople(judged(attacks), (each) => each.score! >= at(each)),
    bpcer: shareOfPeople(judged(live), (each) => each.score! < at(each)),
  }
}
