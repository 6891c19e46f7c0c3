import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError, diskError } from '../base/errors.js'
import { schemaVersion } from '../json/photo-json.js'
import type { Agnize } from '../library/agnize.js'
import { exitCodes, positiveInteger, withAgnize } from './command-options.js'
import { personNamed } from './known-names.js'
import { csvOption, dateCell, printTable, type Row, timeCell } from './table.js'
import { colors, print, printJson, printNote } from './terminal.js'

/** `agnize gallery key`, `protect`, `rotate-key`, `retention`, `expire`. */
export function protectionCommands(): Command[] {
  return [keyCommand(), protectCommand(), rotateCommand(), retentionCommand(), expireCommand()]
}

function keyCommand(): Command {
  return new Command('key')
    .description('create a key that protects a gallery')
    .argument('<file>', 'file to write, readable only by you')
    .addHelpText(
      'after',
      `
Example:
  $ agnize gallery key ~/agnize.key
  $ export AGNIZE_KEY_FILE=~/agnize.key

Without this file, a gallery protected by it cannot be read: keep a copy of it in another place.`,
    )
    .action(async (file: string) => {
      const { newMasterKey } = await import('../gallery/vault.js')
      await writeFile(file, `${newMasterKey()}\n`, { flag: 'wx', mode: 0o600 }).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw diskError(error, file)
          throw new AgnizeError(
            'bad-argument',
            `${file} already exists and is not overwritten: give another file.`,
          )
        },
      )
      print(`${colors.green('created')} the key ${file}. Keep a copy of it in another place.`)
    })
}

function protectCommand(): Command {
  return new Command('protect')
    .description('encrypt faces and templates with the key in AGNIZE_KEY or AGNIZE_KEY_FILE')
    .addHelpText('after', '\nExample:\n  $ AGNIZE_KEY_FILE=~/agnize.key agnize gallery protect')
    .action((_options: object, command: Command) =>
      withAgnize(command, async (agnize) => {
        await agnize.gallery.protect()
        print(`${colors.green('protected')} the gallery.`)
      }),
    )
}

function rotateCommand(): Command {
  return new Command('rotate-key')
    .description('change the key of a protected gallery')
    .argument('<file>', 'file with the new key, from "agnize gallery key"')
    .addHelpText(
      'after',
      '\nExample:\n  $ AGNIZE_KEY_FILE=~/agnize.key agnize gallery rotate-key ~/new.key',
    )
    .action((file: string, _options: object, command: Command) =>
      withAgnize(command, async (agnize) => {
        const { readFile } = await import('node:fs/promises')
        const key = await readFile(file, 'utf8').catch((cause: unknown) => {
          throw new AgnizeError(
            'key-missing',
            `The key file ${file} cannot be read: check the path.`,
            { cause },
          )
        })
        await agnize.gallery.rotateKey(key)
        print(`${colors.green('changed')} the key: it is now ${file}.`)
        printNote('Earlier backups still need the old key.')
      }),
    )
}

interface RetentionOptions {
  readonly days?: number
  readonly forEver?: boolean
  readonly purpose?: string
  readonly json?: boolean
}

function retentionCommand(): Command {
  return new Command('retention')
    .description('show or set the purpose and the period of retention')
    .option('--days <n>', 'keep people for this many days after enrollment', positiveInteger)
    .option('--for-ever', 'keep people until they are removed')
    .option('--purpose <text>', 'purpose for which faces are kept')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  $ agnize gallery retention --days 365 --purpose "door of the office"',
    )
    .action(({ days, forEver, purpose, json }: RetentionOptions, command: Command) =>
      withAgnize(command, async (agnize) => {
        if (days !== undefined || forEver || purpose !== undefined) {
          await agnize.gallery.setRetention({
            ...(days !== undefined && { days }),
            ...(forEver && { days: null }),
            ...(purpose !== undefined && { purpose }),
          })
        }
        const kept = await agnize.gallery.retention()
        if (json) printJson({ schema_version: schemaVersion, ...kept })
        else {
          print(
            `People are kept ${kept.days === null ? 'until they are removed' : `${counted(kept.days, 'day')}`}${kept.purpose ? `, for: ${kept.purpose}` : ''}.`,
          )
        }
      }),
    )
}

interface ExpireOptions {
  readonly dryRun?: boolean
  readonly json?: boolean
  readonly csv?: boolean
}

