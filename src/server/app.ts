import { readFileSync } from 'node:fs'
import { METHODS } from 'node:http'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import websocket from '@fastify/websocket'
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { AgnizeError } from '../base/errors.js'
import { methodNotAllowed, methodsAt, shadowed } from './addresses.js'
import { socketKeyProtocol } from './authenticate.js'
import { addCompreFace, sendCompreFaceError } from './compreface/compreface.js'
import { addConsole, opensPage, sendConsole, wayUp } from './console.js'
import type { ServerContext } from './context.js'
import { docsPage } from './docs-page.js'
import { handle } from './handle.js'
import type { Caller } from './keys/caller.js'
import { idOf, requireAccount, requireScope, sees, unknownGallery } from './keys/caller.js'
import { addLive } from './live/live-route.js'
import { openApi } from './openapi.js'
import type { AnyOperation } from './operation.js'
import { operations } from './operations.js'
import { rateLimitError } from './rate-limit-error.js'
import { refuseConnection } from './refuse-connection.js'
import { sendError } from './send-error.js'
import { speaksTls } from './settings.js'
import { addTrustPage } from './tls/trust-door.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The authenticated caller; null before authentication and for operations without a scope. */
    caller: Caller | null
  }
  interface FastifyContextConfig {
    operation?: AnyOperation
    /** Name of the operation in the log and in metrics. */
    name?: string
  }
}

/** Methods that Fastify answers as they are. */
const answered = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Builds the HTTP layer of a server: authorization, limits and error responses; the operations do the work. */
export async function buildApp(server: ServerContext): Promise<FastifyInstance> {
  const { settings, log, metrics, admission } = server
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: settings.trustProxy.length > 0 ? [...settings.trustProxy] : false,
    // `genReqId` accepts a client's request id only where it is safe to log.
    requestIdHeader: false,
    rewriteUrl: ({ url = '/' }) => mergedSlashes(url),
    genReqId: (request) => requestId(request.headers['x-request-id']),
    bodyLimit: settings.maxRequestMegabytes * 1e6,
    // Timeout of an idle socket: longer than a request and its work may take.
    connectionTimeout: (settings.workSeconds + settings.requestSeconds + 10) * 1000,
    keepAliveTimeout: 65_000,
    // `Server.stop` closes idle connections.
    forceCloseConnections: false,
    // Longer than a URL may be, so that no parameter is cut off.
    routerOptions: { maxParamLength: 16_384, ignoreTrailingSlash: true },
    // Malformed URLs, which reach no route.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      if (request.url.startsWith('/api/v1')) sendCompreFaceError(server, error, request, reply)
      else sendError(server, error, request, reply)
    },
    return503OnClosing: false,
    clientErrorHandler: refuseConnection,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2000 },
    ...(speaksTls(settings) && {
      https: server.tls?.current ?? {
        cert: readPem(settings.tlsCert!),
        key: readPem(settings.tlsKey!),
      },
    }),
  }) as unknown as FastifyInstance

  // Methods that no operation has get 405 too, not the error of a malformed request.
  for (const method of METHODS.filter((each) => !answered.includes(each))) {
    app.addHttpMethod(method, { hasBody: false, overrideExisting: true })
  }
  app.decorateRequest('caller', null)
  app.setErrorHandler((error, request, reply) => sendError(server, error, request, reply))
  app.setNotFoundHandler((request, reply) => {
    if (settings.console && opensPage(request)) return sendConsole(request, reply)
    throw notFound(app, request, reply)
  })
  // Handlers read the bodies, since the size limit depends on the operation.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))

  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        fontSrc: ["'none'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        // The console runs the networks as WebAssembly.
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        upgradeInsecureRequests: null,
      },
    },
    // WebAssembly threads require this policy and the opener policy, which is helmet's default.
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
    // With an authority of its own, browsers would also refuse the page that hands out its certificate without encryption.
    strictTransportSecurity: settings.tlsCert !== undefined,
    crossOriginResourcePolicy: {
      policy: settings.cors.length > 0 ? 'cross-origin' : 'same-origin',
    },
  })
  await app.register(cors, {
    origin: settings.cors.includes('*')
      ? '*'
      : settings.cors.length > 0
        ? [...settings.cors]
        : false,
    // OPTIONS without the headers of a preflight is answered too.
    strictPreflight: false,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'idempotency-key',
      'if-match',
      'if-none-match',
      'cache-control',
      'x-api-key',
      'x-request-id',
      'x-requested-with',
    ],
    exposedHeaders: ['etag', 'retry-after', 'x-request-id', 'location', 'idempotent-replayed'],
    maxAge: 600,
  })

  // A connection that stays open would delay the shutdown.
  app.addHook('onSend', async (_request, reply) => {
    if (server.isStopping) reply.header('connection', 'close')
  })

  await app.register(cookie)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    const { operation } = request.routeOptions.config
    if (!operation) return
    // Authorization needs only the request's headers; it comes before any of the body is read.
    if (operation.scope !== null || operation.account) {
      request.caller = await server.authentication.callerOf(request)
      if (operation.scope === null) requireAccount(request.caller)
      else requireScope(request.caller, operation.scope)
      const { gallery } = request.params as { gallery?: string }
      if (gallery !== undefined && !sees(request.caller, gallery)) throw unknownGallery(gallery)
    }
    if (operation.heavy) admission.check()
  })
  /** Requests a minute that a key allows; undefined for no limit. */
  const perMinute = ({ caller }: FastifyRequest) =>
    caller && idOf(caller) !== null
      ? (caller.requestsPerMinute ?? settings.requestsPerMinute)
      : undefined
  await app.register(rateLimit, {
    hook: 'preParsing',
    timeWindow: 60_000,
    keyGenerator: (request) => (request.caller && idOf(request.caller)) ?? request.ip,
    max: (request) => perMinute(request) ?? Number.MAX_SAFE_INTEGER,
    allowList: (request) => perMinute(request) === undefined,
    errorResponseBuilder: (_request, { max }) => rateLimitError(max),
  })
  await app.register(websocket, {
    options: {
      maxPayload: settings.maxMegabytes * 1e6,
      // Never the protocol that carries a key: response headers are logged in more places.
      handleProtocols: (offered: Set<string>) =>
        [...offered].find((protocol) => !protocol.startsWith(socketKeyProtocol)) ?? false,
    },
  })

  app.addHook('onResponse', async (request, reply) => {
    const { name, operation } = request.routeOptions.config
    const called = name ?? operation?.id ?? 'none'
    const seconds = reply.elapsedTime / 1000
    metrics.answered(called, reply.statusCode, seconds)
    log.info(
      {
        request_id: request.id,
        operation: called,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        key_id: request.caller?.keyId ?? null,
        ...(request.caller?.account && { account_id: request.caller.account.id }),
        ip: request.ip,
        ...galleryOf(request),
      },
      'answered',
    )
  })

  // Inside a plugin, so that the hooks above are registered before the routes.
  await app.register(async (routes) => {
    for (const operation of operations) {
      routes.route({
        method: operation.method,
        url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
        config: { operation },
        handler: (request, reply) => handle(server, operation, request, reply),
      })
    }
    for (const { method, path } of shadowed) {
      routes.route({
        method: method as 'GET',
        url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
        handler: (request, reply) => {
          throw notFound(app, request, reply)
        },
      })
    }
    addLive(routes, server)
    if (settings.docs) addDocs(routes)
    if (server.tls) addTrustPage(routes, server.tls, () => server.trustPorts)
  })
  if (settings.console) await addConsole(app)
  await app.register((routes) => addCompreFace(routes, server), { prefix: '/api/v1' })
  await app.ready()
  return app
}

