import { existsSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { counted } from '../base/counted.js'
import { AgnizeError, diskError } from '../base/errors.js'
import { writeFileAtomically } from '../base/write-file-atomically.js'
import { ModelStore } from '../models/model-store.js'
import { useFrom } from '../models/permitted-uses.js'
import { defaultHome } from '../session/open-session.js'
import { measureOfModel } from '../session/similarity-measures.js'
import { PeopleBootstrap } from './bootstrap.js'
import type { Comparison } from './comparison.js'
import { comparisonPage } from './comparison-page.js'
import { type DesignEffects, designEffects } from './design-effect.js'
import { readEmbeddingSet } from './embedding-set.js'
import {
  areaUnderRoc,
  detCurve,
  equalErrorRate,
  fnmrAtFmr,
  type PairHistograms,
} from './error-rates.js'
import { embeddingsFile, pairsFile } from './evaluate.js'
import { snakeCase } from './evaluation-json.js'
import {
  type EvaluationSet,
  peopleOf,
  requirePairs,
  type Sample,
  type SamplePair,
} from './evaluation-set.js'
import { PairCounts } from './pair-counts.js'
import { eachPair } from './pairs.js'
import { readPairs } from './pairs-file.js'

/** Options of {@link compare}. */
export interface CompareOptions {
  /** Folder for the report and the figures; without it nothing is written. */
  readonly out?: string
  /** Replicates of the bootstrap; default 1,000. */
  readonly replicates?: number
  /** Seed of all random numbers; default 1. */
  readonly seed?: number
  /** Number of processor threads; default all. */
  readonly threads?: number
  /** Aborts the comparison. */
  readonly signal?: AbortSignal
}

/** False match rates at which FNMR is compared, where there are enough pairs. */
const rates = [1e-2, 1e-3, 1e-4, 1e-5] as const

/**
 * Compares runs of `evaluate` (models or settings) on the same pairs of photos. The interval of a paired difference is
 * narrower than those of the figures.
 *
 * @param runs - Folders that `evaluate` wrote, or files of embeddings; the first is the baseline.
 * @throws AgnizeError `bad-argument` for fewer than two runs, `photo-not-found` for a folder without embeddings,
 * `too-few-photos` for runs without common pairs.
 * @example
 * ```ts
 * import { compare } from 'agnize/evaluation'
 *
 * const { runs } = await compare(['default-evaluation', 'facenet-evaluation'], { out: 'comparison' })
 * for (const { run, figures } of runs) console.log(run, figures)
 * ```
 */
export async function compare(
  runs: readonly string[],
  {
    out,
    replicates = 1000,
    seed = 1,
    threads = availableParallelism(),
    signal,
  }: CompareOptions = {},
): Promise<Comparison> {
  if (runs.length < 2) {
    throw new AgnizeError('bad-argument', 'Give at least two runs to compare.')
  }
  const sets: EvaluationSet[] = []
  for (const run of runs) sets.push(await readRun(run))
  return compareSets(sets, runs, { replicates, seed, threads, ...(out && { out }), signal })
}

/** Compares sets in memory; {@link compare} without reading. */
export async function compareSets(
  sets: readonly EvaluationSet[],
  runs: readonly string[],
  {
    out,
    replicates = 1000,
    seed = 1,
    threads = availableParallelism(),
    signal,
    warnings: known = [],
  }: Omit<CompareOptions, 'signal'> & {
    readonly signal?: AbortSignal | undefined
    /** Limitations of the sets, as sentences. */
    readonly warnings?: readonly string[]
  } = {},
): Promise<Comparison> {
  const { common, warnings } = inCommon(sets, runs)
  const first = common[0]!
  const { people, names } = peopleOf(first.samples)
  const measured: {
    scores: PairHistograms
    bootstrap: PeopleBootstrap
    effects: DesignEffects
  }[] = []
  for (const set of common) {
    const counts = new PairCounts(people)
    await eachPair(
      set,
      people,
      { threads, signal },
      (a, b, same, similarity) => counts.add(a, b, same, similarity),
      (block) => counts.addBlock(block),
    )
    const scores = counts.all
    requirePairs(scores.genuine.total, scores.impostor.total)
    if (scores.genuine.total === 0 || scores.impostor.total === 0) {
      throw new AgnizeError(
        'too-few-photos',
        'The runs share pairs of one kind only: a comparison needs pairs of the same person and pairs of different people.',
      )
    }
    const bootstrap = await PeopleBootstrap.draw(scores, counts.ofPeople, {
      ...{ replicates, seed, threads },
    })
    measured.push({ scores, bootstrap, effects: designEffects(scores, counts.ofPeople) })
  }
  const base = measured[0]!
  const { impostor, genuine } = base.scores
  const comparison: Comparison = {
    photos: first.samples.length,
    people: names.length,
    genuinePairs: genuine.total,
    impostorPairs: impostor.total,
    runs: measured.map(({ scores, bootstrap, effects }, i) => ({
      run: runName(runs[i]!),
      model: sets[i]!.model,
      failures: sets[i]!.failures.length,
      figures: figuresFor(impostor.total).map(([figure, of]) => {
        const difference = i === 0 ? null : bootstrap.difference(base.bootstrap, of)
        return {
          figure,
          estimate: bootstrap.share(of, scores.genuine.total / effects.genuine),
          difference,
          differs: difference !== null && (difference.low > 0 || difference.high < 0),
        }
      }),
      det: detCurve(scores),
    })),
    warnings: [...known, ...warnings],
    files: null,
  }
  return out === undefined ? comparison : { ...comparison, files: await write(comparison, out) }
}

function figuresFor(
  impostorPairs: number,
): [figure: string, of: (scores: PairHistograms) => number][] {
  return [
    ['auc', areaUnderRoc],
    ['eer', (scores) => equalErrorRate(scores).rate],
    ...rates
      .filter((rate) => rate * impostorPairs >= 10)
      .map((rate): [string, (scores: PairHistograms) => number] => [
        `fnmr at fmr ${rate}`,
        (scores) => fnmrAtFmr(scores, rate),
      ]),
  ]
}

async function readRun(run: string): Promise<EvaluationSet> {
  const isFolder = (await stat(run).catch(() => undefined))?.isDirectory() ?? false
  const embeddings = isFolder ? join(run, embeddingsFile) : run
  if (!existsSync(embeddings)) {
    throw new AgnizeError(
      'photo-not-found',
      `There is no ${embeddings}: give a folder that "agnize evaluate" wrote, or a file of embeddings.`,
    )
  }
  const home = defaultHome()
  const models = new ModelStore(home, true, undefined, useFrom(process.env.AGNIZE_USE))
  const set = await readEmbeddingSet(embeddings, (model) => measureOfModel(model, models, home))
  const listed = join(dirname(embeddings), pairsFile)
  if (!isFolder || !existsSync(listed)) return set
  // The paths are those of the samples, not relative to the file.
  const { photos, pairs } = await readPairs(listed, '')
  const places = new Map(set.samples.map(({ photo }, i) => [photo, i]))
  const at = (i: number) => places.get(photos[i]!.photo)
  const known = pairs.flatMap(({ a, b, same, fold }): SamplePair[] => {
    const [one, other] = [at(a), at(b)]
    return one === undefined || other === undefined ? [] : [{ a: one, b: other, same, fold }]
  })
  return { ...set, pairs: known }
}

/** Photos common to all sets, in the order of the first one, and their pairs. */
function inCommon(sets: readonly EvaluationSet[], runs: readonly string[]) {
  const key = ({ sha256, photo, person }: Sample) => `${person}\n${sha256 ?? photo}`
  const maps = sets.map(({ samples }) => new Map(samples.map((each) => [key(each), each])))
  const first = sets[0]!
  const keys = first.samples.map(key).filter((each) => maps.every((map) => map.has(each)))
  const warnings = sets.flatMap(({ samples }, i) => {
    const alone = samples.length - keys.length
    return alone > 0
      ? [
          `${counted(alone, 'photo', 'photos')} of ${runName(runs[i]!)} ${alone === 1 ? 'is' : 'are'} not in every run and left out of the comparison.`,
        ]
      : []
  })
  const place = new Map(keys.map((each, i) => [each, i]))
  const pairs =
    first.pairs?.flatMap(({ a, b, ...pair }): SamplePair[] => {
      const [one, other] = [a, b].map((i) => place.get(key(first.samples[i]!)))
      return one === undefined || other === undefined ? [] : [{ ...pair, a: one, b: other }]
    }) ?? null
  const common = sets.map((set, i) => ({
    ...set,
    samples: keys.map((each) => maps[i]!.get(each)!),
    pairs,
  }))
  return { common, warnings }
}

function runName(run: string): string {
  const name = basename(resolve(run))
  return name === embeddingsFile ? basename(dirname(resolve(run))) : name
}

async function write(comparison: Comparison, out: string) {
  const folder = resolve(out)
  const files = {
    report: join(folder, 'comparison.html'),
    results: join(folder, 'comparison.json'),
  }
  try {
    await mkdir(folder, { recursive: true })
    const json = JSON.stringify(snakeCase({ schemaVersion: 2, ...comparison }), null, 1)
    await writeFileAtomically(files.results, Buffer.from(`${json}\n`))
    await writeFileAtomically(files.report, Buffer.from(await comparisonPage(comparison)))
  } catch (error) {
    throw diskError(error, folder)
  }
  return files
}
