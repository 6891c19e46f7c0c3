import { z } from 'zod'
import { accountByPassword, beginAccountSession, recordOfAccounts } from '../accounts/sign-in.js'
import { requireAccount } from '../keys/caller.js'
import { operation } from '../operation.js'
import { accountSessionSchema, newPassword, sessionsJson } from './account-operations.js'

const tag = 'Accounts'

/** What a person does with the own account, whatever its role. */
export const ownAccountOperations = [
  operation({
    id: 'changeOwnPassword',
    method: 'PUT',
    path: '/v1/account/password',
    scope: null,
    account: true,
    tag,
    summary: "Change the caller's password",
    description:
      'Ends all sessions of the account and begins a new one in this browser. Attempts are limited like those to sign in.',
    body: {
      kind: 'json',
      schema: z.strictObject({ current: z.string().min(1).max(1024), password: newPassword }),
    },
    secret: true,
    answers: [{ status: 204, description: 'Changed.' }],
    errors: ['wrong-password', 'weak-password', 'overloaded'],
    handle: async ({ server, caller, body, request, reply, signal }) => {
      const { id } = requireAccount(caller)
      const visit = { server, request, reply, signal }
      const proven = await accountByPassword(visit, caller.name, body.current)
      const changed = await server.accounts.changeOwnPassword(proven, body.password, signal)
      await recordOfAccounts(server, 'account-change', { account: id, password: true })
      await beginAccountSession(visit, changed)
    },
  }),
  operation({
    id: 'listOwnSessions',
    method: 'GET',
    path: '/v1/account/sessions',
    scope: null,
    account: true,
    tag,
    summary: "List the caller's sessions",
    answers: [
      {
        status: 200,
        description: 'The sessions, most recently used first.',
        schema: z.object({ items: z.array(accountSessionSchema) }),
      },
    ],
    handle: async ({ server, caller }) =>
      sessionsJson(await server.accountSessions.list(requireAccount(caller).id), caller),
  }),
  operation({
    id: 'endOtherOwnSessions',
    method: 'DELETE',
    path: '/v1/account/sessions',
    scope: null,
    account: true,
    tag,
    summary: "End the caller's other sessions",
    answers: [{ status: 204, description: 'Ended.' }],
    handle: async ({ server, caller }) => {
      const { id, sessionId } = requireAccount(caller)
      const sessions = await server.accountSessions.endAll(id, sessionId)
      await recordOfAccounts(server, 'sessions-end', { account: id, sessions })
    },
  }),
  operation({
    id: 'endOwnSession',
    method: 'DELETE',
    path: '/v1/account/sessions/{session}',
    scope: null,
    account: true,
    tag,
    summary: "End one of the caller's sessions",
    params: z.object({ session: z.string().min(1).max(100) }),
    answers: [{ status: 204, description: 'Ended.' }],
    errors: ['unknown-session'],
    handle: async ({ server, caller, params }) => {
      const { id } = requireAccount(caller)
      await server.accountSessions.endOne(id, params.session)
      await recordOfAccounts(server, 'sessions-end', { account: id, sessions: 1 })
    },
  }),
]
