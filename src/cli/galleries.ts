import { Command } from 'commander'
import { AgnizeError } from '../base/errors.js'
import { schemaVersion } from '../json/photo-json.js'
import { defaultGallery } from '../session/gallery-session.js'
import { withAgnize } from './command-options.js'
import { didYouMean } from './known-names.js'
import { csvOption, printTable, textCell } from './table.js'
import { colors, print, printJson } from './terminal.js'

/** `agnize gallery list`, `create`, `delete`. */
export function galleriesCommands(): Command[] {
  return [listCommand(), createCommand(), deleteCommand()]
}

function listCommand(): Command {
  return new Command('list')
    .description('list the galleries of the store')
    .option('--json', 'print one JSON object per gallery')
    .addOption(csvOption)
    .addHelpText('after', '\nExample:\n  $ agnize gallery list')
    .action(({ json, csv }: { json?: boolean; csv?: boolean }, command: Command) =>
      withAgnize(command, async (agnize) => {
        const list = await agnize.gallery.list()
        if (json) {
          for (const { isProtected, ...each } of list) {
            printJson({ schema_version: schemaVersion, ...each, protected: isProtected })
          }
          return
        }
        printTable(
          ['gallery', 'people', 'photos', 'model', { text: '', name: 'protected' }],
          list.map(({ name, people, templates, model, isProtected }) => [
            name,
            people,
            templates,
            textCell(model),
            { text: isProtected ? 'protected' : '', value: String(isProtected) },
          ]),
          { csv },
        )
      }),
    )
}

function createCommand(): Command {
  return new Command('create')
    .description('create an empty gallery')
    .argument('<name>', 'name of the gallery')
    .addHelpText('after', '\nExample:\n  $ agnize gallery create visitors')
    .action((name: string, _options: object, command: Command) =>
      withAgnize(command, async (agnize) => {
        if ((await agnize.gallery.list()).some((gallery) => gallery.name === name)) {
          throw new AgnizeError(
            'gallery-exists',
            `There is already a gallery ${name}: choose another name.`,
          )
        }
        await using created = agnize.inGallery(name)
        await created.gallery.retention()
        print(`${colors.green('created')} the gallery ${name}.`)
      }),
    )
}

function deleteCommand(): Command {
  return new Command('delete')
    .description('delete a gallery with all its people; keys of the server lose access to it')
    .argument('<name>', 'name of the gallery')
    .option('--confirm <name>', 'name of the gallery again, to confirm')
    .addHelpText('after', '\nExample:\n  $ agnize gallery delete visitors --confirm visitors')
    .action((name: string, { confirm }: { confirm?: string }, command: Command) =>
      withAgnize(command, async (agnize, _signal, session) => {
        if (confirm !== name) {
          throw new AgnizeError(
            'bad-argument',
            name === defaultGallery
              ? `This permanently deletes everybody in ${name}, and the audit log of the accounts: confirm it with --confirm ${name}.`
              : `This permanently deletes everybody in ${name}, and its audit log: confirm it with --confirm ${name}.`,
          )
        }
        const names = (await agnize.gallery.list()).map((gallery) => gallery.name)
        if (!names.includes(name)) {
          throw new AgnizeError(
            'unknown-gallery',
            `There is no gallery ${name}: "agnize gallery list" shows the galleries.${didYouMean(name, names)}`,
          )
        }
        await using deleted = agnize.inGallery(name, { create: false })
        const { KeyStore } = await import('../server/keys/key-store.js')
        const { AccountStore } = await import('../server/accounts/account-store.js')
        const database = await session.engine.database()
        // First the rights: who is stopped between leaves none on a later gallery of that name.
        await new KeyStore(database).forgetGallery(name)
        await new AccountStore(database).forgetGallery(name)
        const [last] = await deleted.gallery.latestAudit({ limit: 1 })
        await deleted.gallery.destroy()
        // The default gallery begins with this entry where there is none, or where it was deleted itself.
        await using audited = session.sibling({ gallery: defaultGallery })
        const { store } = await audited.gallery()
        const details = { gallery: name, entries: last?.number ?? 0 }
        await store.audit.append({ action: 'gallery-delete', subjectId: null, details })
        print(`${colors.green('deleted')} the gallery ${name}.`)
      }),
    )
}
