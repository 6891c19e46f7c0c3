import type { WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import { samePersonThreshold } from '../../application/identification.js'
import { AgnizeError } from '../../base/errors.js'
import type { Face } from '../../faces/face.js'
import type { SimilarityMeasure } from '../../faces/similarity-measure.js'
import type { StoredChallenge } from '../../gallery/challenge-store.js'
import { Challenge } from '../../liveness/challenge/challenge.js'
import type { Observation } from '../../liveness/challenge/observation.js'
import type { ChallengeProgress } from '../../liveness/challenge/outcome.js'
import type { ChallengeStep } from '../../liveness/challenge/steps.js'
import { similarity } from '../../recognition/similarity.js'
import type { GallerySession } from '../../session/gallery-session.js'
import { checked } from '../check.js'
import { actorOf, idOf, localCaller } from '../keys/caller.js'
import { agnizeError, problemOf } from '../problem.js'
import { inGallery } from '../routes/parameters.js'
import { actingAs } from '../served-galleries.js'
import { withRejectionGuard } from '../stray-rejections.js'
import { readChallengeFrame } from './challenge-frame.js'
import { resultExpiry, resultOf } from './challenge-result.js'
import { FrameAdmission } from './frame-admission.js'
import { FrameClock } from './frame-clock.js'
import type { LiveHost } from './live-host.js'

/** Similarity at which faces are one person's for a model that was not calibrated. Judgment. */
const uncalibrated = 0.4

/** Time for somebody to vouch after a challenge that failed, in milliseconds. Judgment: an administrator is fetched. */
const vouchMs = 120_000

/** A challenge that is being followed. */
interface Followed {
  readonly session: GallerySession
  readonly stored: StoredChallenge
  readonly challenge: Challenge
  readonly measure: SimilarityMeasure
  /** The first face, which all later ones have to be. */
  first: Face | undefined
  isKept: boolean
}

/** A connection that sends the frames of one challenge. A frame that arrives while another is judged replaces the waiting one. */
export class ChallengeConnection {
  readonly #server: LiveHost
  readonly #socket: WebSocket
  readonly #request: FastifyRequest
  readonly #id: string
  readonly #admission: FrameAdmission
  readonly #clock = new FrameClock()
  /** Aborts when the client leaves. */
  readonly #gone = new AbortController()
  #followed: Followed | undefined
  #waiting: { readonly bytes: Buffer; readonly isBinary: boolean; readonly at: number } | undefined
  #isWorking = false
  #isOver = false
  #frames = 0

  constructor(server: LiveHost, socket: WebSocket, request: FastifyRequest, id: string) {
    this.#server = server
    this.#socket = socket
    this.#request = request
    this.#id = id
    this.#admission = new FrameAdmission(server, request)
    socket.on('message', (data, isBinary) => {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.concat(data as Buffer[])
      this.#onFrame(bytes, isBinary)
    })
    socket.on('close', () => {
      this.#gone.abort()
      if (this.#waiting) server.admission.release(this.#waiting.bytes.length)
      this.#waiting = undefined
      // A challenge is followed without a break.
      this.#end('failed').catch((error: unknown) => {
        server.log.error({ err: error }, 'a challenge could not be ended')
      })
    })
  }

  #onFrame(bytes: Buffer, isBinary: boolean): void {
    this.#frames++
    try {
      this.#server.admission.hold(bytes.length)
    } catch {
      this.#server.metrics.frame('dropped')
      return
    }
    if (this.#waiting) {
      this.#server.admission.release(this.#waiting.bytes.length)
      this.#server.metrics.frame('dropped')
    }
    this.#waiting = { bytes, isBinary, at: performance.now() }
    if (this.#isWorking) return
    this.#isWorking = true
    this.#judgeFrames()
      .catch((error: unknown) => this.#server.log.error({ err: error }, 'challenge failed'))
      .finally(() => (this.#isWorking = false))
  }

  async #judgeFrames(): Promise<void> {
    while (this.#waiting && !this.#isOver && this.#socket.readyState === this.#socket.OPEN) {
      const { bytes, isBinary, at } = this.#waiting
      this.#waiting = undefined
      const frame = this.#frames
      const began = performance.now()
      try {
        this.#send({
          ...{ type: 'challenge', frame },
          ...(await withRejectionGuard(() => this.#judge(bytes, isBinary, this.#clock.timeOf(at)))),
        })
      } catch (error) {
        const known = agnizeError(error)
        if (known.code === 'internal') this.#server.log.error({ err: error }, 'challenge failed')
        const { code, detail } = problemOf(known, this.#request.id)
        this.#send({ type: 'error', frame, code, detail })
        if (!this.#followed && ending.has(code)) this.#isOver = true
      } finally {
        this.#server.admission.release(bytes.length)
        this.#clock.judged(performance.now() - began)
      }
      if (this.#isOver) this.#socket.close(1000, 'the challenge is over')
    }
  }

  async #judge(bytes: Buffer, isBinary: boolean, at: number): Promise<object> {
    const caller = this.#request.caller ?? localCaller
    const { nonce, time, bytes: photo } = readChallengeFrame(bytes, isBinary)
    return actingAs(actorOf(caller), async () => {
      this.#followed ??= await this.#begin(idOf(caller))
      const followed = this.#followed
      const { seen, face } = await this.#admission.with(caller, () => this.#see(followed, photo))
      this.#server.metrics.frame('processing')
      const progress = followed.challenge.observe({ ...seen, nonce, time, at })
      if (face && followed.challenge.isStarted && !followed.isKept) {
        const { width, height } = seen
        const { store } = await followed.session.gallery()
        await store.challenges.keepFace(this.#id, { width, height, face })
        followed.isKept = true
      }
      const { width, height } = seen
      const about = { ...progress, width, height, box: seen.face?.box ?? null }
      return { ...about, ...(await this.#conclude(progress)) }
    })
  }

  async #begin(keyId: string | null): Promise<Followed> {
    const { gallery } = checked(inGallery, this.#request.params, 'The address')
    const { session } = await this.#server.galleries.get(gallery)
    const { store } = await session.gallery()
    const stored = await store.challenges.begin(this.#id, keyId)
    if (stored === 'unknown') throw unknownChallenge()
    if (stored === 'taken') {
      throw new AgnizeError('challenge-taken', 'This challenge was begun before: create another.')
    }
    const sameFace = samePersonThreshold(await session.calibratedCard(), uncalibrated)
    const { nonce } = stored
    const steps = stored.steps as readonly ChallengeStep[]
    return {
      ...{ session, stored, challenge: new Challenge({ steps, nonce, sameFace }) },
      ...{ measure: await session.measure(), first: undefined, isKept: false },
    }
  }

  /** What is seen of a frame, and its largest face. */
  async #see(
    followed: Followed,
    photo: Buffer,
  ): Promise<{
    readonly seen: Omit<Observation, 'nonce' | 'time' | 'at'>
    readonly face: Face | undefined
  }> {
    const { session, stored, challenge, measure } = followed
    const judged = stored.passive && !challenge.isStarted
    const { width, height, faces, points } = await session.analyze(
      { name: '', bytes: photo },
      {
        ...{ detail: 'fast', signal: this.#gone.signal },
        ...(judged && { liveness: 'observe' }),
      },
      false,
      true,
    )
    const [face, second] = faces
    followed.first ??= face
    return {
      face,
      seen: {
        ...{ width, height },
        second: face && second ? second.box.width / face.box.width : 0,
        face: face
          ? {
              ...{ box: face.box, points: points![0]!, pose: face.pose },
              similarity: similarity(measure, followed.first!.embedding, face.embedding),
              liveness: face.liveness?.answer,
            }
          : null,
      },
    }
  }

  /** Ends a challenge that is over. @returns Its result, where it was passed. */
  async #conclude({ state }: ChallengeProgress): Promise<object> {
    if (state === 'failed') await this.#end('failed')
    if (state !== 'passed') return {}
    const { session, stored } = this.#followed!
    const { store } = await session.gallery()
    const expires = resultExpiry()
    if (!(await this.#end('passed', expires))) throw unknownChallenge()
    const { id: challenge, keyId: key } = stored
    return resultOf(this.#server, { challenge, gallery: store.id, key, expires }, 'challenge')
  }

  /** @returns Whether it had not expired. */
  async #end(state: 'passed' | 'failed', expires?: string): Promise<boolean> {
    const followed = this.#followed
    if (this.#isOver || !followed) return false
    this.#isOver = true
    const { stored, session, isKept } = followed
    const { store } = await session.gallery()
    const vouching = new Date(Date.now() + vouchMs).toISOString()
    const ends = state === 'failed' && isKept ? vouching : stored.expiresAt
    return store.challenges.end(this.#id, state, expires ?? ends)
  }

  #send(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message))
  }
}

/** Codes after which a connection has nothing to follow. */
const ending: ReadonlySet<string> = new Set(['unknown-challenge', 'challenge-taken'])

/** The error for a challenge that does not exist, has expired, or is another key's. */
export const unknownChallenge = () =>
  new AgnizeError(
    'unknown-challenge',
    'There is no such challenge for this key, or it has expired: create another.',
  )
