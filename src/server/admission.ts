import { AgnizeError } from '../base/errors.js'

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
    const start = performance.now()
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#active--
      this.#mean += 0.1 * ((performance.now() - start) / Math.max(1, this.#active + 1) - this.#mean)
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
