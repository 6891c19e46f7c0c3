import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { listenError } from '../listen-error.js'
import type { OwnTls } from './own-tls.js'
import { type TrustPorts, trustAnswer, trustFiles, trustPath } from './trust-page.js'

/**
 * The page that hands out the authority's certificate, without encryption: who does not trust the authority yet sees a warning
 * everywhere else. It serves nothing but that page and the certificate, and reads no request's body.
 */
export class TrustDoor {
  readonly #server: HttpServer
  #secure = 0

  constructor(tls: OwnTls) {
    this.#server = createServer(
      { requestTimeout: 10_000, headersTimeout: 5000 },
      (request, reply) => {
        const isRead = request.method === 'GET' || request.method === 'HEAD'
        const ports = { secure: this.#secure, plain: this.port }
        const answer = isRead && trustAnswer(tls, ports, request.url ?? '/', request.headers)
        if (!answer) {
          reply.writeHead(
            isRead ? 302 : 405,
            isRead ? { location: trustPath } : { allow: 'GET, HEAD' },
          )
          reply.end()
          return
        }
        reply.writeHead(200, { ...headers, 'content-type': answer.type, ...answer.headers })
        reply.end(request.method === 'HEAD' ? undefined : answer.body)
      },
    )
    this.#server.maxConnections = 100
  }

  /** Listens. @param secure - Port of the console. */
  async listen(host: string, port: number, secure: number): Promise<void> {
    this.#secure = secure
    await new Promise<void>((done, fail) => {
      this.#server.once('error', fail)
      this.#server.listen({ host, port }, done)
    }).catch((error: unknown) => listenError(error, host, port, 'trust-port'))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }
}

const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** Serves the same page beside the console, for those who trust the authority or have clicked its warning away. */
export function addTrustPage(app: FastifyInstance, tls: OwnTls, ports: () => TrustPorts): void {
  for (const url of [trustPath, ...trustFiles.map((file) => trustPath + file)]) {
    app.get(url, { config: { name: 'getTrustPage' } }, (request, reply) => {
      const answer = trustAnswer(tls, ports(), request.url, request.headers)
      if (!answer) return reply.callNotFound()
      return reply
        .type(answer.type)
        .headers({ 'cache-control': 'no-store', ...answer.headers })
        .send(answer.body)
    })
  }
}
