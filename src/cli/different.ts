import { Command } from 'commander'
import { AgnizeError } from '../base/errors.js'
import type { DifferentPeople } from '../gallery/different-people-store.js'
import { differentPeopleJson } from '../json/people-json.js'
import { schemaVersion } from '../json/photo-json.js'
import { withAgnize } from './command-options.js'
import { personNamed } from './known-names.js'
import { csvOption, dateCell, printTable } from './table.js'
import { colors, print, printJson, printNote } from './terminal.js'

interface Options {
  readonly undo?: boolean
  readonly json?: boolean
  readonly csv?: boolean
}

/** `agnize people different` */
export function differentCommand(): Command {
  return new Command('different')
    .description(
      'record that two people only look alike, so that the audit no longer names them; or list such pairs',
    )
    .argument('[name]', 'who')
    .argument('[other]', 'the other person')
    .option('--undo', 'delete the record')
    .option('--json', 'print one JSON object per pair')
    .addOption(csvOption)
    .addHelpText(
      'after',
      `
Examples:
  $ agnize people different Anna Bea
  $ agnize people different Anna Bea --undo
  $ agnize people different`,
    )
    .action(
      (name: string | undefined, other: string | undefined, options: Options, command: Command) =>
        withAgnize(command, async (agnize) => {
          const { people } = agnize
          if (name === undefined && !options.undo) {
            show(await people.different(), options)
            return
          }
          if (name === undefined || other === undefined) {
            throw new AgnizeError('bad-argument', 'Give the names of two people.')
          }
          const [one, two] = [await personNamed(agnize, name), await personNamed(agnize, other)]
          if (!options.undo) {
            await people.markDifferent(one, two)
            print(`${colors.green('noted')} ${one} and ${two} are different people.`)
          } else if (await people.unmarkDifferent(one, two)) {
            print(
              `${colors.green('deleted')} ${one} and ${two} are no longer recorded as different people.`,
            )
          } else {
            printNote(`${one} and ${two} were not recorded as different people.`)
          }
        }),
    )
}

function show(pairs: readonly DifferentPeople[], { json, csv }: Options): void {
  if (json) {
    for (const pair of pairs) {
      printJson({ schema_version: schemaVersion, ...differentPeopleJson(pair) })
    }
    return
  }
  if (pairs.length === 0 && !csv) {
    printNote(
      'Nobody is recorded as different from somebody: "agnize people different NAME OTHER" records it.',
    )
    return
  }
  printTable(
    ['date', 'person', 'other person'],
    pairs.map(({ subjects: [one, two], createdAt }) => [dateCell(createdAt), one.name, two.name]),
    { csv },
  )
}
