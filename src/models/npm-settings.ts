import { readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parse } from 'ini'
import type { Connection } from '../base/http-request.js'

type Environment = Readonly<Record<string, string | undefined>>
type Value = string | boolean | null | readonly string[]
type Layer = Readonly<Record<string, Value>>

/** Process environment that npm's settings are read from; each defaults to that of this process. */
export interface NpmEnvironment {
  readonly env?: Environment
  readonly cwd?: string
  readonly execPath?: string
}

/** Credentials for a registry. */
export interface Credentials {
  readonly authorization?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

const defaultRegistry = 'https://registry.npmjs.org/'
/** Names of the settings whose values are paths. */
const paths = new Set(['cache', 'cafile', 'globalconfig', 'prefix', 'userconfig'])

/**
 * Reads npm's settings as npm does: from the environment (`npm_config_*`), then the `.npmrc` of the project, of the user and
 * the global one; the first that defines a setting wins. See https://docs.npmjs.com/cli/v11/using-npm/config.
 */
export async function readNpmSettings({
  env = process.env,
  cwd = process.cwd(),
  execPath = process.execPath,
}: NpmEnvironment = {}): Promise<NpmSettings> {
  const home = env.HOME || homedir()
  const path = (text: string) => {
    const own = process.platform === 'win32' ? /^~[/\\]/ : /^~\//
    return own.test(text) ? resolve(home, text.slice(2)) : resolve(cwd, text)
  }
  const cacheRoot = process.platform === 'win32' ? env.LOCALAPPDATA : undefined
  const layers: Layer[] = [
    {
      registry: defaultRegistry,
      cache: cacheRoot ? join(cacheRoot, 'npm-cache') : join(home, '.npm'),
      prefix: globalPrefix(env, execPath),
      userconfig: join(home, '.npmrc'),
    },
  ]
  const get = (key: string) => find(layers, key)
  const file = async (name: string): Promise<Layer> => {
    const text = await readFile(name, 'utf8').catch(() => '')
    return parseSettings(Object.entries(parse(text)), env, path)
  }

  layers.push(parseSettings(environmentSettings(env), env, path))
  // Each file may set the path of the next one, and has lower precedence than those read before it.
  if (get('global') !== 'true' && get('location') !== 'global') {
    const project = join(await projectFolder(cwd), '.npmrc')
    if (project !== get('userconfig')) layers.splice(1, 0, await file(project))
  }
  layers.splice(1, 0, await file(get('userconfig') as string))
  const globalConfig = get('globalconfig') ?? resolve(get('prefix') as string, 'etc/npmrc')
  layers.splice(1, 0, await file(globalConfig as string))
  return new NpmSettings(layers, cwd)
}

/** The settings of npm that fetching a package depends on. */
export class NpmSettings {
  /** In rising order of precedence. */
  readonly #layers: readonly Layer[]
  readonly #cwd: string

  /** @param cwd - Base of relative paths of client certificates. */
  constructor(layers: readonly Layer[], cwd: string) {
    this.#layers = layers
    this.#cwd = cwd
  }

  /** Folder of npm's cache. */
  get cache(): string {
    return this.#text('cache')!
  }

  /** Whether npm's settings forbid network access. */
  get offline(): boolean {
    return this.#text('offline') === 'true'
  }

  /** Host whose tarball URLs are rewritten to the configured registry; `always` for any host, `never` for none. */
  get replacedHost(): string {
    const host = this.#text('replace-registry-host') ?? 'npmjs'
    return host === 'npmjs' ? new URL(defaultRegistry).host : host
  }

  /** Number of retries, and the delays before them in milliseconds: exponential by `factor`, at most `longest`. */
  get retries(): { count: number; factor: number; first: number; longest: number } {
    return {
      count: this.#number('fetch-retries', 2),
      factor: this.#number('fetch-retry-factor', 10),
      first: this.#number('fetch-retry-mintimeout', 10_000),
      longest: this.#number('fetch-retry-maxtimeout', 60_000),
    }
  }

