import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AgnizeError } from '../../base/errors.js'
import { keyIn } from '../authenticate.js'
import { maxBodyBytes } from '../body-size.js'
import type { ServerContext } from '../context.js'
import { actorOf, has, localCaller } from '../keys/caller.js'
import { isKey } from '../keys/key-store.js'
import { agnizeError } from '../problem.js'
import { readBody } from '../read-body.js'
import { abandonBody, retryAfter } from '../send-error.js'
import { actingAs } from '../served-galleries.js'
import { withRejectionGuard } from '../stray-rejections.js'
import { formOf } from './bodies.js'
import { collectionRoutes } from './collection.js'
import type { CompreFaceRoute } from './compreface-route.js'
import { installationRoutes } from './installation.js'
import { matchingRoutes } from './matching.js'
import { queryOf, withFields } from './parameters.js'
import { CompreFaceError, refusals, toCompreFaceError } from './refusal.js'
import { toJson } from './wire.js'

/** All 22 operations of CompreFace's API. */
export const compreFaceRoutes: readonly CompreFaceRoute[] = [
  ...collectionRoutes,
  ...matchingRoutes,
  ...installationRoutes,
]

/** Registers the routes of CompreFace's API on the same galleries: each service key belongs to one gallery. */
export async function addCompreFace(routes: FastifyInstance, server: ServerContext): Promise<void> {
  routes.setErrorHandler((error, request, reply) =>
    sendCompreFaceError(server, error, request, reply),
  )
  routes.setNotFoundHandler((request, reply) => {
    sendCompreFaceError(server, notFound(request), request, reply)
  })
  // CompreFace's proxy answers OPTIONS at every address.
  routes.options('/*', { config: { name: 'compreface options' } }, (_request, reply) =>
    reply.code(204).header('allow', 'GET, POST, PUT, DELETE, OPTIONS').send(),
  )
  for (const route of compreFaceRoutes) {
    routes.route({
      method: route.method,
      url: route.path,
      config: { name: `compreface ${route.id}` },
      onRequest: (request) => authenticate(server, route, request),
      handler: (request, reply) => serve(server, route, request, reply),
    })
  }
}

async function authenticate(
  { keys }: ServerContext,
  { service, scope }: CompreFaceRoute,
  request: FastifyRequest,
): Promise<void> {
  if (service === null) return
  const { key = keyIn(request) } = request.params as { key?: string }
  if (key === undefined) throw refusals.noKey()
  if (!isKey(key)) throw refusals.keyForm()
  const caller = await keys.find(key)
  if (caller?.service !== service) throw refusals.unknownKey(service, key)
  if (!has(caller, scope)) {
    throw new CompreFaceError(403, 0, `This key lacks the scope "${scope}": use a key that has it.`)
  }
  request.caller = caller
}

async function serve(
  server: ServerContext,
  route: CompreFaceRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { settings, admission } = server
  if (server.isStopping) throw new AgnizeError('closed', 'The server is stopping.')
  const caller = request.caller ?? localCaller
  const gallery = request.caller?.galleries[0] ?? ''
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(settings.workSeconds * 1000)])
  const { bytes, release } = route.body
    ? await readBody((request.body as Readable | undefined) ?? request.raw, admission, {
        maxBytes: maxBodyBytes(route.body, settings),
        seconds: settings.requestSeconds,
        isAnonymous: route.service === null,
      })
    : { bytes: Buffer.alloc(0), release: () => {} }
  let leave: (() => void) | undefined
  try {
    if (route.heavy) {
      await server.quotas.use(caller, 1)
      leave = await admission.wait(settings.workSeconds / 2, signal)
    }
    const { session, agnize } = gallery === '' ? server.root : await server.galleries.get(gallery)
    const form = route.body ? await formOf(request, bytes, settings.maxMegabytes * 1e6) : null
    const call = {
      ...{ server, session, agnize, gallery, caller, bytes, form, signal, request, reply },
      query: withFields(queryOf(request.raw), form?.fields ?? {}),
      params: request.params as Record<string, string>,
    }
    const answer = await actingAs(actorOf(caller), () =>
      withRejectionGuard(() => route.handle(call)),
    )
    reply.code(route.status ?? 200)
    if (typeof answer === 'string') return reply.send(answer)
    if (answer instanceof Uint8Array) return reply.send(Buffer.from(answer))
    return reply.type('application/json; charset=utf-8').send(toJson(answer))
  } finally {
    leave?.()
    release()
  }
}

/** Sends an error in CompreFace's format. */
export function sendCompreFaceError(
  server: ServerContext,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  let refusal: CompreFaceError
  if (error instanceof CompreFaceError) refusal = error
  else {
    const known = agnizeError(error)
    server.metrics.refused(known.code)
    retryAfter(server, known, reply)
    refusal = toCompreFaceError(known)
    if (refusal.status >= 500 && known.code !== 'overloaded') {
      server.log.error({ request_id: request.id, code: known.code, err: error }, 'failed')
    }
  }
  abandonBody(request, reply)
  const { status, code, message } = refusal
  reply.code(status).type('application/json').send(JSON.stringify({ message, code }))
}

/** The error for an unknown route; a path that exists for other methods gets Spring's answer. */
function notFound({ method, url }: FastifyRequest): CompreFaceError {
  const path = url
    .split('?')[0]!
    .replace(/^\/api\/v1/, '')
    .replace(/\/$/, '')
  const known = compreFaceRoutes.some(({ path: own }) =>
    new RegExp(`^${own.replaceAll(/:\w+/g, '[^/]+')}$`).test(path),
  )
  return known
    ? refusals.method(method)
    : new CompreFaceError(404, 0, 'There is nothing at this address')
}
