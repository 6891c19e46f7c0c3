import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AgnizeError } from '../base/errors.js'
import type { ServerContext } from './context.js'
import { agnizeError, problemOf } from './problem.js'
import { Quotas } from './quotas.js'

/** Says an error: as a problem, with what the client needs to come back. */
export function sayError(
  server: ServerContext,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const known = agnizeError(error)
  const problem = problemOf(known, request.id)
  server.metrics.refused(known.code)
  if (problem.status >= 500 && known.code !== 'overloaded') {
    server.log.error(
      { request_id: request.id, code: known.code, err: known.cause ?? known },
      'failed',
    )
  }
  retryAfter(server, known, reply)
  if (known.code === 'unauthorized') reply.header('www-authenticate', 'Bearer realm="agnize"')
  abandonBody(request, reply)
  reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
}

/** Says when to come back. */
export function retryAfter(
  server: ServerContext,
  { code }: AgnizeError,
  reply: FastifyReply,
): void {
  if (code === 'overloaded') reply.header('retry-after', server.admission.retryAfter)
  else if (code === 'quota-exceeded') reply.header('retry-after', Quotas.untilTomorrow())
  else if (code === 'rate-limited' && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', 60)
  } else if (['gallery-locked', 'store-unreachable', 'closed'].includes(code)) {
    reply.header('retry-after', 5)
  }
}

/** A body that nobody will read: what little of it is left goes by, a long one ends the connection. */
export function abandonBody(request: FastifyRequest, reply: FastifyReply): void {
  // A refused upgrade: the socket is no longer the HTTP server's, which would end it.
  if (request.headers.upgrade) reply.raw.once('finish', () => request.raw.socket.destroySoon())
  if (!request.raw.complete) reply.header('connection', 'close')
}
