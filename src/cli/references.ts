import { Command, InvalidArgumentError, Option } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import { snakeCase } from '../evaluation/evaluation-json.js'
import { schemaVersion } from '../json/photo-json.js'
import { withAgnize } from './command-options.js'
import { personNamed } from './known-names.js'
import { csvOption, printTable, timeCell } from './table.js'
import { colors, print, printJson, printNote } from './terminal.js'

interface SetOptions {
  readonly max?: number | 'all'
  readonly most?: number | 'all'
  readonly adapt?: boolean
}

/** `agnize gallery references` */
export function referencesCommand(): Command {
  const references = new Command('references')
    .description('manage the reference faces of people, including those that cameras add')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize gallery references set --max 10 --adapt
  $ agnize gallery references show Skuli
  $ agnize gallery references added`,
    )
  references
    .command('set')
    .description(
      'set how many references per person are searched, and whether cameras add new ones',
    )
    .option(
      '--max <n>',
      'number of references to search, chosen by quality and variety, or "all"',
      numberOrAll,
    )
    .option(
      '--adapt',
      'let "watch" add confidently recognized faces; each is listed and can be deleted',
    )
    .option('--no-adapt', 'let cameras add no faces (default)')
    .addOption(new Option('--most <n>').argParser(numberOrAll).hideHelp())
    .addHelpText('after', '\nExample:\n  $ agnize gallery references set --max 10 --adapt')
    .action((options: SetOptions, command: Command) =>
      withAgnize(command, async ({ references }) => {
        const { adapt, max = options.most } = options
        // Only a value from the command line counts, not Commander's default for --no-adapt.
        const isGiven = command.getOptionValueSource('adapt') === 'cli'
        await references.configure({
          ...(max !== undefined && { maxReferences: max === 'all' ? null : max }),
          ...(isGiven && { adapting: adapt === true }),
        })
        const settings = await references.settings()
        print(
          `${settings.maxReferences === null ? 'All references' : `At most ${settings.maxReferences} references`} of a person are searched; cameras add ${settings.adapting ? 'confident faces' : 'none'}.`,
        )
      }),
    )
  references
    .command('show')
    .description('list all references of a person: searched, set aside, or added by a camera')
    .argument('<name>', 'the person')
    .option('--json', 'print one JSON object per face')
    .addOption(csvOption)
    .addHelpText('after', '\nExample:\n  $ agnize gallery references show Skuli')
    .action((name: string, options: ListOptions, command: Command) =>
      withAgnize(command, async (agnize) =>
        list(await agnize.references.of(await personNamed(agnize, name)), options),
      ),
    )
  references
    .command('added')
    .description('list the faces that cameras added, newest first')
    .option('--json', 'print one JSON object per face')
    .addOption(csvOption)
    .addHelpText('after', '\nExample:\n  $ agnize gallery references added')
    .action((options: ListOptions, command: Command) =>
      withAgnize(command, async ({ references }) => list(await references.added(), options)),
    )
  references
    .command('tidy')
    .description('set aside redundant references of everybody, or of one person')
    .argument('[name]', 'the person')
    .addHelpText('after', '\nExample:\n  $ agnize gallery references tidy')
    .action((name: string | undefined, _options: object, command: Command) =>
      withAgnize(command, async (agnize) => {
        const { references, people } = agnize
        if ((await references.settings()).maxReferences === null) {
          throw new AgnizeError(
            'bad-argument',
            'All references are searched: limit them with "agnize gallery references set --max 10".',
          )
        }
        const names =
          name === undefined
            ? (await people.list()).map((each) => each.name)
            : [await personNamed(agnize, name)]
        let aside = 0
        for (const each of names) aside += await references.tidy(each)
        print(
          `${colors.green('set aside')} ${aside} of ${counted(names.length, 'person', 'people')}.`,
        )
      }),
    )
  references
    .command('take-back')
    .description('search a set-aside face again')
    .argument('<face>', 'id of the face, from "show"')
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
    .argument('<face>', 'id of the face, from "added"')
    .addHelpText('after', '\nExample:\n  $ agnize gallery references undo 0199…')
    .action((face: string, _options: object, command: Command) =>
      withAgnize(command, async ({ references, people }) => {
        if (!(await references.added()).some(({ id }) => id === face)) {
          throw new AgnizeError(
            'unknown-face',
            `No camera added ${face}: remove enrolled photos with "agnize people remove-photo".`,
          )
        }
        await people.removeFaces([face])
        print(`${colors.green('deleted')} ${face}`)
      }),
    )
  return references
}

type Listed = Awaited<ReturnType<import('../library/references.js').References['added']>>

interface ListOptions {
  readonly json?: boolean
  readonly csv?: boolean
}

function list(references: Listed, { json, csv }: ListOptions): void {
  if (json) {
    for (const reference of references) printJson(snakeCase({ schemaVersion, ...reference }))
    return
  }
  if (references.length === 0 && !csv) {
    printNote('There are none.')
    return
  }
  printTable(
    ['face', 'who', 'photo', 'when', 'state'],
    references.map(({ id, subject, photo, createdAt, origin, isAside }) => [
      ...[id, subject.name, photo, timeCell(createdAt)],
      isAside
        ? 'set aside'
        : origin
          ? `added: ${origin.camera}, ${origin.similarity.toFixed(3)}, anchor ${origin.anchor.toFixed(3)}`
          : 'searched',
    ]),
    { csv },
  )
}

function numberOrAll(text: string): number | 'all' {
  if (text === 'all') return 'all'
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('Give a whole number from 1, or "all".')
}