  /** URL of the registry of a package. */
  registryOf(packageName: string): string {
    const scopes = [/^(@[^/]+)\//.exec(packageName)?.[1], this.#text('scope')]
    for (const scope of scopes) {
      const own = scope && this.#text(`${scope.replace(/^@?/, '@')}:registry`)
      if (own) return own
    }
    return this.#text('registry') ?? defaultRegistry
  }

  /** Proxy, TLS and timeout settings of connections. */
  get connection(): Connection {
    return {
      proxy: this.#text('https-proxy') ?? this.#text('proxy'),
      noProxy: this.#text('noproxy'),
      ca: this.#certificateAuthorities(),
      rejectUnauthorized: this.#text('strict-ssl') !== 'false',
      localAddress: this.#text('local-address'),
      timeout: this.#number('fetch-timeout', 300_000),
    }
  }

  /** Credentials for a URL: those set for the URL, else, on the registry's host, those set for the registry. */
  credentialsFor(url: URL, registry: string): Credentials {
    const base = new URL(registry)
    const scope =
      this.#credentialScope(url) ??
      (base.host === url.host ? this.#credentialScope(base) : undefined)
    const set = (key: string) => (scope === undefined ? undefined : this.#text(`${scope}:${key}`))
    const certificate = this.#pem(set('certfile'))
    const privateKey = this.#pem(set('keyfile'))
    const own = certificate !== undefined && privateKey !== undefined
    return {
      authorization: authorization(
        ...([set('_authToken'), set('_auth'), set('username'), set('_password')] as const),
      ),
      cert: own ? certificate : this.#text('cert'),
      key: own ? privateKey : this.#text('key'),
    }
  }

  /** The longest prefix of a URL (without its scheme) that credentials are set for. */
  #credentialScope({ host, pathname }: URL): string | undefined {
    let place = `//${host}${pathname}`
    while (place.length > '//'.length) {
      const has = (key: string) => this.#text(`${place}:${key}`) !== undefined
      if (has('_authToken') || has('_auth')) return place
      if (has('username') && has('_password')) return place
      if (has('certfile') && has('keyfile')) return place
      place = place.replace(/([^/]+|\/)$/, '')
    }
    return undefined
  }

  #certificateAuthorities(): string | string[] | undefined {
    const layer = this.#layers.findLast(({ ca, cafile }) => ca || cafile)
    if (!layer) return undefined
    const inFile = typeof layer.cafile === 'string' && this.#pem(layer.cafile)
    if (inFile) return inFile
    const { ca } = layer
    return ca === undefined || ca === null || typeof ca === 'boolean' ? undefined : [ca].flat()
  }

  /** Text of a PEM file; undefined where the file does not exist. */
  #pem(path: string | undefined): string | undefined {
    if (path === undefined) return undefined
    try {
      return readFileSync(resolve(this.#cwd, path), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  #number(key: string, fallback: number): number {
    const number = Number(this.#text(key) ?? Number.NaN)
    return Number.isNaN(number) ? fallback : number
  }

  /** A setting as text; undefined where it is not set, empty or null. */
  #text(key: string): string | undefined {
    const value = find(this.#layers, key)
    if (value === undefined || value === null || value === '' || value === 'null') return undefined
    if (value === 'false' && (key === 'proxy' || key === 'https-proxy')) return undefined
    return typeof value === 'object' ? value.join(',') : String(value)
  }
}

function find(layers: readonly Layer[], key: string): Value | undefined {
  return layers.findLast((layer) => Object.hasOwn(layer, key))?.[key]
}

function globalPrefix(env: Environment, execPath: string): string {
  if (env.PREFIX) return env.PREFIX
  if (process.platform === 'win32') return dirname(execPath)
  return join(env.DESTDIR ?? '', dirname(dirname(execPath)))
}

/** The `npm_config_*` variables, in upper or lower case, as settings; a key that is a URL is kept unchanged. */
function environmentSettings(env: Environment): [string, string][] {
  return Object.entries(env).flatMap(([name, value]): [string, string][] => {
    if (!/^npm_config_/i.test(name) || !value) return []
    const key = name.slice('npm_config_'.length)
    return [[key.startsWith('//') ? key : key.replace(/(?!^)_/g, '-').toLowerCase(), value]]
  })
}

/** Settings with variables expanded, lists split and paths resolved. */
function parseSettings(
  entries: readonly (readonly [string, unknown])[],
  env: Environment,
  path: (text: string) => string,
): Layer {
  const value = (key: string, given: unknown): Value | undefined => {
    if (Array.isArray(given)) return given.map((each) => expandVariables(String(each).trim(), env))
    if (typeof given === 'boolean' || given === null) return given === null ? null : String(given)
    // INI sections, which npm ignores.
    if (typeof given !== 'string') return undefined
    const text = expandVariables(given.trim(), env)
    if (key === 'ca' || key === 'noproxy') return text.split('\n\n')
    if (paths.has(key)) return path(text)
    return text
  }
  return Object.fromEntries(
    entries.flatMap(([name, given]) => {
      const key = expandVariables(name, env)
      const found = value(key, given)
      return found === undefined ? [] : [[key, found]]
    }),
  )
}

/** Expands `${NAME}` from the environment, and an undefined `${NAME?}` to nothing; a backslash escapes either. */
function expandVariables(text: string, env: Environment): string {
  return text.replace(
    /(?<!\\)(\\*)\$\{([^${}?]+)(\?)?\}/g,
    (whole, backslashes: string, name: string, optional?: string) => {
      if (backslashes.length % 2) return whole.slice((backslashes.length + 1) / 2)
      const found = env[name] ?? (optional ? '' : `\${${name}}`)
      return backslashes.slice(backslashes.length / 2) + found
    },
  )
}

function authorization(
  token: string | undefined,
  basic: string | undefined,
  username: string | undefined,
  password: string | undefined,
): string | undefined {
  if (token !== undefined) return `Bearer ${token}`
  if (basic !== undefined) return `Basic ${basic}`
  if (username === undefined || password === undefined) return undefined
  const plain = Buffer.from(password, 'base64').toString()
  return `Basic ${Buffer.from(`${username}:${plain}`).toString('base64')}`
}

/** The workspace root of the nearest folder with a `package.json` or `node_modules`, or else that folder itself. */
async function projectFolder(cwd: string): Promise<string> {
  let nearest: string | undefined
  for (let folder = cwd, above = ''; folder !== above; above = folder, folder = dirname(folder)) {
    const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined)
    if (nearest === undefined) {
      const isProject =
        manifest !== undefined ||
        (await stat(join(folder, 'node_modules')).catch(() => undefined))?.isDirectory()
      if (isProject) nearest = folder
    } else if (manifest !== undefined && (await workspacesOf(folder, manifest)).has(nearest)) {
      return folder
    }
  }
  return nearest ?? cwd
}

/** The folders of a project's workspaces. */
async function workspacesOf(folder: string, manifest: string): Promise<Set<string>> {
  try {
    const { workspaces } = JSON.parse(manifest)
    const patterns: unknown = workspaces?.packages ?? workspaces
    if (!Array.isArray(patterns)) return new Set()
    const { glob } = await import('tinyglobby')
    const found = await glob(patterns.map(String), {
      ...{ cwd: folder, absolute: true, onlyDirectories: true, expandDirectories: false },
      ignore: ['**/node_modules/**'],
    })
    return new Set(found.map((each) => resolve(each)))
  } catch {
    return new Set()
  }
}
