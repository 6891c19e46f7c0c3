import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { AgnizeError } from '../base/errors.js'
import { suggestionFor } from '../base/nearest-name.js'
import { type FileSetting, readSettingsFile } from '../base/settings-file.js'
import { livenessModes } from '../liveness/liveness.js'
import { commandSettingNames } from '../session/configuration.js'
import { defaultHome } from '../session/open-session.js'
import { isLoopback } from './loopback.js'
import { isSafeIssuer, issuerSchema } from './oidc/issuer.js'

const whole = z.int()
const list = z.array(z.string().min(1))
const path = z.string().min(1)

/**
 * Every setting of a server, with its description. Flags, variables and the file all derive from this: `maxMegabytes` is
 * `--max-megabytes`, `AGNIZE_MAX_MEGABYTES` and `"maxMegabytes"`.
 */
const fields = {
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on'),
  port: whole.min(0).max(65_535).default(8484).describe('port to listen on; 0 chooses a free one'),
  insecureLocal: z
    .boolean()
    .default(false)
    .describe('accept requests from this machine without a key; only on a loopback address'),
  home: path.optional().describe('folder for models, gallery and jobs'),
  store: z.string().min(1).optional().describe('the gallery file, or postgres://…'),
  readOnly: z
    .boolean()
    .default(false)
    .describe('answer from a replica of PostgreSQL: changes are refused, nothing is recorded'),
  model: z.string().min(1).optional().describe('the embedding model'),
  detector: z
    .string()
    .min(1)
    .optional()
    .describe('the detection model; default that of each gallery'),
  threads: whole.min(1).max(1024).optional().describe('photos processed at the same time'),
  offline: z.boolean().default(false).describe('never fetch models'),
  device: z
    .union([z.string().min(1), z.record(z.string(), z.string().min(1))])
    .optional()
    .describe('what models run on: auto, cpu, webgpu, cuda, tensorrt, dml, coreml'),
  use: z
    .enum(['commercial', 'research'])
    .optional()
    .describe('what the models are used for; others are refused'),
  modelsMirror: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('npm registry that models come from'),
  tlsCert: path.optional().describe('certificate file (PEM); with tlsKey the server speaks HTTPS'),
  tlsKey: path.optional().describe('file of its private key (PEM)'),
  tls: z
    .enum(['auto'])
    .optional()
    .describe('auto: HTTPS with a certificate by an authority of its own, which phones can trust'),
  trustPort: whole
    .min(0)
    .max(65_535)
    .optional()
    .describe("port of the page that hands out that authority's certificate; default the next"),
  trustProxy: list.default([]).describe('addresses of proxies whose X-Forwarded-For is trusted'),
  cors: list
    .default([])
    .describe('origins of pages that may call the API, such as https://app.example; * for all'),
  maxMegabytes: z.number().positive().max(1000).default(10).describe('largest photo, as a file'),
  maxMegapixels: z.number().positive().max(1000).default(50).describe('largest photo in pixels'),
  photoSeconds: z.number().positive().default(30).describe('time limit for processing one photo'),
  maxFaces: whole.min(1).max(10_000).default(200).describe('faces per photo; the largest are used'),
  maxRequestMegabytes: z.number().positive().max(1000).default(50).describe('largest request'),
  maxArchiveMegabytes: z
    .number()
    .positive()
    .default(4096)
    .describe('largest archive of photos; it may unpack to three times that size'),
  queue: whole.min(0).optional().describe('photos that may wait; default 8 per thread'),
  requestSeconds: z.number().positive().default(30).describe('time limit for receiving a request'),
  workSeconds: z.number().positive().default(60).describe('time limit for answering a request'),
  requestsPerMinute: whole
    .min(1)
    .optional()
    .describe('requests per minute and key; default unlimited'),
  maxSockets: whole.min(1).default(2000).describe('live connections at the same time'),
  urls: z.boolean().default(false).describe('fetch photos from addresses that clients name'),
  urlHosts: list
    .default([])
    .describe('hosts on private networks from which photos may be fetched nevertheless'),
  importFolder: path.optional().describe('folder from whose subfolders jobs may enroll'),
  oidcIssuer: issuerSchema
    .optional()
    .describe('OpenID Connect provider at which people may sign in to the console: its issuer'),
  oidcClientId: z
    .string()
    .min(1)
    .optional()
    .describe('client id that the provider has given to this server'),
  oidcSecretFile: path
    .optional()
    .describe('file with the client secret that belongs to it; or give it in AGNIZE_OIDC_SECRET'),
  oidcLabel: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe('name of the provider on the sign-in button; default its host'),
  oidcScopes: list
    .default(['openid', 'profile', 'email'])
    .describe('scopes that the provider is asked for; some list groups in one of their own'),
  oidcNameClaim: z
    .string()
    .min(1)
    .optional()
    .describe(
      'claim that names new accounts, or the path to it; default preferred_username, else email',
    ),
  oidcNewAccounts: z
    .enum(['viewer', 'operator'])
    .optional()
    .describe(
      'role of the account that whoever signs in at the provider gets; default: only people with an account get in',
    ),
  oidcRoles: list
    .default([])
    .describe(
      'roles by group, such as administrator=agnize-admins: members get accounts, and their role follows the group at every sign-in',
    ),
  oidcRolesClaim: z
    .string()
    .min(1)
    .optional()
    .describe(
      'claim that lists the groups of a person, or the path to it, such as realm_access.roles; default groups',
    ),
  oidcGalleries: list
    .default([])
    .describe('galleries of accounts that a first sign-in makes; default all'),
  strangers: z
    .enum(['low', 'empty', 'name'])
    .default('low')
    .describe(
      "answer of CompreFace's API for strangers: the most similar subject with a similarity below 0.5 (low), no subject (empty), or the most similar with its similarity, as CompreFace does (name)",
    ),
  liveness: z
    .enum(livenessModes)
    .default('off')
    .describe(
      'whether faces in live frames, as of the console and its kiosk, are told from pictures of faces: off, observe, or require; a request may ask for more',
    ),
  challenge: z
    .boolean()
    .default(false)
    .describe('whether the kiosk greets only who has followed a challenge'),
  console: z.boolean().default(true).describe('serve the console at /'),
  docs: z.boolean().default(true).describe('serve the documentation at /docs'),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('lowest level that is logged'),
} as const

