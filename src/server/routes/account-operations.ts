import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { accountJson, type Identity } from '../accounts/account.js'
import { type AccountSession, methods } from '../accounts/account-sessions.js'
import { maxPasswordLength, minPasswordLength } from '../accounts/password.js'
import { recordOfAccounts } from '../accounts/sign-in.js'
import type { ServerContext } from '../context.js'
import { type Caller, requireAllGalleries, roles } from '../keys/caller.js'
import { requireProvider } from '../oidc/sign-in-by-provider.js'
import { operation } from '../operation.js'
import { time } from './shared-schemas.js'

const tag = 'Accounts'

const accountSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z
      .enum(roles)
      .describe('`viewer` identifies and reads, `operator` enrolls too, `administrator` does all.'),
    galleries: z.array(z.string()).describe('Names of galleries, or `*` for all.'),
    disabled: z.boolean(),
    has_password: z.boolean().describe('Whether its owner can sign in with a password.'),
    identity: z
      .object({ issuer: z.string(), subject: z.string() })
      .nullable()
      .describe('Identity of its owner at an OpenID Connect provider; null without one.'),
    invited_until: time.nullable().describe('When its invitation expires; null without one.'),
    created_at: time,
    signed_in_at: time.nullable().describe('When its owner last signed in; null for never.'),
  })
  .meta({ id: 'Account' })

/** A session of an account, as answers tell it. */
export const accountSessionSchema = z
  .object({
    id: z.string(),
    browser: z.string().describe('Browser and system, such as `Firefox, Windows`.'),
    method: z
      .enum(methods)
      .describe('How its owner signed in: with a password, or at an OpenID Connect provider.'),
    created_at: time,
    seen_at: time.describe('Last use, to a minute.'),
    expires_at: time.describe('When it ends unless it is used before.'),
    current: z.boolean().describe('Whether it is the session of this request.'),
  })
  .meta({ id: 'AccountSession' })

/** An invitation, as the answer tells it. */
const invitationSchema = z
  .object({ invitation: z.string(), expires_at: time })
  .meta({ id: 'Invitation' })

/** A new password; what else it has to be, the server says. */
export const newPassword = z
  .string()
  .min(1)
  .max(1024)
  .describe(`${minPasswordLength} to ${maxPasswordLength} characters.`)

/** Sessions as JSON, seen from one of them. */
export const sessionsJson = (sessions: readonly AccountSession[], { account }: Caller) => ({
  items: sessions.map(({ id, browser, method, createdAt, seenAt, expiresAt }) => ({
    ...{ id, browser, method, created_at: createdAt, seen_at: seenAt, expires_at: expiresAt },
    current: id === account?.sessionId,
  })),
})

const ofAccount = z.object({ account: z.string().min(1).max(100).describe('Id of the account.') })

/** The id of a person at the server's provider. */
const subject = z
  .string()
  .min(1)
  .max(255)
  .describe("The owner's `sub` at the OpenID Connect provider.")

/** @throws AgnizeError `bad-argument` at a server without a provider. */
function identityOf({ settings }: Pick<ServerContext, 'settings'>, subject: string): Identity {
  if (settings.oidcIssuer !== undefined) return { issuer: settings.oidcIssuer, subject }
  throw new AgnizeError(
    'bad-argument',
    'This server has no OpenID Connect provider: leave subject out, or set oidcIssuer.',
  )
}

const galleries = z.array(z.string().min(1).max(100)).min(1).max(1000)

