import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import type { Imported } from '../application/import/import-writer.js'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import { schemaVersion } from '../json/photo-json.js'
import type { ArchiveOptions } from '../library/gallery-admin.js'
import { collect, exitCodes, withAgnize } from './command-options.js'
import { Progress } from './progress.js'
import { SkippedFiles } from './skipped-files.js'
import { colors, print, printJson, printNote, printStderr } from './terminal.js'

interface WriteOptions {
  readonly passphraseFile?: string
  readonly recipient?: string[]
  readonly sign?: boolean
}

interface ReadOptions {
  readonly passphraseFile?: string
  readonly identityFile?: string
  readonly signedBy?: string
  readonly keys?: string
  readonly json?: boolean
}

/** `agnize gallery backup`, `restore`, `verify`, `export`, `import`. */
export function archiveCommands(): Command[] {
  return [backupCommand(), restoreCommand(), verifyCommand(), exportCommand(), importCommand()]
}

function addWriteOptions(command: Command): Command {
  return command
    .option(
      '--passphrase-file <file>',
      'encrypt with the passphrase in this file, in the age format',
    )
    .option('--recipient <age1…>', 'encrypt for this age recipient; may be repeated', collect)
    .option('--sign', 'sign with signing.key of the home folder')
}

function addReadOptions(command: Command): Command {
  return command
    .option('--passphrase-file <file>', 'file with the passphrase')
    .option('--identity-file <file>', 'file with age identities')
    .option('--signed-by <key>', 'accept the file only if it is signed by this public key')
}

function backupCommand(): Command {
  return addWriteOptions(new Command('backup'))
    .description('back up the whole gallery to a file, even while it is in use')
    .argument('<file>', 'such as gallery.agnize')
    .addHelpText(
      'after',
      `
Example:
  $ agnize gallery backup /backups/gallery-2026-11-24.agnize --sign

Of a protected gallery, the people's keys go into a file beside it that each backup replaces: no older backup
reveals people who were erased since.`,
    )
    .action((file: string, options: WriteOptions, command: Command) =>
      withAgnize(command, async (agnize) => {
        const { rows, keys } = await agnize.gallery.backup(file, await writeOptions(options))
        print(`${colors.green('backed up')} ${counted(rows, 'row')} to ${file}.`)
        if (options.sign) print(`Signed by  ${await agnize.gallery.signingKey()}`)
        if (keys) print(`Keys  ${keys}`)
      }),
    )
}

function restoreCommand(): Command {
  return addReadOptions(new Command('restore'))
    .description('restore a backup into an empty gallery, completely or not at all')
    .argument('<file>', 'file that "agnize gallery backup" wrote')
    .option(
      '--keys <file>',
      'key file of the backup of a protected gallery (default: the one beside the backup)',
    )
    .addHelpText(
      'after',
      `
Example:
  $ agnize gallery restore /backups/gallery-2026-11-24.agnize --gallery default`,
    )
    .action((file: string, options: ReadOptions, command: Command) =>
      withAgnize(command, async (agnize) => {
        const { people, templates, erased, at } = await agnize.gallery.restore(file, {
          ...(await readOptions(options)),
          keys: options.keys,
        })
        print(
          `${colors.green('restored')} ${counted(people, 'person', 'people')} with ${counted(templates, 'template')}, as of ${at.slice(0, 16).replace('T', ' ')}.`,
        )
        if (erased > 0) {
          printNote(
            `${counted(erased, 'person was', 'people were')} erased after the backup and therefore not restored.`,
          )
        }
      }),
    )
}

