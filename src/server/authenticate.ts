import type { FastifyRequest } from 'fastify'
import { AgnizeError } from '../errors.js'
import { type Caller, localCaller } from './keys/caller.js'
import type { KeyStore } from './keys/key-store.js'
import { isLoopback, type Settings } from './settings.js'

/** How a WebSocket of a browser says its key, which cannot set headers: as a protocol that is offered. */
export const socketKeyProtocol = 'agnize.key.'

/** Wrong keys from one address in a minute before it is told to slow down. */
const mostFailures = 30

/** Finds out who asks. An OpenID Connect token would be one more way to a {@link Caller}, beside the key. */
export class Authentication {
  readonly #keys: KeyStore
  readonly #settings: Settings
  #failures = new Map<string, number>()
  #minute = 0

  constructor(keys: KeyStore, settings: Settings) {
    this.#keys = keys
    this.#settings = settings
  }

  /** @throws AgnizeError `unauthorized`, `rate-limited`. */
  async callerOf(request: FastifyRequest): Promise<Caller> {
    const key = keyIn(request)
    if (key === undefined) {
      if (this.#settings.insecureLocal && isLocal(request)) return localCaller
      throw new AgnizeError(
        'unauthorized',
        'Send a key: "Authorization: Bearer KEY", or "X-Api-Key: KEY".',
      )
    }
    const caller = await this.#keys.find(key)
    // A good key is never held up by what others send from its address.
    if (caller) return caller
    const minute = Math.floor(Date.now() / 60_000)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#failures = new Map()
    }
    const failures = this.#failures.get(request.ip) ?? 0
    if (failures >= mostFailures) {
      throw new AgnizeError(
        'rate-limited',
        'Too many wrong keys came from this address: wait a minute.',
      )
    }
    this.#failures.set(request.ip, failures + 1)
    throw new AgnizeError('unauthorized', 'The key is unknown, expired or revoked: use another.')
  }
}

/** The key that a request brings. */
export function keyIn({ headers }: FastifyRequest): string | undefined {
  const own = headers['x-api-key']
  if (typeof own === 'string' && own !== '') return own.trim()
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')
  if (bearer) return bearer[1]
  const offered = String(headers['sec-websocket-protocol'] ?? '').split(',')
  const protocol = offered
    .map((each) => each.trim())
    .find((each) => each.startsWith(socketKeyProtocol))
  return protocol?.slice(socketKeyProtocol.length)
}

/**
 * Whether a request comes from this machine by itself: not from a page of another origin that a browser here shows, nor by a
 * name that somebody points at this machine.
 */
function isLocal(request: FastifyRequest): boolean {
  const { headers, ip } = request
  if (!isLoopback(ip.replace(/^::ffff:/, ''))) return false
  const host = hostOf(headers.host ?? '')
  if (!isLoopback(host)) return false
  const origin = headers.origin
  if (origin === undefined) return headers['sec-fetch-site'] !== 'cross-site'
  return isOwnOrigin(origin, headers.host)
}

/** Whether a page's origin is the server's own. */
export function isOwnOrigin(origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}

function hostOf(header: string): string {
  const bare = header.startsWith('[') ? header.slice(1, header.indexOf(']')) : header.split(':')[0]!
  return bare.toLowerCase()
}
