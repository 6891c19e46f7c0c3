import { basename, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import type { FaceChoice } from '../evaluation/embed-photos.js'
import type { Evaluation } from '../evaluation/evaluation.js'
import type { Estimate, RateEstimate } from '../evaluation/intervals.js'
import type { EvaluationData } from '../evaluation/read-set.js'
import type { Detail } from '../faces/detectors/detail.js'
import {
  atMostOne,
  detailOption,
  faceOption,
  flipOption,
  positiveInteger,
  rate,
  similarityValue,
  withAgnize,
} from './command-options.js'
import { Progress } from './progress.js'
import { csvOption, numberCell, printCsv, printTable, type Row } from './table.js'
import { colors, print, printNote } from './terminal.js'

interface Options {
  readonly pairs?: string
  readonly root?: string
  readonly probes?: string
  readonly embeddings?: string
  readonly out?: string
  readonly attributes?: string
  readonly groups?: boolean
  readonly attacks?: string
  readonly livenessThreshold?: number[]
  readonly face: FaceChoice
  readonly fmr?: number
  readonly fpir?: number
  readonly threshold?: number
  readonly enroll?: number
  /** Former spelling of `--enroll`, still accepted. */
  readonly enrol?: number
  readonly bootstrap?: number
  readonly seed?: number
  readonly json?: boolean
  readonly csv?: boolean
  readonly detail: Detail
  readonly flip?: boolean
}

/** `agnize evaluate` */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('measure the error rates on your own photos or on a public protocol')
    .argument(
      '[folder]',
      'folder with one subfolder per person; with --probes, the people to enroll',
    )
    .option(
      '--probes <folder>',
      'folder of the people to search for; people missing from the first folder are strangers',
    )
    .option(
      '--pairs <file>',
      'pairs to compare: CSV with the columns a, b, same, or LFW’s pairs.txt',
    )
    .option('--root <folder>', 'with --pairs: folder of its paths (default: that of the file)')
    .option('--embeddings <file>', 'embeddings as JSON Lines, instead of photos')
    .option(
      '--out <folder>',
      'folder for report, figures and embeddings (default: name of the data with -evaluation)',
    )
    .option(
      '--groups',
      'the folder’s subfolders are groups of people, which get rates of their own',
    )
    .option(
      '--attacks <folder>',
      'instead: how pictures of faces are told, by a folder "live" and one for each kind of attack',
    )
    .option(
      '--liveness-threshold <score>',
      'with --attacks: give the rates at this threshold too; may be repeated',
      livenessThresholds,
    )
    .addOption(faceOption)
    .option('--attributes <file>', 'CSV with the column photo and columns to group photos by')
    .option('--fmr <rate>', 'false match rate of a comparison (default: 1e-3)', rate)
    .option('--fpir <rate>', 'share of strangers who may be named (default: 1e-3)', rate)
    .option('--threshold <similarity>', 'fixed threshold instead of a rate', similarityValue)
    .option('--enroll <n>', 'photos to enroll per person (default: 1)', positiveInteger)
    .addOption(new Option('--enrol <n>').argParser(positiveInteger).hideHelp())
    .option('--bootstrap <n>', 'bootstrap replicates (default: 1000)', positiveInteger)
    .option('--seed <n>', 'seed of the random numbers (default: 1)', positiveInteger)
    .option('--json', 'print results.json instead of a summary')
    .addOption(csvOption)
    .addOption(detailOption)
    .addOption(flipOption)
    .addHelpText(
      'after',
      `
Examples:
  $ agnize evaluate people/
  $ agnize evaluate enrolled/ --probes door-camera/ --attributes cameras.csv
  $ agnize evaluate --pairs pairs.txt --root lfw/ --face central
  $ agnize evaluate classes/ --groups
  $ agnize evaluate --attacks attacks/ --liveness-threshold 0.9
  $ agnize evaluate --embeddings embeddings.jsonl --fmr 1e-4

Ctrl-C stops; the same command continues with the remaining photos.`,
    )
    .action((folder: string | undefined, options: Options, command: Command) =>
      evaluateData(folder, options, command),
    )
}

