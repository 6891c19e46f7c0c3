import { availableParallelism } from 'node:os'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import { Random } from '../base/random.js'
import type { Agnize } from '../library/agnize.js'
import { type Calibration, type EmbeddingCard, modelId, type OwnCohort } from '../models/card.js'
import { upperQuantile } from '../recognition/normal.js'
import { defaultErrorRate, thresholdFor } from '../recognition/threshold.js'
import { measureOfOwn } from '../session/similarity-measures.js'
import { PeopleBootstrap } from './bootstrap.js'
import { designEffects } from './design-effect.js'
import { fnmrAtFmr, type PairHistograms } from './error-rates.js'
import { type EvaluationSet, peopleOf } from './evaluation-set.js'
import { type FittedProbability, fitProbability } from './fit-probability.js'
import { HeldOutCounts } from './held-out.js'
import {
  fitTail,
  peopleNeeded,
  type ThresholdBasis,
  tailThreshold,
  thresholdFrom,
} from './impostor-tail.js'
import { cohortOfFolder, cohortOfHalf } from './own-cohort.js'
import { PairCounts } from './pair-counts.js'
import { eachPair } from './pairs.js'
import { type EvaluationData, type ReadOptions, readSet } from './read-set.js'

/** Data of a calibration: as for `evaluate`, or the enrolled faces. */
export type CalibrationData =
  | EvaluationData
  | {
      /** Calibrate on the enrolled faces of the gallery. */
      readonly enrolled: true
    }

/** Options of {@link calibrate}. */
export interface CalibrateOptions extends Omit<ReadOptions, 'onProgress'> {
  /** False match rates, between 0 and 1, that need a threshold; an unsupported rate is refused. */
  readonly rates?: readonly number[]
  /** Replicates of the bootstrap; default 1,000. */
  readonly replicates?: number
  /** Seed of all random numbers; default 1. */
  readonly seed?: number
  /** Number of processor threads; default all. */
  readonly threads?: number
  /**
   * Calibrates on fewer than 30 people too; no threshold then lies below the card's. Default false.
   */
  readonly force?: boolean
  /**
   * Corrects the gallery's similarities by a cohort of its own: a folder of labeled photos of other people (a sub-folder for each
   * kind of people, or named as in UTKFace or FairFace), or `enrolled`, half of the people of the data.
   */
  readonly cohort?: string
  /** Measures without storing the calibration; default false. */
  readonly dryRun?: boolean
  /** Called with the numbers of processed and of all photos. */
  readonly onProgress?: (done: number, total: number) => void
}

/** A false match rate with its threshold. */
export interface CalibratedRate {
  /** The false match rate, between 0 and 1. */
  readonly fmr: number
  /** The threshold: the upper end of its interval, so that the rate is met with 97.5 % confidence. */
  readonly similarity: number
  /** Lower end of the interval (95 %), a cosine similarity. */
  readonly low: number
  /** Upper end of the interval (95 %), a cosine similarity. */
  readonly high: number
  /** Whether the threshold was counted, extrapolated, or is that of the card, below which only counted ones of 30 people lie. */
  readonly basis: ThresholdBasis | 'card'
}

/** Result of {@link calibrate}. */
export interface CalibrationResult {
  /** Id of the model. */
  readonly model: string
  /** The calibration, ready for `Agnize.setCalibration`. */
  readonly calibration: Calibration
  /** Thresholds by rate, largest rate first. */
  readonly rates: readonly CalibratedRate[]
  /** The next smaller rate, which the data do not support; null where none is left. */
  readonly next: {
    /** The next smaller false match rate. */
    readonly fmr: number
    /** Number of people needed for it. */
    readonly peopleNeeded: number
  } | null
  /** The fitted map from similarities to probabilities. */
  readonly probability: FittedProbability
  /** Share of the pairs of one person that are below the threshold for a false match rate of 1e-3, 0…1. */
  readonly missed: number
  /** Number of photos without a usable face. */
  readonly failures: number
  /** Limitations of the result, as sentences. */
  readonly warnings: readonly string[]
}

/** Rates that are calibrated where the data support them. */
const standardRates = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8] as const
/** Number of people below which thresholds are refused, and with `force` never below the card's. Judgment. */
const minPeople = 30
/** Number of people that a forced calibration needs: fewer have too few pairs for a distribution. Judgment. */
const fewestPeople = 10