const schema = z.strictObject(fields)

/** Values that earlier versions used. */
const formerValues: Partial<Record<SettingName, Readonly<Record<string, string>>>> = {
  strangers: { 'leave-out': 'empty' },
}

/** The names of all settings. */
export const settingNames = Object.keys(fields) as SettingName[]

/** One of {@link settingNames}. */
export type SettingName = keyof typeof fields

/** Complete settings of a server. */
export interface Settings extends z.infer<typeof schema> {
  readonly home: string
  readonly store: string
  readonly threads: number
  readonly queue: number
}

/** Unchecked values: text from flags and variables, anything from a file. */
export type GivenSettings = Partial<Record<SettingName, unknown>>

/** Short description of a setting. */
export const settingHelp = (name: SettingName): string => fields[name].description ?? ''

/** Whether the flag of a setting takes no value. */
export const isSwitch = (name: SettingName): boolean => kindOf(name) === 'boolean'

/** Name of a setting's flag: `max-megabytes` for `maxMegabytes`. */
export const flagOf = (name: SettingName) => name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)

/** Name of a setting's environment variable: `AGNIZE_MAX_MEGABYTES` for `maxMegabytes`. */
export const variableOf = (name: SettingName) =>
  `AGNIZE_${flagOf(name).replaceAll('-', '_').toUpperCase()}`

