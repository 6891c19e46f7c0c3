import { matrixOf } from '../faces/embedding-matrix.js'
import { dot, weightedMean } from '../faces/vectors.js'
import { similarityBlocks } from '../similarities/similarity-blocks.js'
import type { EvaluationSet, Sample } from './evaluation-set.js'
import { type ImpostorTail, rateAbove } from './impostor-tail.js'
import { type RateEstimate, rateInterval, varianceOverPeople } from './intervals.js'
import type { ScoreHistogram } from './score-histogram.js'
import { freedomOf } from './slices.js'

/** Maximum rank of the CMC curve. */
const ranks = 20
/** Ranks at which FNIR is reported. */
const reportedRanks = [1, 5, 10, 20] as const
/** FPIRs at which FNIR is reported, where the searches support them. */
const reportedFpir = [1e-1, 1e-2, 1e-3, 1e-4] as const
/** Gallery sizes that are simulated. */
const sizes = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000] as const
/** Minimum number of false positives behind a reported rate. Judgment. */
const minErrors = 10

/** False negative identification rate at a false positive identification rate. */
export interface MissesAtFpir {
  /** False positive identification rate, 0…1. */
  readonly fpir: number
  /** Threshold, a cosine similarity, −1…1; null where the searches by strangers are too few. */
  readonly threshold: number | null
  /** False negative identification rate at rank 1. */
  readonly fnir: RateEstimate | null
}

/** False positive identification rate in a gallery of a size. */
export interface FpirAtSize {
  /** Number of enrolled people. */
  readonly people: number
  /** At the threshold that agnize uses at that size. */
  readonly adapted: {
    /** Cosine similarity, −1…1. */
    readonly threshold: number
    /** False positive identification rate, 0…1. */
    readonly fpir: number
  }
  /** At the threshold of the smallest size. */
  readonly fixed: {
    /** Cosine similarity, −1…1. */
    readonly threshold: number
    /** False positive identification rate, 0…1. */
    readonly fpir: number
  }
  /** Whether the rate is counted, or extrapolated under independent comparisons. */
  readonly counted: boolean
}

/** Identification performance, 1:N. */
export interface IdentificationResult {
  /** Number of enrolled people. */
  readonly people: number
  /** Number of enrolled photos of each person; null where a gallery was given. */
  readonly enrolledEach: number | null
  /**
   * Whether strangers are people who are not enrolled (`real`), or each enrolled person in turn, removed from the
   * gallery (`left out`).
   */
  readonly strangers: 'real' | 'left out'
  /** The threshold, a cosine similarity, −1…1. */
  readonly threshold: number
  /** Number of searches whose face is not judgeable; they return nobody. */
  readonly notJudgeable: number
  /** False positive identification rate; null without searches by strangers. */
  readonly fpir: RateEstimate | null
  /** False negative identification rate at rank 1; null without mated searches. */
  readonly fnir: RateEstimate | null
  /** The same, counting probes without a detected face as misses. */
  readonly fnirWithFailures: number | null
  /** Failures to enroll: people without a photo that could be enrolled. */
  readonly failedToEnroll: {
    /** People without an enrolled face. */
    readonly people: number
    /** People who were to be enrolled. */
    readonly of: number
  }
  /** False negative identification rate at the threshold, by rank. */
  readonly missesAtRank: readonly {
    /** Number of candidates that are considered. */
    readonly rank: number
    /** False negative identification rate at the threshold and that rank. */
    readonly fnir: RateEstimate
  }[]
  /** False negative identification rate at each FPIR. */
  readonly missesAtFpir: readonly MissesAtFpir[]
  /** Cumulative match characteristic: share of searches whose mate is among the first 1, 2, … candidates, without a threshold. */
  readonly cmc: readonly number[]
  /** FPIR in galleries of different sizes. */
  readonly bySize: readonly FpirAtSize[]
}

