import { setTimeout as wait } from 'node:timers/promises'
import { AgnizeError, throwIfCanceled } from '../../base/errors.js'

/** Maximum number of redirects that are followed, on the same host. Judgment. */
const maxRedirects = 5
/** How often a request is sent that fails for a reason that may pass, and the pause before the second time, in milliseconds. Judgment. */
const tries = 3
const firstPause = 250
/** Default time limit of a request with its answer, in seconds. Judgment. */
const defaultSeconds = 30

/** Options of requests. */
export interface CompreFaceOptions {
  /** Longest time for one request with its answer, in seconds; default 30. */
  readonly requestSeconds?: number
  readonly signal?: AbortSignal
}

/** The answer of a CompreFace server, read whole. */
interface Answer {
  readonly status: number
  readonly bytes: Uint8Array
}

/** Sends requests to a CompreFace server with the key of a recognition service; the key is never sent to another host. */
export class CompreFaceClient {
  readonly url: string
  readonly #key: string
  readonly #options: CompreFaceOptions

  constructor(url: string, key: string, options: CompreFaceOptions) {
    this.url = url
    this.#key = key
    this.#options = options
  }

  /**
   * Reads an address; what may pass is tried again.
   *
   * @param maxBytes - Largest answer.
   * @throws AgnizeError `download-failed`; {@link isUnreachable} and {@link isKeyRefusal} tell why. `cancelled`.
   */
  async read(path: string, maxBytes: number): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt++) {
      throwIfCanceled(this.#options.signal)
      try {
        const answer = await this.#get(path, maxBytes)
        if (answer.status >= 200 && answer.status < 300) return answer.bytes
        throw this.#refusal(path, answer)
      } catch (error) {
        throwIfCanceled(this.#options.signal)
        if (attempt === tries || !mayPass(error)) throw error
      }
      await wait(firstPause * 2 ** (attempt - 1), undefined, this.#waiting())
    }
  }

  /** Reads JSON; null for an answer that is none. @throws AgnizeError as {@link CompreFaceClient.read}. */
  async json(path: string): Promise<unknown> {
    const text = new TextDecoder().decode(await this.read(path, maxListBytes))
    try {
      return JSON.parse(text) as unknown
    } catch {
      return null
    }
  }

  async #get(path: string, maxBytes: number): Promise<Answer> {
    const { requestSeconds = defaultSeconds, signal } = this.#options
    const time = AbortSignal.timeout(requestSeconds * 1000)
    let address = new URL(path, this.url)
    try {
      for (let redirects = 0; ; redirects++) {
        const response = await fetch(address, {
          headers: { 'x-api-key': this.#key },
          signal: signal ? AbortSignal.any([time, signal]) : time,
          redirect: 'manual',
        })
        const location = response.headers.get('location')
        if (response.status < 300 || response.status >= 400 || location === null) {
          return { status: response.status, bytes: await readAll(response, maxBytes) }
        }
        await response.body?.cancel()
        address = redirectTarget(address, location, redirects)
      }
    } catch (cause) {
      if (cause instanceof AgnizeError) throw cause
      throw new Unreachable(
        `CompreFace at ${this.url} does not answer: check the address and whether CompreFace is running.`,
        { cause },
      )
    }
  }

  #refusal(path: string, { status, bytes }: Answer): AgnizeError {
    const where = path.split('?')[0]
    if (isKeyRejection(status, bytes)) return new KeyRefused()
    if (status >= 500 || status === 429) {
      return new Busy(`CompreFace answered ${status} to ${where}: try again.`)
    }
    return new AgnizeError(
      'download-failed',
      status === 404
        ? `There is no ${where} at ${this.url}, or CompreFace does not know the key: check the address and the key.`
        : `CompreFace answered ${status} to ${where}: check the address.`,
    )
  }

  #waiting() {
    const { signal } = this.#options
    return signal ? { signal } : {}
  }
}

/** Largest list, in bytes: two thousand faces and any names. Judgment. */
const maxListBytes = 16e6

class Failed extends AgnizeError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('download-failed', message, options)
  }
}
class Unreachable extends Failed {}
class Busy extends Failed {}
class KeyRefused extends Failed {
  constructor() {
    super('CompreFace refused the key: give the key of a recognition service.')
  }
}

const mayPass = (error: unknown) => error instanceof Unreachable || error instanceof Busy

/** Whether a request got no answer. */
export const isUnreachable = (error: unknown): boolean => error instanceof Unreachable

/** Whether the server refused the key. */
export const isKeyRefusal = (error: unknown): boolean => error instanceof KeyRefused

async function readAll(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) {
      await response.body?.cancel().catch(() => {})
      throw new AgnizeError(
        'download-failed',
        `CompreFace sent more than ${maxBytes / 1e6} MB: that is no answer of its API.`,
      )
    }
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/** The target of a redirect. @throws AgnizeError `download-failed` for another host, which must not receive the key. */
function redirectTarget(from: URL, location: string, redirects: number): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined
  if (to?.origin === from.origin && redirects < maxRedirects) return to
  throw new AgnizeError(
    'download-failed',
    to && to.origin !== from.origin
      ? `CompreFace at ${from.origin} redirects to ${to.origin}, and the key is not sent there: if that server is the right one, give its address.`
      : `CompreFace at ${from.origin} redirects too many times: check the address.`,
  )
}

/** CompreFace's error codes for a key that is unknown (with 404), missing, or malformed (both with 400). */
const keyRejectedError: readonly unknown[] = [10, 20, 26]

function isKeyRejection(status: number, bytes: Uint8Array): boolean {
  if (status === 401 || status === 403) return true
  if (status !== 400 && status !== 404) return false
  try {
    const answer = JSON.parse(new TextDecoder().decode(bytes)) as { code?: unknown } | null
    return keyRejectedError.includes(answer?.code)
  } catch {
    return false
  }
}
