import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AgnizeError } from '../base/errors.js'
import type { ServerContext } from './context.js'
import { agnizeError, problemOf } from './problem.js'
import { Quotas } from './quotas.js'

/** Sends an error as problem details, with the headers that a client needs to retry. */
export function sendError(
  server: ServerContext,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const known = agnizeError(error)
  const problem = problemOf(known, request.id)
  server.metrics.refused(known.code)
  if (problem.status >= 500 && known.code !== 'overloaded') {
    server.log.error({ request_id: request.id, code: known.code, err: error }, 'failed')
  }
  retryAfter(server, known, reply)
  if (known.code === 'unauthorized') reply.header('www-authenticate', 'Bearer realm="agnize"')
  abandonBody(request, reply)
  reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
}

/** Sets `Retry-After` where a retry may succeed. */
export function retryAfter(
  server: ServerContext,
  { code }: AgnizeError,
  reply: FastifyReply,
): void {
  if (code === 'overloaded') {
    if (!reply.hasHeader('retry-after')) reply.header('retry-after', server.admission.retryAfter)
  } else if (code === 'quota-exceeded') reply.header('retry-after', Quotas.untilTomorrow())
  else if (code === 'rate-limited' && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', 60)
  } else if (['gallery-locked', 'store-unreachable', 'closed'].includes(code)) {
    reply.header('retry-after', 5)
  }
}

/** Handles a body that is not read to its end: the connection closes after the response. */
export function abandonBody(request: FastifyRequest, reply: FastifyReply): void {
  // After a refused upgrade, the HTTP server no longer owns the socket and would not close it.
  if (request.headers.upgrade) reply.raw.once('finish', () => request.raw.socket.destroySoon())
  if (!request.raw.complete) reply.header('connection', 'close')
}