/** Settings of the identification test. */
export interface IdentificationOptions {
  readonly threads: number
  /** Photos enrolled per person; the rest are probes. */
  readonly enroll: number
  /** Threshold for a gallery of a given number of people. */
  readonly thresholdAt: (people: number) => number
  /** Impostor pairs and their fitted tail, to extrapolate to galleries larger than the given one. */
  readonly impostor: ScoreHistogram
  readonly tail: ImpostorTail | null
  readonly signal?: AbortSignal | undefined
}

/** A search: similarity to its own subject, and the rivals. */
interface Search {
  readonly person: string
  /** False for a face too poor to be judged, regardless of its similarities. */
  readonly judgeable: boolean
  /** Similarity to the person's own templates; null for a person who is not enrolled. */
  readonly own: number | null
  /** Number of other people more similar than the own one. */
  rivals: number
  best: number
  /** Impostor similarities above the lowest threshold under test. */
  readonly passing: number[]
  readonly others: number
}

/**
 * Searches the gallery for every probe.
 *
 * Where no gallery is given, the first photos of each person are enrolled and the rest are probes; each person is also searched
 * for as a stranger, in the gallery without them.
 *
 * @returns Null without an enrolled person or without a probe.
 */
export async function evaluateIdentification(
  set: EvaluationSet,
  options: IdentificationOptions,
): Promise<IdentificationResult | null> {
  const { gallery, probes, failedToEnroll, failedProbes, given } = divide(set, options.enroll)
  const people = [...gallery.keys()]
  if (people.length === 0 || probes.length === 0) return null
  const means = [...gallery.values()].map((own) => ({ vector: weightedMean(own) }))
  const rows = await matrixOf(probes, set.measure)
  const columns = await matrixOf(means, set.measure)
  const threshold = options.thresholdAt(people.length)
  const simulated = sizes.filter((size) => options.tail !== null || size < people.length)
  const smallest = options.thresholdAt(simulated[0] ?? people.length)
  const lowest = Math.min(threshold, smallest)
  const place = new Map(people.map((person, i) => [person, i]))
  const own = Int32Array.from(probes, ({ person }) => place.get(person) ?? -1)
  const searches = probes.map(({ person, vector, quality }, i): Search => {
    const at = own[i]!
    return {
      person,
      judgeable: quality !== 0,
      own:
        at < 0 ? null : dot(vector, means[at]!.vector) - rows.offsets![i]! - columns.offsets![at]!,
      rivals: 0,
      best: -1,
      passing: [],
      others: people.length - (at < 0 ? 0 : 1),
    }
  })
  await similarityBlocks(
    rows,
    columns,
    options,
    ({ rowFrom, rowTo, columnFrom, columnTo, values, stride }) => {
      for (let i = rowFrom; i < rowTo; i++) {
        const search = searches[i]!
        const row = (i - rowFrom) * stride - columnFrom
        for (let j = columnFrom; j < columnTo; j++) {
          if (j === own[i]) continue
          const similarity = values[row + j]!
          if (similarity > search.best) search.best = similarity
          if (search.own !== null && similarity > search.own) search.rivals++
          if (similarity >= lowest) search.passing.push(similarity)
        }
      }
    },
  )
  const mated = searches.filter((search) => search.own !== null)
  const real = searches.filter((search) => search.own === null)
  const left = real.length === 0
  const strangers = (left ? searches : real).filter(({ others }) => others > 0)
  const fnir = missesAt(mated, threshold)
  return {
    people: people.length,
    enrolledEach: given ? null : options.enroll,
    strangers: left ? 'left out' : 'real',
    threshold,
    notJudgeable: searches.filter(({ judgeable }) => !judgeable).length,
    fpir: shareOf(strangers, ({ judgeable, best }) => judgeable && best >= threshold),
    fnir,
    fnirWithFailures: fnir && (fnir.errors + failedProbes) / (fnir.trials + failedProbes),
    failedToEnroll,
    missesAtRank: reportedRanks
      .filter((rank) => fnir !== null && (rank === 1 || rank < people.length))
      .map((rank) => ({ rank, fnir: missesAt(mated, threshold, rank)! })),
    missesAtFpir: reportedFpir.map((fpir) => missesAtFpir(fpir, strangers, mated)),
    cmc: Array.from(
      { length: Math.min(ranks, people.length) },
      (_, i) => mated.filter(({ rivals }) => rivals <= i).length / mated.length,
    ),
    bySize: strangers.length === 0 ? [] : bySize(simulated, strangers, smallest, options),
  }
}