/**
 * Merges settings from flags, environment variables and a file, in this order of precedence, and validates them.
 *
 * @param file - Path of a file in YAML or JSON; default `AGNIZE_CONFIG`, or none.
 * @throws AgnizeError `bad-argument` that lists every invalid setting.
 */
export function settingsFrom(
  flags: GivenSettings,
  environment: NodeJS.ProcessEnv = process.env,
  file: string | undefined = environment.AGNIZE_CONFIG || undefined,
): Settings {
  const mistakes: string[] = []
  const given: Record<string, unknown> = {}
  const sources = new Map<string, string>()
  const take = (name: SettingName, value: unknown, source: string) => {
    if (value === undefined) return
    given[name] =
      typeof value === 'string' ? fromText(name, formerValues[name]?.[value] ?? value) : value
    sources.set(name, source)
  }
  for (const { name, value, place } of file ? readFile(file, mistakes) : []) {
    if (settingNames.includes(name as SettingName))
      take(name as SettingName, value, `${place}: ${name}`)
    // The file may also have settings of other commands.
    else if (!commandSettingNames.some((each) => each === name)) {
      const hint = suggestionFor(name, settingNames)
      mistakes.push(`${place}: there is no setting ${JSON.stringify(name)}${hint}`)
    }
  }
  for (const name of settingNames) {
    const value = environment[variableOf(name)]
    if (value) take(name, value, variableOf(name))
  }
  for (const name of settingNames) take(name, flags[name], `--${flagOf(name)}`)
  const parsed = schema.safeParse(given)
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = String(path[0])
    mistakes.push(`${sources.get(name) ?? name}: ${message.replace(/^Invalid input: /, '')}`)
  }
  if (parsed.success) mistakes.push(...findContradictions(parsed.data))
  if (mistakes.length > 0 || !parsed.success) {
    throw new AgnizeError(
      'bad-argument',
      mistakes.length === 1
        ? `A setting is invalid: ${mistakes[0]}.`
        : `${mistakes.length} settings are invalid:\n${mistakes.map((each) => `  ${each}`).join('\n')}`,
    )
  }
  const { data } = parsed
  const home = data.home ?? defaultHome()
  const threads = data.threads ?? availableParallelism()
  return {
    ...data,
    home,
    threads,
    store: data.store ?? join(home, 'gallery.sqlite'),
    queue: data.queue ?? 8 * threads,
  }
}

/** Settings in the form of a settings file, without the password in the store's URL. */
export function printableSettings(settings: Settings): Record<string, unknown> {
  const store = settings.store.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, '$1:…@')
  return { ...settings, store }
}

/** Whether the server itself speaks HTTPS. */
export const speaksTls = ({ tls, tlsCert }: Pick<Settings, 'tls' | 'tlsCert'>): boolean =>
  tls !== undefined || tlsCert !== undefined

function findContradictions(settings: z.infer<typeof schema>): string[] {
  const wrong: string[] = []
  if ((settings.tlsCert === undefined) !== (settings.tlsKey === undefined)) {
    wrong.push('tlsCert and tlsKey belong together: give both')
  }
  if (settings.tls !== undefined && settings.tlsCert !== undefined) {
    wrong.push('tls auto creates its own certificates: give either tls, or tlsCert and tlsKey')
  }
  if (settings.trustPort !== undefined && settings.tls === undefined) {
    wrong.push('trustPort serves the certificate of tls auto: give both')
  }
  if (settings.tls !== undefined && settings.trustPort === undefined && settings.port === 65_535) {
    wrong.push(
      'tls auto serves its certificate on the port after port, and 65535 is the last one: give trustPort',
    )
  }
  if (settings.trustPort === settings.port && settings.port !== 0) {
    wrong.push('trustPort and port are the same: choose two')
  }
  if (settings.insecureLocal && !isLoopback(settings.host)) {
    wrong.push(
      `insecureLocal admits every client that reaches ${settings.host}: use it only with host 127.0.0.1`,
    )
  }
  if (settings.insecureLocal && settings.trustProxy.length > 0) {
    wrong.push(
      'insecureLocal cannot be combined with trustProxy: behind a proxy, every client is local',
    )
  }
  wrong.push(...findOidcContradictions(settings))
  for (const origin of settings.cors) {
    if (!isOrigin(origin))
      wrong.push(`cors: ${origin} is not an origin such as https://app.example`)
  }
  if (settings.maxRequestMegabytes < settings.maxMegabytes) {
    wrong.push('maxRequestMegabytes is less than maxMegabytes: no photo of that size could be sent')
  }
  return wrong
}

