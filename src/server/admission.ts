import { AgnizeError } from '../base/errors.js'

/** How much may be under way at a time. */
export interface AdmissionLimits {
  /** Photos worked on at a time. */
  readonly threads: number
  /** Requests that may wait for that. */
  readonly queue: number
  /** Bytes of request bodies held in memory. */
  readonly bytes: number
  /** How many of these who brings no key may hold, all of them together. */
  readonly anonymousBytes: number
}

/**
 * A bounded queue before the threads: what would have to wait too long is refused at once, so that what was accepted is
 * served at full speed.
 */
export class Admission {
  readonly #limits: AdmissionLimits
  #inside = 0
  #fetching = 0
  #bytes = 0
  #anonymousBytes = 0
  /** Mean time inside, in milliseconds, of late. */
  #mean = 100
  /** Requests that were refused. */
  refused = 0

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  /** Requests that are worked on or wait. */
  get inside(): number {
    return this.#inside
  }

  /** Bytes of bodies in memory. */
  get bytes(): number {
    return this.#bytes
  }

  get isFull(): boolean {
    return this.#inside >= this.#limits.threads + this.#limits.queue
  }

  /** Seconds after which it is worth coming back. */
  get retryAfter(): number {
    return Math.max(1, Math.ceil((this.#mean * this.#inside) / this.#limits.threads / 1000))
  }

  /** @returns To be called when the work is done. @throws AgnizeError `overloaded`. */
  enter(): () => void {
    this.check()
    this.#inside++
    const start = performance.now()
    let left = false
    return () => {
      if (left) return
      left = true
      this.#inside--
      this.#mean += 0.1 * ((performance.now() - start) / Math.max(1, this.#inside + 1) - this.#mean)
    }
  }

  /**
   * A turn to fetch photos, which holds none of the threads' turns: addresses may answer slowly.
   *
   * @returns To be called when they are there. @throws AgnizeError `overloaded`.
   */
  enterFetching(): () => void {
    this.check()
    const { threads, queue } = this.#limits
    if (this.#fetching >= threads + queue) {
      throw this.#overloaded('More photos are being fetched than the server can wait for')
    }
    this.#fetching++
    return () => void this.#fetching--
  }

  /** @throws AgnizeError `overloaded` where {@link Admission.enter} would. */
  check(): void {
    if (this.isFull) throw this.#overloaded('More photos are waiting than the server can work on')
  }

  /** Counts bytes of a body in. @throws AgnizeError `overloaded`. */
  hold(bytes: number, isAnonymous = false): void {
    const { bytes: most, anonymousBytes: mostAnonymous } = this.#limits
    if (
      this.#bytes + bytes > most ||
      (isAnonymous && this.#anonymousBytes + bytes > mostAnonymous)
    ) {
      throw this.#overloaded('More is being sent than the server can hold')
    }
    this.#bytes += bytes
    if (isAnonymous) this.#anonymousBytes += bytes
  }

  /** Counts bytes out. */
  release(bytes: number, isAnonymous = false): void {
    this.#bytes -= bytes
    if (isAnonymous) this.#anonymousBytes -= bytes
  }

  #overloaded(why: string): AgnizeError {
    this.refused++
    return new AgnizeError('overloaded', `${why}: try again after the time in Retry-After.`)
  }
}
