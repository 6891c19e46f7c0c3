import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { counted } from '../base/counted.js'
import { AgnizeError, diskError } from '../base/errors.js'
import { writeFileAtomically } from '../base/write-file-atomically.js'
import type { Agnize } from '../library/agnize.js'
import { modelId } from '../models/card.js'
import { defaultErrorRate, type Threshold, thresholdFor } from '../recognition/threshold.js'
import { askedRates, askedRateWarnings } from './asked-rates.js'
import { makeFolder, ownerOnlyMode } from './embed-photos.js'
import { embeddingLine } from './embedding-file.js'
import { evaluateIdentification } from './evaluate-identification.js'
import { evaluateVerification, type VerificationResult } from './evaluate-verification.js'
import type { Evaluation } from './evaluation.js'
import { evaluationJson } from './evaluation-json.js'
import { writeReport } from './evaluation-page.js'
import { type EvaluationSet, peopleOf } from './evaluation-set.js'
import { fitTail, peopleNeeded, thresholdFrom } from './impostor-tail.js'
import type { EvaluationData, ReadOptions } from './read-set.js'
import { readSet } from './read-set.js'

/** Options of {@link evaluate}. */
export interface EvaluateOptions extends Omit<ReadOptions, 'cache' | 'onProgress'> {
  /** Folder for the report, the results and the embeddings; without it nothing is written. */
  readonly out?: string
  /** False match rate of a comparison, between 0 and 1, which sets its threshold; default 1e-3. */
  readonly fmr?: number
  /** False positive identification rate of a search, between 0 and 1, which sets its threshold; default 1e-3. */
  readonly fpir?: number
  /** Fixed threshold, a cosine similarity, −1…1, instead of both rates. */
  readonly threshold?: number
  /** Number of photos of each person that are enrolled for 1:N, where no gallery is given; default 1. */
  readonly enroll?: number
  /** Replicates of the bootstrap; default 1,000. */
  readonly replicates?: number
  /** Seed of all random numbers; default 1. */
  readonly seed?: number
  /** Number of processor threads; default all. */
  readonly threads?: number
  /** Called with the progress of the photos, then of the comparisons. */
  readonly onProgress?: (stage: 'photos' | 'comparisons', done: number, total: number) => void
}

/** Number of worst pairs shown, of each kind. Judgment. */
const maxWorstPairs = 12

/**
 * Measures the error rates of agnize on your photos, or on a published protocol, such as that of Labeled Faces in the
 * Wild (Huang et al. 2007).
 *
 * Photos without a detected face count as failures. Intervals (95 %) resample people (Efron 1979) or have the variance
 * over people and pairs of people (Fogliato, Patil and Perona 2024), since pairs that share a person are not
 * independent.
 *
 * @param agnize - Opened with the model to evaluate. Its gallery is not changed; thresholds calibrated on it are used.
 * @param data - A folder of people, pairs, a gallery and probes, or embeddings.
 * @throws AgnizeError `photo-not-found`, `bad-argument`, `too-few-photos` without a pair to compare, `cancelled`,
 * `disk-full`, `read-only`.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 * import { evaluate } from 'agnize/evaluation'
 *
 * await using agnize = await openAgnize()
 * const { verification, files } = await evaluate(agnize, { folder: 'people/' }, { out: 'evaluation/' })
 * console.log(verification.auc?.value, verification.fmr, files?.report)
 * ```
 */
export async function evaluate(
  agnize: Agnize,
  data: EvaluationData,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  checkOptions(options)
  const { out, onProgress, ...rest } = options
  const folder = out === undefined ? undefined : resolve(out)
  const set = await readSet(agnize, data, {
    ...rest,
    ...(folder && { cache: join(folder, embeddingsFile) }),
    ...(onProgress && { onProgress: (done, total) => onProgress('photos', done, total) }),
  })
  const evaluation = await evaluateSet(agnize, set, options)
  if (!folder) return evaluation
  const files = {
    report: join(folder, 'report.html'),
    results: join(folder, 'results.json'),
    embeddings: join(folder, embeddingsFile),
  }
  // Of photos, the folder was made with the file of embeddings, before the first was read.
  if ('embeddings' in data) await makeFolder(folder)
  try {
    if ('embeddings' in data) await writeEmbeddings(files.embeddings, set)
    if (set.pairs) {
      await writeFileAtomically(join(folder, pairsFile), Buffer.from(pairsCsv(set)), ownerOnlyMode)
    }
    await writeFileAtomically(files.results, Buffer.from(evaluationJson(evaluation)), ownerOnlyMode)
    await writeReport(files.report, evaluation)
  } catch (error) {
    throw diskError(error, folder)
  }
  return { ...evaluation, files }
}

/** Name of the file of embeddings in a run's folder. */
export const embeddingsFile = 'embeddings.jsonl'
/** Name of the file of the protocol's pairs in a run's folder. */
export const pairsFile = 'pairs.csv'

