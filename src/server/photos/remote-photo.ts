import { get as getHttp, type IncomingMessage } from 'node:http'
import { get as getHttps } from 'node:https'
import { useAgent } from 'request-filtering-agent'
import { AgnizeError } from '../../base/errors.js'
import type { NamedBytes } from '../../image/photo.js'
import type { Admission } from '../admission.js'
import type { Settings } from '../settings.js'
import type { Photos } from './read-photos.js'

/** Limits on fetching photos from URLs that clients give. */
export interface RemoteLimits {
  readonly maxBytes: number
  /** Hosts, by name or IP address, that may be on a private network. */
  readonly privateHosts: readonly string[]
  readonly signal: AbortSignal
}

/** The parts of the server that fetching uses. */
interface Host {
  readonly settings: Settings
  readonly admission: Admission
}

/**
 * Fetches the photos that a request gives by URL, and reserves memory for their bytes. The number of requests that fetch at a
 * time is limited as that of queued ones.
 *
 * @returns A function that releases their memory.
 * @throws AgnizeError `overloaded`, `request-too-large`, as {@link fetchPhoto}.
 */
export async function fetchPhotos(
  photos: Photos,
  { settings, admission }: Host,
  signal: AbortSignal,
): Promise<() => void> {
  const { urls, maxMegabytes, maxRequestMegabytes, urlHosts } = settings
  if (!urls)
    throw new AgnizeError(
      'url-refused',
      'This server does not fetch photos from addresses: send the photos themselves.',
    )
  const leave = admission.enterFetching()
  let held = 0
  const release = () => admission.release(held)
  try {
    await photos.fetch(async (url) => {
      const maxBytes = maxMegabytes * 1e6
      const photo = await fetchPhoto(url, { maxBytes, privateHosts: urlHosts, signal })
      if (held + photo.bytes.length > maxRequestMegabytes * 1e6) {
        throw new AgnizeError(
          'request-too-large',
          `The photos at the addresses are larger than ${maxRequestMegabytes} MB: send fewer at a time.`,
        )
      }
      admission.hold(photo.bytes.length)
      held += photo.bytes.length
      return photo
    })
    return release
  } catch (error) {
    release()
    throw error
  } finally {
    leave()
  }
}

const maxRedirects = 3
/** Timeout of one fetch, in milliseconds. Judgment. */
const fetchTimeoutMs = 15_000

/**
 * Fetches a photo from a URL that a client gave. Only http and https are allowed, and no private, loopback or link-local
 * address; each connection checks the address that the host name resolves to, also after every redirect.
 *
 * @throws AgnizeError `url-refused`, `photo-not-found`, `image-too-large`, `cancelled`.
 */
export async function fetchPhoto(address: string, limits: RemoteLimits): Promise<NamedBytes> {
  const signal = AbortSignal.any([limits.signal, AbortSignal.timeout(fetchTimeoutMs)])
  let url = parseUrl(address)
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const response = await requestPhoto(url, limits, signal)
    const { statusCode = 0, headers } = response
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      response.destroy()
      url = parseUrl(headers.location, url)
      continue
    }
    if (statusCode !== 200) {
      response.destroy()
      throw new AgnizeError(
        'photo-not-found',
        `The photo's address answered ${statusCode}: check it.`,
      )
    }
    const name = decodeURIComponentSafely(url.pathname.split('/').pop() ?? '')
    return { name, bytes: await collect(response, limits.maxBytes) }
  }
  throw new AgnizeError(
    'url-refused',
    `The photo's address redirects more than ${maxRedirects} times.`,
  )
}

function parseUrl(address: string, base?: URL): URL {
  let url: URL
  try {
    url = new URL(address, base)
  } catch (cause) {
    throw new AgnizeError('url-refused', "The photo's address is not a URL.", { cause })
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AgnizeError('url-refused', 'Photos are fetched from http and https addresses only.')
  }
  if (url.username || url.password) {
    throw new AgnizeError('url-refused', "The photo's address contains a password: remove it.")
  }
  return url
}

function requestPhoto(
  url: URL,
  { privateHosts }: RemoteLimits,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // Only the host in the URL, and only for this request.
  const allowed = privateHosts.includes(host)
  const agent = useAgent(url.href, {
    allowPrivateIPAddress: allowed,
  })
  const get = url.protocol === 'https:' ? getHttps : getHttp
  return new Promise((resolve, reject) => {
    const request = get(
      url,
      { agent, signal, headers: { accept: 'image/*', 'user-agent': 'agnize' } },
      resolve,
    )
    request.on('error', (cause: Error) => {
      // The agent refuses an address with a plain error; every other failure, of the system or of HTTP, has a code.
      if ((cause as NodeJS.ErrnoException).code === undefined) {
        reject(
          new AgnizeError(
            'url-refused',
            "The photo's address leads to a private network, where the server does not fetch.",
            { cause },
          ),
        )
      } else if (signal.aborted) {
        reject(
          new AgnizeError('photo-not-found', "The photo's address answers too slowly.", { cause }),
        )
      } else {
        reject(
          new AgnizeError('photo-not-found', "The photo's address does not answer.", { cause }),
        )
      }
    })
  })
}

async function collect(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) {
        throw new AgnizeError(
          'image-too-large',
          `The photo at the address is larger than ${maxBytes / 1e6} MB.`,
        )
      }
      chunks.push(chunk)
    }
  } catch (cause) {
    if (cause instanceof AgnizeError) throw cause
    throw new AgnizeError(
      'photo-not-found',
      "The photo's address closed the connection too early.",
      { cause },
    )
  }
  return Buffer.concat(chunks)
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