/** Collects the values of `--liveness-threshold`. */
function livenessThresholds(text: string, before: number[] = []): number[] {
  return [...before, rate(text)]
}

async function evaluateData(
  folder: string | undefined,
  options: Options,
  command: Command,
): Promise<void> {
  atMostOne({ ...options }, ['fmr', 'threshold'])
  atMostOne({ ...options }, ['fpir', 'threshold'])
  if (options.attacks !== undefined) {
    if (folder !== undefined || options.pairs !== undefined || options.embeddings !== undefined) {
      throw new AgnizeError('bad-argument', 'Give --attacks without other data.')
    }
    const { evaluateAttacksOf } = await import('./evaluate-attacks.js')
    return evaluateAttacksOf(options.attacks, options, command)
  }
  const data = dataFrom(folder, options)
  const out = options.out ?? `${nameOf(data)}-evaluation`
  const { evaluate } = await import('../evaluation/evaluate.js')
  const { threads } = command.optsWithGlobals<{ threads?: number }>()
  await withAgnize(command, async (agnize, signal) => {
    const photos = new Progress('photos')
    const comparisons = new Progress('comparisons')
    const start = performance.now()
    const evaluation = await evaluate(agnize, data, {
      out,
      signal,
      detail: options.detail,
      flip: options.flip ?? false,
      ...(threads && { threads }),
      face: options.face,
      ...(options.attributes && { attributes: options.attributes }),
      ...(options.fmr && { fmr: options.fmr }),
      ...(options.fpir && { fpir: options.fpir }),
      ...(options.threshold !== undefined && { threshold: options.threshold }),
      ...((options.enroll ?? options.enrol) && { enroll: options.enroll ?? options.enrol }),
      ...(options.bootstrap && { replicates: options.bootstrap }),
      ...(options.seed && { seed: options.seed }),
      onProgress: (stage, done, total) => {
        const bar = stage === 'photos' ? photos : comparisons
        const seconds = (performance.now() - start) / 1000
        const left = Math.ceil((seconds / done) * (total - done))
        bar.update(
          done,
          total,
          `${done} of ${total}${stage === 'photos' ? `, ${left} s left` : ''}`,
        )
        if (done >= total) bar.stop()
      },
    }).finally(() => {
      photos.stop()
      comparisons.stop()
    })
    if (options.json) {
      const { evaluationJson } = await import('../evaluation/evaluation-json.js')
      print(evaluationJson(evaluation).trimEnd())
    } else if (options.csv) printCsv(figureColumns, figureRows(evaluation))
    else await show(evaluation)
  })
}

function dataFrom(folder: string | undefined, options: Options): EvaluationData {
  const { pairs, root, probes, embeddings, groups } = options
  const given = [folder, pairs, embeddings].filter((each) => each !== undefined).length
  if (given !== 1) {
    throw new AgnizeError(
      'bad-argument',
      given === 0
        ? 'Give the data to evaluate: a folder of people, --pairs FILE or --embeddings FILE.'
        : 'Give only one of a folder, --pairs and --embeddings.',
    )
  }
  if (groups && (folder === undefined || probes !== undefined)) {
    throw new AgnizeError(
      'bad-argument',
      '--groups needs a folder with a subfolder for each group, without --probes.',
    )
  }
  if (probes !== undefined && folder === undefined) {
    throw new AgnizeError(
      'bad-argument',
      '--probes needs a folder of the people to enroll: give it as the first argument.',
    )
  }
  if (pairs !== undefined) return { pairs, ...(root !== undefined && { root }) }
  if (embeddings !== undefined) return { embeddings }
  if (probes !== undefined) return { gallery: folder!, probes }
  return { folder: folder!, ...(groups && { groups }) }
}

function nameOf(data: EvaluationData): string {
  const path =
    'folder' in data
      ? data.folder
      : 'pairs' in data
        ? data.pairs
        : 'gallery' in data
          ? data.gallery
          : data.embeddings
  return basename(resolve(path)).replace(/[.][a-z]+$/i, '')
}

const figureColumns = ['figure', 'value', 'low', 'high', 'errors', 'trials']