/**
 * Measures thresholds and probabilities on your photos and stores them with the gallery. They apply to every later
 * answer, which names them.
 *
 * A rate is counted where ten independent false matches are expected. Beyond, the tail of the impostor similarities is
 * extrapolated to rates at most 100 times smaller, by a generalized Pareto distribution (Pickands 1975; Hosking and
 * Wallis 1987); for a smaller rate the error states how many people it takes. Probabilities come from logistic
 * regression (Platt 1999) or isotonic regression (Zadrozny and Elkan 2002), whichever fits held-out people better.
 *
 * @param agnize - Opened with the gallery and the model to calibrate.
 * @throws AgnizeError `too-few-photos` for fewer than 30 people without `force`, fewer than ten with it, nobody with two photos, or a rate of `rates` that the
 * data do not support; `wrong-model` for embeddings of another model; as `evaluate`.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 * import { calibrate } from 'agnize/evaluation'
 *
 * await using agnize = await openAgnize()
 * const { rates } = await calibrate(agnize, { folder: 'people/' })
 * for (const { fmr, similarity, basis } of rates) console.log(fmr, similarity, basis)
 * ```
 */
export async function calibrate(
  agnize: Agnize,
  data: CalibrationData,
  options: CalibrateOptions = {},
): Promise<CalibrationResult> {
  const set = 'enrolled' in data ? await enrolledSet(agnize) : await readSet(agnize, data, options)
  const model = modelId(await agnize.embeddingCard())
  if (set.model !== model) {
    throw new AgnizeError(
      'wrong-model',
      `These embeddings come from ${set.model} and cannot calibrate ${model}: choose the model ${set.model}.`,
    )
  }
  const card = await agnize.embeddingCard()
  const result = options.cohort
    ? await calibrateWithCohort(agnize, set, options.cohort, options)
    : withCohort(await calibrateSet(set, options, card), (await agnize.calibration())?.ownCohort)
  if (!options.dryRun) await agnize.setCalibration(result.calibration)
  return result
}

/** A calibration with the gallery's own cohort, if that corrected the similarities that it is made of. */
function withCohort(
  result: CalibrationResult,
  ownCohort: OwnCohort | undefined,
): CalibrationResult {
  if (!ownCohort || result.calibration.cohort !== ownCohort.sha256) return result
  return { ...result, calibration: { ...result.calibration, ownCohort } }
}

/** The name that stands for a cohort of the people of the data. */
const enrolledCohort = 'enrolled'

/**
 * Makes a cohort, and fits thresholds to the similarities that it corrects; the people of the cohort are not compared.
 *
 * @throws AgnizeError `too-few-photos` where with the cohort more pairs of one person are missed than chance explains.
 */
async function calibrateWithCohort(
  agnize: Agnize,
  set: EvaluationSet,
  source: string,
  options: CalibrateOptions,
): Promise<CalibrationResult> {
  const { seed = 1, signal } = options
  // A calibration is stored in plain, and group means tell of the people that they are made of.
  if (source === enrolledCohort && (await agnize.gallery.isProtected())) {
    throw new AgnizeError(
      'bad-argument',
      'The gallery is protected, and a cohort of its people would not be: give a folder of other people (--cohort FOLDER).',
    )
  }
  const { cohort, keptBack } =
    source === enrolledCohort
      ? cohortOfHalf(set, seed)
      : { cohort: await cohortOfFolder(agnize, source, signal ? { signal } : {}), keptBack: set }
  const measured = { ...keptBack, measure: measureOfOwn(cohort) }
  const { result, bootstrap } = await calibrated(measured, options)
  const plain = await bootstrapOf(keptBack, options)
  const missed = missedIn(plain.scores)
  const figures = `of people who are not in it, ${percentOf(result.missed)} of the pairs of one person are missed with it and ${percentOf(missed)} without it, at a false match rate of ${defaultErrorRate}`
  // What a cohort gains lies in the groups of people, so that somewhat more misses in all are no reason to refuse it.
  if (bootstrap.difference(plain.bootstrap, missedIn).low > 0 && !options.force) {
    throw new AgnizeError(
      'too-few-photos',
      `The cohort does not help: ${figures}, which is more than chance. Use more and other people, or none.`,
    )
  }
  const said = result.missed > missed ? [`The cohort may not help: ${figures}.`] : []
  return withCohort({ ...result, warnings: [...result.warnings, ...said] }, cohort)
}

