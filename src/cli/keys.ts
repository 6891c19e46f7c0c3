import { Command } from 'commander'
import { AgnizeError } from '../base/errors.js'
import { currentWord } from '../base/renamed-words.js'
import { schemaVersion } from '../json/photo-json.js'
import { collect, positiveInteger, withAgnize } from './command-options.js'
import { colors, note, print, printJson, table } from './terminal.js'

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
  const keys = new Command('keys').description("keys of the server's API").addHelpText(
    'after',
    `
Examples:
  $ agnize keys create door --scope identify --for default
  $ agnize keys create "old door" --compreface recognition --for default
  $ agnize keys list`,
  )
  keys
    .command('create')
    .description('make a key; it is shown this once')
    .argument('<name>', 'what it is for')
    .option('--scope <scope>', 'read, identify, enroll, metrics or admin; may be repeated', collect)
    .option('--for <gallery>', 'gallery that it is for; may be repeated (default: all)', collect)
    .option('--compreface <service>', 'take it as a key of recognition, detection or verification')
    .option('--expires <time>', 'such as 2027-01-31')
    .option('--requests-per-minute <n>', 'how often it may ask', positiveInteger)
    .option('--photos-per-day <n>', 'how many photos it may send', positiveInteger)
    .option('--take <file>', 'take the key in this file over, such as one of CompreFace')
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
            'Say what the key may do: --scope read, identify, enroll, metrics or admin.',
          )
        }
        const galleries = options.for ?? (service ? ['default'] : ['*'])
        const known = new Set((await agnize.gallery.list()).map(({ name }) => name))
        const unknown = galleries.find((gallery) => gallery !== '*' && !known.has(gallery))
        if (unknown !== undefined) {
          throw new AgnizeError(
            'unknown-gallery',
            `There is no gallery ${unknown}: "agnize gallery list" shows them.`,
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
          note(`${colors.green('made')} the key ${apiKey.keyId}, shown this once:`)
          print(key)
        }
      }),
    )
  keys
    .command('list')
    .description('the keys, without the keys themselves')
    .option('--json', 'one JSON object a key')
    .action(({ json }: { json?: boolean }, command: Command) =>
      withAgnize(command, async (_agnize, _signal, session) => {
        const { KeyStore, keyJson } = await import('../server/keys/key-store.js')
        const list = await new KeyStore(await session.engine.database()).list()
        if (json) {
          for (const key of list) printJson({ schema_version: schemaVersion, ...keyJson(key) })
        } else if (list.length === 0) note('There are no keys: "agnize keys create" makes one.')
        else {
          print(
            table(
              ['id', 'name', 'scopes', 'galleries', 'expires'],
              list.map(({ keyId, name, scopes, galleries, service, expiresAt }) => [
                keyId,
                name,
                [...scopes, ...(service ? [`CompreFace ${service}`] : [])].join(', '),
                galleries.join(', '),
                expiresAt?.slice(0, 10) ?? 'never',
              ]),
            ),
          )
        }
      }),
    )
  keys
    .command('rotate')
    .description('exchange a key for a new one; the old one is refused from now on')
    .argument('<id>', 'from "agnize keys list"')
    .action((id: string, _options: object, command: Command) =>
      withAgnize(command, async (_agnize, _signal, session) => {
        const { KeyStore } = await import('../server/keys/key-store.js')
        print((await new KeyStore(await session.engine.database()).rotate(id)).key)
      }),
    )
  keys
    .command('revoke')
    .description('revoke a key, with immediate effect')
    .argument('<id>', 'from "agnize keys list"')
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