function figureRows({ verification, identification, threshold }: Evaluation): Row[] {
  const { auc, eer, fmr, fnmr, acceptance, folds } = verification
  const row = (figure: string, found: Estimate | RateEstimate | null): Row => [
    figure,
    ...[found?.value, found?.low, found?.high].map((value) => numberCell(value, 6)),
    ...(found && 'errors' in found ? [found.errors, found.trials] : ['', '']),
  ]
  const alone = (figure: string, value: number): Row => [
    figure,
    numberCell(value, 6),
    '',
    '',
    '',
    '',
  ]
  return [
    alone('threshold', threshold.value),
    row('FMR', fmr),
    row('FNMR', fnmr),
    row('AUC', auc),
    row('EER', eer),
    ...acceptance.map(({ far, tar }) => row(`TAR at FAR ${far}`, tar)),
    ...(folds
      ? [
          alone('fold accuracy', folds.mean),
          alone('fold accuracy standard error', folds.standardError),
        ]
      : []),
    ...verification.slices.flatMap(({ attribute, part, fmr, fnmr }) => [
      row(`FMR, ${attribute} ${part}`, fmr),
      row(`FNMR, ${attribute} ${part}`, fnmr),
    ]),
    ...(identification ? [row('FPIR', identification.fpir), row('FNIR', identification.fnir)] : []),
  ]
}

async function show(evaluation: Evaluation): Promise<void> {
  const { aucText, eerText, estimatePercent, percent, rateText } = await import(
    '../evaluation/wording.js'
  )
  const { verification, identification, failures, threshold, warnings } = evaluation
  const text = (rate: RateEstimate | null) =>
    rate ? `${percent(rate)} (${rate.errors} of ${rate.trials})` : '–'
  print(
    `${colors.bold(evaluation.data)}  ${counted(evaluation.photos, 'photo')} of ${counted(evaluation.people, 'person', 'people')}, ${evaluation.model}`,
  )
  const { auc, eer, folds } = verification
  const rows: Row[] = [
    ['no usable face found (FTA)', `${failures.length} of ${evaluation.photos} photos`],
    ['threshold', `${threshold.value.toFixed(3)}, ${threshold.source}`],
    ['two people taken for one (FMR)', text(verification.fmr)],
    ['one person not recognized (FNMR)', text(verification.fnmr)],
  ]
  if (auc) rows.push(['area under the ROC curve', aucText(auc)], ['equal error rate', eerText(eer)])
  for (const { far, tar, peopleNeeded } of verification.acceptance) {
    if (tar) rows.push([`recognized at FAR ${rateText(far)}`, estimatePercent(tar)])
    else if (peopleNeeded && verification.genuinePairs > 0) {
      rows.push([
        `recognized at FAR ${rateText(far)}`,
        `too few pairs: ${peopleNeeded} people are needed`,
      ])
    }
  }
  if (folds) {
    rows.push([
      `accuracy over ${folds.accuracies.length} folds, %`,
      `${(100 * folds.mean).toFixed(2)} ± ${(100 * folds.standardError).toFixed(2)} (standard error)`,
    ])
  }
  if (identification) {
    const { people, fpir, fnir, failedToEnroll } = identification
    rows.push(
      [`strangers named, gallery of ${people} (FPIR)`, text(fpir)],
      ['enrolled people not named (FNIR)', text(fnir)],
      [
        'people who could not be enrolled (FTE)',
        `${failedToEnroll.people} of ${failedToEnroll.of}`,
      ],
    )
  }
  printTable(['', ''], rows)
  const groups = verification.slices.filter(({ isCategory }) => isCategory)
  if (groups.length > 0) {
    printTable(
      ['group', 'two people taken for one (FMR)', 'not recognized (FNMR)'],
      groups.map(({ attribute, part, fmr, fnmr }) => [
        `${attribute} ${part}`,
        text(fmr),
        text(fnmr),
      ]),
    )
  }
  for (const each of verification.differences) print(`  ${colors.yellow(each)}`)
  for (const each of warnings) printNote(`${colors.yellow('note')} ${each}`)
  print(`Report  ${evaluation.files!.report}`)
}