/** Share of the pairs of one person that are below the threshold for the default false match rate, 0…1. */
const missedIn = (scores: PairHistograms) => fnmrAtFmr(scores, defaultErrorRate)

/** Counts the pairs of a set, and draws its people. */
async function bootstrapOf(
  set: EvaluationSet,
  { replicates = 1000, seed = 1, threads = availableParallelism(), signal }: CalibrateOptions,
): Promise<{ readonly scores: PairHistograms; readonly bootstrap: PeopleBootstrap }> {
  const { people } = peopleOf(set.samples)
  const counts = new PairCounts(people)
  await eachPair(set, people, { threads, signal }, (a, b, same, similarity) =>
    counts.add(a, b, same, similarity),
  )
  const drawing = { replicates, seed, threads }
  const bootstrap = await PeopleBootstrap.draw(counts.all, counts.ofPeople, drawing)
  return { scores: counts.all, bootstrap }
}

const percentOf = (share: number) => `${(100 * share).toFixed(2)} %`

/**
 * Fits thresholds and probabilities to a set; {@link calibrate} without reading and storing.
 *
 * @param card - Card of the model: only thresholds that were counted on 30 people and more lie below its thresholds.
 */
export async function calibrateSet(
  set: EvaluationSet,
  options: CalibrateOptions,
  card?: EmbeddingCard,
): Promise<CalibrationResult> {
  return (await calibrated(set, options, card)).result
}

/** {@link calibrateSet}, with the draws of the people that it rests on. */
async function calibrated(
  set: EvaluationSet,
  {
    rates: wanted = [],
    replicates = 1000,
    seed = 1,
    threads = availableParallelism(),
    force = false,
    signal,
  }: CalibrateOptions,
  card?: EmbeddingCard,
): Promise<{ readonly result: CalibrationResult; readonly bootstrap: PeopleBootstrap }> {
  const { people, names } = peopleOf(set.samples)
  const counts = new PairCounts(people)
  const order = new Random(seed, 1).sample(
    names.map((_, i) => i),
    names.length,
  )
  const heldOut = new HeldOutCounts(people, order)
  await eachPair(set, people, { threads, signal }, (a, b, same, similarity) => {
    counts.add(a, b, same, similarity)
    heldOut.add(a, b, same, similarity)
  })
  const scores = counts.all
  checkEnough(scores, names.length, force)
  const bootstrap = await PeopleBootstrap.draw(scores, counts.ofPeople, {
    ...{ replicates, seed, threads },
  })
  const effects = designEffects(scores, counts.ofPeople)
  const tail = fitTail(scores.impostor, effects.impostor)
  const pairs = scores.impostor.total
  if (!tail) throw tooFewPeople(names.length, pairs)
  const floor = thresholdsOf(card, set)
  const all = [...new Set([...standardRates, ...wanted])].sort((a, b) => b - a)
  const rates: CalibratedRate[] = []
  let next: CalibrationResult['next'] = null
  for (const fmr of all) {
    const found = thresholdFrom(scores.impostor, tail, fmr)
    if (!found) {
      const needed = peopleNeeded(fmr, names.length, pairs / effects.impostor)
      if (wanted.includes(fmr)) throw tooFew(fmr, names.length, pairs, needed)
      next ??= { fmr, peopleNeeded: needed }
      continue
    }
    const at = ({ impostor }: PairHistograms) =>
      quantile(impostor, fmr, found.basis, effects.impostor)
    const { low, high } = bootstrap.threshold(at)
    const least = names.length >= minPeople && found.basis === 'counted' ? -1 : floor(fmr)
    // Enforce monotonicity despite noise: a smaller rate has a higher threshold.
    const similarity = Math.max(high, least, (rates.at(-1)?.similarity ?? -1) + 1e-4)
    if (similarity >= 1) break
    const basis = least > high ? 'card' : found.basis
    rates.push({ fmr, similarity, low, high: Math.max(high, similarity), basis })
  }
  const probability = fitProbability(scores, heldOut.parts(), {
    genuine: scores.genuine.total / effects.genuine,
    impostor: pairs / effects.impostor,
  })!
  const last = rates.at(-1)
  if (!last || rates.length < 2) {
    throw new AgnizeError(
      'too-few-photos',
      `The similarities of different people are too high for a threshold of ${set.model}: calibrate on more people, or use another model.`,
    )
  }
  const calibration: Calibration = {
    basis: {
      data: set.name,
      subjects: names.length,
      genuinePairs: scores.genuine.total,
      impostorPairs: pairs,
    },
    method:
      'upper end of the 95 % interval of the threshold, by a bootstrap over people; beyond ten independent false matches the exponential or heavier tail of the impostors (peaks over threshold)',
    thresholds: rates.map(({ fmr, similarity }) => ({ fmr, similarity })),
    // With z the normal quantile of the rate, the exponential tail rises by z times its scale.
    tail: Math.max(1e-6, tail.scale * upperQuantile(last.fmr)),
    ambiguity: scores.genuine.moments().deviation,
    date: new Date().toISOString(),
    counted: tail.counted,
    ...(set.measure.cohort !== null && { cohort: set.measure.cohort }),
    intervals: rates.map(({ low, high }) => [low, high]),
    probability: probability.map,
  }
  const result: CalibrationResult = {
    model: set.model,
    calibration,
    rates,
    next,
    probability,
    missed: missedIn(scores),
    failures: set.failures.length,
    warnings: [...set.warnings, ...laxer(rates, floor)],
  }
  return { result, bootstrap }
}

