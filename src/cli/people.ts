import { Command } from 'commander'
import { schemaVersion } from '../json/photo-json.js'
import { withAgnize } from './command.js'
import { correctionCommands } from './corrections.js'
import { colours, note, print, printJson, table } from './terminal.js'

interface Options {
  readonly json?: boolean
}

/** `agnize people` */
export function peopleCommand(): Command {
  const people = new Command('people')
    .description('the people in the gallery, and what was said about faces taken for them')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize people list
  $ agnize people rename skuli "Skuli Arnlaugsson"
  $ agnize people merge Bob Robert
  $ agnize people remove Robert
  $ agnize people not door.jpg Robert`,
    )
  people
    .command('list')
    .description('everybody in the gallery')
    .option('--json', 'one JSON object a person')
    .addHelpText('after', '\nExample:\n  $ agnize people list --json | jq -r .name')
    .action((options: Options, command: Command) =>
      withAgnize(command, async ({ people }) => {
        const list = await people.list()
        if (options.json) {
          for (const { id, name, templates, createdAt } of list) {
            printJson({ schema_version: schemaVersion, id, name, templates, created_at: createdAt })
          }
        } else if (list.length === 0) {
          note('The gallery is empty: "agnize enroll NAME PHOTO" adds somebody.')
        } else {
          print(
            table(
              ['name', 'photos', 'since'],
              list.map(({ name, templates, createdAt }) => [
                name,
                String(templates),
                createdAt.slice(0, 10),
              ]),
            ),
          )
        }
      }),
    )
  people
    .command('show')
    .description("a person's enrolled photos")
    .argument('<name>', 'who')
    .option('--json', 'one JSON object a photo')
    .addHelpText('after', '\nExample:\n  $ agnize people show Skuli')
    .action((name: string, options: Options, command: Command) =>
      withAgnize(command, async ({ people }) => {
        const templates = await people.show(name)
        if (options.json) {
          for (const { id, photo, box, quality, createdAt } of templates) {
            printJson({
              schema_version: schemaVersion,
              template_id: id,
              photo,
              box,
              quality: Number(quality.toFixed(3)),
              created_at: createdAt,
            })
          }
        } else {
          print(
            table(
              ['photo', 'face at', 'quality', 'enrolled', 'template'],
              templates.map(({ id, photo, box, quality, createdAt }) => [
                photo || '–',
                `${box.x},${box.y} ${box.width}×${box.height}`,
                quality.toFixed(2),
                createdAt.slice(0, 10),
                id,
              ]),
            ),
          )
        }
      }),
    )
  people
    .command('rename')
    .description('give a person another name')
    .argument('<name>', 'who')
    .argument('<new-name>', 'the new name')
    .addHelpText('after', '\nExample:\n  $ agnize people rename skuli "Skuli Arnlaugsson"')
    .action((name: string, newName: string, _options: Options, command: Command) =>
      withAgnize(command, async ({ people }) => {
        const subject = await people.rename(name, newName)
        print(`${colours.green('renamed')} ${name} to ${subject.name}.`)
      }),
    )
  people
    .command('remove')
    .description('delete people with everything kept of their faces')
    .argument('<name...>', 'who')
    .addHelpText('after', '\nExample:\n  $ agnize people remove Robert')
    .action((names: string[], _options: Options, command: Command) =>
      withAgnize(command, async ({ people }) => {
        for (const name of names) {
          const { templates } = await people.remove(name)
          print(
            `${colours.green('removed')} ${name} with ${templates === 1 ? '1 photo' : `${templates} photos`}.`,
          )
        }
      }),
    )
  people
    .command('merge')
    .description('make two entries of one human one')
    .argument('<from>', 'this entry goes away')
    .argument('<into>', 'and its photos become this one’s')
    .addHelpText('after', '\nExample:\n  $ agnize people merge Bob Robert')
    .action((from: string, into: string, _options: Options, command: Command) =>
      withAgnize(command, async ({ people }) => {
        const { name, templates } = await people.merge(from, into)
        print(
          `${colours.green('merged')} ${from} into ${name}, who has ${templates === 1 ? '1 photo' : `${templates} photos`} now.`,
        )
      }),
    )
  for (const command of correctionCommands()) people.addCommand(command)
  return people
}
