import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import { counted } from '../base/counted.js'
import type { AttackEvaluation } from '../evaluation/attacks/attack-evaluation.js'
import type { AttackOptions } from '../evaluation/attacks/evaluate-attacks.js'
import type { RateEstimate } from '../evaluation/intervals.js'
import type { Detail } from '../faces/detectors/detail.js'
import { withAgnize } from './command-options.js'
import { Progress } from './progress.js'
import { numberCell, printCsv, printTable, type Row } from './table.js'
import { colors, print, printNote } from './terminal.js'

/** The options of `agnize evaluate --attacks`. */
interface Options {
  readonly out?: string
  readonly threshold?: number
  readonly livenessThreshold?: number[]
  readonly json?: boolean
  readonly csv?: boolean
  readonly detail: Detail
}

/** Measures how well pictures of faces are told from faces, and prints the rates. */
export async function evaluateAttacksOf(
  folder: string,
  options: Options,
  command: Command,
): Promise<void> {
  const [{ evaluateAttacks }, { attacksJson }, { shareText }] = await Promise.all([
    import('../evaluation/attacks/evaluate-attacks.js'),
    import('../evaluation/attacks/attack-evaluation.js'),
    import('../evaluation/attacks/attack-page.js'),
  ])
  await withAgnize(command, async (agnize, signal) => {
    const progress = new Progress('photos')
    const settings: AttackOptions = {
      out: options.out ?? `${basename(resolve(folder))}-attacks`,
      signal,
      detail: options.detail,
      ...(options.threshold !== undefined && { similarity: options.threshold }),
      ...(options.livenessThreshold && { thresholds: options.livenessThreshold }),
      onProgress: (done, total) => progress.update(done, total, `${done} of ${total}`),
    }
    const result = await evaluateAttacks(agnize, folder, settings).finally(() => progress.stop())
    if (options.json) print(attacksJson(result).trimEnd())
    else if (options.csv) printCsv(columns, rowsOf(result))
    else show(result, shareText)
    for (const { photo, message } of result.failures) printNote(`${photo}: ${message}`)
  })
}

const columns = ['figure', 'of', 'threshold', 'value', 'low', 'high', 'errors', 'trials']

function rowsOf({ threshold, species, live, thresholds, heldOut }: AttackEvaluation): Row[] {
  const row = (
    figure: string,
    of: string,
    at: number | null,
    rate: RateEstimate | null,
  ): readonly Row[number][] => [
    ...[figure, of, at === null ? '' : numberCell(at, 6)],
    ...[rate?.value, rate?.low, rate?.high].map((value) => numberCell(value ?? null, 6)),
    ...(rate ? [rate.errors, rate.trials] : ['', '']),
  ]
  return [
    ...species.flatMap(({ species, apcer, apnrr, iapar }) => [
      row('APCER', species, threshold, apcer),
      row('APNRR', species, threshold, apnrr),
      row('IAPAR', species, threshold, iapar),
    ]),
    row('BPCER', 'live', threshold, live.bpcer),
    row('BPNRR', 'live', threshold, live.bpnrr),
    ...thresholds.flatMap((each) => [
      row('APCER', each.worst ?? '', each.threshold, each.apcer),
      row('BPCER', 'live', each.threshold, each.bpcer),
    ]),
    ...(heldOut
      ? [
          row('APCER, people held out', 'all', null, heldOut.apcer),
          row('BPCER, people held out', 'live', null, heldOut.bpcer),
        ]
      : []),
  ]
}

function show(result: AttackEvaluation, shareText: (rate: RateEstimate | null) => string): void {
  const { data, threshold, basis, species, live, thresholds, heldOut } = result
  print(
    `${colors.bold(data)}  ${counted(live.presentations, 'live presentation')} of ${counted(live.people, 'person', 'people')}; intervals over people, 95 %`,
  )
  print(`  threshold ${threshold.toFixed(3)}, ${basis}`)
  printTable(
    [
      'attack',
      'people',
      'photos',
      'pass for live (APCER)',
      'not judged (APNRR)',
      'and match (IAPAR)',
    ],
    species.map((each) => [
      each.species,
      each.people,
      each.presentations,
      ...[each.apcer, each.apnrr, each.iapar].map(shareText),
    ]),
  )
  printTable(
    ['live', 'people', 'photos', 'taken for attacks (BPCER)', 'not judged (BPNRR)'],
    [['', live.people, live.presentations, shareText(live.bpcer), shareText(live.bpnrr)]],
  )
  printTable(
    ['at threshold', 'largest APCER', 'of', 'BPCER'],
    thresholds.map((each) => [
      String(each.threshold),
      shareText(each.apcer),
      each.worst ?? '',
      shareText(each.bpcer),
    ]),
  )
  if (heldOut) {
    print(
      `  each person at a threshold chosen on the others: APCER ${shareText(heldOut.apcer)}, BPCER ${shareText(heldOut.bpcer)}`,
    )
  }
  if (result.milliseconds !== null) {
    print(`  ${result.milliseconds.toFixed(1)} ms a face for liveness`)
  }
  print(`Report  ${result.files!.report}`)
}
