import type { IncomingMessage } from 'node:http'
import { sendRequest } from '../../base/http-request.js'

/** Milliseconds that a provider may take for an answer. Judgment: somebody waits before the screen. */
export const patience = 5000

/** Largest answer of a provider, in bytes. Those of large providers have about 30 kB. Judgment. */
const maxBytes = 1e6

/** The provider does not answer: an error that the library passes on as it is. */
export class ProviderUnreachable extends TypeError {
  override readonly name = 'ProviderUnreachable'
}

interface Asked {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends a request to a provider through the proxy that the environment names, which `fetch` does not know in Node 20, and follows no
 * redirect.
 *
 * @throws ProviderUnreachable
 */
export async function fetchFromProvider(address: string, asked: Asked): Promise<Response> {
  const { method, signal } = asked
  const url = new URL(address)
  const isForm = asked.body instanceof URLSearchParams
  const headers = {
    ...(isForm && { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }),
    ...asked.headers,
  }
  const body = asked.body === undefined || asked.body === null ? undefined : String(asked.body)
  try {
    const response = await sendRequest(url, {
      ...{ method, headers, timeout: patience, signal: signal ?? AbortSignal.timeout(patience) },
      ...(body !== undefined && { body }),
    })
    const status = response.statusCode!
    const bytes = await readAll(response)
    if (status >= 500) throw new Error(`it answers ${status}`)
    return new Response([204, 205, 304].includes(status) ? null : new Uint8Array(bytes), {
      status,
      headers: { 'content-type': response.headers['content-type'] ?? '' },
    })
  } catch (error) {
    throw new ProviderUnreachable(`${url.origin}: ${(error as Error).message}`)
  }
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    length += (chunk as Buffer).length
    if (length > maxBytes) throw new Error(`its answer is larger than ${maxBytes / 1e6} MB`)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