export const accountOperations = [
  operation({
    id: 'listAccounts',
    method: 'GET',
    path: '/v1/accounts',
    scope: 'admin',
    tag,
    summary: 'List the accounts, by name',
    answers: [
      {
        status: 200,
        description: 'The accounts.',
        schema: z.object({ items: z.array(accountSchema) }),
      },
    ],
    handle: async ({ server, caller }) => {
      requireAllGalleries(caller)
      return { items: (await server.accounts.list()).map(accountJson) }
    },
  }),
  operation({
    id: 'createAccount',
    method: 'POST',
    path: '/v1/accounts',
    scope: 'admin',
    tag,
    summary: 'Create an account',
    description:
      'The owner signs in with the password, as the person `subject` at the provider, or, without both, by an invitation.',
    body: {
      kind: 'json',
      schema: z.strictObject({
        name: z.string().min(1).max(200).describe('Name with which its owner signs in.'),
        role: z.enum(roles),
        galleries: galleries.optional().describe('Default: all.'),
        password: newPassword
          .optional()
          .describe('Omit it for a person who signs in only at the provider.'),
        subject: subject.optional(),
      }),
    },
    secret: true,
    answers: [{ status: 201, description: 'The account.', schema: accountSchema }],
    errors: ['bad-name', 'weak-password', 'account-exists', 'overloaded'],
    handle: async ({ server, caller, body: { subject, ...wanted }, signal }) => {
      requireAllGalleries(caller)
      const identity = subject === undefined ? undefined : identityOf(server, subject)
      const account = await server.accounts.create({ ...wanted, identity }, signal)
      await recordOfAccounts(server, 'account-create', {
        ...{ account: account.id, role: account.role },
        ...(identity && { identity: true }),
      })
      return accountJson(account)
    },
  }),
  operation({
    id: 'changeAccount',
    method: 'PATCH',
    path: '/v1/accounts/{account}',
    scope: 'admin',
    tag,
    summary: 'Change an account',
    description:
      'Takes effect at once. A new password, a new `subject` and disabling the account end its sessions. The last administrator who can sign in can neither be disabled nor get another role.',
    params: ofAccount,
    body: {
      kind: 'json',
      schema: z.strictObject({
        role: z.enum(roles).optional(),
        galleries: galleries.optional(),
        disabled: z.boolean().optional(),
        password: newPassword.optional(),
        subject: subject.nullable().optional().describe('Null unlinks the account.'),
      }),
    },
    secret: true,
    answers: [{ status: 200, description: 'The account.', schema: accountSchema }],
    errors: [
      'unknown-account',
      'last-administrator',
      'weak-password',
      'account-exists',
      'overloaded',
    ],
    handle: async ({ server, caller, params, body, signal }) => {
      requireAllGalleries(caller)
      const { disabled: isDisabled, subject, ...change } = body
      const identity =
        subject === undefined || subject === null ? subject : identityOf(server, subject)
      const account = await server.accounts.change(
        params.account,
        { ...change, isDisabled, identity },
        signal,
      )
      if (body.password !== undefined) await server.attempts.forget(account.name)
      await recordOfAccounts(server, 'account-change', {
        account: account.id,
        ...(body.role !== undefined && { role: body.role }),
        ...(body.galleries !== undefined && { galleries: body.galleries }),
        ...(isDisabled !== undefined && { disabled: isDisabled }),
        ...(body.password !== undefined && { password: true }),
        ...(subject !== undefined && { identity: subject !== null }),
      })
      return accountJson(account)
    },
  }),
  operation({
    id: 'inviteAccount',
    method: 'POST',
    path: '/v1/accounts/{account}/invitation',
    scope: 'admin',
    tag,
    summary: 'Create an invitation that links an account to a person at the provider',
    description:
      'The account is linked to the person who opens the console with `#invitation=` and this value within three days and signs in at the OpenID Connect provider. The invitation is valid once; it ends when another one is created, when the role changes and when the account is disabled.',
    params: ofAccount,
    secret: true,
    answers: [
      {
        status: 201,
        description: 'The invitation.',
        schema: invitationSchema,
      },
    ],
    errors: ['not-found', 'unknown-account', 'account-exists'],
    handle: async ({ server, caller, params }) => {
      requireAllGalleries(caller)
      requireProvider(server)
      const { invitation, expiresAt } = await server.invitations.make(params.account)
      await recordOfAccounts(server, 'account-invite', { account: params.account })
      return { invitation, expires_at: expiresAt }
    },
  }),
  operation({
    id: 'deleteAccount',
    method: 'DELETE',
    path: '/v1/accounts/{account}',
    scope: 'admin',
    tag,
    summary: 'Delete an account with its sessions',
    description: 'The last administrator who can sign in cannot be deleted.',
    params: ofAccount,
    answers: [{ status: 204, description: 'Deleted.' }],
    errors: ['unknown-account', 'last-administrator'],
    handle: async ({ server, caller, params }) => {
      requireAllGalleries(caller)
      await server.accounts.remove(params.account)
      await recordOfAccounts(server, 'account-delete', { account: params.account })
    },
  }),
  operation({
    id: 'listAccountSessions',
    method: 'GET',
    path: '/v1/accounts/{account}/sessions',
    scope: 'admin',
    tag,
    summary: 'List the sessions of an account',
    params: ofAccount,
    answers: [
      {
        status: 200,
        description: 'The sessions, most recently used first.',
        schema: z.object({ items: z.array(accountSessionSchema) }),
      },
    ],
    errors: ['unknown-account'],
    handle: async ({ server, caller, params }) => {
      requireAllGalleries(caller)
      const { id } = await server.accounts.get(params.account)
      return sessionsJson(await server.accountSessions.list(id), caller)
    },
  }),
  operation({
    id: 'endAccountSessions',
    method: 'DELETE',
    path: '/v1/accounts/{account}/sessions',
    scope: 'admin',
    tag,
    summary: 'End all sessions of an account',
    params: ofAccount,
    answers: [{ status: 204, description: 'Ended.' }],
    errors: ['unknown-account'],
    handle: async ({ server, caller, params }) => {
      requireAllGalleries(caller)
      const { id } = await server.accounts.get(params.account)
      const sessions = await server.accountSessions.endAll(id)
      await recordOfAccounts(server, 'sessions-end', { account: id, sessions })
    },
  }),
  operation({
    id: 'endAccountSession',
    method: 'DELETE',
    path: '/v1/accounts/{account}/sessions/{session}',
    scope: 'admin',
    tag,
    summary: 'End a session of an account',
    params: ofAccount.extend({ session: z.string().min(1).max(100) }),
    answers: [{ status: 204, description: 'Ended.' }],
    errors: ['unknown-account', 'unknown-session'],
    handle: async ({ server, caller, params }) => {
      requireAllGalleries(caller)
      const { id } = await server.accounts.get(params.account)
      await server.accountSessions.endOne(id, params.session)
      await recordOfAccounts(server, 'sessions-end', { account: id, sessions: 1 })
    },
  }),
]
