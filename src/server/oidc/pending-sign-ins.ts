import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import { SharedSecret } from '../shared-secret.js'

/** Minutes that somebody may take at the provider. Judgment. */
export const pendingMinutes = 10

/** Sign-ins that a browser may have under way, so that their cookies never exceed what servers accept as headers. Judgment. */
const maxPending = 4

/** Longest cookie that every browser keeps, with its name and attributes. */
const maxCookie = 3800

const schema = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectUri: z.string(),
  /** Page of the console to which the person wants. */
  to: z.string(),
  /** Token of the browser's former session, whose cookie does not come along from the provider's page. */
  former: z.string().nullable(),
  /** The invitation with which the person came. */
  invited: z.strictObject({ account: z.string(), value: z.string() }).nullable(),
  /** Milliseconds since 1970. */
  until: z.number(),
})

/** A sign-in at a provider that is under way in a browser. */
export type PendingSignIn = z.infer<typeof schema>

const cookieOptions = ({ protocol }: FastifyRequest) =>
  // Not `Strict`: it has to come along from the provider's page.
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: protocol === 'https' }) as const

/**
 * Sign-ins that are under way, each in an encrypted cookie of its browser, so that whoever comes back has to be who went, any server
 * over the store can receive them, and nobody fills the store by beginning many.
 */
export class PendingSignIns {
  readonly #secret: SharedSecret

  constructor(database: SqlDatabase) {
    this.#secret = new SharedSecret(database, 'sign-ins at a provider')
  }

  async keep(
    request: FastifyRequest,
    reply: FastifyReply,
    pending: Omit<PendingSignIn, 'until'>,
  ): Promise<void> {
    const name = cookieOf(request, pending.state)
    const until = Date.now() + pendingMinutes * 60_000
    const text = Buffer.from(JSON.stringify({ ...pending, until }))
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', await this.#key(), nonce).setAAD(Buffer.from(name))
    const sealed = Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
    const value = sealed.toString('base64url')
    if (value.length > maxCookie) {
      throw new AgnizeError(
        'bad-argument',
        'The address of the page is too long: open a page with a shorter one.',
      )
    }
    // Browsers send the oldest first.
    for (const old of cookiesIn(request).slice(0, 1 - maxPending)) {
      reply.clearCookie(old, cookieOptions(request))
    }
    reply.setCookie(name, value, { ...cookieOptions(request), maxAge: pendingMinutes * 60 })
  }

  /** The sign-in to which a state belongs, if this browser began it; it is forgotten. */
  async take(
    request: FastifyRequest,
    reply: FastifyReply,
    state: string,
  ): Promise<PendingSignIn | undefined> {
    const name = cookieOf(request, state)
    const value = request.cookies?.[name]
    if (value === undefined) return undefined
    reply.clearCookie(name, cookieOptions(request))
    try {
      const sealed = Buffer.from(value, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', await this.#key(), sealed.subarray(0, 12))
        .setAAD(Buffer.from(name))
        .setAuthTag(sealed.subarray(-16))
      const text = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
      const pending = schema.parse(JSON.parse(text.toString()))
      return pending.state === state && pending.until > Date.now() ? pending : undefined
    } catch {
      return undefined
    }
  }

  #key(): Promise<Buffer> {
    return this.#secret.mac('cookie')
  }
}

/** Each sign-in has a cookie of its own, so that two tabs do not disturb each other. */
function cookieOf(request: FastifyRequest, state: string): string {
  const id = createHash('sha256').update(state).digest('hex').slice(0, 12)
  return `${prefixOf(request)}${id}`
}

const prefixOf = ({ protocol }: FastifyRequest) =>
  `${protocol === 'https' ? '__Host-' : ''}agnize_sign_in_`

/** Names of the cookies of sign-ins that are under way in a browser, in its order. */
const cookiesIn = (request: FastifyRequest) =>
  Object.keys(request.cookies ?? {}).filter((name) => name.startsWith(prefixOf(request)))
