import { join } from 'node:path'
import { Command } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import { storeFile } from '../gallery/open-gallery.js'
import { schemaVersion } from '../json/photo-json.js'
import { defaultHome } from '../session/open-session.js'
import type { GlobalOptions } from './command-options.js'
import { colors, print, printJson, printStderr } from './terminal.js'

/** `agnize gallery repair` */
export function repairCommand(): Command {
  return new Command('repair')
    .description('recover the readable data of a damaged gallery file')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Example:
  $ agnize gallery repair

Readable data goes into a new file in its place; the damaged file is kept beside it. No other program may use the gallery meanwhile.`,
    )
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const { home = defaultHome(), store } = command.optsWithGlobals<GlobalOptions>()
      const path = storeFile(store ?? (process.env.AGNIZE_STORE || join(home, 'gallery.sqlite')))
      if (path === null) {
        throw new AgnizeError(
          'bad-argument',
          'A PostgreSQL server repairs itself or is restored from its backup: see docs/gallery.md.',
        )
      }
      const { repair } = await import('../gallery/sql/sqlite-repair.js')
      const { saved, people, templates, orphans, changed, doubtful, damaged } = await repair(path)
      if (json) {
        const lost = { orphans, changed, doubtful }
        printJson({ schema_version: schemaVersion, people, templates, ...lost, damaged, saved })
        return
      }
      print(
        `${colors.green('saved')} ${counted(people, 'person', 'people')} with ${counted(templates, 'template')} in ${path}.`,
      )
      if (orphans > 0)
        printStderr(
          `${counted(orphans, 'row was', 'rows were')} left out because of references to lost rows.`,
        )
      if (changed > 0)
        printStderr(
          `${counted(changed, 'face or template was', 'faces or templates were')} left out because of changes by the damage.`,
        )
      for (const sentence of doubtful) printStderr(`Check the recovered data: ${sentence}.`)
      print(`The damaged file is ${damaged}. "agnize gallery verify" checks the new one.`)
    })
}
