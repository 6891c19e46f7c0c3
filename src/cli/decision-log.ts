import { Command } from 'commander'
import { schemaVersion } from '../json/photo-json.js'
import { exitCodes, positiveInteger, withAgnize } from './command-options.js'
import { table } from './table.js'
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
          `Decisions are recorded from now on, ${faces ? 'with' : 'without'} the faces, and kept for ${days} days.`,
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
    .addHelpText('after', '\nExample:\n  $ agnize gallery log show --json | jq .answer')
    .action(({ json }: { json?: boolean }, command: Command) => show(json ?? false, command))
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
            `${colors.green('intact')}  ${entries} entries${removed}; the last has the hash ${head}`,
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
        print(`${colors.green('deleted')} ${count} entries.`)
      }),
    )
  return log
}

async function show(json: boolean, command: Command): Promise<void> {
  await withAgnize(command, async ({ decisions }) => {
    const { snakeCase } = await import('../evaluation/evaluation-json.js')
    const rows: string[][] = []
    for await (const entry of decisions.list()) {
      if (json) printJson(snakeCase({ schemaVersion, ...entry }))
      else if ('erased' in entry)
        rows.push([String(entry.number), shortTime(entry.at), 'erased', '', '', ''])
      else {
        const { number, at, answer, subject, similarity, threshold, candidates } = entry
        const who = answer === 'match' ? subject!.name : answer.replaceAll('_', ' ')
        const nearest = candidates[0] && answer !== 'match' ? candidates[0].subject.name : ''
        rows.push([
          String(number),
          shortTime(at),
          who,
          similarity?.toFixed(3) ?? '–',
          threshold.value.toFixed(3),
          nearest,
        ])
      }
    }
    if (json) return
    const { recording, days, faces } = await decisions.settings()
    if (rows.length > 0)
      print(table(['', 'when', 'who', 'similarity', 'threshold', 'nearest'], rows))
    printNote(
      recording
        ? `Recording, ${faces ? 'with' : 'without'} the faces, for ${days ?? 'any number of'} days.`
        : 'Not recording: start with "agnize gallery log on".',
    )
  })
}

function shortTime(at: string): string {
  return at.slice(0, 19).replace('T', ' ')
}
