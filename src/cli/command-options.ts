import { type Command, InvalidArgumentError, Option } from 'commander'
import { AgnizeError } from '../base/errors.js'
import type { FaceChoice } from '../evaluation/embed-photos.js'
import type { Detail } from '../faces/detectors/detail.js'
import type { MetadataValue, SubjectFilter } from '../gallery/subject.js'
import type { Point } from '../geometry/similarity-transform.js'
import { type Agnize, agnizeOf } from '../library/agnize.js'
import type { Use } from '../models/card.js'
import type { GallerySession } from '../session/gallery-session.js'
import { openSession } from '../session/open-session.js'
import type { OpenOptions } from '../session/options.js'
import { megabytes, Progress } from './progress.js'
import { reportSchemaUpgrade } from './schema-upgrade.js'
import { stdoutClosed } from './terminal.js'

/** Exit statuses of the program. */
export const exitCodes = {
  done: 0,
  noMatch: 1,
  error: 2,
  notJudgeable: 3,
  interrupted: 130,
} as const

/** Options of every command. */
export type GlobalOptions = Pick<
  OpenOptions,
  | 'home'
  | 'store'
  | 'gallery'
  | 'model'
  | 'detector'
  | 'threads'
  | 'offline'
  | 'modelsMirror'
  | 'device'
> & {
  readonly maxMegapixels?: number
  readonly maxMegabytes?: number
  readonly maxSeconds?: number
  readonly config?: string
  readonly quiet?: boolean
  readonly debug?: boolean
}

/** Adds the options of every command to the program. */
export function addGlobalOptions(program: Command): Command {
  return program
    .addOption(
      new Option(
        '--config <file>',
        'file of settings (default: agnize.yaml or agnize.json in the home folder)',
      ).env('AGNIZE_CONFIG'),
    )
    .addOption(
      new Option('--home <folder>', 'folder of models and gallery (default: ~/.agnize)').env(
        'AGNIZE_HOME',
      ),
    )
    .addOption(
      new Option(
        '--store <store>',
        'gallery file, or postgres://… (default: gallery.sqlite in the home folder)',
      ).env('AGNIZE_STORE'),
    )
    .addOption(
      new Option('--gallery <name>', 'gallery in the store (default: "default")').env(
        'AGNIZE_GALLERY',
      ),
    )
    .addOption(
      new Option('--model <name>', 'embedding model (default: that of the gallery)').env(
        'AGNIZE_MODEL',
      ),
    )
    .addOption(
      new Option(
        '--detector <name>',
        'detection model (default: that of the gallery, else that of "agnize models use")',
      ).env('AGNIZE_DETECTOR'),
    )
    .addOption(
      new Option(
        '--threads <n>',
        'photos processed at the same time, each in a process of its own; 0: in this process (default: all cores)',
      )
        .argParser(wholeNumber)
        .env('AGNIZE_THREADS'),
    )
    .addOption(
      new Option('--max-megapixels <n>', 'largest photo accepted (default: 100)')
        .argParser(positiveNumber)
        .env('AGNIZE_MAX_MEGAPIXELS'),
    )
    .addOption(
      new Option('--max-megabytes <n>', 'largest file accepted (default: 100)')
        .argParser(positiveNumber)
        .env('AGNIZE_MAX_MEGABYTES'),
    )
    .addOption(
      new Option('--max-seconds <n>', 'time limit for one photo (default: 120)')
        .argParser(positiveNumber)
        .env('AGNIZE_MAX_SECONDS'),
    )
    .addOption(
      new Option(
        '--models-mirror <url>',
        'npm registry that models come from (default: that of npm)',
      ).env('AGNIZE_MODELS_MIRROR'),
    )
    .addOption(
      new Option(
        '--device <device>',
        'what models run on: auto, cpu, webgpu, cuda, tensorrt, dml or coreml; for single models cpu,embedding=cuda (default: cpu)',
      ).env('AGNIZE_DEVICE'),
    )
    .option('--offline', 'never use the network (also AGNIZE_OFFLINE=1)')
    .option('-q, --quiet', 'print only results and errors')
    .option('--debug', 'print the stack and the cause of errors')
}

/**
 * Opens agnize with the global options, shows a progress bar if models are pulled, and closes agnize when the work is
 * done.
 *
 * @param options - `model`: overrides the global option. `photos`: number of photos; a single one is processed in this
 * process, which starts sooner, unless `--threads` is set.
 */
