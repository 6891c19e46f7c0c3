import { Command } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import type { CalibrationData, CalibrationResult } from '../evaluation/calibrate.js'
import type { FaceChoice } from '../evaluation/embed-photos.js'
import type { Detail } from '../faces/detectors/detail.js'
import {
  detailOption,
  faceOption,
  flipOption,
  positiveInteger,
  rate,
  withAgnize,
} from './command-options.js'
import { Progress } from './progress.js'
import { csvOption, numberCell, printCsv, printTable, type Row } from './table.js'
import { colors, print, printNote } from './terminal.js'

interface Options {
  readonly enrolled?: boolean
  readonly pairs?: string
  readonly root?: string
  readonly embeddings?: string
  readonly cache?: string
  readonly rate?: number[]
  readonly bootstrap?: number
  readonly seed?: number
  readonly cohort?: string
  readonly force?: boolean
  readonly face: FaceChoice
  readonly dryRun?: boolean
  readonly reset?: boolean
  readonly json?: boolean
  readonly csv?: boolean
  readonly detail: Detail
  readonly flip?: boolean
}

/** `agnize calibrate` */
export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description('measure thresholds on your own photos, for this gallery and model')
    .argument('[folder]', 'folder with one subfolder per person, each with at least two photos')
    .option('--enrolled', 'calibrate on the enrolled faces')
    .option('--pairs <file>', 'calibrate on pairs: CSV with a, b, same, or LFW’s pairs.txt')
    .option('--root <folder>', 'with --pairs: folder of its paths (default: that of the file)')
    .option('--embeddings <file>', 'calibrate on embeddings, as agnize evaluate writes them')
    .option('--cache <file>', 'keep embeddings in this file, so that a stopped run can continue')
    .option('--rate <fmr>', 'false match rate that must get a threshold; may be repeated', rates)
    .option('--bootstrap <n>', 'bootstrap replicates (default: 1000)', positiveInteger)
    .option('--seed <n>', 'seed of the random numbers (default: 1)', positiveInteger)
    .option(
      '--cohort <folder>',
      'correct similarities by a cohort of labeled photos of other people, or of half of the people of the data ("enrolled")',
    )
    .addOption(faceOption)
    .option(
      '--force',
      'accept 10 to 29 people; no threshold is then lower than that of the model card',
    )
    .option('--dry-run', 'measure without changing the gallery’s thresholds')
    .option('--reset', 'return to the thresholds of the model card')
    .option('--json', 'one JSON object')
    .addOption(csvOption)
    .addOption(detailOption)
    .addOption(flipOption)
    .addHelpText(
      'after',
      `
Examples:
  $ agnize calibrate people/
  $ agnize calibrate --enrolled --dry-run
  $ agnize calibrate people/ --rate 1e-6
  $ agnize calibrate --enrolled --cohort enrolled
  $ agnize calibrate --reset

Afterwards the gallery uses the measured thresholds, and every answer names them.`,
    )
    .action((folder: string | undefined, options: Options, command: Command) =>
      calibrateData(folder, options, command),
    )
}

async function calibrateData(
  folder: string | undefined,
  options: Options,
  command: Command,
): Promise<void> {
  const data = options.reset ? null : dataFrom(folder, options)
  await withAgnize(command, async (agnize, signal) => {
    if (!data) {
      const before = await agnize.calibration()
      await agnize.setCalibration(null)
      print(
        before
          ? 'The gallery uses the thresholds of the model card again.'
          : 'The gallery had no calibration.',
      )
      return
    }
    const { calibrate } = await import('../evaluation/calibrate.js')
    const { threads } = command.optsWithGlobals<{ threads?: number }>()
    const photos = new Progress('photos')
    const result = await calibrate(agnize, data, {
      signal,
      detail: options.detail,
      flip: options.flip ?? false,
      dryRun: options.dryRun ?? false,
      force: options.force ?? false,
      face: options.face,
      ...(options.cohort && { cohort: options.cohort }),
      ...(threads && { threads }),
      ...(options.cache && { cache: options.cache }),
      ...(options.rate && { rates: options.rate }),
      ...(options.bootstrap && { replicates: options.bootstrap }),
      ...(options.seed && { seed: options.seed }),
      onProgress: (done, total) => {
        photos.update(done, total, `${done} of ${total}`)
        if (done === total) photos.stop()
      },
    }).finally(() => photos.stop())
    if (options.json) {
      const { snakeCase } = await import('../evaluation/evaluation-json.js')
      print(JSON.stringify(snakeCase({ schemaVersion: 2, ...result })))
    } else if (options.csv) printCsv(rateColumns, rateRows(result))
    else show(result, options.dryRun ?? false)
  })
}

function dataFrom(
  folder: string | undefined,
  { enrolled, pairs, root, embeddings }: Options,
): CalibrationData {
  const given = [folder, enrolled, pairs, embeddings].filter((each) => each !== undefined).length
  if (given !== 1) {
    throw new AgnizeError(
      'bad-argument',
      `Give exactly one of a folder of people, --enrolled, --pairs and --embeddings to calibrate on, not ${given}.`,
    )
  }
  if (enrolled) return { enrolled: true }
  if (pairs !== undefined) return { pairs, ...(root !== undefined && { root }) }
  return embeddings !== undefined ? { embeddings } : { folder: folder! }
}

const rateColumns = ['false match rate', 'threshold', 'low', 'high', 'basis']

function rateRows({ rates }: CalibrationResult): Row[] {
  return rates.map(({ fmr, similarity, low, high, basis }) => [
    fmr,
    ...[similarity, low, high].map((value) => numberCell(value, 3)),
    basis,
  ])
}

function show(result: CalibrationResult, dryRun: boolean): void {
  const { calibration, rates, next, probability, failures, warnings } = result
  const { subjects, genuinePairs, impostorPairs, data } = calibration.basis
  print(
    `${colors.green(dryRun ? 'measured' : 'calibrated')} ${result.model} on ${data}: ${(genuinePairs ?? 0).toLocaleString('en')} genuine and ${counted(impostorPairs ?? 0, 'impostor pair')} of ${counted(subjects ?? 0, 'person', 'people')}.`,
  )
  printTable(
    ['false match rate', 'threshold', 'measured, 95 %', ''],
    rates.map(({ fmr, similarity, low, high, basis }) => [
      fmr,
      numberCell(similarity, 3),
      `${low.toFixed(3)} to ${high.toFixed(3)}`,
      basis,
    ]),
  )
  const { ownCohort: cohort } = calibration
  if (cohort) {
    print(
      `Similarities are corrected by a cohort of ${counted(cohort.groups, 'group')} of ${cohort.people} people or more (${cohort.data}).`,
    )
  }
  if (next) {
    print(`  ${next.fmr} takes about ${next.peopleNeeded} people with as many photos each.`)
  }
  const { logistic, isotonic } = probability.logLoss
  const losses = Number.isFinite(logistic + isotonic)
    ? ` (log loss on held-out people: logistic ${logistic.toFixed(4)}, isotonic ${isotonic.toFixed(4)})`
    : ''
  print(`Probabilities: ${probability.map.form}${losses}.`)
  if (failures > 0)
    printNote(`${colors.yellow('note')} ${counted(failures, 'photo')} had no usable face.`)
  for (const each of warnings) printNote(`${colors.yellow('note')} ${each}`)
  if (dryRun) print('Nothing was changed.')
}

function rates(text: string, before: number[] = []): number[] {
  return [...before, rate(text)]
}