function verifyCommand(): Command {
  return addReadOptions(new Command('verify'))
    .description('check a gallery, a backup or an export for damage')
    .argument('[file]', 'a backup or an export (default: the gallery itself)')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize gallery verify
  $ agnize gallery verify /backups/gallery-2026-11-24.agnize

Exit status: 0 no damage, 1 the gallery is damaged, 2 the file is damaged.`,
    )
    .action((file: string | undefined, options: ReadOptions, command: Command) =>
      withAgnize(command, async (agnize) => {
        if (file !== undefined) {
          const found = await agnize.gallery.inspect(file, await readOptions(options))
          if (options.json) printJson({ schema_version: schemaVersion, ...found })
          else {
            print(
              `${colors.green('intact')}  ${found.kind} of ${found.at.slice(0, 16).replace('T', ' ')}: ${counted(found.people, 'person', 'people')}, ${counted(found.faces, 'face')}.`,
            )
          }
          return
        }
        const { problems, audit, decisions } = await agnize.gallery.verify()
        const broken = [
          ...problems,
          ...(audit.broken === null ? [] : [`the audit log was changed at entry ${audit.broken}`]),
          ...(decisions.broken === null
            ? []
            : [`the decision log was changed at entry ${decisions.broken}`]),
        ]
        if (options.json) {
          printJson({ schema_version: schemaVersion, problems, audit, decisions })
        } else if (broken.length === 0) {
          print(
            `${colors.green('intact')}  the gallery, ${counted(audit.entries, 'audit entry', 'audit entries')}, ${counted(decisions.entries, 'decision')}.`,
          )
        } else for (const each of broken) print(`${colors.red('damaged')}  ${each}`)
        process.exitCode = broken.length > 0 ? exitCodes.noMatch : exitCodes.done
      }),
    )
}

function exportCommand(): Command {
  return addWriteOptions(new Command('export'))
    .description(
      'export people, faces and templates to a file that another agnize or program reads',
    )
    .argument('<file>', 'plain JSON Lines if the name ends in .jsonl, otherwise compressed')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize gallery export people.agnize --passphrase-file secret.txt --sign
  $ agnize gallery export people.jsonl`,
    )
    .action((file: string, options: WriteOptions, command: Command) =>
      withAgnize(command, async (agnize) => {
        const chosen = await writeOptions(options)
        if ((await agnize.gallery.isProtected()) && !chosen.passphrase && !chosen.recipients) {
          printNote(
            `${colors.yellow('note')} the gallery is protected but ${file} is not: encrypt it with --passphrase-file or --recipient.`,
          )
        }
        await agnize.gallery.export(file, chosen)
        print(`${colors.green('exported')} the gallery to ${file}.`)
        if (options.sign) print(`Signed by  ${await agnize.gallery.signingKey()}`)
      }),
    )
}

interface ImportCommandOptions extends ReadOptions {
  readonly from: 'agnize' | 'folder' | 'face-api' | 'compreface'
  readonly keyFile?: string
}

const importNote = 'Known faces are not added twice, so an interrupted import can be run again.'