/** The card's threshold at a rate; −1 where it has none for these similarities. */
function thresholdsOf(
  card: EmbeddingCard | undefined,
  { measure }: EvaluationSet,
): (fmr: number) => number {
  const comparable =
    card?.calibration && (card.calibration.cohort ?? null) === measure.cohort ? card : undefined
  return (fmr) => (comparable ? thresholdFor(comparable, { fmr }).value : -1)
}

/** Warns where strangers are accepted that the card's threshold refuses. */
function laxer(rates: readonly CalibratedRate[], floor: (fmr: number) => number): string[] {
  const standard = rates.find(({ fmr }) => fmr === defaultErrorRate)
  const before = floor(defaultErrorRate)
  if (!standard || standard.similarity >= before) return []
  return [
    `The threshold for a false match rate of ${defaultErrorRate}, ${standard.similarity.toFixed(3)}, is lower than that of the card, ${before.toFixed(3)}: it holds for people like these, and takes others for one another more often.`,
  ]
}

function quantile(
  impostor: PairHistograms['impostor'],
  fmr: number,
  basis: ThresholdBasis,
  effect: number,
): number {
  const counted = impostor.similarityWith(fmr * impostor.total)
  if (basis === 'counted') return counted
  const tail = fitTail(impostor, effect)
  return tail ? tailThreshold(tail, fmr) : counted
}

function checkEnough({ genuine, impostor }: PairHistograms, people: number, force: boolean): void {
  if (people < (force ? fewestPeople : minPeople)) throw tooFewPeople(people, impostor.total)
  if (genuine.total === 0) {
    throw new AgnizeError(
      'too-few-photos',
      'No person has two photos, so the similarity of photos of the same person cannot be measured: add a second photo of some people.',
    )
  }
}

function tooFewPeople(people: number, pairs: number): AgnizeError {
  return new AgnizeError(
    'too-few-photos',
    `${counted(people, 'person', 'people')} with ${counted(pairs, 'impostor pair', 'impostor pairs')} are too few to measure thresholds: use ${minPeople} people at least, and better 100. The thresholds of the model card stay in use.${people >= fewestPeople ? ' To raise thresholds above those of the card on so few people, use --force (the option force).' : ''}`,
  )
}

function tooFew(fmr: number, people: number, pairs: number, needed: number): AgnizeError {
  return new AgnizeError(
    'too-few-photos',
    `${counted(pairs, 'impostor pair', 'impostor pairs')} of ${counted(people, 'person', 'people')} are too few to measure a false match rate of ${fmr}, even with extrapolation: that takes about ${needed.toLocaleString('en')} people with as many photos each.`,
  )
}

/** The enrolled faces as an evaluation set. */
async function enrolledSet(agnize: Agnize): Promise<EvaluationSet> {
  const model = modelId(await agnize.embeddingCard())
  const templates = await agnize.people.templates()
  return {
    name: 'the enrolled faces',
    model,
    measure: await agnize.similarityMeasure(),
    samples: templates.map(({ id, subject, vector, quality }) => ({
      ...{ photo: id, person: subject.id, role: null, vector, quality },
      ...{ sha256: null, box: null, attributes: {} },
    })),
    failures: [],
    pairs: null,
    failedPairs: { same: 0, different: 0 },
    warnings: [],
    timings: null,
  }
}
