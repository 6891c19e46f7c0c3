import { AgnizeError } from '../base/errors.js'
import type { Caller } from './keys/caller.js'
import type { KeyStore } from './keys/key-store.js'

/** How often what was used is written down, in milliseconds. */
const pause = 2000

/**
 * Photos that keys may send a day (UTC). Counted in memory and added to the store now and then, so that several servers
 * over one store know of each other's, some seconds late.
 */
export class Quotas {
  readonly #keys: KeyStore
  #day = ''
  /** By key, as the store had it last. */
  #known = new Map<string, number>()
  #fresh = new Map<string, number>()
  readonly #timer: NodeJS.Timeout
  #writing: Promise<void> = Promise.resolve()

  constructor(keys: KeyStore) {
    this.#keys = keys
    this.#timer = setInterval(() => this.#write().catch(() => {}), pause)
    this.#timer.unref()
  }

  /** Counts photos. @throws AgnizeError `quota-exceeded` where they are more than the key may send today. */
  async use({ keyId, photosPerDay }: Caller, photos: number): Promise<void> {
    if (keyId === null || photosPerDay === null) return
    const today = new Date().toISOString().slice(0, 10)
    if (today !== this.#day) {
      this.#day = today
      this.#known = new Map()
      this.#fresh = new Map()
    }
    if (!this.#known.has(keyId)) {
      const used = await this.#keys.use(today, new Map([[keyId, 0]]))
      this.#known.set(keyId, used.get(keyId) ?? 0)
    }
    const fresh = this.#fresh.get(keyId) ?? 0
    if (this.#known.get(keyId)! + fresh + photos > photosPerDay) {
      throw new AgnizeError(
        'quota-exceeded',
        `Daily quota of ${photosPerDay} photos reached; it resets at 00:00 UTC.`,
      )
    }
    this.#fresh.set(keyId, fresh + photos)
  }

  /** Seconds to midnight. */
  static untilTomorrow(): number {
    const now = new Date()
    const tomorrow = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1)
    return Math.ceil((tomorrow - now.getTime()) / 1000)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#write().catch(() => {})
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      const [day, fresh] = [this.#day, new Map(this.#fresh)]
      if (fresh.size === 0) return
      const used = await this.#keys.use(day, fresh)
      if (day !== this.#day) return
      for (const [key, count] of used) {
        this.#known.set(key, count)
        const since = (this.#fresh.get(key) ?? 0) - fresh.get(key)!
        if (since > 0) this.#fresh.set(key, since)
        else this.#fresh.delete(key)
      }
    })
    return this.#writing
  }
}
