import type { FastifyReply, FastifyRequest } from 'fastify'
import { AgnizeError } from '../../base/errors.js'
import type { ServerContext } from '../context.js'
import { actingAs } from '../served-galleries.js'
import { endBrowserSession, setSessionCookie } from '../session-cookie.js'
import { longestDays } from './account-sessions.js'
import type { ProvenAccount } from './account-store.js'
import { hashPassword, isOutdated, isPasswordOf, wrongPassword } from './password.js'

/** A request of a browser that signs in, and its reply. */
interface Visit {
  readonly server: ServerContext
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/**
 * The account of a name and a password. A name that does not exist, one that is disabled and a wrong password are not told apart,
 * neither by the answer nor by the time that it takes.
 *
 * @throws AgnizeError `wrong-password`; `rate-limited` after too many attempts.
 */
export async function accountByPassword(
  { server, request, reply }: Visit,
  name: string,
  password: string,
): Promise<ProvenAccount> {
  const refused = await server.attempts.begin(name, request.ip)
  if (refused) {
    reply.header('retry-after', refused.retryAfterSeconds)
    const minutes = Math.ceil(refused.retryAfterSeconds / 60)
    throw new AgnizeError(
      'rate-limited',
      `Too many attempts to sign in have failed: wait ${minutes} min, or have an administrator set a new password.`,
    )
  }
  const found = await server.accounts.withPassword(name)
  const isRight = await isPasswordOf(password, found?.hash ?? null)
  if (!found || !isRight || found.account.isDisabled) throw wrongPassword()
  const better = isOutdated(found.hash) ? await hashPassword(password) : undefined
  await server.attempts.succeeded(name, request.ip)
  return better === undefined ? found : server.accounts.keepBetterHash(found, better)
}

/** Begins a new session of an account in the browser, in place of the one that it has, and sets its cookie. */
export async function beginAccountSession(
  { server, request, reply }: Visit,
  proven: ProvenAccount,
): Promise<void> {
  const { id, name } = proven.account
  await endBrowserSession(server, request, reply)
  const token = await server.accountSessions.begin(proven, request.headers['user-agent'] ?? '')
  setSessionCookie(request, reply, token, longestDays)
  await actingAs(`account ${name}`, () => recordOfAccounts(server, 'sign-in', { account: id }))
}

/** Adds what happened to accounts to the audit log of the default gallery, by the current actor. */
export async function recordOfAccounts(
  { root }: Pick<ServerContext, 'root'>,
  action: string,
  details: Readonly<Record<string, string | boolean | number | readonly string[]>>,
): Promise<void> {
  const { store } = await root.session.gallery()
  await store.audit.append({ action, subjectId: null, details })
}
