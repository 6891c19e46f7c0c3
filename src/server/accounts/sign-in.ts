import type { FastifyReply, FastifyRequest } from 'fastify'
import { AgnizeError, type ErrorCode } from '../../base/errors.js'
import { defaultGallery } from '../../session/gallery-session.js'
import type { ServerContext } from '../context.js'
import { signInElsewhere } from '../problem.js'
import { actingAs, type Galleries, type ServedGallery } from '../served-galleries.js'
import { endBrowserSession, endSession, setSessionCookie } from '../session-cookie.js'
import type { IdentifiedAccount, ProvenAccount } from './account.js'
import { longestDays } from './account-sessions.js'
import { hashPassword, isOutdated, isPasswordOf, wrongPassword } from './password.js'
import { type Attempt, TooManyAttempts } from './sign-in-attempts.js'

/** A request of a browser that signs in, and its reply. */
export interface Visit {
  readonly server: ServerContext
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal
}

/**
 * The account of a name and a password. A name that does not exist, one that is disabled and a wrong password are not told apart,
 * neither by the answer nor by the time that it takes.
 *
 * @throws AgnizeError `wrong-password`; `rate-limited` after too many attempts; `overloaded`; `cancelled`; `read-only`.
 */
export async function accountByPassword(
  { server, request, reply, signal }: Visit,
  name: string,
  password: string,
): Promise<ProvenAccount> {
  if (server.settings.readOnly) throw new AgnizeError('read-only', signInElsewhere)
  const leave = server.signInPlaces.enter(request.ip, 'here')
  try {
    const attempt = await begun(reply, server.attempts.begin(name, request.ip))
    let found: ProvenAccount | undefined
    let isRight: boolean
    try {
      found = await server.accounts.withPassword(name)
      isRight = await isPasswordOf(password, found?.hash ?? null, signal)
    } catch (error) {
      // Not checked, as where too many wait or the client has left: not a failure of whoever signs in. The first error is the one to
      // report.
      await attempt.takeBack().catch(() => {})
      throw error
    }
    if (!found || !isRight || found.account.isDisabled) {
      attempt.failed()
      throw wrongPassword()
    }
    await attempt.succeeded()
    const better = isOutdated(found.hash) ? await hashPassword(password, signal) : undefined
    return better === undefined ? found : await server.accounts.keepBetterHash(found, better)
  } finally {
    leave()
  }
}

/**
 * What a provider says of somebody. Failures from an address are limited as those of passwords are.
 *
 * @param uncounted - Codes of errors that are nobody's failure.
 * @throws AgnizeError `rate-limited` after too many attempts; `overloaded`; what `ask` throws.
 */
export async function attemptFrom<T>(
  { server, request, reply }: Visit,
  ask: () => Promise<T>,
  uncounted: readonly ErrorCode[],
): Promise<T> {
  const leave = server.signInPlaces.enter(request.ip, 'provider')
  try {
    const attempt = await begun(reply, server.attempts.beginAtProvider(request.ip))
    try {
      const answer = await ask()
      await attempt.succeeded()
      return answer
    } catch (error) {
      const isCounted = error instanceof AgnizeError && !uncounted.includes(error.code)
      if (isCounted) attempt.failed()
      else await attempt.takeBack().catch(() => {})
      throw error
    }
  } finally {
    leave()
  }
}

/** An attempt; one that is refused says when to try again. */
const begun = (reply: FastifyReply, attempt: Promise<Attempt>) =>
  attempt.catch((error: unknown) => {
    if (error instanceof TooManyAttempts) reply.header('retry-after', error.retryAfterSeconds)
    throw error
  })

/**
 * Begins a new session of an account in the browser, in place of the one that it has, and sets its cookie: the last step, so that
 * an answer that failed signs nobody in.
 *
 * @param former - Token of the browser's former session, where its cookie did not come along.
 */
export async function beginAccountSession(
  { server, request, reply }: Visit,
  proven: ProvenAccount | IdentifiedAccount,
  former: string | null = null,
): Promise<void> {
  const { id, name } = proven.account
  const token = await server.accountSessions.begin(proven, request.headers['user-agent'] ?? '')
  const method = 'hash' in proven ? 'password' : 'oidc'
  try {
    await actingAs(`account ${name}`, () =>
      recordOfAccounts(server, 'sign-in', { account: id, method }),
    )
    if (former !== null) await endSession(server, former)
    await endBrowserSession(server, request, reply)
  } catch (error) {
    await server.accountSessions.end(token).catch(() => {})
    throw error
  }
  setSessionCookie(request, reply, token, longestDays)
}

/** Adds what happened to accounts, or to a whole gallery, to the audit log of the default gallery, by the current actor. */
export async function recordOfAccounts(
  { galleries }: Pick<ServerContext, 'galleries'>,
  action: string,
  details: Readonly<Record<string, string | boolean | number | readonly string[]>>,
): Promise<void> {
  const { session } = await defaultOf(galleries)
  const { store } = await session.gallery()
  await store.audit.append({ action, subjectId: null, details })
}

/** The default gallery, created again where somebody deleted it: here, at another server, or by the command. */
async function defaultOf(galleries: Galleries): Promise<ServedGallery> {
  const isCode = (error: unknown, code: string) =>
    error instanceof AgnizeError && error.code === code
  try {
    return await galleries.get(defaultGallery)
  } catch (error) {
    if (!isCode(error, 'unknown-gallery')) throw error
  }
  await galleries.create(defaultGallery).catch((error: unknown) => {
    // Another request was faster.
    if (!isCode(error, 'gallery-exists')) throw error
  })
  return galleries.get(defaultGallery)
}