function addDocs(routes: FastifyInstance): void {
  const document = JSON.stringify(openApi())
  routes.get('/v1/openapi.json', { config: { name: 'getOpenApi' } }, (_request, reply) =>
    reply.type('application/json').send(document),
  )
  const { html, css } = docsPage()
  routes.get('/docs', { config: { name: 'getDocs' } }, (request, reply) =>
    reply.type('text/html; charset=utf-8').send(html(wayUp(request.url))),
  )
  routes.get('/docs.css', { config: { name: 'getDocs' } }, (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(css),
  )
}

function notFound(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): AgnizeError {
  const url = request.url.split('?')[0]!
  const allowed = methodsAt(url)
  // Other addresses, such as the documentation, have literal paths.
  const found =
    allowed.length > 0
      ? allowed
      : ['GET', 'POST'].filter((method) => app.findRoute({ method: method as 'GET', url }) !== null)
  if (found.length > 0) {
    reply.header('allow', found.join(', '))
    return methodNotAllowed(request.method, found)
  }
  return new AgnizeError(
    'not-found',
    'There is no operation at this address: /docs lists all operations.',
  )
}

/** A URL of CompreFace's API with its repeated slashes merged, as CompreFace's proxy does; others stay. */
function mergedSlashes(url: string): string {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const merged = path.replaceAll(/\/{2,}/g, '/')
  return /^\/api\/v1(\/|$)/.test(merged) ? merged + url.slice(path.length) : url
}

function galleryOf(request: FastifyRequest): { gallery?: string } {
  const { gallery } = (request.params ?? {}) as { gallery?: string }
  return gallery === undefined ? {} : { gallery: gallery.slice(0, 100) }
}

function requestId(given: string | string[] | undefined): string {
  if (typeof given === 'string' && /^[A-Za-z0-9._-]{1,100}$/.test(given)) return given
  return crypto.randomUUID()
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new AgnizeError(
      'bad-argument',
      `The file ${path} cannot be read: check tlsCert and tlsKey.`,
      {
        cause,
      },
    )
  }
}
