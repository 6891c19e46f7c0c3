import type { FastifyRequest } from 'fastify'
import { AgnizeError } from '../base/errors.js'
import { type AccountSessions, isAccountToken } from './accounts/account-sessions.js'
import { type Caller, has, localCaller, type Scope, sees } from './keys/caller.js'
import type { ApiKey, KeyStore } from './keys/key-store.js'
import type { SessionStore } from './keys/session-store.js'
import { isLoopback } from './loopback.js'
import type { Settings } from './settings.js'

/** Prefix of the WebSocket subprotocol that carries a browser's key, since browsers cannot set headers on a WebSocket. */
export const socketKeyProtocol = 'agnize.key.'

/**
 * Name of the cookie of a browser's session. Over HTTPS its prefix has the browser take it from this host alone, so that no
 * neighboring host or unencrypted page can plant a session of its own.
 */
export const sessionCookie = ({ protocol }: Pick<FastifyRequest, 'protocol'>) =>
  protocol === 'https' ? '__Host-agnize_session' : 'agnize_session'

/** Invalid keys from one address in a minute before its requests are refused as `rate-limited`. Judgment. */
const maxFailures = 30

/** Where callers are looked up. */
interface Callers {
  readonly keys: KeyStore
  readonly sessions: SessionStore
  readonly accountSessions: AccountSessions
}

/** Authenticates requests: by a key, by the session of a browser, or by their place. */
export class Authentication {
  readonly #callers: Callers
  readonly #settings: Settings
  #failures = new Map<string, number>()
  #minute = 0

  constructor(callers: Callers, settings: Settings) {
    this.#callers = callers
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
          : 'The session has ended: sign in again.',
      )
    }
    return this.#refuse(request)
  }

  /** The caller of a request; undefined without valid credentials. Invalid keys are not counted as failures. */
  async find(request: FastifyRequest): Promise<Caller | undefined> {
    const key = keyIn(request)
    // A valid key is never rate-limited by invalid ones from the same address.
    if (key !== undefined) return this.#callers.keys.find(key)
    const token = tokenIn(request)
    const caller = token !== undefined && (await this.#inSession(token))
    if (caller) {
      requireSameOrigin(request)
      return caller
    }
    return this.#settings.insecureLocal && isLocal(request) ? localCaller : undefined
  }

  /** Whether the caller of a request that lasts still may make it: the key or the session may have ended since it began. */
  async stillAdmits(request: FastifyRequest, scope: Scope, gallery: string): Promise<boolean> {
    const caller = await this.find(request)
    return caller !== undefined && has(caller, scope) && sees(caller, gallery)
  }

  /** Looks up a key and requires that it is valid. @throws AgnizeError `unauthorized`, `rate-limited`. */
  async check(key: string, request: FastifyRequest): Promise<ApiKey> {
    return (await this.#callers.keys.find(key)) ?? this.#refuse(request)
  }

  #inSession(token: string): Promise<Caller | undefined> {
    const { sessions, accountSessions } = this.#callers
    return isAccountToken(token) ? accountSessions.find(token) : sessions.find(token)
  }

  #refuse(request: FastifyRequest): never {
    const minute = Math.floor(Date.now() / 60_000)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#failures = new Map()
    }
    const failures = this.#failures.get(request.ip) ?? 0
    if (failures >= maxFailures) {
      throw new AgnizeError(
        'rate-limited',
        'Too many wrong keys were sent from this address: wait a minute.',
      )
    }
    this.#failures.set(request.ip, failures + 1)
    throw new AgnizeError(
      'unauthorized',
      'The key is unknown, expired or revoked: use another key.',
    )
  }
}

/** The API key in a request's headers. */
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

/** The session token in a request's cookies. */
export function tokenIn(request: FastifyRequest): string | undefined {
  return request.cookies?.[sessionCookie(request)] || undefined
}

/**
 * Keeps pages of other origins from using a browser's session (CSRF). The cookie is not sent from other sites
 * (`SameSite=Strict`), but it is from other ports of the same host, so `Origin` and `Sec-Fetch-Site` are checked too.
 *
 * @throws AgnizeError `forbidden`.
 */
export function requireSameOrigin(request: FastifyRequest): void {
  const { headers, method } = request
  const from = headers['sec-fetch-site']
  const { origin } = headers
  const upgrades = headers.upgrade !== undefined
  if (from === 'same-origin' && (!upgrades || origin === undefined || isOwnOrigin(origin, request)))
    return
  // A URL typed into the address bar, or a bookmark: such a request changes nothing.
  const reads = (method === 'GET' || method === 'HEAD') && !upgrades
  if (from === 'none' && reads) return
  if (from === undefined && (origin === undefined ? reads : isOwnOrigin(origin, request))) return
  throw new AgnizeError(
    'forbidden',
    'A session is valid only for pages of this server: send a key instead.',
  )
}

/**
 * Whether a request comes from a program or an own page on this machine: not from a page of another origin in a local
 * browser, including other ports of this machine, and not by a foreign host name that resolves to it (DNS rebinding).
 */
function isLocal(request: FastifyRequest): boolean {
  const { headers, ip } = request
  if (!isLoopback(ip.replace(/^::ffff:/, ''))) return false
  const host = hostOf(headers.host ?? '')
  if (!isLoopback(host)) return false
  const origin = headers.origin
  const from = headers['sec-fetch-site']
  // Programs send no such header; browsers send "none" for a URL that the user typed.
  if (from !== undefined && from !== 'same-origin' && from !== 'none') return false
  return (
    origin === undefined || isOwnOrigin(origin, { protocol: request.protocol, host: headers.host })
  )
}

/**
 * Whether an origin is the server's own. Over HTTPS, as the server or a trusted proxy speaks it, a page without encryption is not,
 * as whoever is in the network can write it. Without HTTPS, a proxy that is not trusted may lie before the server, and speak it.
 */
export function isOwnOrigin(
  origin: string,
  { protocol, host }: { readonly protocol: string; readonly host?: string | undefined },
): boolean {
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  return url.host === host && (protocol !== 'https' || url.protocol === 'https:')
}

function hostOf(header: string): string {
  const bare = header.startsWith('[') ? header.slice(1, header.indexOf(']')) : header.split(':')[0]!
  return bare.toLowerCase()
}
