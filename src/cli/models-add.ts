import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import type { DetectionCard, EmbeddingCard, LivenessCard, Use } from '../models/card.js'
import { findInCatalog } from '../models/catalog.js'
import type { ModelStore } from '../models/model-store.js'
import { type EmbeddingPreset, type PresetName, presets } from '../models/presets.js'
import type { Nn4Variant } from '../training/networks/nn4-small2.js'
import { detectorCardOf } from './add-detector.js'
import { livenessCardOf } from './add-liveness.js'
import { positiveInteger, positiveNumber, withAgnize } from './command-options.js'
import { acceptLicenseOption, acceptsLicense, variantOption } from './models-pull.js'
import { type OwnModel, outputLengths, ownCardFields, testRun } from './own-model-card.js'
import { colors, print, printNote } from './terminal.js'

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
  readonly use?: readonly Use[]
  readonly acceptLicense?: boolean
}

/** `agnize models add` */
export function modelsAddCommand(): Command {
  return new Command('add')
    .description(
      'add your own embedding model, detector or liveness model, or a known one from its file',
    )
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
    .option(
      '--use <uses>',
      'uses that the license permits: commercial, research or both, separated by commas (default: by the license, where it is a common one)',
      uses,
    )
    .addOption(acceptLicenseOption)
    .addHelpText(
      'after',
      `
Examples:
  $ agnize models add buffalo w600k_r50.onnx --preset arcface-112
  $ agnize models add door door.onnx
  $ agnize models add scrfd scrfd_10g_bnkps.onnx --preset scrfd --license "non-commercial research"
  $ agnize models add minifas best_model.onnx --preset liveness-minifas --license Apache-2.0
  $ agnize models add yunet face_detection_yunet_2026may.onnx
  $ agnize models add facenet --weights weights/
  $ agnize models add mine mine.onnx --preset arcface-112 --channels bgr \\
      --threshold 1e-2=0.22 --threshold 1e-3=0.28 --data "our door, 2026" --subjects 40 --pairs 78000

Without thresholds, "identify" and "verify" need --threshold in every call.`,
    )
    .action((name: string, file: string | undefined, options: AddOptions, command: Command) =>
      withAgnize(command, async ({ models }) => {
        const entry = findInCatalog(name)
        if (entry && file !== undefined && options.preset === undefined) {
          const acceptLicense = await acceptsLicense(models, entry, options.acceptLicense)
          await models.pull({ name, from: resolve(file), acceptLicense })
          return print(`${colors.green('added')} ${entry.card.name}.`)
        }
        const card = await addModel(models, name, file, options)
        if (card.task === 'detection') {
          const size =
            card.multiple === null ? `${card.input.width} × ${card.input.height}` : 'any size'
          return print(
            `${colors.green('added')} ${name} (detector, input of ${size}). Use it with --detector ${name}, or "agnize models use ${name}".`,
          )
        }
        if (card.task === 'liveness') {
          return print(
            `${colors.green('added')} ${name} (liveness). It decides together with fr_liveness wherever --liveness is given.`,
          )
        }
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
}

/** Adds the model that the options describe: from OpenFace's weights, a file that contains its card, or a file and a preset. */
async function addModel(
  models: ModelStore,
  name: string,
  file: string | undefined,
  options: AddOptions,
): Promise<EmbeddingCard | DetectionCard | LivenessCard> {
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
  const card = await cardOf(name, file!, bytes, options)
  await models.add(card, bytes)
  return card
}

async function cardOf(
  name: string,
  file: string,
  bytes: Uint8Array,
  options: AddOptions,
): Promise<EmbeddingCard | DetectionCard | LivenessCard> {
  const license = options.license ?? options.licence
  const model = {
    ...{ name, file, bytes },
    options: { ...options, ...(license !== undefined && { license }) },
  }
  const preset = options.preset && presets[options.preset]
  if (preset === undefined) {
    const { readCard } = await import('../training/model-file.js')
    const inside = readCard(bytes)
    if (inside) return { ...inside, name }
    throw new AgnizeError(
      'bad-argument',
      `${file} does not state its input format, as files that agnize trained do: give --preset.`,
    )
  }
  if (!('decoder' in preset) && !('liveClass' in preset)) {
    return embeddingCardOf(model, preset, options)
  }
  if (options.threshold.length > 0) {
    throw new AgnizeError(
      'bad-argument',
      'Only an embedding model has thresholds of similarity: leave out --threshold.',
    )
  }
  return 'decoder' in preset ? detectorCardOf(model, preset) : livenessCardOf(model, preset)
}

/** The card of an embedding network by its preset and a test run, which yields the dimensions. */
async function embeddingCardOf(
  model: OwnModel,
  preset: EmbeddingPreset,
  options: AddOptions,
): Promise<EmbeddingCard> {
  const fields = ownCardFields(model, preset)
  const dimensions = await testRun(model, 'an embedding network', fields.input, async () => {
    const [length, ...others] = await outputLengths(model, fields.input)
    if (length === undefined || others.length > 0)
      throw new Error(`it has ${others.length + 1} outputs instead of one`)
    return length
  })
  const thresholds = options.threshold
    .map(([fmr, similarity]) => ({ fmr, similarity }))
    .sort((a, b) => b.fmr - a.fmr)
  return {
    ...fields,
    task: 'embedding',
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
  }
}

function uses(text: string): Use[] {
  const given = text.split(',').map((each) => each.trim().toLowerCase())
  const known: readonly Use[] = ['commercial', 'research']
  if (!given.every((each) => known.includes(each as Use)))
    throw new InvalidArgumentError('Give commercial, research, or both.')
  return given as Use[]
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
