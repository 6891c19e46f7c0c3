import { readFile } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { counted } from '../base/counted.js'
import { currentWord } from '../base/renamed-words.js'
import { schemaVersion } from '../json/photo-json.js'
import type { Mining } from '../training/losses.js'
import type { EpochMetrics } from '../training/run-folder.js'
import type { TrainResult } from '../training/train.js'
import type { TrainableNetwork, TrainOptions } from '../training/training-options.js'
import type { Separation } from '../training/validate.js'
import { positiveInteger, positiveNumber, withAgnize } from './command-options.js'
import { Progress } from './progress.js'
import { colors, print, printJson, printNote, printStderr } from './terminal.js'

interface Options
  extends Pick<
    TrainOptions,
    | 'name'
    | 'run'
    | 'network'
    | 'channels'
    | 'hidden'
    | 'from'
    | 'freeze'
    | 'loss'
    | 'mining'
    | 'margin'
    | 'people'
    | 'photos'
    | 'epochs'
    | 'rate'
    | 'warmUp'
    | 'weightDecay'
    | 'patience'
    | 'keep'
    | 'seed'
    | 'resume'
    | 'validation'
    | 'threads'
  > {
  readonly out: string
  readonly steps?: number
  readonly augment?: Record<string, number>
  readonly add: boolean
  readonly json?: boolean
}

/** Below this number of validation subjects, a note says that the figures do not generalize. Judgment. */
const minValidationPeople = 5

