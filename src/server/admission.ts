import { AgnizeError } from '../base/errors.js'

/** Requests that may wait for a place, besides those in the queue: as many as CompreFace's server has threads. Judgment. */
const maxWaiting = 200

/** Limits on the work that the server accepts at a time. */
export interface AdmissionLimits {
  /** Photos processed at a time. */
  readonly threads: number
  /** Requests that may wait for a thread. */
  readonly queue: number
  /** Bytes of request bodies held in memory. */
  readonly bytes: number
  /** Bytes that bodies of requests without a key may take of `bytes`, all of them together. */
  readonly anonymousBytes: number
}

/**
 * A bounded queue before the threads: a request beyond the limits is refused at once, so that accepted requests are served
 * at full speed.
 */
export class Admission {
  readonly #limits: AdmissionLimits
  #active = 0
  #fetching = 0
  #bytes = 0
  #anonymousBytes = 0
  /** Give a free place to a waiting request, in the order of arrival. */
  readonly #waiting: (() => void)[] = []
  /** Exponential moving average of a request's processing time, in milliseconds. */
  #mean = 100
  /** Number of refused requests. */
  refused = 0

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  /** Number of requests in process or in the queue. */
  get active(): number {
    return this.#active
  }

  /** Bytes of request bodies in memory. */
  get bytes(): number {
    return this.#bytes
  }

  get isFull(): boolean {
    return this.#active >= this.#limits.threads + this.#limits.queue
  }

  /** Seconds after which a client should retry. */
  get retryAfter(): number {
    return Math.max(1, Math.ceil((this.#mean * this.#active) / this.#limits.threads / 1000))
  }

  /** Admits a request. @returns A function to call when its work is done. @throws AgnizeError `overloaded`. */
  enter(): () => void {
    this.check()
    this.#active++
    return this.#place()
  }

  /**
   * Admits a request as {@link Admission.enter} does; where the queue is full, it waits for a place.
   *
   * @param seconds - Longest wait.
   * @param signal - Ends the wait when the client is gone.
   * @returns A function to call when its work is done. @throws AgnizeError `overloaded`; the signal's reason.
   */
  async wait(seconds: number, signal: AbortSignal): Promise<() => void> {
    if (!this.isFull) return this.enter()
    if (this.#waiting.length >= maxWaiting) {
      throw this.#overloaded('Too many requests are waiting for a place in the queue')
    }
    await new Promise<void>((resolve, reject) => {
      const end = (finish: () => void) => () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
        const at = this.#waiting.indexOf(take)
        if (at >= 0) this.#waiting.splice(at, 1)
        finish()
      }
      const take = end(resolve)
      const abort = end(() => reject(signal.reason as Error))
      const giveUp = end(() => reject(this.#overloaded('No place in the queue became free')))
      const timer = setTimeout(giveUp, seconds * 1000)
      this.#waiting.push(take)
      signal.addEventListener('abort', abort)
      if (signal.aborted) abort()
    })
    return this.#place()
  }

  /** A taken place. @returns A function that frees it, or hands it to a waiting request. */
  #place(): () => void {
    const start = performance.now()
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#mean += 0.1 * ((performance.now() - start) / Math.max(1, this.#active) - this.#mean)
      const next = this.#waiting[0]
      if (next) next()
      else this.#active--
    }
  }

  /**
   * Admits a request that fetches photos from URLs. It takes no thread meanwhile, since remote hosts may answer slowly.
   *
   * @returns A function to call when the photos are fetched. @throws AgnizeError `overloaded`.
   */
  enterFetching(): () => void {
    this.check()
    const { threads, queue } = this.#limits
    if (this.#fetching >= threads + queue) {
      throw this.#overloaded('The server is already fetching too many photos')
    }
    this.#fetching++
    return () => void this.#fetching--
  }

  /** @throws AgnizeError `overloaded` where {@link Admission.enter} would. */
  check(): void {
    if (this.isFull) throw this.#overloaded('Too many photos are waiting to be processed')
  }

  /** Reserves memory for bytes of a body. @throws AgnizeError `overloaded`. */
  hold(bytes: number, isAnonymous = false): void {
    const { bytes: maxBytes, anonymousBytes: maxAnonymousBytes } = this.#limits
    if (
      this.#bytes + bytes > maxBytes ||
      (isAnonymous && this.#anonymousBytes + bytes > maxAnonymousBytes)
    ) {
      throw this.#overloaded('The server has too many request bodies in memory')
    }
    this.#bytes += bytes
    if (isAnonymous) this.#anonymousBytes += bytes
  }

  /** Releases memory that {@link Admission.hold} reserved. */
  release(bytes: number, isAnonymous = false): void {
    this.#bytes -= bytes
    if (isAnonymous) this.#anonymousBytes -= bytes
  }

  #overloaded(why: string): AgnizeError {
    this.refused++
    return new AgnizeError('overloaded', `${why}: try again after the time in Retry-After.`)
  }
}
