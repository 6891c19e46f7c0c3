import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import { schemaVersion } from '../json/photo-json.js'
import type { EmbeddingCard, ModelCard } from '../models/card.js'
import { facenetName, type ModelStore } from '../models/model-store.js'
import { type PresetName, presets } from '../models/presets.js'
import type { Nn4Variant } from '../training/networks/nn4-small2.js'
import { exitCodes, positiveInteger, positiveNumber, withAgnize } from './command-options.js'
import { megabytes, Progress } from './progress.js'
import { csvOption, printTable } from './table.js'
import { colors, print, printJson, printNote } from './terminal.js'

interface AddOptions {
  readonly weights?: string
  readonly variant?: Nn4Variant
  readonly preset?: PresetName
  readonly channels?: 'rgb' | 'bgr'
  readonly mean?: number
  readonly scale?: number
  readonly threshold: [fmr: number, similarity: number][]
  readonly data?: string
  readonly pairs?: number
  readonly subjects?: number
  readonly license?: string
  /** Former spelling of `--license`, still accepted. */
  readonly licence?: string
}

const variantOption = new Option(
  '--variant <name>',
  'FaceNet as trained, or as the code of the tutorial computes it (default: openface)',
).choices(['openface', 'tutorial'] satisfies Nn4Variant[])