/** `agnize train` */
export function trainCommand(): Command {
  return new Command('train')
    .description('train an embedding model on your own photos')
    .argument('<folder>', 'folder with one subfolder per person, each with at least two photos')
    .requiredOption('--out <file>', 'ONNX file to write')
    .option('--name <name>', 'name of the model (default: that of the file)')
    .addOption(
      new Option('--network <name>', 'network to train; head builds on --model')
        .choices(['siamese-small', 'nn4-small2', 'head'] satisfies TrainableNetwork[])
        .default('siamese-small'),
    )
    .addOption(
      new Option('--channels <which>', 'input of siamese-small: gray or rgb').argParser(
        currentWord,
      ),
    )
    .option('--hidden <n>', 'width of the head’s hidden layer (default: none)', positiveInteger)
    .option('--from <model>', 'installed model of the same network to start from')
    .option('--freeze <stage>', 'with --from: last stage whose weights stay fixed')
    .addOption(
      new Option('--loss <name>', 'loss function to minimize (default: triplet)').choices([
        'triplet',
        'contrastive',
      ]),
    )
    .addOption(
      new Option('--mining <how>', 'selection of triplets (default: semi-hard)').choices([
        'offline',
        'batch-all',
        'batch-hard',
        'semi-hard',
      ] satisfies Mining[]),
    )
    .option('--margin <n>', 'margin of the loss', positiveNumber)
    .option('--people <n>', 'people per batch', positiveInteger)
    .option('--photos <n>', 'photos per person in a batch', positiveInteger)
    .option('--epochs <n>', 'maximum number of epochs', positiveInteger)
    .option('--steps <n>', 'steps per epoch', positiveInteger)
    .option('--rate <n>', 'largest learning rate', positiveNumber)
    .option(
      '--warm-up <share>',
      'share of all steps in which the learning rate rises (default: 0.1)',
      parseShare,
    )
    .option(
      '--weight-decay <n>',
      'decay of the weights per step, relative to the learning rate',
      parseAmount,
    )
    .option(
      '--augment <what=amount>',
      'mirror, shift, scale, rotation, brightness, contrast, blur, cutout; 0 for none',
      parseAugmentation,
    )
    .option(
      '--validation <share>',
      'share of the people held out for validation (default: 0.2), or their names separated by commas',
      parseValidation,
    )
    .option(
      '--patience <n>',
      'epochs without a better validation AUC before stopping',
      positiveInteger,
    )
    .addOption(
      new Option('--keep <which>', 'epoch to export (default: best)').choices(['best', 'last']),
    )
    .option('--seed <n>', 'seed of the random numbers (default: 1)', positiveInteger)
    .option(
      '--run <folder>',
      'folder for config, metrics, checkpoints and report (default: name of the file with -run)',
    )
    .option('--resume', 'continue the run in that folder')
    .option('--no-add', 'do not install the model for use with --model')
    .option('--json', 'print one JSON object per epoch, then one for the model')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize train people/ --out door.onnx
  $ agnize train people/ --out door.onnx --resume
  $ agnize train people/ --out masks.onnx --network head
  $ agnize train people/ --out fine.onnx --network nn4-small2 --from facenet --freeze 4e
  $ agnize enroll --folder people/ --model door && agnize identify photo.jpg --model door

Ctrl-C stops; completed epochs are kept, and --resume continues from them.`,
    )
    .action((folder: string, options: Options, command: Command) =>
      trainFolder(folder, options, command),
    )
}

async function trainFolder(folder: string, options: Options, command: Command): Promise<void> {
  const { train } = await import('../training/train.js')
  const { threads } = command.optsWithGlobals<{ threads?: number }>()
  await withAgnize(command, async (agnize, signal) => {
    const photoProgress = new Progress('photos')
    const trainingProgress = new Progress('training')
    const { steps, augment, add, json, ...rest } = options
    const result = await train(agnize, folder, {
      ...rest,
      ...(threads && { threads }),
      ...(steps && { stepsPerEpoch: steps }),
      ...(augment && { augmentation: augment }),
      signal,
      onPhoto: (done, total) => {
        photoProgress.update(done, total, `${done} of ${total} photos`)
        if (done === total) photoProgress.stop()
      },
      onStep: ({ step, steps, epoch, loss, secondsLeft }) =>
        trainingProgress.update(
          step,
          steps,
          `epoch ${epoch}, loss ${loss.toPrecision(3)}, ${timeLeft(secondsLeft)} left at most`,
        ),
      onEpoch: (metrics) => {
        trainingProgress.stop()
        if (json) printJson({ schema_version: schemaVersion, ...metrics })
        else printNote(epochLine(metrics))
      },
    }).finally(() => {
      photoProgress.stop()
      trainingProgress.stop()
    })
    if (add) await agnize.models.add(result.card, await readFile(result.file))
    if (json) printJson(resultJson(result))
    else report(result, add)
  })
}

function epochLine({
  epoch,
  loss,
  active,
  validation_auc,
  validation_d_prime,
}: EpochMetrics): string {
  const separation = `AUC ${validation_auc.toFixed(4)}, d′ ${validation_d_prime.toFixed(2)}`
  return loss === null || active === null
    ? `before     ${separation}`
    : `epoch ${String(epoch).padStart(3)}  ${separation}, loss ${loss.toPrecision(4)}, ${(100 * active).toFixed(1)} % active`
}

function report(result: TrainResult, added: boolean): void {
  const { card, file, report, epoch, epochs, before, after, counts, leftOut } = result
  for (const { photo, reason } of leftOut) {
    printStderr(`${photo}: ${colors.yellow('left out')}, ${reason.replace(/[.]$/, '')}.`)
  }
  print(
    `${colors.green('trained')} ${card.name} on ${counted(counts.trainingPhotos, 'photo')} of ${counted(counts.trainingPeople, 'person', 'people')}; exported epoch ${epoch} of ${epochs}.`,
  )
  print(
    `On ${counted(counts.validationPhotos, 'photo')} of ${counted(counts.validationPeople, 'other')}: AUC ${before.auc.toFixed(4)} → ${after.auc.toFixed(4)}, d′ ${before.dPrime.toFixed(2)} → ${after.dPrime.toFixed(2)}.`,
  )
  for (const { fmr, similarity } of card.calibration?.thresholds ?? []) {
    print(`  false match rate ${fmr}: similarity ${similarity.toFixed(3)}`)
  }
  const { rarest } = card.calibration ?? {}
  if (rarest !== undefined) {
    print(
      `These people support no lower false match rate than ${Number(rarest.toPrecision(2))}; it is used where a lower one is requested. "agnize calibrate" measures more.`,
    )
  }
  if (epoch === 0) {
    printNote(
      'Training did not separate the held-out people better, so the file contains the weights it started from: more people or other photos may help.',
    )
  }
  if (!card.calibration) {
    printNote(
      'Its similarities of different people are too high for a threshold: give --threshold to every identify and verify, or train longer or with more people.',
    )
  }
  if (counts.validationPeople < minValidationPeople) {
    printNote(
      `Only ${counted(counts.validationPeople, 'person was', 'people were')} held out, too few for reliable figures: train with more people if you can.`,
    )
  }
  print(`Model   ${file}`)
  print(`Report  ${report}`)
  if (added) print(`Use it with --model ${card.name}.`)
}

function resultJson({
  card,
  file,
  run,
  report,
  epoch,
  before,
  after,
  leftOut,
}: TrainResult): object {
  return {
    schema_version: schemaVersion,
    model: card,
    file,
    run,
    report,
    epoch,
    validation: { before: separationJson(before), after: separationJson(after) },
    left_out: leftOut,
  }
}

function separationJson({ auc, dPrime }: Separation): object {
  return { auc, d_prime: dPrime }
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

function parseAmount(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError('Give a number from 0.')
  }
  return value
}

function parseShare(text: string): number {
  const value = parseAmount(text)
  if (value > 1) throw new InvalidArgumentError('Give a share between 0 and 1.')
  return value
}

function parseValidation(text: string): number | string[] {
  return /^[\d.]+$/.test(text) ? parseShare(text) : text.split(',')
}

function parseAugmentation(
  text: string,
  before: Record<string, number> = {},
): Record<string, number> {
  const [what, value] = text.split('=')
  const known = 'mirror shift scale rotation brightness contrast blur cutout'.split(' ')
  if (!known.includes(what!) || value === undefined) {
    throw new InvalidArgumentError(`Give WHAT=AMOUNT, where WHAT is ${known.join(', ')}.`)
  }
  return { ...before, [what!]: parseAmount(value) }
}