/** Splits a set into enrolled samples and probes. */
function divide({ samples, failures }: EvaluationSet, enroll: number) {
  const given = [...samples, ...failures].some(({ role }) => role === 'gallery')
  const gallery = new Map<string, Sample[]>()
  const probes: Sample[] = []
  for (const sample of samples) {
    const own = gallery.get(sample.person)
    const enrolled = given ? sample.role === 'gallery' : (own?.length ?? 0) < enroll
    if (!enrolled) probes.push(sample)
    else if (own) own.push(sample)
    else gallery.set(sample.person, [sample])
  }
  const failedPeople = new Set(
    failures
      .filter(({ role, person }) => (given ? role === 'gallery' : true) && !gallery.has(person))
      .map(({ person }) => person),
  )
  const failedProbes = failures.filter(
    ({ role, person }) => (given ? role !== 'gallery' : true) && gallery.has(person),
  ).length
  const failedToEnroll = { people: failedPeople.size, of: failedPeople.size + gallery.size }
  return { gallery, probes, failedToEnroll, failedProbes, given }
}

/** Share of searches that meet a condition; its variance is taken over people, not searches. */
function shareOf(
  searches: readonly Search[],
  holds: (search: Search) => boolean,
): RateEstimate | null {
  if (searches.length === 0) return null
  const people = new Map<string, { errors: number; trials: number }>()
  for (const search of searches) {
    const count = people.get(search.person) ?? { errors: 0, trials: 0 }
    count.trials++
    if (holds(search)) count.errors++
    people.set(search.person, count)
  }
  const counts = [...people.values()]
  const errors = counts.reduce((sum, each) => sum + each.errors, 0)
  const variance = varianceOverPeople(counts)
  return rateInterval(errors, searches.length, variance, freedomOf(counts), counts.length)
}

function missesAt(mated: readonly Search[], threshold: number, rank = 1): RateEstimate | null {
  return shareOf(
    mated,
    ({ judgeable, own, rivals }) => !judgeable || own! < threshold || rivals >= rank,
  )
}

function missesAtFpir(
  fpir: number,
  strangers: readonly Search[],
  mated: readonly Search[],
): MissesAtFpir {
  const allowed = fpir * strangers.length
  if (allowed < minErrors) return { fpir, threshold: null, fnir: null }
  const best = strangers.map(({ judgeable, best }) => (judgeable ? best : -1)).sort((a, b) => b - a)
  // Just above the first similarity that must not pass.
  const threshold = best[Math.floor(allowed)]! + 1e-6
  return { fpir, threshold, fnir: missesAt(mated, threshold) }
}

function bySize(
  sizes: readonly number[],
  strangers: readonly Search[],
  fixed: number,
  { thresholdAt, impostor, tail }: IdentificationOptions,
): FpirAtSize[] {
  const fewest = Math.min(...strangers.map(({ others }) => others))
  return sizes.map((people) => {
    const counted = people <= fewest
    const at = (threshold: number) => ({
      threshold,
      fpir: counted
        ? strangers.reduce((sum, search) => sum + chanceInPart(search, threshold, people), 0) /
          strangers.length
        : -Math.expm1(people * Math.log1p(-rateAbove(impostor, tail!, threshold))),
    })
    return { people, adapted: at(thresholdAt(people)), fixed: at(fixed), counted }
  })
}

/** Probability that somebody passes in a gallery of `people` drawn from the others: 1 − C(n − k, m) / C(n, m). */
function chanceInPart(
  { judgeable, passing, others }: Search,
  threshold: number,
  people: number,
): number {
  if (!judgeable) return 0
  const k = passing.reduce((count, similarity) => count + Number(similarity >= threshold), 0)
  if (k === 0) return 0
  if (others - k < people) return 1
  let log = 0
  for (let i = 0; i < k; i++) log += Math.log1p(-people / (others - i))
  return -Math.expm1(log)
}