export async function withAgnize<T>(
  command: Command,
  work: (agnize: Agnize, signal: AbortSignal, session: GallerySession) => Promise<T>,
  {
    model = command.optsWithGlobals<GlobalOptions>().model,
    photos,
  }: { readonly model?: string | undefined; readonly photos?: number } = {},
): Promise<T> {
  const options = command.optsWithGlobals<GlobalOptions>()
  // Set by the configuration file only: "models add" has an option of the same name.
  const { use } = rootOf(command).opts<{ readonly use?: Use }>()
  const { threads = photos === 1 ? 0 : undefined } = options
  const {
    home,
    store,
    gallery,
    offline,
    modelsMirror,
    maxMegapixels,
    maxMegabytes,
    maxSeconds,
    detector,
    device,
  } = options
  const progress = new Progress('models', { inLines: true })
  const session = openSession({
    ...(home && { home }),
    ...(store && { store }),
    ...(gallery && { gallery }),
    ...(model && { model }),
    ...(threads !== undefined && { threads }),
    ...(offline !== undefined && { offline }),
    ...(modelsMirror && { modelsMirror }),
    ...(detector && { detector }),
    ...(device && { device }),
    ...(use && !process.env.AGNIZE_USE && { use }),
    limits: {
      ...(maxMegapixels && { maxPixels: maxMegapixels * 1e6 }),
      ...(maxMegabytes && { maxBytes: maxMegabytes * 1e6 }),
      ...(maxSeconds && { maxSeconds }),
    },
    onPull: (pulled) => {
      progress.update(...megabytes(pulled))
      if (pulled.done === pulled.total) progress.stop()
    },
    onSchemaUpgrade: reportSchemaUpgrade,
  })
  const interrupt = new AbortController()
  const onSignal = () => interrupt.abort()
  // Handled once: the work in progress is finished or undone; a second Ctrl-C ends the process at once.
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  try {
    const signal = AbortSignal.any([interrupt.signal, stdoutClosed])
    return await work(agnizeOf(session), signal, session)
  } finally {
    progress.stop()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    await session.close()
  }
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command
}

/** `--detail`. */
export const detailOption = new Option(
  '--detail <how>',
  'thoroughness of the search for small faces: fast, auto or full',
)
  .choices(['fast', 'auto', 'full'] satisfies Detail[])
  .default('auto')

/** `--flip`. */
export const flipOption = new Option(
  '--flip',
  'average each embedding with that of the mirrored face: slower, slightly more accurate',
)

/** `--face`. */
export const faceOption = new Option('--face <which>', 'the face of a photo that is its person’s')
  .choices(['largest', 'central', 'only'] satisfies FaceChoice[])
  .default('largest')

/** Parses a whole number from 1. */
export function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Give a whole number from 1.')
  return value
}

/** Parses a whole number from 0. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError('Give a whole number from 0.')
  return value
}

/** Parses a number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text)
  if (!(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError('Give a number above 0.')
  return value
}

/** Parses an error rate. */
export function rate(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError('Give a rate between 0 and 1, such as 1e-4.')
  return value
}

/** Collects the values of a repeatable option. */
export const collect = (value: string, before: string[] = []) => [...before, value]

/** The filter of `--only`, `--tag` and `--where`; undefined where none is given. */
export function subjectFilterOf({
  only,
  tag,
  where,
}: {
  readonly only?: string[]
  readonly tag?: string[]
  readonly where?: string[]
}): SubjectFilter | undefined {
  if (!only && !tag && !where) return undefined
  return {
    ...(only && { subjects: only }),
    ...(tag && { tags: tag }),
    ...(where && { metadata: fieldsOf(where) as NonNullable<SubjectFilter['metadata']> }),
  }
}

/** Parses `NAME=VALUE` fields: a value that is valid JSON is parsed (`room=12`, `boss=true`), any other is text. */
export function fieldsOf(fields: readonly string[]): Record<string, MetadataValue> {
  return Object.fromEntries(
    fields.map((field) => {
      const at = field.indexOf('=')
      if (at < 1) {
        throw new AgnizeError('bad-argument', `${field} is not a field: give NAME=VALUE.`)
      }
      const value = field.slice(at + 1)
      try {
        return [field.slice(0, at), JSON.parse(value) as MetadataValue]
      } catch {
        return [field.slice(0, at), value]
      }
    }),
  )
}

/** Parses a similarity. */
export function similarityValue(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= -1 && value <= 1)) {
    throw new InvalidArgumentError('Give a similarity between -1 and 1.')
  }
  return value
}

/** Rejects more than one of several mutually exclusive options. */
export function atMostOne(options: Record<string, unknown>, names: readonly string[]): void {
  const given = names.filter((name) => options[name] !== undefined)
  if (given.length > 1) {
    throw new AgnizeError(
      'bad-argument',
      `Give one of ${names.map((name) => `--${name}`).join(', ')}, not ${given.length}.`,
    )
  }
}

/** Parses a point in pixels. */
export function point(text: string): Point {
  const values = text.split(',').map(Number)
  if (values.length !== 2 || !values.every((value) => value >= 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError('Give two numbers, such as 812,430.')
  }
  return [values[0]!, values[1]!]
}
