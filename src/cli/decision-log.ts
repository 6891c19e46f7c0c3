import { Command } from 'commander'
import { schemaVersion } from '../json/photo-json.js'
import { exitCodes, positiveInteger, withAgnize } from './command-options.js'
import { colors, note, print, printJson, table } from './terminal.js'

/** `agnize gallery log` */
export function logCommand(): Command {
  const log = new Command('log')
    .description('the log of what was decided; off unless it is switched on')
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
    .description('record what identify decides: never a photo, and faces only with --faces')
    .option('--days <n>', 'how long entries are kept', positiveInteger, 30)
    .option('--faces', 'keep the faces too, so that another model can be asked later')
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
    .description('stop to record; what is recorded stays until it is too old')
    .addHelpText('after', '\nExample:\n  $ agnize gallery log off')
    .action((_options: object, command: Command) =>
      withAgnize(command, async ({ decisions }) => {
        await decisions.stop()
        print('Decisions are not recorded any more.')
      }),
    )
  log
    .command('show')
    .description('what was decided, oldest first')
    .option('--json', 'one JSON object a decision')
    .addHelpText('after', '\nExample:\n  $ agnize gallery log show --json | jq .answer')
    .action(({ json }: { json?: boolean }, command: Command) => show(json ?? false, command))
  log
    .command('verify')
    .description('check that nothing was changed or taken out')
    .addHelpText(
      'after',
      `
Example:
  $ agnize gallery log verify

The hash that it prints tells, kept elsewhere, whether somebody wrote the whole log anew.
Exit status: 0 all is as it was written, 1 it is not.`,
    )
    .action((_options: object, command: Command) =>
      withAgnize(command, async ({ decisions }) => {
        const { entries, erased, broken, head } = await decisions.verify()
        const removed = erased > 0 ? `, ${erased} of them emptied when somebody was removed` : ''
        if (broken === null)
          print(
            `${colors.green('whole')}  ${entries} entries${removed}; the last has the hash ${head}`,
          )
        else
          print(`${colors.red('changed')}  entry ${broken} does not follow from those before it.`)
        process.exitCode = broken === null ? exitCodes.done : exitCodes.noMatch
      }),
    )
  log
    .command('clear')
    .description('delete what was recorded')
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
    note(
      recording
        ? `Recording, ${faces ? 'with' : 'without'} the faces, for ${days ?? 'any number of'} days.`
        : 'Not recording: "agnize gallery log on" begins to.',
    )
  })
}

function shortTime(at: string): string {
  return at.slice(0, 19).replace('T', ' ')
}
