import { readFile } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { currentWord } from '../base/renamed-words.js'
import { schemaVersion } from '../json/photo-json.js'
import type { Mining } from '../training/losses.js'
import type { EpochMetrics } from '../training/run-folder.js'
import type { TrainResult } from '../training/train.js'
import type { TrainableNetwork, TrainOptions } from '../training/training-options.js'
import type { Separation } from '../training/validate.js'
import { positiveInteger, positiveNumber, withAgnize } from './command-options.js'
import { colors, note, Progress, print, printJson } from './terminal.js'

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
const fewPeople = 5

/** `agnize train` */
export function trainCommand(): Command {
  return new Command('train')
    .description('train an embedding network on your own photos')
    .argument('<folder>', 'one sub-folder a person, two photos each or more')
    .requiredOption('--out <file>', 'the ONNX file to write')
    .option('--name <name>', 'how to call the model (default: the file’s name)')
    .addOption(
      new Option('--network <name>', 'what to train; head stands on --model')
        .choices(['siamese-small', 'nn4-small2', 'head'] satisfies TrainableNetwork[])
        .default('siamese-small'),
    )
    .addOption(
      new Option('--channels <which>', 'what siamese-small sees: gray or rgb').argParser(
        currentWord,
      ),
    )
    .option('--hidden <n>', 'width of the head’s hidden layer (default: none)', positiveInteger)
    .option('--from <model>', 'an installed model of the same network to begin from')
    .option('--freeze <stage>', 'with --from: the last stage that does not learn')
    .addOption(new Option('--loss <name>', 'what is minimized').choices(['triplet', 'contrastive']))
    .addOption(
      new Option('--mining <how>', 'how triplets are chosen').choices([
        'offline',
        'batch-all',
        'batch-hard',
        'semi-hard',
      ] satisfies Mining[]),
    )
    .option('--margin <n>', 'of the loss', positiveNumber)
    .option('--people <n>', 'people in a batch', positiveInteger)
    .option('--photos <n>', 'photos of each of them', positiveInteger)
    .option('--epochs <n>', 'at most', positiveInteger)
    .option('--steps <n>', 'steps an epoch', positiveInteger)
    .option('--rate <n>', 'largest learning rate', positiveNumber)
    .option('--warm-up <share>', 'of all steps, in which the rate rises', share)
    .option('--weight-decay <n>', 'share of a weight taken off in a step, times the rate', amount)
    .option(
      '--augment <what=amount>',
      'mirror, shift, scale, rotation, brightness, contrast, blur, cutout; 0 for none',
      augmentation,
    )
    .option('--validation <share>', 'of the people put aside, or their names with commas', aside)
    .option(
      '--patience <n>',
      'epochs without a better validation AUC before stopping',
      positiveInteger,
    )
    .addOption(new Option('--keep <which>', 'the epoch that is exported').choices(['best', 'last']))
    .option('--seed <n>', 'decides every random number (default: 1)', positiveInteger)
    .option(
      '--run <folder>',
      'config, metrics, checkpoints, report (default: the file’s name with -run)',
    )
    .option('--resume', 'go on with the run in that folder')
    .option('--no-add', 'do not add the model to those of --model')
    .option('--json', 'one JSON object an epoch, then one for the model')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize train people/ --out door.onnx
  $ agnize train people/ --out door.onnx --resume
  $ agnize train people/ --out masks.onnx --network head
  $ agnize train people/ --out fine.onnx --network nn4-small2 --from facenet --freeze 4e
  $ agnize enroll --folder people/ --model door && agnize identify photo.jpg --model door

Ctrl-C stops; the epochs before are kept, and --resume goes on with them.`,
    )
    .action((folder: string, options: Options, command: Command) =>
      trainFolder(folder, options, command),
    )
}

async function trainFolder(folder: string, options: Options, command: Command): Promise<void> {
  const { train } = await import('../training/train.js')
  const { threads } = command.optsWithGlobals<{ threads?: number }>()
  await withAgnize(command, async (agnize, signal) => {
    const looking = new Progress('photos')
    const training = new Progress('training')
    const { steps, augment, add, json, ...rest } = options
    const result = await train(agnize, folder, {
      ...rest,
      ...(threads && { threads }),
      ...(steps && { stepsPerEpoch: steps }),
      ...(augment && { augmentation: augment }),
      signal,
      onPhoto: (done, total) => {
        looking.update(done, total, `${done} of ${total} photos`)
        if (done === total) looking.stop()
      },
      onStep: ({ step, steps, epoch, loss, secondsLeft }) =>
        training.update(
          step,
          steps,
          `epoch ${epoch}, loss ${loss.toPrecision(3)}, ${timeLeft(secondsLeft)} left at most`,
        ),
      onEpoch: (metrics) => {
        training.stop()
        if (json) printJson({ schema_version: schemaVersion, ...metrics })
        else note(epochLine(metrics))
      },
    }).finally(() => {
      looking.stop()
      training.stop()
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
  const apart = `AUC ${validation_auc.toFixed(4)}, d′ ${validation_d_prime.toFixed(2)}`
  return loss === null || active === null
    ? `before     ${apart}`
    : `epoch ${String(epoch).padStart(3)}  ${apart}, loss ${loss.toPrecision(4)}, ${(100 * active).toFixed(1)} % active`
}

function report(result: TrainResult, added: boolean): void {
  const { card, file, report, epoch, epochs, before, after, counts, leftOut } = result
  for (const { photo, reason } of leftOut) {
    note(`${photo}: ${colors.yellow('left out')}, ${reason.replace(/[.]$/, '')}.`)
  }
  print(
    `${colors.green('trained')} ${card.name} on ${counts.trainingPhotos} photos of ${counts.trainingPeople} people; exported epoch ${epoch} of ${epochs}.`,
  )
  print(
    `On ${counts.validationPhotos} photos of ${counts.validationPeople} others: AUC ${before.auc.toFixed(4)} → ${after.auc.toFixed(4)}, d′ ${before.dPrime.toFixed(2)} → ${after.dPrime.toFixed(2)}.`,
  )
  for (const { fmr, similarity } of card.calibration?.thresholds ?? []) {
    print(`  false match rate ${fmr}: similarity ${similarity.toFixed(3)}`)
  }
  if (epoch === 0) {
    note(
      'Training made the people put aside no better apart, so the file holds what it began from: more people or other photos may help.',
    )
  }
  if (!card.calibration) {
    note(
      'Its similarities of different people are too high for a threshold: give --threshold with every identify and verify, or train longer or with more people.',
    )
  }
  if (counts.validationPeople < fewPeople) {
    note(
      `Only ${counts.validationPeople} people were put aside: the figures say little about others. Train with more people if you can.`,
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

function amount(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError('Give a number from 0.')
  }
  return value
}

function share(text: string): number {
  const value = amount(text)
  if (value > 1) throw new InvalidArgumentError('Give a share between 0 and 1.')
  return value
}

function aside(text: string): number | string[] {
  return /^[\d.]+$/.test(text) ? share(text) : text.split(',')
}

function augmentation(text: string, before: Record<string, number> = {}): Record<string, number> {
  const [what, value] = text.split('=')
  const known = 'mirror shift scale rotation brightness contrast blur cutout'.split(' ')
  if (!known.includes(what!) || value === undefined) {
    throw new InvalidArgumentError(`Give WHAT=AMOUNT, where WHAT is ${known.join(', ')}.`)
  }
  return { ...before, [what!]: amount(value) }
}
