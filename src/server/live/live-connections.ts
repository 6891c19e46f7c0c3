import type { WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { DetailsCache } from '../../application/details-cache.js'
import type { IdentifyOptions } from '../../application/identification.js'
import type { RecordedFace } from '../../application/visit-recorder.js'
import type { Face } from '../../faces/face.js'
import { faceJson, verdictJson } from '../../json/photo-json.js'
import type { Agnize } from '../../library/agnize.js'
import { type LivenessMode, stricterMode } from '../../liveness/liveness.js'
import type { Answer, Verdict } from '../../recognition/decide.js'
import { Tracker } from '../../recognition/tracker.js'
import { checked } from '../check.js'
import { actorOf, localCaller } from '../keys/caller.js'
import { agnizeError, problemOf } from '../problem.js'
import { identifyOptionsOf, inGallery, liveQuery, refuseLiveness } from '../routes/parameters.js'
import { actingAs } from '../served-galleries.js'
import { withRejectionGuard } from '../stray-rejections.js'
import { ChallengeConnection } from './challenge-connection.js'
import { readEmbeddedFrame } from './embedded-frame.js'
import { FrameAdmission } from './frame-admission.js'
import { LiveAttacks } from './live-attacks.js'
import type { LiveHost } from './live-host.js'
import { LiveVisits } from './live-visits.js'

/** Interval between pings of each connection, in milliseconds. Judgment. */
const pingIntervalMs = 30_000
/** Interval at which a connection's key is checked again, in milliseconds. Judgment. */
const keyCheckIntervalMs = 1000
/** Unsent bytes at which results are dropped (`pause`), and at which the connection is closed (`end`). Judgment. */
const unsentBytesLimits = { pause: 1e6, end: 16e6 }

/** WebSocket close codes. */
export const closeCodes = { stopping: 1001, unauthorized: 4401, tooMany: 4429 } as const

/** The live connections of a server. */
export class LiveConnections {
  readonly #server: LiveHost
  readonly #open = new Map<WebSocket, { alive: boolean }>()
  readonly #timer: NodeJS.Timeout

  constructor(server: LiveHost) {
    this.#server = server
    this.#timer = setInterval(() => this.#pingAll(), pingIntervalMs)
    this.#timer.unref()
  }

  get count(): number {
    return this.#open.size
  }

  /** Adds a connection whose key has been checked. */
  add(socket: WebSocket, request: FastifyRequest): void {
    if (this.#open.size >= this.#server.settings.maxSockets) {
      socket.close(closeCodes.tooMany, 'too many connections')
      return
    }
    const state = { alive: true }
    this.#open.set(socket, state)
    socket.on('pong', () => (state.alive = true))
    socket.on('close', () => this.#open.delete(socket))
    // `ws` closes the connection after an error.
    socket.on('error', () => {})
    const { challenge } = checked(liveQuery, request.query, 'The query')
    if (challenge === undefined) new LiveConnection(this.#server, socket, request)
    else new ChallengeConnection(this.#server, socket, request, challenge)
  }

  close(): void {
    clearInterval(this.#timer)
    for (const socket of this.#open.keys())
      socket.close(closeCodes.stopping, 'the server is stopping')
    // Terminates connections that do not answer the close.
    setTimeout(() => {
      for (const socket of this.#open.keys()) socket.terminate()
    }, 1000).unref()
  }

  #pingAll(): void {
    for (const [socket, state] of this.#open) {
      if (!state.alive || socket.bufferedAmount > unsentBytesLimits.end) socket.terminate()
      else {
        state.alive = false
        socket.ping()
      }
    }
  }
}

/** A frame as received. */
interface Frame {
  /** Number of the frame on its connection, from 1. */
  readonly number: number
  readonly bytes: Buffer
  /** Whether it is an encoded image; else it is JSON with the faces of one. */
  readonly isPhoto: boolean
  readonly at: number
}

/** A tracked face with its JSON for the client. */
type FaceWithJson = Parameters<Tracker['update']>[0][number] &
  RecordedFace & { readonly json: object }

/** The result of a frame. */
interface FrameResult {
  readonly width: number
  readonly height: number
  readonly faces: readonly (FaceWithJson & { readonly answer: Answer })[]
  /** The faces with verdicts by the gallery's own settings; null where visits are not recorded, nor attacks. */
  readonly recorded: readonly RecordedFace[] | null
}

/** One client that sends frames. The newest frame wins: a frame that arrives during processing replaces the waiting one. */
class LiveConnection {
  readonly #server: LiveHost
  readonly #socket: WebSocket
  readonly #request: FastifyRequest
  readonly #gallery: string
  readonly #options: z.infer<typeof liveQuery>
  /** What the server demands, or more where the client asks for it. */
  readonly #liveness: LivenessMode
  /** Trackers for faces that the server detected (`photo`) and for faces that the client detected (`embedded`). */
  readonly #trackers: { readonly photo: Tracker; readonly embedded: Tracker }
  readonly #details = new DetailsCache()
  readonly #visits: LiveVisits
  readonly #attacks: LiveAttacks
  readonly #frameAdmission: FrameAdmission
  /** Aborts when the client leaves. */
  readonly #gone = new AbortController()
  #waiting: Frame | undefined
  #working = false
  #frames = 0
  #dropped = 0
  #checkedAt = Date.now()

  constructor(server: LiveHost, socket: WebSocket, request: FastifyRequest) {
    this.#server = server
    this.#socket = socket
    this.#request = request
    this.#frameAdmission = new FrameAdmission(server, request)
    this.#gallery = checked(inGallery, request.params, 'The address').gallery
    const options = checked(liveQuery, request.query, 'The query')
    this.#liveness = stricterMode(server.settings.liveness, options.liveness ?? 'off')
    this.#options = { ...options, liveness: this.#liveness }
    const requireLive = this.#liveness === 'require'
    this.#visits = new LiveVisits(options.camera, requireLive)
    this.#attacks = new LiveAttacks(server, options.camera)
    let tracks = 0
    const newId = () => ++tracks
    this.#trackers = {
      photo: new Tracker({ requireLive }, newId),
      embedded: new Tracker({}, newId),
    }
    socket.on('close', () => {
      this.#gone.abort()
      this.#visits.close().catch((error: unknown) => {
        server.log.error({ err: error }, 'the last visits could not be saved')
      })
      if (this.#waiting) this.#server.admission.release(this.#waiting.bytes.length)
      this.#waiting = undefined
    })
    socket.on('message', (data, isPhoto) => {
      this.#onFrame(Buffer.isBuffer(data) ? data : Buffer.concat(data as Buffer[]), isPhoto)
    })
  }

  /** Whether faces are told from pictures of faces. */
  get #isAssessed(): boolean {
    return this.#liveness !== 'off'
  }

  #onFrame(bytes: Buffer, isPhoto: boolean): void {
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
      this.#processFrames()
        .catch((error: unknown) => this.#server.log.error({ err: error }, 'live connection failed'))
        .finally(() => (this.#working = false))
    }
  }

  #drop(): void {
    this.#dropped++
    this.#server.metrics.frame('dropped')
  }

  async #processFrames(): Promise<void> {
    while (this.#waiting && this.#socket.readyState === this.#socket.OPEN) {
      const frame = this.#waiting
      const { number, bytes } = frame
      this.#waiting = undefined
      try {
        if (!(await this.#isStillAuthorized())) return
        this.#send(await withRejectionGuard(() => this.#answer(frame)))
      } catch (error) {
        const known = agnizeError(error)
        if (known.code === 'overloaded') this.#drop()
        if (known.code === 'internal') this.#server.log.error({ err: error }, 'live frame failed')
        const { code, detail } = problemOf(known, this.#request.id)
        this.#send({ type: 'error', frame: number, code, detail })
      } finally {
        this.#server.admission.release(bytes.length)
      }
    }
  }

  /** Whether the caller's key is still valid: it may have been revoked since the connection began. */
  async #isStillAuthorized(): Promise<boolean> {
    const now = Date.now()
    if (now - this.#checkedAt < keyCheckIntervalMs) return true
    this.#checkedAt = now
    const { authentication } = this.#server
    if (await authentication.stillAdmits(this.#request, 'identify', this.#gallery)) return true
    this.#socket.close(closeCodes.unauthorized, 'the key is no longer valid')
    return false
  }

  async #answer(frame: Frame): Promise<object> {
    const { galleries } = this.#server
    const caller = this.#request.caller ?? localCaller
    const { agnize, session } = await galleries.get(this.#gallery)
    return actingAs(actorOf(caller), async () => {
      await this.#visits.refreshSettings(agnize)
      const { width, height, faces, recorded } = await this.#frameAdmission.with(caller, () =>
        frame.isPhoto
          ? this.#identifyImage(agnize, frame.bytes)
          : this.#identifyEmbedded(agnize, frame.bytes),
      )
      this.#server.metrics.frame('processing')
      this.#server.metrics.identified(faces.map(({ answer }) => answer))
      const tracker = frame.isPhoto ? this.#trackers.photo : this.#trackers.embedded
      const tracked = tracker.update<FaceWithJson>(faces, frame.at)
      if (this.#isAssessed && recorded) {
        const judged = tracked.map(({ track }, i) => ({ track, face: recorded[i]! }))
        await this.#attacks.update(session, judged, frame.at)
      }
      const sightings = recorded ? await this.#visits.update(recorded, frame.at) : []
      return {
        ...{ type: 'result', frame: frame.number, width, height },
        faces: await Promise.all(
          tracked.map(async ({ face, track: { id, frames, age, subject, liveness } }, i) => ({
            ...face.json,
            track: {
              ...{ id, frames, age, subject },
              ...(this.#isAssessed && { liveness }),
              greeting: await this.#details.phraseOf(agnize.people, subject),
              sighting: sightings[i] ?? null,
            },
          })),
        ),
        ms: Math.round((performance.now() - frame.at) * 10) / 10,
        dropped: this.#dropped,
      }
    })
  }

  /** Identifies the faces of an image. */
  async #identifyImage(agnize: Agnize, bytes: Buffer): Promise<FrameResult> {
    const options = identifyOptionsOf(this.#options)
    const { width, height, faces, crops } = await agnize.identifyPhoto(bytes, {
      ...options,
      crops: this.#visits.needsCrops,
      signal: this.#gone.signal,
    })
    const withEmbeddings = this.#options.embeddings ?? false
    const imageOf = (i: number) => crops[i] ?? null
    return {
      ...{ width, height },
      faces: faces.map((face, i) => ({
        ...{ ...face, image: imageOf(i) },
        json: faceJson(face, withEmbeddings),
      })),
      recorded:
        this.#visits.areRecorded || this.#isAssessed
          ? await this.#galleryVerdicts(agnize, faces, options, imageOf)
          : null,
    }
  }

  /** The faces with verdicts by the gallery's own settings: its threshold, and all its subjects as candidates. */
  async #galleryVerdicts(
    agnize: Agnize,
    faces: readonly (Face & Verdict)[],
    { accept, among, fusion, allowDuplicates }: IdentifyOptions,
    imageOf: (i: number) => Uint8Array | null,
  ): Promise<RecordedFace[]> {
    const isOwn = !accept && !among && !fusion && !allowDuplicates
    const verdicts =
      isOwn || faces.length === 0
        ? faces
        : await agnize.identifyEmbeddings(faces, { liveness: this.#liveness })
    return faces.map((face, i) => ({ ...face, ...verdicts[i]!, image: imageOf(i) }))
  }

  /** Identifies faces that the client embedded. They make no visits, since the server has not seen the image. */
  async #identifyEmbedded(agnize: Agnize, bytes: Buffer): Promise<FrameResult> {
    refuseLiveness(this.#options)
    const { width, height, faces } = readEmbeddedFrame(bytes)
    const verdicts = await agnize.identifyEmbeddings(faces, identifyOptionsOf(this.#options))
    return {
      ...{ width, height, recorded: null },
      faces: faces.map((face, i) => {
        const verdict = verdicts[i]!
        const { box, quality } = face
        return { ...face, ...verdict, image: null, json: { box, quality, ...verdictJson(verdict) } }
      }),
    }
  }

  #send(message: object): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    // Results for a client that does not read are dropped: they are of use only at once.
    if (this.#socket.bufferedAmount > unsentBytesLimits.pause) return
    this.#socket.send(JSON.stringify(message))
  }
}