function findOidcContradictions(settings: z.infer<typeof schema>): string[] {
  const { oidcIssuer, oidcClientId, oidcRoles, oidcRolesClaim, oidcGalleries } = settings
  const wrong: string[] = []
  if ((oidcIssuer === undefined) !== (oidcClientId === undefined)) {
    wrong.push('oidcIssuer and oidcClientId belong together: give both')
  }
  const { oidcSecretFile, oidcLabel, oidcNameClaim, oidcNewAccounts } = settings
  const others = { oidcSecretFile, oidcLabel, oidcNameClaim, oidcNewAccounts, oidcRolesClaim }
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined && oidcIssuer === undefined) {
      wrong.push(`${name} concerns the provider of oidcIssuer: give that too`)
    }
  }
  if (oidcRoles.length > 0 && oidcIssuer === undefined) {
    wrong.push('oidcRoles concerns the provider of oidcIssuer: give that too')
  }
  if (oidcIssuer !== undefined && !isSafeIssuer(oidcIssuer)) {
    wrong.push('oidcIssuer: a provider on another machine needs https:')
  }
  for (const each of oidcRoles) {
    if (!/^(viewer|operator|administrator)=./.test(each)) {
      wrong.push(
        `oidcRoles: ${each} is not a role and a group, such as administrator=agnize-admins`,
      )
    }
  }
  if (oidcGalleries.length > 0 && oidcNewAccounts === undefined && oidcRoles.length === 0) {
    wrong.push(
      'oidcGalleries concerns accounts that oidcNewAccounts or oidcRoles make: give one of them too',
    )
  }
  if (oidcRolesClaim !== undefined && oidcRoles.length === 0) {
    wrong.push('oidcRolesClaim lists the groups that oidcRoles gives roles to: give both')
  }
  return wrong
}

/** Whether a text is an origin: `null` is that of files, and `*` stands for all. */
function isOrigin(text: string): boolean {
  if (text === '*' || text === 'null') return true
  try {
    return new URL(text).origin === text
  } catch {
    return false
  }
}

function readFile(file: string, mistakes: string[]): FileSetting[] {
  try {
    return readSettingsFile(file)
  } catch (error) {
    if (!(error instanceof AgnizeError)) throw error
    mistakes.push(error.message.replace(/^T(?=he settings)/, 't').replace(/[.]$/, ''))
    return []
  }
}

type Kind = 'string' | 'number' | 'boolean' | 'array'

function kindOf(name: SettingName): Kind {
  let type: { readonly def: { readonly type: string; readonly innerType?: unknown } } = fields[name]
  while (type.def.innerType) type = type.def.innerType as typeof type
  const { type: kind } = type.def
  return kind === 'enum' ? 'string' : kind === 'int' ? 'number' : (kind as Kind)
}

/** Converts a flag's or variable's text to the setting's type; text that does not fit is left for validation. */
function fromText(name: SettingName, text: string): unknown {
  const kind = kindOf(name)
  if (kind === 'number')
    return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
  if (kind === 'boolean') {
    if (['1', 'true', 'yes', 'on'].includes(text)) return true
    return ['0', 'false', 'no', 'off'].includes(text) ? false : text
  }
  if (kind !== 'array') return text
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