function importCommand(): Command {
  return addImportOptions(new Command('import'))
    .description(
      'import an export, a folder, face-api.js descriptors, or the subjects of CompreFace',
    )
    .argument('<source>', 'a file or folder, or the address of a CompreFace server')
    .option('--from <kind>', 'agnize, folder, face-api or compreface', 'agnize')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize gallery import people.agnize --passphrase-file secret.txt
  $ agnize gallery import images/ --from folder
  $ agnize gallery import descriptors.json --from face-api --gallery old
  $ agnize gallery import http://localhost:8000 --from compreface --key-file key.txt

${importNote}`,
    )
    .action((source: string, options: ImportCommandOptions, command: Command) =>
      runImport(options.from, source, options, command),
    )
}

/** `agnize import`: `agnize gallery import` with the kind of the source as the first argument. */
export function importFromCommand(): Command {
  return addImportOptions(new Command('import'))
    .description('the same as "agnize gallery import --from KIND"')
    .argument('<kind>', 'agnize, folder, face-api or compreface')
    .argument('<source>', 'a file or folder, or the address of a CompreFace server')
    .addHelpText(
      'after',
      `
Example:
  $ agnize import compreface http://localhost:8000 --key-file key.txt

${importNote}`,
    )
    .action((kind: string, source: string, options: ImportCommandOptions, command: Command) =>
      runImport(kind, source, options, command),
    )
}

function addImportOptions(command: Command): Command {
  return addReadOptions(command)
    .option('--key-file <file>', 'CompreFace: file with the key of its recognition service')
    .option('--json', 'one JSON object')
}

function runImport(
  kind: string,
  source: string,
  options: ImportCommandOptions,
  command: Command,
): Promise<void> {
  return withAgnize(command, async (agnize, signal) => {
    const progress = new Progress('importing')
    const onProgress = (done: number, total: number | null) =>
      progress.update(done, total ?? done, counted(done, 'face'))
    const work = { signal, onProgress }
    const kinds: Record<string, () => Promise<Imported>> = {
      agnize: async () =>
        agnize.gallery.import(source, { ...work, ...(await readOptions(options)) }),
      folder: () => importFolder(agnize, source, work),
      'face-api': () => agnize.gallery.importFaceApi(source, work),
      compreface: async () => agnize.gallery.importCompreFace(source, await keyOf(options), work),
    }
    const chosen = kinds[kind]
    if (!chosen) {
      throw new AgnizeError(
        'bad-argument',
        `The kind of an import is agnize, folder, face-api or compreface, not ${kind}.`,
      )
    }
    const { added, known, corrections, refused } = await chosen().finally(() => progress.stop())
    if (options.json) {
      printJson({ schema_version: schemaVersion, added, known, corrections, refused })
    } else {
      for (const { what, reason } of refused)
        printStderr(`${what}: ${colors.red('refused')} ${reason}`)
      print(
        `${colors.green('imported')} ${counted(added, 'face')}, ${known} already known${corrections > 0 ? `, ${counted(corrections, 'correction')}` : ''}.`,
      )
    }
    process.exitCode = refused.length > 0 ? exitCodes.error : exitCodes.done
  })
}

async function importFolder(
  agnize: import('../library/agnize.js').Agnize,
  folder: string,
  {
    signal,
    onProgress,
  }: { signal: AbortSignal; onProgress: (done: number, total: number) => void },
): Promise<Imported> {
  const { peopleIn } = await import('../gallery/people-folder.js')
  const skipped = new SkippedFiles()
  const photos = await peopleIn(folder, skipped).finally(() => skipped.report())
  const refused: { what: string; reason: string }[] = []
  const counts = { added: 0, known: 0 }
  for await (const each of agnize.enrollEach(photos, { signal, onProgress })) {
    if ('error' in each) refused.push({ what: each.photo, reason: each.error.message })
    else counts[each.result.outcome]++
  }
  return { ...counts, corrections: 0, refused }
}

async function keyOf({ keyFile }: ImportCommandOptions): Promise<string> {
  const key = keyFile ? await readSecretFile(keyFile) : process.env.COMPREFACE_KEY
  if (key) return key
  throw new AgnizeError(
    'bad-argument',
    'Give the key of the CompreFace recognition service in a file (--key-file) or in COMPREFACE_KEY.',
  )
}

async function writeOptions(options: WriteOptions): Promise<ArchiveOptions> {
  const passphrase = options.passphraseFile && (await readSecretFile(options.passphraseFile))
  return {
    ...(passphrase && { passphrase }),
    ...(options.recipient && { recipients: options.recipient }),
    ...(options.sign && { sign: true }),
  }
}

async function readOptions(options: ReadOptions) {
  const passphrase = options.passphraseFile && (await readSecretFile(options.passphraseFile))
  const identities = options.identityFile && (await readSecretFile(options.identityFile))
  return {
    ...(passphrase && { passphrase }),
    ...(identities && {
      identities: identities.split('\n').filter((line) => line.startsWith('AGE-SECRET-KEY-')),
    }),
    ...(options.signedBy && { signedBy: options.signedBy }),
  }
}

/** Reads a secret from a file: other users of the machine can see a command's arguments. */
async function readSecretFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AgnizeError('bad-argument', `The file ${file} cannot be read: check the path.`, {
      cause,
    })
  })
  const trimmed = text.trim()
  if (trimmed !== '') return trimmed
  throw new AgnizeError('bad-argument', `The file ${file} is empty: give a file with content.`)
}
