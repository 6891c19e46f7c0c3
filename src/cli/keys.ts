import { Command } from 'commander'
import { AgnizeError } from '../base/errors.js'
import { currentWord } from '../base/renamed-words.js'
import { schemaVersion } from '../json/photo-json.js'
import { collect, positiveInteger, withAgnize } from './command-options.js'
import { didYouMean } from './known-names.js'
import { csvOption, dateCell, printTable } from './table.js'
import { colors, print, printJson, printNote } from './terminal.js'

interface CreateOptions {
  readonly scope?: string[]
  readonly for?: string[]
  readonly compreface?: string
  readonly expires?: string
  readonly requestsPerMinute?: number
  readonly photosPerDay?: number
  readonly take?: string
  readonly json?: boolean
}

/** `agnize keys` */
export function keysCommand(): Command {
  const keys = new Command('keys').description("manage the keys of the server's API").addHelpText(
    'after',
    `
Examples:
  $ agnize keys create door --scope identify --for default
  $ agnize keys create "old door" --compreface recognition --for default
  $ agnize keys list`,
  )
  keys
    .command('create')
    .description('create a key, which is shown only once')
    .argument('<name>', 'name of the key, such as its use')
    .option('--scope <scope>', 'read, identify, enroll, metrics or admin; may be repeated', collect)
    .option(
      '--for <gallery>',
      'gallery that the key may use; may be repeated (default: all)',
      collect,
    )
    .option(
      '--compreface <service>',
      'also a CompreFace key, for recognition, detection or verification',
    )
    .option('--expires <time>', 'expiry date, such as 2027-01-31 (default: never)')
    .option(
      '--requests-per-minute <n>',
      'requests per minute (default: that of the server)',
      positiveInteger,
    )
    .option('--photos-per-day <n>', 'photos per day (default: unlimited)', positiveInteger)
    .option('--take <file>', 'use the existing key in this file, such as one of CompreFace')
    .option('--json', 'one JSON object')
    .action((name: string, options: CreateOptions, command: Command) =>
      withAgnize(command, async (agnize, _signal, session) => {
        const [{ KeyStore, keyJson }, { scopes, services }] = await Promise.all([
          import('../server/keys/key-store.js'),
          import('../server/keys/caller.js'),
        ])
        const { compreface } = options
        const service =
          compreface === undefined ? null : oneOf(services, compreface, '--compreface')
        const wanted =
          options.scope ??
          (service ? ['read', 'identify', ...(service === 'recognition' ? ['enroll'] : [])] : [])
        if (wanted.length === 0) {
          throw new AgnizeError(
            'bad-argument',
            'Give what the key may do: --scope read, identify, enroll, metrics or admin.',
          )
        }
        const galleries = options.for ?? (service ? ['default'] : ['*'])
        const known = new Set((await agnize.gallery.list()).map(({ name }) => name))
        const unknown = galleries.find((gallery) => gallery !== '*' && !known.has(gallery))
        if (unknown !== undefined) {
          throw new AgnizeError(
            'unknown-gallery',
            `There is no gallery ${unknown}: "agnize gallery list" shows them.${didYouMean(unknown, [...known])}`,
          )
        }
        const { key, apiKey } = await new KeyStore(await session.engine.database()).create({
          name,
          scopes: wanted.map((scope) => oneOf(scopes, currentWord(scope), '--scope')),
          galleries,
          service,
          requestsPerMinute: options.requestsPerMinute,
          photosPerDay: options.photosPerDay,
          expiresAt: options.expires && timeOf(options.expires),
          key: options.take && (await readKey(options.take)),
        })
        if (options.json) printJson({ schema_version: schemaVersion, ...keyJson(apiKey), key })
        else {
          printNote(`${colors.green('created')} the key ${apiKey.keyId}, shown only once:`)
          print(key)
        }
      }),
    )
  keys
    .command('list')
    .description('list the keys, without their secrets')
    .option('--json', 'print one JSON object per key')
    .addOption(csvOption)
    .action(({ json, csv }: { json?: boolean; csv?: boolean }, command: Command) =>
      withAgnize(command, async (_agnize, _signal, session) => {
        const { KeyStore, keyJson } = await import('../server/keys/key-store.js')
        const list = await new KeyStore(await session.engine.database()).list()
        if (json) {
          for (const key of list) printJson({ schema_version: schemaVersion, ...keyJson(key) })
        } else if (list.length === 0 && !csv)
          printNote('There are no keys: create one with "agnize keys create".')
        else {
          printTable(
            ['id', 'name', 'scopes', 'galleries', 'expires'],
            list.map(({ keyId, name, scopes, galleries, service, expiresAt }) => [
              keyId,
              name,
              [...scopes, ...(service ? [`CompreFace ${service}`] : [])].join(', '),
              galleries.join(', '),
              expiresAt ? dateCell(expiresAt) : { text: 'never', value: null },
            ]),
            { csv },
          )
        }
      }),
    )
  keys
    .command('rotate')
    .description('replace a key by a new one; the old one stops working at once')
    .argument('<id>', 'id of the key, from "agnize keys list"')
    .action((id: string, _options: object, command: Command) =>
      withAgnize(command, async (_agnize, _signal, session) => {
        const { KeyStore } = await import('../server/keys/key-store.js')
        print((await new KeyStore(await session.engine.database()).rotate(id)).key)
      }),
    )
  keys
    .command('revoke')
    .description('revoke a key with immediate effect')
    .argument('<id>', 'id of the key, from "agnize keys list"')
    .action((id: string, _options: object, command: Command) =>
      withAgnize(command, async (_agnize, _signal, session) => {
        const { KeyStore } = await import('../server/keys/key-store.js')
        await new KeyStore(await session.engine.database()).revoke(id)
        print(`${colors.green('revoked')} ${id}.`)
      }),
    )
  return keys
}

function oneOf<T extends string>(allowed: readonly T[], given: string, option: string): T {
  const found = allowed.find((each) => each === given)
  if (found) return found
  throw new AgnizeError('bad-argument', `${option} is one of ${allowed.join(', ')}, not ${given}.`)
}

function timeOf(text: string): string {
  const date = new Date(text)
  if (!Number.isNaN(date.getTime())) return date.toISOString()
  throw new AgnizeError('bad-argument', `${text} is not a date: give one such as 2027-01-31.`)
}

async function readKey(file: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AgnizeError('bad-argument', `The file ${file} cannot be read: check the path.`, {
      cause,
    })
  })
  return text.trim()
}
