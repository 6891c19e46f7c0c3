import type { WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { faceJson } from '../../json/photo-json.js'
import { Tracker } from '../../recognition/tracker.js'
import type { Admission } from '../admission.js'
import { keyIn } from '../authenticate.js'
import { checked } from '../check.js'
import { actingAs, type Galleries } from '../galleries.js'
import { has, localCaller, sees } from '../keys/caller.js'
import type { KeyStore } from '../keys/key-store.js'
import type { Metrics } from '../metrics.js'
import { agnizeError, problemOf } from '../problem.js'
import type { Quotas } from '../quotas.js'
import { identifyOptionsOf, identifyQuery, inGallery } from '../routes/parameters.js'
import type { Settings } from '../settings.js'

/** How often connections are asked whether they live, in milliseconds. */
const heartbeat = 30_000
/** How often a key is looked at again, in milliseconds. */
const recheck = 1000
/** A client that has so much unread gets nothing more, and one that has more is let go, in bytes. */
const unread = { pause: 1e6, end: 16e6 }

/** What a server lends. */
interface Host {
  readonly settings: Settings
  readonly log: Logger
  readonly keys: KeyStore
  readonly quotas: Quotas
  readonly admission: Admission
  readonly galleries: Galleries
  readonly metrics: Metrics
}

/** Codes that a connection is closed with. */
export const closeCodes = { stopping: 1001, unauthorized: 4401, tooMany: 4429 } as const

/** The live connections of a server. */
export class LiveConnections {
  readonly #server: Host
  readonly #open = new Map<WebSocket, { alive: boolean }>()
  readonly #timer: NodeJS.Timeout

  constructor(server: Host) {
    this.#server = server
    this.#timer = setInterval(() => this.#beat(), heartbeat)
    this.#timer.unref()
  }

  get count(): number {
    return this.#open.size
  }

  /** Takes a connection, whose key was checked before. */
  add(socket: WebSocket, request: FastifyRequest): void {
    if (this.#open.size >= this.#server.settings.maxSockets) {
      socket.close(closeCodes.tooMany, 'too many connections')
      return
    }
    const state = { alive: true }
    this.#open.set(socket, state)
    socket.on('pong', () => (state.alive = true))
    socket.on('close', () => this.#open.delete(socket))
    // Ends the connection itself.
    socket.on('error', () => {})
    new LiveConnection(this.#server, socket, request)
  }

  close(): void {
    clearInterval(this.#timer)
    for (const socket of this.#open.keys()) socket.close(closeCodes.stopping, 'the server stops')
    // Those that do not answer the close.
    setTimeout(() => {
      for (const socket of this.#open.keys()) socket.terminate()
    }, 1000).unref()
  }

  #beat(): void {
    for (const [socket, state] of this.#open) {
      if (!state.alive || socket.bufferedAmount > unread.end) socket.terminate()
      else {
        state.alive = false
        socket.ping()
      }
    }
  }
}

/** One client that sends frames. The newest frame wins: one that comes while another is worked on takes the place of any that waits. */
class LiveConnection {
  readonly #server: Host
  readonly #socket: WebSocket
  readonly #request: FastifyRequest
  readonly #gallery: string
  readonly #options: z.infer<typeof identifyQuery>
  readonly #tracker = new Tracker()
  #waiting: { readonly number: number; readonly bytes: Buffer; readonly at: number } | undefined
  #working = false
  #frames = 0
  #dropped = 0
  #checkedAt = Date.now()

  constructor(server: Host, socket: WebSocket, request: FastifyRequest) {
    this.#server = server
    this.#socket = socket
    this.#request = request
    this.#gallery = checked(inGallery, request.params, 'The address').gallery
    this.#options = checked(identifyQuery, request.query, 'The query')
    socket.on('close', () => {
      if (this.#waiting) this.#server.admission.release(this.#waiting.bytes.length)
      this.#waiting = undefined
    })
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.#take(Buffer.isBuffer(data) ? data : Buffer.concat(data as Buffer[]))
      else
        this.#say({
          type: 'error',
          frame: null,
          ...problem('bad-argument', 'Send frames as binary messages: each a JPEG, PNG or WebP.'),
        })
    })
  }

  #take(bytes: Buffer): void {
    try {
      this.#server.admission.hold(bytes.length)
    } catch {
      this.#frames++
      this.#drop()
      return
    }
    if (this.#waiting) {
      this.#server.admission.release(this.#waiting.bytes.length)
      this.#drop()
    }
    this.#waiting = { number: ++this.#frames, bytes, at: performance.now() }
    if (!this.#working) {
      this.#working = true
      this.#work().finally(() => (this.#working = false))
    }
  }

  #drop(): void {
    this.#dropped++
    this.#server.metrics.frame('dropped')
  }

  async #work(): Promise<void> {
    while (this.#waiting && this.#socket.readyState === this.#socket.OPEN) {
      const { number, bytes, at } = this.#waiting
      this.#waiting = undefined
      try {
        if (!(await this.#mayGoOn())) return
        this.#say(await this.#answer(number, bytes, at))
      } catch (error) {
        const known = agnizeError(error)
        if (known.code === 'overloaded') this.#drop()
        if (known.code === 'internal') this.#server.log.error({ err: error }, 'live frame failed')
        const { code, detail } = problemOf(known, this.#request.id)
        this.#say({ type: 'error', frame: number, code, detail })
      } finally {
        this.#server.admission.release(bytes.length)
      }
    }
  }

  /** A key may have been revoked since. */
  async #mayGoOn(): Promise<boolean> {
    const now = Date.now()
    if (now - this.#checkedAt < recheck) return true
    this.#checkedAt = now
    const key = keyIn(this.#request)
    if (key === undefined) return true
    const caller = await this.#server.keys.find(key)
    if (caller && has(caller, 'identify') && sees(caller, this.#gallery)) return true
    this.#socket.close(closeCodes.unauthorized, 'the key is no longer good')
    return false
  }

  async #answer(number: number, bytes: Buffer, at: number): Promise<object> {
    const server = this.#server
    const caller = this.#request.caller ?? localCaller
    await server.quotas.use(caller, 1)
    const leave = server.admission.enter()
    try {
      const agnize = await server.galleries.get(this.#gallery)
      const { width, height, faces } = await actingAs(
        caller.keyId ? `key ${caller.keyId}` : caller.name,
        () => agnize.identified(bytes, identifyOptionsOf(this.#options)),
      )
      server.metrics.frame('worked on')
      server.metrics.identified(faces.map(({ answer }) => answer))
      const tracked = this.#tracker.update(faces, at)
      return {
        ...{ type: 'result', frame: number, width, height },
        faces: tracked.map(({ face, track }) => ({
          ...faceJson(face, this.#options.embeddings ?? false),
          track,
        })),
        ms: Math.round((performance.now() - at) * 10) / 10,
        dropped: this.#dropped,
      }
    } finally {
      leave()
    }
  }

  #say(message: object): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    // Who does not read is not written to: results are of the moment.
    if (this.#socket.bufferedAmount > unread.pause) return
    this.#socket.send(JSON.stringify(message))
  }
}

function problem(code: 'bad-argument', detail: string) {
  return { code, detail }
}
