import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { requireSameOrigin, sessionCookie, tokenIn } from '../authenticate.js'
import { type Caller, scopes } from '../keys/caller.js'
import { sessionDays } from '../keys/session-store.js'
import { operation } from '../operation.js'

const tag = 'Session'

const sessionSchema = z
  .object({
    caller: z
      .object({
        name: z.string().describe('Name of the key.'),
        scopes: z.array(z.enum(scopes)),
        galleries: z.array(z.string()).describe('Names of galleries, or `*` for all.'),
        key: z
          .string()
          .nullable()
          .describe('Id of the key; null for a request from this machine without a key.'),
      })
      .nullable()
      .describe('Null if the caller is not authenticated.'),
    signed_in: z.boolean().describe('Whether the caller uses a session, which can be ended.'),
  })
  .meta({ id: 'Session' })

const sessionJson = (caller: Caller | undefined, isSignedIn: boolean) => ({
  caller: caller
    ? {
        name: caller.name,
        scopes: [...caller.scopes],
        galleries: [...caller.galleries],
        key: caller.keyId,
      }
    : null,
  signed_in: isSignedIn,
})

/** Attributes with which the session cookie is set and cleared. */
const cookieOptions = ({ protocol }: FastifyRequest) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: protocol === 'https' }) as const

/** Requires that a browser's request comes from the server's own page, so that no other page can sign a user in (login CSRF). */
function requireNoStranger(request: FastifyRequest): void {
  const { headers } = request
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined)
    requireSameOrigin(request)
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
    handle: async ({ server, request, reply }) => {
      reply.header('cache-control', 'no-store')
      const caller = await server.authentication.find(request)
      return sessionJson(caller, caller !== undefined && tokenIn(request) !== undefined)
    },
  }),
  operation({
    id: 'beginSession',
    method: 'POST',
    path: '/v1/session',
    scope: null,
    tag,
    summary: 'Sign a browser in with a key',
    description:
      'Sets a cookie that replaces the key. The cookie is `HttpOnly` and `SameSite=Strict`, and is valid only for pages of this server. The session ends when the key is revoked, expires or is replaced, or after 30 days without use.',
    body: {
      kind: 'json',
      schema: z.strictObject({ key: z.string().min(1).max(200) }),
      // The operation requires no key, so anyone may send a body.
      kilobytes: 2,
    },
    secret: true,
    answers: [{ status: 201, description: 'Signed in.', schema: sessionSchema }],
    errors: ['unauthorized', 'forbidden'],
    handle: async ({ server, body, request, reply }) => {
      requireNoStranger(request)
      const key = await server.authentication.check(body.key.trim(), request)
      await endSession(request, reply, server.sessions)
      reply.setCookie(sessionCookie, await server.sessions.begin(key), {
        ...cookieOptions(request),
        maxAge: sessionDays * 86_400,
      })
      return sessionJson(key, true)
    },
  }),
  operation({
    id: 'endSession',
    method: 'DELETE',
    path: '/v1/session',
    scope: null,
    tag,
    summary: 'Sign a browser out',
    answers: [{ status: 204, description: 'Signed out.' }],
    errors: ['forbidden'],
    handle: async ({ server, request, reply }) => {
      requireNoStranger(request)
      await endSession(request, reply, server.sessions)
    },
  }),
]

async function endSession(
  request: FastifyRequest,
  reply: FastifyReply,
  sessions: { end(token: string): Promise<void> },
): Promise<void> {
  const token = tokenIn(request)
  if (token === undefined) return
  await sessions.end(token)
  reply.clearCookie(sessionCookie, cookieOptions(request))
}
