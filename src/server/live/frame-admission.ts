import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Admission } from '../admission.js'
import type { Caller } from '../keys/caller.js'
import type { Quotas } from '../quotas.js'
import { rateLimitError } from '../rate-limit-error.js'

/** Lets the frames of one connection in like photos: each counts in the key's rate and quota, and waits for admission. */
export class FrameAdmission {
  readonly #server: { readonly quotas: Quotas; readonly admission: Admission }
  readonly #request: FastifyRequest
  readonly #countInRate: ReturnType<FastifyInstance['createRateLimit']>

  constructor(
    server: { readonly quotas: Quotas; readonly admission: Admission },
    request: FastifyRequest,
  ) {
    this.#server = server
    this.#request = request
    this.#countInRate = request.server.createRateLimit()
  }

  /** @throws AgnizeError `rate-limited`, `quota-exceeded`, `overloaded`. */
  async with<T>(caller: Caller, work: () => Promise<T>): Promise<T> {
    const rate = await this.#countInRate(this.#request)
    if (!rate.isAllowed && rate.isExceeded) throw rateLimitError(rate.max)
    await this.#server.quotas.use(caller, 1)
    const leave = this.#server.admission.enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