/** `agnize models` */
export function modelsCommand(): Command {
  const models = new Command('models')
    .description('list, download, check, add and remove models')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize models pull
  $ agnize models list
  $ agnize models add buffalo w600k_r50.onnx --preset arcface-112 --threshold 1e-3=0.28 --threshold 1e-4=0.33`,
    )
  models
    .command('list')
    .description('list the models, and whether they are on this machine')
    .option('--json', 'print one JSON object per model')
    .addOption(csvOption)
    .addHelpText('after', '\nExample:\n  $ agnize models list')
    .action((options: { json?: boolean; csv?: boolean }, command: Command) =>
      withAgnize(command, async ({ models }) => {
        const list = await models.list()
        if (options.json) {
          for (const { card, path, state, origin } of list) {
            printJson({ schema_version: schemaVersion, state, origin, path, card })
          }
          return
        }
        printTable(
          ['name', 'task', 'state', { text: 'size', name: 'bytes' }, 'license', 'from'],
          list.map(({ card, state }) => [
            card.name,
            card.task,
            { text: state, color: state === 'ready' ? colors.green : colors.yellow },
            { text: `${(card.bytes / 1e6).toFixed(1)} MB`, value: card.bytes },
            card.license,
            card.source.from,
          ]),
          options,
        )
      }),
    )
  models
    .command('pull')
    .description('download missing or damaged default models, or FaceNet, and check them')
    .argument('[name]', 'facenet: OpenFace’s weights, in 226 files')
    .option('--from <url>', 'mirror of the folder with FaceNet’s weights')
    .addOption(variantOption)
    .addHelpText('after', '\nExamples:\n  $ agnize models pull\n  $ agnize models pull facenet')
    .action((name: string | undefined, options: PullCommandOptions, command: Command) =>
      withAgnize(command, async ({ models }, signal) => {
        if (name === facenetName) return pullFacenetWeights(models, signal, options)
        if (name !== undefined) {
          throw new AgnizeError(
            'model-unknown',
            `"${name}" cannot be pulled: leave out the name for the default models, or give ${facenetName}.`,
          )
        }
        const progress = new Progress('models', { inLines: true })
        const pulled = await models
          .pull({
            signal,
            onProgress: (pulled) => progress.update(...megabytes(pulled)),
          })
          .finally(() => progress.stop())
        print(
          pulled.length === 0
            ? 'All models are already on this machine.'
            : `${colors.green('pulled')} ${pulled.map(({ name }) => name).join(', ')}.`,
        )
      }),
    )
  models
    .command('export')
    .description(
      'write the default models to a folder or a .tar file, for a machine without a network',
    )
    .argument('<target>', 'a folder, or a file that ends in .tar')
    .addHelpText('after', '\nExample:\n  $ agnize models export models.tar')
    .action((target: string, _options: object, command: Command) =>
      withAgnize(command, async ({ models }) => {
        const { exportModels } = await import('../models/carried-models.js')
        const cards = await exportModels(models, target)
        print(`${colors.green('exported')} ${sizeInWords(cards)} to ${target}.`)
        printNote(`On the other machine: agnize models import ${target}`)
      }),
    )
  models
    .command('import')
    .description('take the default models from a folder or a .tar file of "agnize models export"')
    .argument('<source>', 'a folder, or a .tar file')
    .addHelpText('after', '\nExample:\n  $ agnize models import models.tar')
    .action((source: string, _options: object, command: Command) =>
      withAgnize(command, async ({ models }) => {
        const { importModels } = await import('../models/carried-models.js')
        print(`${colors.green('imported')} ${sizeInWords(await importModels(models, source))}.`)
      }),
    )
  models
    .command('verify')
    .description('check every model file against its SHA-256')
    .addHelpText('after', '\nExample:\n  $ agnize models verify')
    .action((_options: object, command: Command) =>
      withAgnize(command, async ({ models }) => {
        const list = await models.list()
        for (const { card, path, state } of list) {
          print(
            `${state === 'ready' ? colors.green('ready  ') : colors.red(state.padEnd(7))}  ${card.name}  ${path}`,
          )
        }
        const bad = list.filter(({ state }) => state !== 'ready')
        if (bad.length > 0)
          printNote(
            `${bad.length} of ${list.length} are not usable: run "agnize models pull", or add your own again.`,
          )
        process.exitCode = bad.length > 0 ? exitCodes.error : exitCodes.done
      }),
    )
  models
    .command('add')
    .description('add your own embedding model')
    .argument('<name>', 'name of the model')
    .argument('[file]', 'ONNX file')
    .option('--weights <folder>', 'OpenFace’s weights as CSV files, instead of a file')
    .addOption(variantOption)
    .addOption(
      new Option(
        '--preset <name>',
        'input format of the model family (not needed for models that agnize trained)',
      ).choices(Object.keys(presets)),
    )
    .addOption(
      new Option('--channels <order>', 'channel order, instead of that of the preset').choices([
        'rgb',
        'bgr',
      ]),
    )
    .option(
      '--mean <n>',
      'number to subtract from every value, instead of that of the preset',
      numberValue,
    )
    .option(
      '--scale <n>',
      'number to divide every value by, instead of that of the preset',
      positiveNumber,
    )
    .option(
      '--threshold <fmr=similarity>',
      'threshold that you measured; give at least two',
      threshold,
      [],
    )
    .option('--data <text>', 'data that the thresholds were measured on', 'given by the user')
    .option('--subjects <n>', 'people in that data', positiveInteger)
    .option('--pairs <n>', 'impostor pairs in that data', positiveInteger)
    .option('--license <text>', 'license of the model (default: not stated)')
    .addOption(new Option('--licence <text>').hideHelp())
    .addHelpText(
      'after',
      `
Examples:
  $ agnize models add buffalo w600k_r50.onnx --preset arcface-112
  $ agnize models add door door.onnx
  $ agnize models add facenet --weights weights/
  $ agnize models add mine mine.onnx --preset arcface-112 --channels bgr \\
      --threshold 1e-2=0.22 --threshold 1e-3=0.28 --data "our door, 2026" --subjects 40 --pairs 78000

Without thresholds, "identify" and "verify" need --threshold in every call.`,
    )
    .action((name: string, file: string | undefined, options: AddOptions, command: Command) =>
      withAgnize(command, async ({ models }) => {
        const card = await addModel(models, name, file, options)
        print(
          `${colors.green('added')} ${name} (${counted(card.dimensions, 'dimension')}). Use it with --model ${name}.`,
        )
        if (!card.calibration) {
          printNote(
            'It has no thresholds: measure them with "agnize calibrate", give --threshold SIMILARITY to every identify and verify, or add it again with --threshold FMR=SIMILARITY.',
          )
        }
      }),
    )
  models
    .command('remove')
    .description('delete the files of a model')
    .argument('<name>', 'which')
    .addHelpText('after', '\nExample:\n  $ agnize models remove buffalo')
    .action((name: string, _options: object, command: Command) =>
      withAgnize(command, async ({ models }) => {
        await models.remove(name)
        print(`${colors.green('removed')} ${name}.`)
      }),
    )
  return models
}

const sizeInWords = (cards: readonly ModelCard[]) =>
  `${cards.map(({ name }) => name).join(', ')} (${(cards.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1)} MB)`

interface PullCommandOptions {
  readonly from?: string
  readonly variant?: Nn4Variant
}

async function pullFacenetWeights(
  models: ModelStore,
  signal: AbortSignal,
  { from, variant }: PullCommandOptions,
): Promise<void> {
  const { pullFacenet } = await import('../training/facenet/facenet.js')
  const progress = new Progress('facenet', { inLines: true })
  const card = await pullFacenet(models, {
    signal,
    ...(from && { from }),
    ...(variant && { variant }),
    onProgress: ({ done, total }) => progress.update(done, total, `${done} of ${total} files`),
  }).finally(() => progress.stop())
  print(
    `${colors.green('pulled')} ${card.name} (${counted(card.dimensions, 'dimension')}). Use it with --model ${card.name}.`,
  )
}

/** Adds the model that the options describe: from OpenFace's weights, a file that contains its card, or a file and a preset. */
async function addModel(
  models: ModelStore,
  name: string,
  file: string | undefined,
  options: AddOptions,
): Promise<EmbeddingCard> {
  if ((file === undefined) === (options.weights === undefined)) {
    throw new AgnizeError('bad-argument', 'Give either an ONNX file or --weights FOLDER.')
  }
  if (options.weights !== undefined) {
    const { addFacenet } = await import('../training/facenet/facenet.js')
    return addFacenet(models, options.weights, { name, variant: options.variant })
  }
  const bytes = await readFile(file!).catch((cause: unknown) => {
    throw new AgnizeError(
      'model-missing',
      `The model file ${file} cannot be read: check the path.`,
      { cause },
    )
  })
  const card = await cardFor(name, file!, bytes, options)
  await models.add(card, bytes)
  return card
}

/** The card of a network: the one inside its file, or one made of the preset and a test run, which yields the dimensions. */
async function cardFor(
  name: string,
  file: string,
  bytes: Uint8Array,
  options: AddOptions,
): Promise<EmbeddingCard> {
  if (options.preset === undefined) {
    const { readCard } = await import('../training/model-file.js')
    const inside = readCard(bytes)
    if (inside) return { ...inside, name }
    throw new AgnizeError(
      'bad-argument',
      `${file} does not state its input format, as files that agnize trained do: give --preset.`,
    )
  }
  const preset = presets[options.preset]
  const input = {
    ...preset.input,
    ...(options.channels && { channels: options.channels }),
    ...(options.mean !== undefined && { mean: options.mean }),
    ...(options.scale !== undefined && { scale: options.scale }),
  }
  const { width, height } = input
  const { openSession } = await import('#runtime')
  let dimensions: number
  try {
    const session = await openSession(bytes, [1, 3, height, width])
    const outputs = Object.values(await session.run(new Float32Array(3 * width * height)))
    await session.release()
    if (outputs.length !== 1) throw new Error(`it has ${outputs.length} outputs instead of one`)
    dimensions = outputs[0]!.length
  } catch (cause) {
    // Not the file, but the machine.
    if (cause instanceof AgnizeError) throw cause
    const why = (cause as Error).message.split('\n')[0]
    throw new AgnizeError(
      'model-invalid',
      `${file} does not run as an embedding network on ${width} × ${height} (${why}): check the file and the preset.`,
      { cause },
    )
  }
  const thresholds = options.threshold
    .map(([fmr, similarity]) => ({ fmr, similarity }))
    .sort((a, b) => b.fmr - a.fmr)
  return {
    name,
    task: 'embedding',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    input,
    dimensions,
    alignment: preset.alignment,
    visibility: null,
    calibration:
      thresholds.length === 0
        ? null
        : {
            basis: {
              data: options.data ?? 'given by the user',
              subjects: options.subjects ?? null,
              genuinePairs: null,
              impostorPairs: options.pairs ?? null,
            },
            method: 'given by the user',
            thresholds,
            tail: null,
            ambiguity: 0,
          },
    source: { from: resolve(file) },
    license: options.license ?? options.licence ?? 'not stated',
    use: 'Added by the user, who knows what it may be used for.',
  }
}

function numberValue(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('Give a number.')
  return value
}

function threshold(text: string, before: [number, number][]): [number, number][] {
  const [fmr, similarity, ...rest] = text.split('=').map(Number)
  const valid =
    rest.length === 0 &&
    fmr !== undefined &&
    similarity !== undefined &&
    fmr > 0 &&
    fmr < 1 &&
    Math.abs(similarity) <= 1
  if (!valid) throw new InvalidArgumentError('Give FMR=SIMILARITY, such as 1e-3=0.28.')
  return [...before, [fmr, similarity]]
}
