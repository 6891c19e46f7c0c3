import type { WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { z } from 'zod'
import type { Agnize } from '../../agnize.js'
import { DetailsCache } from '../../details-cache.js'
import { faceJson, verdictJson } from '../../json/photo-json.js'
import { Tracker } from '../../recognition/tracker.js'
import type { RecordedFace } from '../../visit-recorder.js'
import type { Admission } from '../admission.js'
import type { Authentication } from '../authenticate.js'
import { checked } from '../check.js'
import { actingAs, type Galleries } from '../galleries.js'
import { type Caller, has, localCaller, sees } from '../keys/caller.js'
import type { Metrics } from '../metrics.js'
import { agnizeError, problemOf } from '../problem.js'
import type { Quotas } from '../quotas.js'
import { identifyOptionsOf, inGallery, liveQuery } from '../routes/parameters.js'
import type { Settings } from '../settings.js'
import { readEmbeddedFrame } from './embedded-frame.js'
import { LiveVisits } from './live-visits.js'

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
  readonly authentication: Authentication
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

/** A frame as it came. */
interface Frame {
  /** Counts from 1. */
  readonly number: number
  readonly bytes: Buffer
  /** Whether it is a picture; else it is the faces of one, as JSON. */
  readonly isPhoto: boolean
  readonly at: number
}

/** A face as it is followed, and as it is answered. */
type FollowedFace = Parameters<Tracker['update']>[0][number] &
  RecordedFace & { readonly json: object }

/** One client that sends frames. The newest frame wins: one that comes while another is worked on takes the place of any that waits. */
class LiveConnection {
  readonly #server: Host
  readonly #socket: WebSocket
  readonly #request: FastifyRequest
  readonly #gallery: string
  readonly #options: z.infer<typeof liveQuery>
  readonly #tracker = new Tracker()
  readonly #details = new DetailsCache()
  readonly #visits: LiveVisits
  #waiting: Frame | undefined
  #working = false
  #frames = 0
  #dropped = 0
  #checkedAt = Date.now()

  constructor(server: Host, socket: WebSocket, request: FastifyRequest) {
    this.#server = server
    this.#socket = socket
    this.#request = request
    this.#gallery = checked(inGallery, request.params, 'The address').gallery
    this.#options = checked(liveQuery, request.query, 'The query')
    this.#visits = new LiveVisits(this.#options.camera)
    socket.on('close', () => {
      this.#visits.close().catch((error: unknown) => {
        server.log.error({ err: error }, 'the last visits could not be written')
      })
      if (this.#waiting) this.#server.admission.release(this.#waiting.bytes.length)
      this.#waiting = undefined
    })
    socket.on('message', (data, isPhoto) => {
      this.#take(Buffer.isBuffer(data) ? data : Buffer.concat(data as Buffer[]), isPhoto)
    })
  }

  #take(bytes: Buffer, isPhoto: boolean): void {
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
    this.#waiting = { number: ++this.#frames, bytes, isPhoto, at: performance.now() }
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
      const frame = this.#waiting
      const { number, bytes } = frame
      this.#waiting = undefined
      try {
        if (!(await this.#mayGoOn())) return
        this.#say(await this.#answer(frame))
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
    const caller = await this.#server.authentication.find(this.#request)
    if (caller && has(caller, 'identify') && sees(caller, this.#gallery)) return true
    this.#socket.close(closeCodes.unauthorized, 'the key is no longer good')
    return false
  }

  async #answer(frame: Frame): Promise<object> {
    const { galleries } = this.#server
    const caller = this.#request.caller ?? localCaller
    const agnize = await galleries.get(this.#gallery)
    return actingAs(caller.keyId ? `key ${caller.keyId}` : caller.name, async () => {
      await this.#visits.look(agnize)
      const { width, height, faces } = frame.isPhoto
        ? await this.#lookAt(agnize, frame.bytes, caller)
        : await this.#search(agnize, frame.bytes)
      this.#server.metrics.frame('worked on')
      this.#server.metrics.identified(faces.map(({ answer }) => answer))
      const tracked = this.#tracker.update<FollowedFace>(faces, frame.at)
      if (frame.isPhoto) await this.#visits.update(tracked)
      return {
        ...{ type: 'result', frame: frame.number, width, height },
        faces: await Promise.all(
          tracked.map(async ({ face, track: { id, frames, age, subject } }) => ({
            ...face.json,
            track: {
              ...{ id, frames, age, subject },
              greeting: await this.#details.phraseOf(agnize, subject),
              sighting: this.#visits.about(id),
            },
          })),
        ),
        ms: Math.round((performance.now() - frame.at) * 10) / 10,
        dropped: this.#dropped,
      }
    })
  }

  /** Who is in a picture. */
  async #lookAt(agnize: Agnize, bytes: Buffer, caller: Caller) {
    await this.#server.quotas.use(caller, 1)
    const leave = this.#server.admission.enter()
    try {
      const { width, height, faces, crops } = await agnize.identified(
        bytes,
        identifyOptionsOf(this.#options),
        this.#visits.wantsPictures,
      )
      const withEmbeddings = this.#options.embeddings ?? false
      return {
        width,
        height,
        faces: faces.map((face, i) => ({
          ...face,
          image: crops?.[i]?.padded ?? null,
          json: faceJson(face, withEmbeddings),
        })),
      }
    } finally {
      leave()
    }
  }

  /** Whose the faces are that the client found. */
  async #search(agnize: Agnize, bytes: Buffer) {
    const { width, height, faces } = readEmbeddedFrame(bytes.toString())
    const verdicts = await agnize.identifyEmbeddings(faces, identifyOptionsOf(this.#options))
    return {
      width,
      height,
      faces: faces.map((face, i) => {
        const verdict = verdicts[i]!
        const { box, quality } = face
        return { ...face, ...verdict, image: null, json: { box, quality, ...verdictJson(verdict) } }
      }),
    }
  }

  #say(message: object): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    // Who does not read is not written to: results are of the moment.
    if (this.#socket.bufferedAmount > unread.pause) return
    this.#socket.send(JSON.stringify(message))
  }
}
