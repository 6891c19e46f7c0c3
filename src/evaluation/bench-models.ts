import { openSession } from '#runtime'
import { AgnizeError, throwIfCanceled } from '../base/errors.js'
import { openAgnize } from '../library/agnize.js'
import type { ModelCard } from '../models/card.js'
import type { Device } from '../models/devices.js'
import type { ModelStore } from '../models/model-store.js'
import type { OpenOptions } from '../session/options.js'
import { evaluateSet } from './evaluate.js'
import type { Estimate } from './intervals.js'
import { type EvaluationData, readSet } from './read-set.js'

/** Speed of one network on one device. */
export interface NetworkSpeed {
  /** Name of the network. */
  readonly model: string
  /** What it does. */
  readonly task: ModelCard['task']
  /** The device that was asked for. */
  readonly device: Device
  /** Width and height of the input, in pixels. */
  readonly input: readonly [width: number, height: number]
  /** Median time of a run, in milliseconds; null where the device does not run it. */
  readonly milliseconds: number | null
  /** Number of measured runs. */
  readonly runs: number
  /** Why the device does not run it; null where it does. */
  readonly error: string | null
}

/** Accuracy of one embedding network on labeled photos. */
export interface NetworkAccuracy {
  /** Name of the network. */
  readonly model: string
  /** Number of people. */
  readonly people: number
  /** Number of photos with a face. */
  readonly photos: number
  /** Number of photos without a usable face. */
  readonly failures: number
  /** Number of pairs that show one person. */
  readonly genuinePairs: number
  /** Number of pairs that show two people. */
  readonly impostorPairs: number
  /** Area under the ROC curve; null without pairs of both kinds. */
  readonly auc: Estimate | null
  /** Misses (false non-match rate, 0…1) at false match rates of 1e-2 and 1e-3; null where the pairs are too few for the rate. */
  readonly misses: readonly { readonly fmr: number; readonly fnmr: Estimate | null }[]
  /** Mean time of each step of a photo, in milliseconds. */
  readonly timings: Readonly<Record<string, number>> | null
}

/** False match rates at which misses are reported. */
const reportedRates = [1e-2, 1e-3] as const
/** A network is run for this long, in milliseconds, and this often at least. Judgment. */
const measured = { milliseconds: 1000, minRuns: 5, maxRuns: 200 } as const

/**
 * Measures the speed of every installed network on each device: the median time of single runs with one thread.
 *
 * @param options - `onProgress` is called with the number of measured networks.
 * @throws AgnizeError `cancelled`, `model-invalid`.
 */
export async function benchSpeed(
  models: ModelStore,
  devices: readonly Device[],
  {
    signal,
    onProgress,
  }: {
    readonly signal?: AbortSignal
    readonly onProgress?: (done: number, total: number) => void
  } = {},
): Promise<readonly NetworkSpeed[]> {
  const cards = (await installed(models)).flatMap((card) =>
    devices.map((device) => ({ card, device })),
  )
  const found: NetworkSpeed[] = []
  for (const { card, device } of cards) {
    throwIfCanceled(signal)
    found.push(await speedOf(models, card, device))
    onProgress?.(found.length, cards.length)
  }
  return found
}

/** Cards of the networks that are on this machine and may be used. */
async function installed(models: ModelStore): Promise<readonly ModelCard[]> {
  const list = await models.list()
  return list
    .filter(({ state, card }) => state === 'ready' && models.permits(card))
    .map(({ card }) => card)
}

async function speedOf(models: ModelStore, card: ModelCard, device: Device): Promise<NetworkSpeed> {
  const { width, height, channels } = card.input
  const about = { model: card.name, task: card.task, device, input: [width, height] as const }
  const shape = [1, channels === 'gray' ? 1 : 3, height, width]
  const bytes = await models.read(card)
  try {
    const session = await openSession(bytes, shape, device)
    const input = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5)
    await session.run(input)
    const times: number[] = []
    const start = performance.now()
    while (
      times.length < measured.minRuns ||
      (times.length < measured.maxRuns && performance.now() - start < measured.milliseconds)
    ) {
      const before = performance.now()
      await session.run(input)
      times.push(performance.now() - before)
    }
    await session.release()
    times.sort((a, b) => a - b)
    return { ...about, milliseconds: times[times.length >> 1]!, runs: times.length, error: null }
  } catch (error) {
    if (error instanceof AgnizeError && error.code === 'device-unavailable') {
      return { ...about, milliseconds: null, runs: 0, error: error.message }
    }
    const why = (error as Error).message.split('\n')[0]
    throw new AgnizeError('model-invalid', `The model ${card.name} cannot be run (${why}).`, {
      cause: error,
    })
  }
}

/**
 * Measures the accuracy of every installed embedding network on labeled photos: all pairs are compared.
 *
 * @param options - Home and device, as of `openAgnize`; nothing is stored in a gallery.
 * @param data - Folder with a sub-folder for each person, or another form of labeled photos.
 * @throws AgnizeError as `readSet`.
 */
export async function benchAccuracy(
  models: ModelStore,
  options: OpenOptions,
  data: EvaluationData,
  {
    signal,
    onProgress,
  }: {
    readonly signal?: AbortSignal
    readonly onProgress?: (model: string, done: number, total: number) => void
  } = {},
): Promise<readonly NetworkAccuracy[]> {
  const found: NetworkAccuracy[] = []
  for (const { name, task } of await installed(models)) {
    if (task !== 'embedding') continue
    await using agnize = await openAgnize({ ...options, model: name, store: ':memory:' })
    const set = await readSet(agnize, data, {
      ...(signal && { signal }),
      onProgress: (done, total) => onProgress?.(name, done, total),
    })
    const { verification, people, failures } = await evaluateSet(agnize, set, {
      ...(signal && { signal }),
    })
    found.push({
      ...{ model: name, people, photos: set.samples.length, failures: failures.length },
      genuinePairs: verification.genuinePairs,
      impostorPairs: verification.impostorPairs,
      auc: verification.auc,
      misses: reportedRates.map((fmr) => {
        const tar = verification.acceptance.find(({ far }) => far === fmr)?.tar
        return { fmr, fnmr: tar ? missesOf(tar) : null }
      }),
      timings: set.timings,
    })
  }
  return found
}

/** The false non-match rate of a true acceptance rate. */
const missesOf = ({ value, low, high }: Estimate): Estimate => ({
  value: 1 - value,
  low: 1 - high,
  high: 1 - low,
})
