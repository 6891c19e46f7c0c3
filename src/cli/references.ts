import { Command, InvalidArgumentError } from 'commander'
import { AgnizeError } from '../base/errors.js'
import { snakeCase } from '../evaluation/evaluation-json.js'
import { schemaVersion } from '../json/photo-json.js'
import { withAgnize } from './command-options.js'
import { colors, note, print, printJson, table } from './terminal.js'

interface SetOptions {
  readonly most?: number | 'all'
  readonly adapt?: boolean
}

/** `agnize gallery references` */
export function referencesCommand(): Command {
  const references = new Command('references')
    .description('which faces of a person are searched, and whether cameras may add to them')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize gallery references set --most 10 --adapt
  $ agnize gallery references show Skuli
  $ agnize gallery references added`,
    )
  references
    .command('set')
    .description(
      'how many references of a person are searched, and whether they follow slow change',
    )
    .option('--most <n>', 'the best and most different ones, or "all"', numberOrAll)
    .option('--adapt', 'add confident faces that "watch" sees; each is listed and can be undone')
    .option('--no-adapt', 'add none (as at first)')
    .addHelpText('after', '\nExample:\n  $ agnize gallery references set --most 10 --adapt')
    .action((options: SetOptions, command: Command) =>
      withAgnize(command, async ({ references }) => {
        const { most, adapt } = options
        // Only a value from the command line counts, not Commander's default for --no-adapt.
        const isGiven = command.getOptionValueSource('adapt') === 'cli'
        await references.configure({
          ...(most !== undefined && { most: most === 'all' ? null : most }),
          ...(isGiven && { adapting: adapt === true }),
        })
        const settings = await references.settings()
        print(
          `${settings.most === null ? 'All references' : `At most ${settings.most} references`} of a person are searched; cameras add ${settings.adapting ? 'confident faces' : 'none'}.`,
        )
      }),
    )
  references
    .command('show')
    .description('everything enrolled of a person: searched, set aside, or added by a camera')
    .argument('<name>', 'the person')
    .option('--json', 'one JSON object a face')
    .addHelpText('after', '\nExample:\n  $ agnize gallery references show Skuli')
    .action((name: string, { json }: { json?: boolean }, command: Command) =>
      withAgnize(command, async ({ references }) => list(await references.of(name), json ?? false)),
    )
  references
    .command('added')
    .description('faces that cameras added, newest first')
    .option('--json', 'one JSON object a face')
    .addHelpText('after', '\nExample:\n  $ agnize gallery references added')
    .action(({ json }: { json?: boolean }, command: Command) =>
      withAgnize(command, async ({ references }) => list(await references.added(), json ?? false)),
    )
  references
    .command('tidy')
    .description('set aside the most redundant references of everybody, or of one person')
    .argument('[name]', 'the person')
    .addHelpText('after', '\nExample:\n  $ agnize gallery references tidy')
    .action((name: string | undefined, _options: object, command: Command) =>
      withAgnize(command, async ({ references, people }) => {
        if ((await references.settings()).most === null) {
          throw new AgnizeError(
            'bad-argument',
            'All references are searched: "agnize gallery references set --most 10" says how many are.',
          )
        }
        const names = name === undefined ? (await people.list()).map((each) => each.name) : [name]
        let aside = 0
        for (const each of names) aside += await references.tidy(each)
        print(
          `${colors.green('set aside')} ${aside} of ${names.length === 1 ? '1 person' : `${names.length} people`}.`,
        )
      }),
    )
  references
    .command('take-back')
    .description('search a face again that was set aside')
    .argument('<face>', 'its id, as "show" lists it')
    .addHelpText('after', '\nExample:\n  $ agnize gallery references take-back 0199…')
    .action((face: string, _options: object, command: Command) =>
      withAgnize(command, async ({ references }) => {
        await references.takeBack(face)
        print(`${colors.green('searched')} again.`)
      }),
    )
  references
    .command('undo')
    .description('delete a face that a camera added')
    .argument('<face>', 'its id, as "added" lists it')
    .addHelpText('after', '\nExample:\n  $ agnize gallery references undo 0199…')
    .action((face: string, _options: object, command: Command) =>
      withAgnize(command, async ({ references, people }) => {
        if (!(await references.added()).some(({ id }) => id === face)) {
          throw new AgnizeError(
            'unknown-face',
            `No camera added ${face}: "agnize people" removes what somebody enrolled.`,
          )
        }
        await people.removeFaces([face])
        print(`${colors.green('deleted')} ${face}`)
      }),
    )
  return references
}

type Listed = Awaited<ReturnType<import('../library/references.js').References['added']>>

function list(references: Listed, json: boolean): void {
  if (json) {
    for (const reference of references) printJson(snakeCase({ schemaVersion, ...reference }))
    return
  }
  if (references.length === 0) {
    note('There are none.')
    return
  }
  print(
    table(
      ['face', 'who', 'photo', 'when', 'state'],
      references.map(({ id, subject, photo, createdAt, origin, isAside }) => [
        ...[id, subject.name, photo, createdAt.slice(0, 19).replace('T', ' ')],
        isAside
          ? 'set aside'
          : origin
            ? `added: ${origin.camera}, ${origin.similarity.toFixed(3)}, anchor ${origin.anchor.toFixed(3)}`
            : 'searched',
      ]),
    ),
  )
}

function numberOrAll(text: string): number | 'all' {
  if (text === 'all') return 'all'
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('Give a whole number from 1, or "all".')
}
