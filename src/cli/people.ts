import { Command } from 'commander'
import { counted } from '../base/counted.js'
import type { MetadataValue, SubjectDetails, SubjectSummary } from '../gallery/subject.js'
import { personJson } from '../json/people-json.js'
import { schemaVersion } from '../json/photo-json.js'
import { collect, exitCodes, fieldsOf, subjectFilterOf, withAgnize } from './command-options.js'
import { confirmDeletion, yesOption } from './confirmation.js'
import { correctionCommands } from './corrections.js'
import { differentCommand } from './different.js'
import { personNamed } from './known-names.js'
import { showCommand } from './people-show.js'
import { csvOption, dateCell, printCsv, printTable, type Row } from './table.js'
import { colors, print, printJson, printNote, printStderr } from './terminal.js'

interface EraseCommandOptions {
  readonly yes?: boolean
  readonly receipt?: string
  readonly reference?: string
}

const personColumns = [
  ...['name', 'photos', 'since', 'id', 'external id', 'tags', 'metadata', 'purpose'],
  ...['consented at', 'keep until'],
]

function personFields(person: SubjectSummary): Row {
  const { name, templates, createdAt, id, externalId, tags, metadata, purpose } = person
  return [
    ...[name, templates, dateCell(createdAt), id, externalId ?? '', tags.join(', ')],
    ...[JSON.stringify(metadata), purpose ?? '', person.consentedAt ?? '', person.keepUntil ?? ''],
  ]
}

interface Options {
  readonly json?: boolean
  readonly csv?: boolean
}

interface UpdateOptions extends Options {
  readonly tag?: string[]
  readonly tags: boolean
  readonly set?: string[]
  readonly unset?: string[]
  readonly externalId?: string
  readonly purpose?: string
  readonly consent?: string
  readonly keepUntil?: string
}

function detailsOf(
  { tag, tags, set, unset, externalId, purpose, consent, keepUntil }: UpdateOptions,
  before: SubjectDetails['metadata'],
): Partial<SubjectDetails> {
  const metadata: Record<string, MetadataValue> = { ...before, ...fieldsOf(set ?? []) }
  for (const field of unset ?? []) delete metadata[field]
  return {
    ...(!tags && { tags: [] }),
    ...(tag && { tags: tag }),
    ...((set || unset) && { metadata }),
    ...(externalId !== undefined && { externalId }),
    ...(purpose !== undefined && { purpose }),
    ...(consent !== undefined && { consentedAt: consent }),
    ...(keepUntil !== undefined && { keepUntil: keepUntil === 'never' ? null : keepUntil }),
  }
}