function expireCommand(): Command {
  return new Command('expire')
    .description('erase the people whose retention period has ended')
    .option('--dry-run', 'only list them')
    .option('--json', 'print one JSON object per person')
    .addOption(csvOption)
    .addHelpText(
      'after',
      '\nExamples:\n  $ agnize gallery expire --dry-run\n  $ agnize gallery expire --json >> receipts.jsonl',
    )
    .action(({ dryRun, json, csv }: ExpireOptions, command: Command) =>
      withAgnize(command, async (agnize) => {
        if (!dryRun) {
          const receipts = await agnize.gallery.expire()
          if (json) for (const receipt of receipts) printJson(receipt)
          else print(`${colors.green('erased')} ${counted(receipts.length, 'person', 'people')}.`)
          return
        }
        const due = await agnize.gallery.due()
        if (json) {
          for (const { subject, since, until } of due) {
            printJson({ schema_version: schemaVersion, subject, since, until })
          }
        } else if (due.length === 0 && !csv) print('Nobody has to be erased.')
        else {
          printTable(
            ['name', 'since', 'keep until'],
            due.map(({ subject, since, until }) => [
              subject.name,
              dateCell(since),
              dateCell(until),
            ]),
            { csv },
          )
        }
      }),
    )
}

interface AuditOptions {
  readonly person?: string
  readonly erased?: string
  readonly json?: boolean
  readonly csv?: boolean
}

/** Subject ids of `--person` and `--erased`; undefined without either. @throws AgnizeError `unknown-subject`. */
async function subjectIds(
  agnize: Agnize,
  person: string | undefined,
  erased: string | undefined,
): Promise<Set<string> | undefined> {
  const { people, gallery } = agnize
  const found: string[] = []
  if (person !== undefined) found.push((await people.get(await personNamed(agnize, person))).id)
  if (erased !== undefined) {
    const erasures = await gallery.erasuresOf(erased)
    if (erasures.length === 0) {
      throw new AgnizeError(
        'unknown-subject',
        `Nobody known as ${JSON.stringify(erased)} was erased, or the erasure predates the audit log.`,
      )
    }
    found.push(...erasures.flatMap(({ subjectId }) => subjectId ?? []))
  }
  return person === undefined && erased === undefined ? undefined : new Set(found)
}

/** `agnize audit`: the audit log. */
export function auditCommand(): Command {
  const audit = new Command('audit')
    .description('show and verify the audit log: who did what with which data')
    .addHelpText(
      'after',
      '\nExamples:\n  $ agnize audit list --person Skuli\n  $ agnize audit list --erased 2026/117\n  $ agnize audit verify',
    )
  audit
    .command('list')
    .description('list the entries, oldest first')
    .option('--person <name>', 'only entries about this person')
    .option('--erased <who>', 'only entries about an erased person: name, external id or reference')
    .option('--json', 'print one JSON object per entry')
    .addOption(csvOption)
    .addHelpText('after', '\nExample:\n  $ agnize audit list --json | tail')
    .action(({ person, erased, json, csv }: AuditOptions, command: Command) =>
      withAgnize(command, async (agnize) => {
        const ids = await subjectIds(agnize, person, erased)
        const names = new Map((await agnize.people.list()).map(({ id, name }) => [id, name]))
        const rows: Row[] = []
        for await (const entry of agnize.gallery.auditLog()) {
          const { number, at, actor, action, subjectId } = entry
          if (ids && (subjectId === null || !ids.has(subjectId))) continue
          // The log can be queried by a pseudonym, but does not disclose pseudonyms.
          const { who: _, ...details } = entry.details
          if (json) {
            printJson({
              schema_version: schemaVersion,
              ...{ number, at, actor, action, subject_id: subjectId, details },
            })
            continue
          }
          const whose = subjectId === null ? '' : (names.get(subjectId) ?? subjectId)
          rows.push([
            number,
            timeCell(at),
            actor,
            action,
            whose,
            Object.entries(details)
              .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
              .join(', '),
          ])
        }
        if (json) return
        const [number, details] = [
          { text: '', name: 'number' },
          { text: '', name: 'details' },
        ]
        const when = { text: 'when (UTC)', name: 'when' }
        printTable([number, when, 'who', 'what', 'whose', details], rows, { csv })
      }),
    )
  audit
    .command('verify')
    .description('check that the log is unchanged')
    .addHelpText(
      'after',
      `
Example:
  $ agnize audit verify

Exit status: 0 unchanged, 1 changed. Keep the printed hash in another place: it reveals whether the whole log was rewritten.`,
    )
    .action((_options: object, command: Command) =>
      withAgnize(command, async (agnize) => {
        const { entries, broken, head } = (await agnize.gallery.verify()).audit
        if (broken === null)
          print(`${colors.green('intact')}  ${counted(entries, 'entry', 'entries')}, hash ${head}`)
        else print(`${colors.red('changed')}  from entry ${broken} on`)
        process.exitCode = broken === null ? exitCodes.done : exitCodes.noMatch
      }),
    )
  return audit
}
