import type { FastifyRequest } from 'fastify'
import { AgnizeError } from '../base/errors.js'
import { type Caller, localCaller } from './keys/caller.js'
import type { ApiKey, KeyStore } from './keys/key-store.js'
import type { SessionStore } from './keys/session-store.js'
import { isLoopback, type Settings } from './settings.js'

/** How a WebSocket of a browser says its key, which cannot set headers: as a protocol that is offered. */
export const socketKeyProtocol = 'agnize.key.'

/** The cookie of a browser's session. */
export const sessionCookie = 'agnize_session'

/** Wrong keys from one address in a minute before it is told to slow down. */
const mostFailures = 30

/** Finds out who asks. An OpenID Connect token would be one more way to a {@link Caller}, beside key and session. */
export class Authentication {
  readonly #keys: KeyStore
  readonly #sessions: SessionStore
  readonly #settings: Settings
  #failures = new Map<string, number>()
  #minute = 0

  constructor(keys: KeyStore, sessions: SessionStore, settings: Settings) {
    this.#keys = keys
    this.#sessions = sessions
    this.#settings = settings
  }

  /** @throws AgnizeError `unauthorized`, `rate-limited`. */
  async callerOf(request: FastifyRequest): Promise<Caller> {
    const known = await this.find(request)
    if (known) return known
    if (keyIn(request) === undefined) {
      throw new AgnizeError(
        'unauthorized',
        tokenIn(request) === undefined
          ? 'Send a key: "Authorization: Bearer KEY", or "X-Api-Key: KEY".'
          : 'The session is over, or its key was revoked: sign in again.',
      )
    }
    return this.#refuse(request)
  }

  /** Who asks, as far as the request says; undefined for nobody known. Wrong keys are not counted. */
  async find(request: FastifyRequest): Promise<Caller | undefined> {
    const key = keyIn(request)
    // A good key is never held up by what others send from its address.
    if (key !== undefined) return this.#keys.find(key)
    const token = tokenIn(request)
    const caller = token !== undefined && (await this.#sessions.find(token))
    if (caller) {
      requireOwnPage(request)
      return caller
    }
    return this.#settings.insecureLocal && isLocal(request) ? localCaller : undefined
  }

  /** The key itself, where it is good. @throws AgnizeError `unauthorized`, `rate-limited`. */
  async check(key: string, request: FastifyRequest): Promise<ApiKey> {
    return (await this.#keys.find(key)) ?? this.#refuse(request)
  }

  #refuse(request: FastifyRequest): never {
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

/** The token of a browser's session. */
export function tokenIn({ cookies }: FastifyRequest): string | undefined {
  return cookies?.[sessionCookie] || undefined
}

/**
 * Keeps pages of others from using a browser's session. The cookie is not sent from other sites (`SameSite=Strict`), but it is
 * from other ports of the same host, so what a browser says about where a request comes from is looked at too.
 *
 * @throws AgnizeError `forbidden`.
 */
export function requireOwnPage({ headers, method, host }: FastifyRequest): void {
  const from = headers['sec-fetch-site']
  const { origin } = headers
  const upgrades = headers.upgrade !== undefined
  if (from === 'same-origin' && (!upgrades || origin === undefined || isOwnOrigin(origin, host)))
    return
  // Typed into the address bar, or a bookmark: nothing is changed by that.
  const reads = (method === 'GET' || method === 'HEAD') && !upgrades
  if (from === 'none' && reads) return
  if (from === undefined && (origin === undefined ? reads : isOwnOrigin(origin, host))) return
  throw new AgnizeError(
    'forbidden',
    'A session serves the pages of this server only: send a key from elsewhere.',
  )
}

/**
 * Whether a request comes from this machine by itself: not from a page of another origin that a browser here shows, be it one of
 * another port of this machine, nor by a name that somebody points at this machine.
 */
function isLocal(request: FastifyRequest): boolean {
  const { headers, ip } = request
  if (!isLoopback(ip.replace(/^::ffff:/, ''))) return false
  const host = hostOf(headers.host ?? '')
  if (!isLoopback(host)) return false
  const origin = headers.origin
  const from = headers['sec-fetch-site']
  // Programs say neither; browsers say "none" of what somebody typed.
  if (from !== undefined && from !== 'same-origin' && from !== 'none') return false
  return origin === undefined || isOwnOrigin(origin, headers.host)
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