/** Evaluates a set in memory; {@link evaluate} without reading and writing. */
export async function evaluateSet(
  agnize: Agnize,
  set: EvaluationSet,
  {
    fmr = defaultErrorRate,
    fpir = defaultErrorRate,
    threshold: fixed,
    enroll = 1,
    replicates = 1000,
    seed = 1,
    threads = availableParallelism(),
    signal,
    onProgress,
  }: EvaluateOptions,
): Promise<Evaluation> {
  const card = await agnize.calibratedCard()
  const usable = modelId(card) === set.model && card.calibration !== null
  const warnings = [...set.warnings]
  const { names } = peopleOf(set.samples)
  let threshold: Threshold | undefined
  const verification = await evaluateVerification(set, {
    ...{ threads, replicates, seed, worst: maxWorstPairs, signal },
    onProgress: (done, total) => onProgress?.('comparisons', done, total),
    threshold: ({ impostor }) => {
      if (fixed !== undefined) threshold = thresholdFor(card, { similarity: fixed })
      else if (usable) threshold = thresholdFor(card, { fmr })
      else {
        const found = thresholdFrom(impostor, fitTail(impostor), fmr)
        // Without even an extrapolated threshold: the lowest that no impostor pair of this set reaches.
        const value = found?.similarity ?? impostor.edgeWithAtMost(0)
        const source = `chosen on the evaluated pairs themselves${found?.basis === 'counted' ? '' : ', extrapolated'}, since ${set.model} has no calibration`
        threshold = { value, fmr: found ? fmr : null, limited: false, source, calibratedAt: null }
      }
      return threshold.value
    },
  })
  const { impostor } = verification.scores
  const tail = fitTail(impostor)
  const thresholdAt = (people: number) => {
    if (fixed !== undefined) return fixed
    if (usable) return thresholdFor(card, { fpir }, people).value
    const rate = -Math.expm1(Math.log1p(-fpir) / Math.max(1, people))
    const found = thresholdFrom(impostor, tail, rate)
    return found?.similarity ?? Math.max(threshold!.value, impostor.edgeWithAtMost(0))
  }
  const identification = set.pairs
    ? null
    : await evaluateIdentification(set, { threads, enroll, thresholdAt, impostor, tail, signal })
  const asked =
    usable && fixed === undefined
      ? askedRates(
          { fmr, fpir },
          { fmr: verification.fmr, fpir: identification?.fpir ?? null },
          verification.slices,
        )
      : []
  warnings.push(...askedRateWarnings(asked, threshold!.calibratedAt !== null))
  warnings.push(...remarks(verification, fmr, names.length))
  return {
    data: set.name,
    model: set.model,
    date: new Date().toISOString(),
    people: names.length,
    photos: set.samples.length + set.failures.length,
    failures: set.failures,
    threshold: threshold!,
    verification,
    identification,
    askedRates: asked,
    warnings,
    timings: set.timings,
    samples: set.samples,
    files: null,
  }
}

/** Limitations of the data, as sentences. */
function remarks(
  { genuinePairs, impostorPairs }: VerificationResult,
  fmr: number,
  people: number,
): string[] {
  const warnings: string[] = []
  if (genuinePairs === 0) {
    warnings.push(
      'No person has two photos, so the share of people not recognized cannot be measured: add a second photo of some people.',
    )
  }
  if (impostorPairs === 0) {
    warnings.push(
      'There is only one person, so the share of strangers accepted cannot be measured: add photos of other people.',
    )
  } else if (impostorPairs * fmr < 10) {
    warnings.push(
      `${counted(impostorPairs, 'impostor pair is', 'impostor pairs are')} too few to measure a false match rate of ${fmr}: that takes about ${peopleNeeded(fmr / 100, people, impostorPairs).toLocaleString('en')} people with as many photos each.`,
    )
  }
  if (people > 1 && people < 30) {
    warnings.push(
      `${counted(people, 'person', 'people')} are few: the intervals show how uncertain the results are, and hold only for people like these.`,
    )
  }
  return warnings
}

function checkOptions({ fmr, fpir, threshold, enroll, replicates }: EvaluateOptions): void {
  const bad = (name: string, is: string, value: unknown) =>
    new AgnizeError('bad-argument', `${name} ${is}, not ${value}.`)
  for (const [name, rate] of Object.entries({ fmr, fpir })) {
    if (rate !== undefined && !(rate > 0 && rate < 1)) throw bad(name, 'lies between 0 and 1', rate)
  }
  if (threshold !== undefined && !(threshold >= -1 && threshold <= 1)) {
    throw bad('threshold', 'is a similarity from −1 to 1', threshold)
  }
  for (const [name, count] of Object.entries({ enroll, replicates })) {
    if (count !== undefined && !(Number.isInteger(count) && count >= 1)) {
      throw bad(name, 'is a whole number from 1', count)
    }
  }
}

async function writeEmbeddings(path: string, set: EvaluationSet): Promise<void> {
  const lines = set.samples.map((sample) =>
    Buffer.from(
      embeddingLine({
        ...sample,
        ...{ model: set.model, settings: null, faces: null, main: null, ms: null, failure: null },
      }),
    ),
  )
  await writeFileAtomically(path, Buffer.concat(lines), ownerOnlyMode)
}

function pairsCsv({ samples, pairs }: EvaluationSet): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const rows = pairs!.map(
    ({ a, b, same, fold }) =>
      `${quoted(samples[a]!.photo)},${quoted(samples[b]!.photo)},${Number(same)},${fold ?? ''}`,
  )
  return `a,b,same,fold\n${rows.join('\n')}\n`
}
