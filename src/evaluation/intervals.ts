/** A figure with its confidence interval (95 %). */
export interface Estimate {
  /** The estimate. */
  readonly value: number
  /** Lower end of the confidence interval. */
  readonly low: number
  /** Upper end of the confidence interval. */
  readonly high: number
}

/** An error rate with its confidence interval and counts. */
export interface RateEstimate extends Estimate {
  /** Number of errors. */
  readonly errors: number
  /** Number of trials. */
  readonly trials: number
  /** Whether an error was observed; where none was, only `high` is meaningful. */
  readonly supported: boolean
}

/** Half-width of a 95 % interval in standard errors, by Student's t with these degrees of freedom. */
function standardErrors(freedom: number): number {
  const z = 1.959964
  // Expansion by Cornish and Fisher (1938), to second order.
  const first = (z ** 3 + z) / (4 * freedom)
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2)
  return z + first + second
}

/**
 * Degrees of freedom of a variance estimated from the contributions of people (Satterthwaite 1946): fewer where a few people
 * contribute most of it.
 *
 * @param contributions - One for each person; only their proportions matter.
 * @returns At least 8, below which a rare error is indistinguishable from heterogeneous people, and at most one less than the
 * number of people.
 */
export function degreesOfFreedom(contributions: readonly number[]): number {
  const n = contributions.length
  const min = 8
  const max = Math.max(2, n - 1)
  const mean = contributions.reduce((sum, x) => sum + x, 0) / n
  const power = (k: number) => contributions.reduce((sum, x) => sum + (x - mean) ** k, 0) / n
  const freedom = (2 * n) / (power(4) / power(2) ** 2 - 1)
  return Number.isFinite(freedom) ? Math.min(max, Math.max(min, freedom)) : max
}

/**
 * Confidence interval of a share, symmetric in the log odds, so that it stays within 0…1.
 *
 * @param standardError - Standard error of the log odds.
 * @param freedom - Degrees of freedom of the standard error.
 * @param independent - Lower bound on the number of independent trials, used when all or none succeeded: then the rule of three
 * applies.
 */
export function shareInterval(
  value: number,
  standardError: number,
  freedom: number,
  independent: number,
): Estimate {
  const bound = Math.min(1, 3 / Math.max(1, independent))
  if (!(value > 0)) return { value, low: 0, high: bound }
  if (!(value < 1)) return { value, low: 1 - bound, high: 1 }
  const odds = Math.log(value / (1 - value))
  const half = standardErrors(freedom) * standardError
  const share = (logOdds: number) => 1 / (1 + Math.exp(-logOdds))
  return { value, low: share(odds - half), high: share(odds + half) }
}

/**
 * Confidence interval of a rate whose trials are not independent.
 *
 * @param errors - Number of errors among `trials`.
 * @param variance - Variance of the rate, from {@link varianceOverPeople} or {@link varianceOverPairs}; NaN where unknown.
 * @param freedom - Degrees of freedom of the variance, from {@link degreesOfFreedom}.
 * @param independent - Lower bound on the number of independent trials, used when no error was observed.
 */
export function rateInterval(
  errors: number,
  trials: number,
  variance: number,
  freedom: number,
  independent: number,
): RateEstimate {
  const value = errors / trials
  // The variance is at least that of independent trials.
  const minVariance = (value * (1 - value)) / trials
  const standardError =
    Math.sqrt(variance > minVariance ? variance : minVariance) / (value * (1 - value))
  const interval = shareInterval(value, standardError, freedom, independent)
  return { ...interval, errors, trials, supported: errors > 0 }
}

/** Errors and trials of one person. */
export interface PersonCount {
  readonly errors: number
  readonly trials: number
}

/** Variance of a rate whose trials each belong to one person, from its variation between people. */
export function varianceOverPeople(people: Iterable<PersonCount>): number {
  let count = 0
  let errors = 0
  let trials = 0
  const kept: PersonCount[] = []
  for (const person of people) {
    if (person.trials === 0) continue
    count++
    errors += person.errors
    trials += person.trials
    kept.push(person)
  }
  const rate = errors / trials
  const squares = kept.reduce((sum, person) => sum + (person.errors - rate * person.trials) ** 2, 0)
  return count < 2 ? Number.NaN : ((count / (count - 1)) * squares) / trials ** 2
}

/**
 * Variance of a rate whose trials each belong to two people, as impostor pairs do. Pairs that share a person covary: Var Σ r_ab =
 * Σ_a (Σ_b r_ab)² − Σ_ab r_ab², where r is the errors of two people minus their expected number (dissociated arrays; Fogliato,
 * Patil and Perona 2024, "Confidence intervals for error rates in 1:1 matching tasks").
 *
 * @param people - Errors and trials of each person against all others, so that each pair is counted twice.
 * @param squares - Σ_ab r_ab² over pairs of people, each counted once.
 */
export function varianceOverPairs(people: readonly PersonCount[], squares: number): number {
  let errors = 0
  let trials = 0
  for (const person of people) {
    errors += person.errors
    trials += person.trials
  }
  const rate = errors / trials
  const ofPeople = people.reduce(
    (sum, person) => sum + (person.errors - rate * person.trials) ** 2,
    0,
  )
  const pairs = trials / 2
  const count = people.length
  return count < 3
    ? Number.NaN
    : ((count / (count - 1)) * Math.max(squares, ofPeople - squares)) / pairs ** 2
}

/** Standard deviation of bootstrap replicates. */
export function spread(replicates: readonly number[]): number {
  const known = replicates.filter((each) => !Number.isNaN(each))
  const mean = known.reduce((sum, x) => sum + x, 0) / known.length
  return Math.sqrt(known.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (known.length - 1))
}

/** Confidence interval of a figure that is not a share, such as a difference. */
export function plainInterval(value: number, standardError: number, freedom: number): Estimate {
  const half = standardErrors(freedom) * standardError
  return { value, low: value - half, high: value + half }
}

/** Central 95 % of bootstrap replicates, shifted to the point estimate. */
export function percentileInterval(
  value: number,
  center: number,
  replicates: readonly number[],
  [min, max]: readonly [number, number],
): Estimate {
  const sorted = replicates.filter((each) => !Number.isNaN(each)).sort((a, b) => a - b)
  if (sorted.length === 0) return { value, low: min, high: max }
  const at = (share: number) => {
    const place = share * (sorted.length - 1)
    const below = Math.floor(place)
    const above = sorted[Math.min(below + 1, sorted.length - 1)]!
    return sorted[below]! + (place - below) * (above - sorted[below]!)
  }
  // Replicates are counted in coarser cells; the shift removes the resulting bias.
  const shift = value - center
  return {
    value,
    low: Math.max(min, Math.min(value, at(0.025) + shift)),
    high: Math.min(max, Math.max(value, at(0.975) + shift)),
  }
}
