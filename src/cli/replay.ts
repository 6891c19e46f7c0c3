import { Command } from 'commander'
import { counted } from '../base/counted.js'
import type { Replay } from '../evaluation/replay.js'
import { schemaVersion } from '../json/photo-json.js'
import type { AcceptedError } from '../recognition/threshold.js'
import { atMostOne, rate, similarityValue, withAgnize } from './command-options.js'
import { Progress } from './progress.js'
import { csvOption, printTable, type Row, timeCell } from './table.js'
import { colors, print, printNote } from './terminal.js'

interface Options {
  readonly fpir?: number
  readonly fmr?: number
  readonly threshold?: number
  readonly all?: boolean
  readonly json?: boolean
  readonly csv?: boolean
}

/** Maximum number of changed answers that are listed without `--all`. Judgment. */
const defaultChangeLimit = 20

/** `agnize replay` */
export function replayCommand(): Command {
  return new Command('replay')
    .description('replay recorded decisions at another rate or with another --model')
    .option('--fpir <rate>', 'share of strangers who may be named', rate)
    .option('--fmr <rate>', 'false match rate of a single comparison', rate)
    .option('--threshold <similarity>', 'a fixed threshold', similarityValue)
    .option('--all', `list all changed answers, not only the first ${defaultChangeLimit}`)
    .option('--json', 'one JSON object')
    .addOption(csvOption)
    .addHelpText(
      'after',
      `
Examples:
  $ agnize gallery log on --faces
  $ agnize replay --fpir 1e-4
  $ agnize replay --model facenet --threshold 0.9

Nothing is changed. Corrections by "agnize people not" and "same" count as the truth.`,
    )
    .action(async (options: Options, command: Command) => {
      atMostOne({ ...options }, ['fpir', 'fmr', 'threshold'])
      const { replay } = await import('../evaluation/replay.js')
      await withAgnize(command, async (agnize, signal) => {
        const accept = accepted(options)
        const faces = new Progress('faces')
        const result = await replay(agnize, {
          signal,
          ...(accept && { accept }),
          onProgress: (done, total) => faces.update(done, total, `${done} of ${total}`),
        }).finally(() => faces.stop())
        if (options.json) {
          const { snakeCase } = await import('../evaluation/evaluation-json.js')
          print(JSON.stringify(snakeCase({ schemaVersion, ...result })))
        } else if (options.csv) printTable(changeColumns, result.changed.map(changeRow), options)
        else show(result, options.all ?? false)
      })
    })
}

function accepted({ fpir, fmr, threshold }: Options): AcceptedError | undefined {
  if (fpir !== undefined) return { fpir }
  if (fmr !== undefined) return { fmr }
  return threshold === undefined ? undefined : { similarity: threshold }
}

const changeColumns = [{ text: '', name: 'number' }, 'when', 'then', 'now']

function changeRow({ number, at, before, after }: Replay['changed'][number]): Row {
  return [number, timeCell(at), before, after]
}

function show(result: Replay, all: boolean): void {
  const { decisions, skipped, moreMisses, fewerStrangers, newlyNamed, changed } = result
  const more = (count: number, what: string, turned = false) =>
    `${Math.abs(count)} ${count < 0 !== turned ? 'fewer' : 'more'} ${what}`
  print(
    `Of ${counted(decisions, 'decision')} ${changed.length} would change: ${more(moreMisses, moreMisses === 1 ? 'miss' : 'misses')}, ${more(fewerStrangers, fewerStrangers === 1 ? 'stranger named' : 'strangers named', true)}, ${newlyNamed} newly named.`,
  )
  const shown = all ? changed : changed.slice(0, defaultChangeLimit)
  if (shown.length > 0) {
    printTable(changeColumns, shown.map(changeRow))
  }
  if (shown.length < changed.length) printNote(`${changed.length - shown.length} more with --all.`)
  const { erased, withoutFace } = skipped
  if (erased > 0)
    printNote(
      `${colors.yellow('note')} ${counted(erased, 'decision was', 'decisions were')} deleted with people who were removed.`,
    )
  if (withoutFace > 0) {
    printNote(
      `${colors.yellow('note')} ${counted(withoutFace, 'decision was', 'decisions were')} recorded without a face, so this model cannot be tried on them: "agnize gallery log on --faces" keeps faces.`,
    )
  }
}
