import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { AgnizeError } from '../base/errors.js'
import type { Correction, CorrectionKind } from '../gallery/correction-store.js'
import { boxInWords } from '../geometry/box.js'
import type { Point } from '../geometry/similarity-transform.js'
import { correctionJson } from '../json/people-json.js'
import { schemaVersion } from '../json/photo-json.js'
import { point, withAgnize } from './command-options.js'
import { personNamed } from './known-names.js'
import { photoArguments } from './photo-arguments.js'
import { csvOption, dateCell, printTable, textCell } from './table.js'
import { colors, print, printJson, printNote } from './terminal.js'

/** Pattern of a template id (a UUID), as `agnize people show` lists it. */
const templateId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** `agnize people not`, `same`, `corrections` and `uncorrect` */
export function correctionCommands(): Command[] {
  return [
    correctionCommand('not')
      .description(
        'record that a face is not this person, so that it and similar faces are not matched to them',
      )
      .addHelpText(
        'after',
        `
Examples:
  $ agnize people not door.jpg Skuli
  $ agnize people not 6f0c…-…-…-…-… Skuli     an enrolled photo, from "agnize people show Skuli"`,
      ),
    correctionCommand('same')
      .description('record that a face is this person, without enrolling it')
      .addHelpText('after', '\nExample:\n  $ agnize people same hat.jpg Skuli'),
    new Command('corrections')
      .description('list the corrections of faces')
      .option('--json', 'print one JSON object per correction')
      .addOption(csvOption)
      .addHelpText('after', '\nExample:\n  $ agnize people corrections')
      .action((options: ListOptions, command: Command) =>
        withAgnize(command, async ({ corrections }) => show(await corrections.list(), options)),
      ),
    new Command('uncorrect')
      .description('delete corrections')
      .argument('<correction...>', 'ids, from "agnize people corrections"')
      .addHelpText('after', '\nExample:\n  $ agnize people uncorrect 6f0c…')
      .action((ids: string[], _options: object, command: Command) =>
        withAgnize(command, async ({ corrections }) => {
          for (const id of ids) {
            const { kind, subject, photo } = await corrections.remove(id)
            print(`${colors.green('deleted')} ${describeCorrection(kind, photo, subject.name)}`)
          }
        }),
      ),
  ]
}

function correctionCommand(kind: CorrectionKind): Command {
  return new Command(kind)
    .argument(
      '<photo>',
      kind === 'not'
        ? 'a photo, or the id of an enrolled one; - is standard input'
        : 'a photo; - is standard input',
    )
    .argument('<name>', 'who')
    .option(
      '--at <x,y>',
      'use the face at this point (default: the face most similar to the person)',
      point,
    )
    .action((photo: string, name: string, { at }: { at?: Point }, command: Command) =>
      withAgnize(command, async (agnize, signal) => {
        const { corrections } = agnize
        const who = await personNamed(agnize, name)
        if (kind === 'not' && templateId.test(photo) && !existsSync(photo)) {
          if (at)
            throw new AgnizeError(
              'bad-argument',
              '--at needs a photo: leave it out with the id of an enrolled photo.',
            )
          const { photo: file } = await corrections.disown(photo, who)
          print(
            `${colors.green('noted')} ${describeCorrection(kind, file, who)} The photo is no longer enrolled.`,
          )
          return
        }
        const [first, ...others] = await photoArguments([photo])
        if (!first || others.length > 0) {
          throw new AgnizeError('bad-argument', `${photo} matches several photos: give one.`)
        }
        const options = { signal, ...(at && { at }) }
        const { photo: file, box } = await corrections[kind](first.source, who, options)
        print(
          `${colors.green('noted')} ${describeCorrection(kind, file || first.label, who)} (Face at ${boxInWords(box)}.)`,
        )
      }),
    )
}

function describeCorrection(kind: CorrectionKind, photo: string, name: string): string {
  return `${photo || 'the photo'} ${kind === 'not' ? 'does not show' : 'shows'} ${name}.`
}

interface ListOptions {
  readonly json?: boolean
  readonly csv?: boolean
}

function show(corrections: readonly Correction[], { json, csv }: ListOptions): void {
  if (json) {
    for (const each of corrections) {
      printJson({ schema_version: schemaVersion, ...correctionJson(each) })
    }
    return
  }
  if (corrections.length === 0 && !csv) {
    printNote(
      'There are no corrections: "agnize people not PHOTO NAME" records that a face is not a person.',
    )
    return
  }
  printTable(
    ['date', 'photo', { text: '', name: 'kind' }, 'person', 'correction'],
    corrections.map(({ id, kind, subject, photo, createdAt }) => [
      dateCell(createdAt),
      textCell(photo),
      { text: kind === 'not' ? 'is not' : 'is', value: kind },
      subject.name,
      id,
    ]),
    { csv },
  )
}
