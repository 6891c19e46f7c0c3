import type { FastifyReply, FastifyRequest } from 'fastify'
import { isAccountToken } from './accounts/account-sessions.js'
import { requireSameOrigin, sessionCookie, tokenIn } from './authenticate.js'
import type { ServerContext } from './context.js'

/** Attributes with which the session cookie is set and cleared. */
const cookieOptions = ({ protocol }: FastifyRequest) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: protocol === 'https' }) as const

/** Requires that a browser's request comes from the server's own page, so that no other page can sign a user in (login CSRF). */
export function requireNoStranger(request: FastifyRequest): void {
  const { headers } = request
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined)
    requireSameOrigin(request)
}

/** Gives the browser the token of its session. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  days: number,
): void {
  reply.setCookie(sessionCookie(request), token, {
    ...cookieOptions(request),
    maxAge: days * 86_400,
  })
}

/** Ends the browser's session, if it has one. */
export async function endBrowserSession(
  server: Pick<ServerContext, 'sessions' | 'accountSessions'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const token = tokenIn(request)
  if (token === undefined) return
  await endSession(server, token)
  reply.clearCookie(sessionCookie(request), cookieOptions(request))
}

/** Ends the session of a token. */
export const endSession = (
  { sessions, accountSessions }: Pick<ServerContext, 'sessions' | 'accountSessions'>,
  token: string,
): Promise<void> => (isAccountToken(token) ? accountSessions : sessions).end(token)
