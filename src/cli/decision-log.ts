import { Command } from 'commander'
import { counted } from '../base/counted.js'
import { schemaVersion } from '../json/photo-json.js'
import { exitCodes, positiveInteger, withAgnize } from './command-options.js'
import { csvOption, numberCell, printTable, type Row, timeCell } from './table.js'
import { colors, print, printJson, printNote } from './terminal.js'

/** `agnize gallery log` */
export function logCommand(): Command {
  const log = new Command('log')
    .description('manage the log of identification decisions (default: off)')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize gallery log on --days 14
  $ agnize gallery log show
  $ agnize gallery log verify`,
    )
  log
    .command('on')
    .description('record the decisions of identify: never photos, and faces only with --faces')
    .option('--days <n>', 'days that entries are kept', positiveInteger, 30)
    .option('--faces', 'keep the faces too, so that another model can be tried later')
    .addHelpText('after', '\nExample:\n  $ agnize gallery log on --days 14 --faces')
    .action(({ days, faces }: { days: number; faces?: boolean }, command: Command) =>
      withAgnize(command, async ({ decisions }) => {
        await decisions.record({ days, faces: faces ?? false })
        print(
          `Decisions are recorded from now on, ${faces ? 'with' : 'without'} the faces, and kept for ${counted(days, 'day')}.`,
        )
      }),
    )
  log
    .command('off')
    .description('stop recording; recorded entries stay until they expire')
    .addHelpText('after', '\nExample:\n  $ agnize gallery log off')
    .action((_options: object, command: Command) =>
      withAgnize(command, async ({ decisions }) => {
        await decisions.stop()
        print('Decisions are no longer recorded.')
      }),
    )
  log
    .command('show')
    .description('list recorded decisions, oldest first')
    .option('--json', 'print one JSON object per decision')
    .addOption(csvOption)
    .addHelpText('after', '\nExample:\n  $ agnize gallery log show --json | jq .answer')
    .action((options: ShowOptions, command: Command) => show(options, command))
  log
    .command('verify')
    .description('check that no entry was changed or removed')
    .addHelpText(
      'after',
      `
Example:
  $ agnize gallery log verify

Keep the printed hash in another place: it reveals whether somebody rewrote the whole log.
Exit status: 0 the log is unchanged, 1 it was changed.`,
    )
    .action((_options: object, command: Command) =>
      withAgnize(command, async ({ decisions }) => {
        const { entries, erased, broken, head } = await decisions.verify()
        const removed = erased > 0 ? `, ${erased} of them emptied when a person was removed` : ''
        if (broken === null)
          print(
            `${colors.green('intact')}  ${counted(entries, 'entry', 'entries')}${removed}; the last has the hash ${head}`,
          )
        else
          print(`${colors.red('changed')}  entry ${broken} does not match the entries before it.`)
        process.exitCode = broken === null ? exitCodes.done : exitCodes.noMatch
      }),
    )
  log
    .command('clear')
    .description('delete all recorded decisions')
    .addHelpText('after', '\nExample:\n  $ agnize gallery log clear')
    .action((_options: object, command: Command) =>
      withAgnize(command, async ({ decisions }) => {
        const count = await decisions.clear()
        print(`${colors.green('deleted')} ${counted(count, 'entry', 'entries')}.`)
      }),
    )
  return log
}

interface ShowOptions {
  readonly json?: boolean
  readonly csv?: boolean
}

async function show({ json, csv }: ShowOptions, command: Command): Promise<void> {
  await withAgnize(command, async ({ decisions }) => {
    const { snakeCase } = await import('../evaluation/evaluation-json.js')
    const rows: Row[] = []
    for await (const entry of decisions.list()) {
      if (json) printJson(snakeCase({ schemaVersion, ...entry }))
      else if ('erased' in entry)
        rows.push([entry.number, timeCell(entry.at), 'erased', '', '', ''])
      else {
        const { number, at, answer, subject, similarity, threshold, candidates } = entry
        const who = answer === 'match' ? subject!.name : answer.replaceAll('_', ' ')
        const nearest = candidates[0] && answer !== 'match' ? candidates[0].subject.name : ''
        rows.push([
          number,
          timeCell(at),
          who,
          numberCell(similarity, 3),
          numberCell(threshold.value, 3),
          nearest,
        ])
      }
    }
    if (json) return
    const { recording, days, faces } = await decisions.settings()
    if (rows.length > 0 || csv) {
      const number = { text: '', name: 'number' }
      printTable([number, 'when', 'who', 'similarity', 'threshold', 'nearest'], rows, { csv })
    }
    printNote(
      recording
        ? `Recording, ${faces ? 'with' : 'without'} the faces, for ${days === null ? 'any number of days' : counted(days, 'day')}.`
        : 'Not recording: start with "agnize gallery log on".',
    )
  })
}
