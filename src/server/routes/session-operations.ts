import { z } from 'zod'
import type { Account } from '../accounts/account.js'
import { accountByPassword, beginAccountSession, recordOfAccounts } from '../accounts/sign-in.js'
import { tokenIn } from '../authenticate.js'
import type { ServerContext } from '../context.js'
import {
  actorOf,
  type Caller,
  type CallerAccount,
  requireAllGalleries,
  requireScope,
  roles,
  scopes,
  scopesOfRole,
} from '../keys/caller.js'
import { sessionDays } from '../keys/session-store.js'
import { operation } from '../operation.js'
import { actingAs } from '../served-galleries.js'
import { endBrowserSession, requireNoStranger, setSessionCookie } from '../session-cookie.js'
import { credentials } from './shared-schemas.js'

const tag = 'Session'

/** The session of a browser, as answers tell it. */
export const sessionSchema = z
  .object({
    caller: z
      .object({
        name: z.string().describe('Name of the key or the account.'),
        scopes: z.array(z.enum(scopes)),
        galleries: z.array(z.string()).describe('Names of galleries, or `*` for all.'),
        key: z
          .string()
          .nullable()
          .describe('Id of the key; null for an account, and for a request from this machine.'),
        account: z
          .object({
            id: z.string(),
            role: z.enum(roles),
            has_password: z.boolean().describe('Whether its owner can sign in with a password.'),
          })
          .nullable()
          .describe('The account of the person who has signed in; null for a key.'),
      })
      .nullable()
      .describe('Null if the caller is not authenticated.'),
    signed_in: z.boolean().describe('Whether the caller uses a session, which can be ended.'),
    has_accounts: z
      .boolean()
      .describe(
        'Whether there is an account; otherwise an administrator can be created with a key.',
      ),
    provider: z
      .object({ label: z.string().describe('Name of the provider.') })
      .nullable()
      .describe('The OpenID Connect provider at which people can also sign in; null without one.'),
  })
  .meta({ id: 'Session' })

/** The session of a caller, as JSON. */
export async function sessionJson(
  { accounts, provider }: Pick<ServerContext, 'accounts' | 'provider'>,
  caller:
    | (Pick<Caller, 'keyId' | 'name' | 'scopes' | 'galleries'> & {
        readonly account: Omit<CallerAccount, 'sessionId'> | null
      })
    | undefined,
  isSignedIn: boolean,
) {
  const { account } = caller ?? {}
  return {
    caller: caller
      ? {
          name: caller.name,
          scopes: [...caller.scopes],
          galleries: [...caller.galleries],
          key: caller.keyId,
          account: account
            ? { id: account.id, role: account.role, has_password: account.hasPassword }
            : null,
        }
      : null,
    signed_in: isSignedIn,
    has_accounts: await accounts.hasAny(),
    provider: provider ? { label: provider.label } : null,
  }
}

export const sessionOperations = [
  operation({
    id: 'getSession',
    method: 'GET',
    path: '/v1/session',
    scope: null,
    tag,
    summary: 'Get the caller and its rights',
    answers: [{ status: 200, description: 'The session.', schema: sessionSchema }],
    errors: ['forbidden'],
    handle: async ({ server, request, reply }) => {
      reply.header('cache-control', 'no-store')
      const caller = await server.authentication.find(request)
      return sessionJson(server, caller, caller !== undefined && tokenIn(request) !== undefined)
    },
  }),
  operation({
    id: 'beginSession',
    method: 'POST',
    path: '/v1/session',
    scope: null,
    tag,
    summary: 'Sign in a browser',
    description:
      'Requires the name and the password of an account, or a key. Sets a cookie that replaces them; it is `HttpOnly` and `SameSite=Strict`, and valid only for pages of this server. The session of an account ends after 12 hours without use, at the latest after 7 days, and when the account is disabled or gets another password; that of a key when the key is revoked, expires or is replaced, or after 30 days without use. After too many failed attempts for an account or from an address, further ones are refused for 15 minutes.',
    body: {
      kind: 'json',
      schema: z.union([
        z.strictObject({ key: z.string().min(1).max(200) }),
        z.strictObject(credentials),
      ]),
      // The operation requires no key, so anyone may send a body.
      kilobytes: 6,
    },
    secret: true,
    answers: [{ status: 201, description: 'Signed in.', schema: sessionSchema }],
    errors: ['unauthorized', 'wrong-password', 'forbidden', 'overloaded'],
    handle: async ({ server, body, request, reply, signal }) => {
      requireNoStranger(request)
      if (!('key' in body)) {
        const visit = { server, request, reply, signal }
        const proven = await accountByPassword(visit, body.name, body.password)
        await beginAccountSession(visit, proven)
        return accountSession(server, proven.account)
      }
      const key = await server.authentication.check(body.key.trim(), request)
      await endBrowserSession(server, request, reply)
      setSessionCookie(request, reply, await server.sessions.begin(key), sessionDays)
      return sessionJson(server, key, true)
    },
  }),
  operation({
    id: 'endSession',
    method: 'DELETE',
    path: '/v1/session',
    scope: null,
    tag,
    summary: 'Sign out a browser',
    answers: [{ status: 204, description: 'Signed out.' }],
    errors: ['forbidden'],
    handle: async ({ server, request, reply }) => {
      requireNoStranger(request)
      await endBrowserSession(server, request, reply)
    },
  }),
  operation({
    id: 'createFirstAccount',
    method: 'POST',
    path: '/v1/session/first',
    scope: null,
    tag: 'Accounts',
    summary: 'Create the first account, an administrator, and sign its owner in',
    description:
      'Possible only while there is no account. Requires an admin key for all galleries, such as the one that the server showed at its first start, so that reaching the server first is not enough to administer it.',
    body: {
      kind: 'json',
      schema: z.strictObject({ key: z.string().min(1).max(200), ...credentials }),
      kilobytes: 6,
    },
    secret: true,
    answers: [{ status: 201, description: 'Created, and signed in.', schema: sessionSchema }],
    errors: [
      'unauthorized',
      'forbidden',
      'account-exists',
      'bad-name',
      'weak-password',
      'overloaded',
    ],
    handle: async ({ server, body, request, reply, signal }) => {
      requireNoStranger(request)
      const key = await server.authentication.check(body.key.trim(), request)
      requireScope(key, 'admin')
      requireAllGalleries(key)
      const proven = await server.accounts.createFirst(body, signal)
      const { account } = proven
      await actingAs(actorOf(key), () =>
        recordOfAccounts(server, 'account-create', { account: account.id, role: account.role }),
      )
      await beginAccountSession({ server, request, reply, signal }, proven)
      return accountSession(server, account)
    },
  }),
]

/** The session that an account has just begun. */
const accountSession = (server: ServerContext, account: Account) => {
  const { id, name, role, galleries, hasPassword } = account
  return sessionJson(
    server,
    {
      ...{ keyId: null, name, scopes: scopesOfRole[role], galleries },
      account: { id, role, hasPassword },
    },
    true,
  )
}
