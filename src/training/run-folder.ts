import { execFile } from 'node:child_process'
import { appendFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { parseChecked } from '../base/checked-json.js'
import { AgnizeError, diskError } from '../base/errors.js'
import { currentWord } from '../base/renamed-words.js'
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.js'

/** Metrics of an epoch: a line of `metrics.jsonl`. */
export interface EpochMetrics {
  /** Number of the epoch, counted from 1. */
  readonly epoch: number
  /** Steps done so far. */
  readonly step: number
  /** Mean over the epoch's steps of the loss summed over the batch's triplets or pairs; null before the first. */
  readonly loss: number | null
  /** Mean share of triplets or pairs with a loss above 0; null before the first. */
  readonly active: number | null
  /** Mean norm of the gradient of the mean loss, before clipping; null before the first. */
  readonly gradient_norm: number | null
  /** Learning rate. */
  readonly rate: number
  /** Area under the ROC curve on the validation people, 0…1. */
  readonly validation_auc: number
  /** d′ of the genuine and impostor similarities of the validation people. */
  readonly validation_d_prime: number
  /** Seconds since the training began, without interruptions. */
  readonly seconds: number
}

/** Files of a training run: config, metrics, checkpoints, report. */
export class RunFolder {
  constructor(readonly path: string) {}

  /** A file in it. */
  file(name: string): string {
    return join(this.path, name)
  }

  /**
   * Begins a run, or goes on with one that has the same settings.
   *
   * @param config - Settings and data; also kept in `config.json`.
   * @throws AgnizeError `bad-argument` when the folder has another run, or one and `resume` is not set.
   */
  async begin(config: Readonly<Record<string, unknown>>, resume: boolean): Promise<void> {
    const path = this.file('config.json')
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text === undefined) {
      try {
        await mkdir(this.path, { recursive: true })
        await writeFile(path, `${JSON.stringify({ ...config, commit: await commit() }, null, 2)}\n`)
        await writeFile(this.file('metrics.jsonl'), '')
      } catch (error) {
        throw diskError(error, this.path)
      }
      return
    }
    if (!resume) {
      throw new AgnizeError(
        'bad-argument',
        `${this.path} already holds a training run: continue it with --resume, or give another folder with --run.`,
      )
    }
    const before = read(text, z.record(z.string(), z.unknown()), path)
    const changed = Object.keys(config).filter(
      (key) => inCurrentWords(before[key]) !== JSON.stringify(config[key]),
    )
    if (changed.length > 0) {
      throw new AgnizeError(
        'bad-argument',
        `The run in ${this.path} was started with other settings (${changed.join(', ')}): resume it with the same ones and the same photos, or give another folder with --run.`,
      )
    }
  }

  /** The metrics so far, by epoch. */
  async metrics(): Promise<EpochMetrics[]> {
    const text = await readFile(this.file('metrics.jsonl'), 'utf8').catch(() => '')
    return text
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => read(line, metricsSchema, this.file('metrics.jsonl')))
  }

  /** Drops metrics of epochs after a checkpoint, which are about to be made again. */
  async keepMetrics(until: number): Promise<void> {
    const kept = (await this.metrics()).filter(({ epoch }) => epoch <= until)
    const text = kept.map((metrics) => `${JSON.stringify(metrics)}\n`).join('')
    const path = this.file('metrics.jsonl')
    await truncate(path, 0).catch(() => {})
    await appendFile(path, text)
  }

  /** Adds the metrics of an epoch. */
  async addMetrics(metrics: EpochMetrics): Promise<void> {
    try {
      await appendFile(this.file('metrics.jsonl'), `${JSON.stringify(metrics)}\n`)
    } catch (error) {
      throw diskError(error, this.path)
    }
  }

  /** The last checkpoint, or the best one. */
  checkpoint(which: 'last' | 'best'): Promise<Checkpoint | undefined> {
    return readCheckpoint(this.file(`${which}.safetensors`))
  }

  /** Replaces a checkpoint. */
  keep(which: 'last' | 'best', checkpoint: Checkpoint): Promise<void> {
    return writeCheckpoint(this.file(`${which}.safetensors`), checkpoint)
  }
}

/** A setting of a run that an earlier version may have begun, as JSON. */
const inCurrentWords = (value: unknown) =>
  JSON.stringify(typeof value === 'string' ? currentWord(value) : value)

const metricsSchema: z.ZodType<EpochMetrics> = z.object({
  epoch: z.int().min(0),
  step: z.int().min(0),
  loss: z.number().nullable(),
  active: z.number().nullable(),
  gradient_norm: z.number().nullable(),
  rate: z.number(),
  validation_auc: z.number(),
  validation_d_prime: z.number(),
  seconds: z.number(),
})

function read<T>(text: string, schema: z.ZodType<T>, path: string): T {
  return parseChecked(
    text,
    schema,
    (cause) =>
      new AgnizeError('bad-argument', `${path} cannot be read: give another folder with --run.`, {
        cause,
      }),
  )
}

/** The git commit of the working folder; null where it is in no repository. */
async function commit(): Promise<string | null> {
  try {
    return (await promisify(execFile)('git', ['rev-parse', 'HEAD'])).stdout.trim()
  } catch {
    return null
  }
}