/** `agnize people` */
export function peopleCommand(): Command {
  const people = new Command('people')
    .description('manage the people in the gallery, and corrections of their faces')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize people list
  $ agnize people rename skuli "Skuli Arnlaugsson"
  $ agnize people merge Bob Robert
  $ agnize people different Anna Bea
  $ agnize people remove Robert
  $ agnize people not door.jpg Robert`,
    )
  people
    .command('list')
    .description('list the people in the gallery')
    .option('--tag <tag>', 'only people with this tag; may be repeated', collect)
    .option(
      '--where <field=value>',
      'only people with this value in their metadata; may be repeated',
      collect,
    )
    .option('--json', 'print one JSON object per person')
    .addOption(csvOption)
    .addHelpText(
      'after',
      `
Examples:
  $ agnize people list --json | jq -r .name
  $ agnize people list --tag staff --where room=12`,
    )
    .action((options: Options & { tag?: string[]; where?: string[] }, command: Command) =>
      withAgnize(command, async ({ people }) => {
        const filter = subjectFilterOf(options)
        const list = await people.list(filter ? { filter } : {})
        if (options.json)
          for (const each of list) printJson({ schema_version: schemaVersion, ...personJson(each) })
        else if (options.csv) printCsv(personColumns, list.map(personFields))
        else if (list.length === 0 && filter)
          printNote('Nobody in the gallery matches these filters.')
        else if (list.length === 0) {
          printNote('The gallery is empty: add a person with "agnize enroll NAME PHOTO".')
        } else {
          printTable(
            ['name', 'photos', 'since'],
            list.map(({ name, templates, createdAt }) => [name, templates, dateCell(createdAt)]),
          )
        }
      }),
    )
  people.addCommand(showCommand())
  people
    .command('rename')
    .description('rename a person')
    .argument('<name>', 'who')
    .argument('<new-name>', 'the new name')
    .addHelpText('after', '\nExample:\n  $ agnize people rename skuli "Skuli Arnlaugsson"')
    .action((name: string, newName: string, _options: Options, command: Command) =>
      withAgnize(command, async (agnize) => {
        const { people } = agnize
        const known = await personNamed(agnize, name)
        const subject = await people.rename(known, newName)
        print(`${colors.green('renamed')} ${known} to ${subject.name}.`)
      }),
    )
  people
    .command('update')
    .description('change the data of a person other than the faces')
    .argument('<name>', 'who')
    .option('--tag <tag>', 'replace the tags by this one; may be repeated', collect)
    .option('--no-tags', 'remove all tags')
    .option('--set <field=value>', 'set a field of the metadata; may be repeated', collect)
    .option('--unset <field>', 'remove a field of the metadata; may be repeated', collect)
    .option('--external-id <id>', 'id in another system')
    .option('--purpose <text>', 'purpose for which the faces are kept')
    .option('--consent <date>', 'date on which the person consented')
    .option('--keep-until <date>', 'last date of retention; "never" for the rule of the gallery')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize people update Skuli --tag staff --set room=12
  $ agnize people update Skuli --consent 2026-11-24 --keep-until 2027-11-24`,
    )
    .action((name: string, options: UpdateOptions, command: Command) =>
      withAgnize(command, async (agnize) => {
        const { people } = agnize
        const { name: known, metadata } = await people.get(await personNamed(agnize, name))
        const updated = await people.update(known, detailsOf(options, metadata))
        if (options.json) printJson({ schema_version: schemaVersion, ...personJson(updated) })
        else print(`${colors.green('updated')} ${updated.name}.`)
      }),
    )
  people
    .command('erase')
    .description('delete a person, check that no data remains, and write a signed receipt')
    .argument('<name>', 'who')
    .option('--receipt <file>', 'write the receipt to this file (default: standard output)')
    .option('--reference <text>', 'reference of the erasure request, to include in the receipt')
    .option(...yesOption)
    .addHelpText(
      'after',
      `
Example:
  $ agnize people erase Skuli --receipt erasure.json --reference 2026/117
  $ agnize people receipt erasure.json`,
    )
    .action(
      (name: string, { receipt: file, yes, ...options }: EraseCommandOptions, command: Command) =>
        withAgnize(command, async (agnize) => {
          const { people } = agnize
          const known = await personNamed(agnize, name)
          if (!yes) await confirmDeletion(`Erase everything that is kept about ${known}?`)
          const receipt = await people.erase(known, options)
          const text = `${JSON.stringify(receipt, null, 2)}\n`
          if (file === undefined) print(text.trimEnd())
          else {
            const { writeFileAtomically } = await import('../base/write-file-atomically.js')
            await writeFileAtomically(file, Buffer.from(text), 0o600)
            print(`${colors.green('erased')} ${known}; the receipt is ${file}.`)
          }
          for (const { path, readable } of receipt.backups) {
            printStderr(
              readable
                ? `${colors.yellow('note')} ${path} may still contain the person: delete it, or make a new backup first and then delete it.`
                : `The backup ${path} contains the person encrypted, and the key is deleted.`,
            )
          }
        }),
    )
  people
    .command('receipt')
    .description('verify the signature of an erasure receipt')
    .argument('<file>', 'file that "agnize people erase" wrote')
    .addHelpText(
      'after',
      '\nExample:\n  $ agnize people receipt erasure.json\n\nExit status: 0 genuine, 1 changed after it was signed.',
    )
    .action(async (file: string) => {
      const [{ readFile }, { isGenuineReceipt }] = await Promise.all([
        import('node:fs/promises'),
        import('../application/erasure.js'),
      ])
      const receipt = await readFile(file, 'utf8')
        .then(JSON.parse)
        .catch(() => null)
      const genuine = isGenuineReceipt(receipt)
      print(
        genuine
          ? `${colors.green('genuine')}  signed by ${receipt.signature.publicKey}`
          : `${colors.red('changed')}  after it was signed`,
      )
      process.exitCode = genuine ? exitCodes.done : exitCodes.noMatch
    })
  people
    .command('export')
    .description('export all data about a person to one archive')
    .argument('<name>', 'who')
    .argument('<file>', 'such as skuli.tar.gz')
    .addHelpText('after', '\nExample:\n  $ agnize people export Skuli skuli.tar.gz')
    .action((name: string, file: string, _options: object, command: Command) =>
      withAgnize(command, async (agnize) => {
        const known = await personNamed(agnize, name)
        await agnize.people.export(known, file)
        print(`${colors.green('exported')} the data about ${known} to ${file}.`)
      }),
    )
  people
    .command('remove')
    .description('delete people with all their faces; asks first in a terminal')
    .argument('<name...>', 'who')
    .option(...yesOption)
    .addHelpText('after', '\nExample:\n  $ agnize people remove Robert')
    .action((names: string[], { yes }: { yes?: boolean }, command: Command) =>
      withAgnize(command, async (agnize) => {
        const found: SubjectSummary[] = []
        for (const name of new Set(names)) {
          found.push(await agnize.people.get(await personNamed(agnize, name)))
        }
        const all = found.map(
          ({ name, templates }) => `${name} with ${counted(templates, 'photo')}`,
        )
        if (!yes) await confirmDeletion(`Delete ${all.join(', ')}?`)
        for (const [i, { name }] of found.entries()) {
          await agnize.people.remove(name)
          print(`${colors.green('removed')} ${all[i]}.`)
        }
      }),
    )
  people
    .command('remove-photo')
    .description('delete enrolled photos; the people stay')
    .argument('<template...>', 'ids, from "agnize people show"')
    .addHelpText(
      'after',
      '\nExample:\n  $ agnize people remove-photo 01a21087-9b6f-770d-b5ec-27856f8d78f8',
    )
    .action((ids: string[], _options: Options, command: Command) =>
      withAgnize(command, async ({ people }) => {
        const faces = await Promise.all(ids.map((id) => people.face(id)))
        await people.removeFaces(ids)
        for (const { photo, subject } of faces) {
          print(`${colors.green('removed')} ${photo || 'a photo'} of ${subject.name}.`)
        }
      }),
    )
  people
    .command('merge')
    .description('merge two entries of the same person')
    .argument('<from>', 'entry to delete')
    .argument('<into>', 'entry that receives its photos')
    .addHelpText('after', '\nExample:\n  $ agnize people merge Bob Robert')
    .action((from: string, into: string, _options: Options, command: Command) =>
      withAgnize(command, async (agnize) => {
        const { people } = agnize
        const [source, target] = [await personNamed(agnize, from), await personNamed(agnize, into)]
        const { name, templates } = await people.merge(source, target)
        print(
          `${colors.green('merged')} ${source} into ${name}, who has ${counted(templates, 'photo')} now.`,
        )
      }),
    )
  people.addCommand(differentCommand())
  for (const command of correctionCommands()) people.addCommand(command)
  return people
}
