import { AgnizeError, passReadOnly } from '../base/errors.js'
import { CountedPhotos, digestOf, embeddingBytes } from './counted-photos.js'
import type { Caller } from './keys/caller.js'
import type { KeyStore } from './keys/key-store.js'

/** Interval between writes of the usage to the store, in milliseconds. Judgment. */
const writeIntervalMs = 2000

/** What a request sends to be counted. */
export interface SentPhotos {
  /** Id of the operation. */
  readonly operation: string
  /** The photos or embeddings themselves. */
  readonly contents: readonly Uint8Array[]
  /** Whether they are together one photo, as the embeddings of its faces are. */
  readonly isOne?: boolean
}

/**
 * Daily photo quotas of keys (UTC). Photos are counted in memory and added to the store periodically, so that several servers
 * over one store see each other's usage with a few seconds' delay.
 */
export class Quotas {
  readonly #keys: KeyStore
  #day = ''
  /** Usage of each key, as last read from the store. */
  #known = new Map<string, number>()
  #unsaved = new Map<string, number>()
  readonly #counted = new CountedPhotos()
  readonly #timer: NodeJS.Timeout
  #writing: Promise<void> = Promise.resolve()

  constructor(keys: KeyStore) {
    this.#keys = keys
    this.#timer = setInterval(() => this.#write().catch(() => {}), writeIntervalMs)
    this.#timer.unref()
  }

  /**
   * Counts photos of a key.
   *
   * @param sent - What the photos are: those that were counted for another operation are not counted again.
   * @throws AgnizeError `quota-exceeded` where they exceed its quota for today.
   */
  async use(
    { keyId, photosPerDay }: Pick<Caller, 'keyId' | 'photosPerDay'>,
    photos: number,
    sent?: SentPhotos,
  ): Promise<void> {
    if (keyId === null || photosPerDay === null) return
    const digests: string[] = []
    for (const content of sent?.contents ?? []) digests.push(await digestOf(content))
    const today = new Date().toISOString().slice(0, 10)
    if (today !== this.#day) {
      this.#day = today
      this.#known = new Map()
      this.#unsaved = new Map()
      this.#counted.clear()
    }
    if (!this.#known.has(keyId)) {
      this.#known.set(keyId, await this.#usedElsewhere(today, keyId))
    }
    const isNew = (digest: string) => !this.#counted.isCounted(keyId, sent!.operation, digest)
    const { isOne = false } = sent ?? {}
    const old = isOne ? Number(!digests.some(isNew)) : digests.filter((each) => !isNew(each)).length
    const counted = digests.length === 0 ? photos : photos - old
    const fresh = this.#unsaved.get(keyId) ?? 0
    if (this.#known.get(keyId)! + fresh + counted > photosPerDay) {
      throw new AgnizeError(
        'quota-exceeded',
        `Daily quota of ${photosPerDay} photos reached; it resets at 00:00 UTC.`,
      )
    }
    this.#unsaved.set(keyId, fresh + counted)
    if (sent) this.#counted.add(keyId, sent.operation, digests)
  }

  /** Remembers the embeddings that an operation computed from a photo that was counted. */
  async computed(
    { keyId, photosPerDay }: Caller,
    operation: string,
    vectors: readonly Float32Array[],
  ) {
    if (keyId === null || photosPerDay === null) return
    const digests: string[] = []
    for (const vector of vectors) digests.push(await digestOf(embeddingBytes(vector)))
    this.#counted.add(keyId, operation, digests)
  }

  /** Usage by all servers so far; a server that only reads counts its own alone. */
  async #usedElsewhere(today: string, keyId: string): Promise<number> {
    const usage = await this.#keys.use(today, new Map([[keyId, 0]])).catch(passReadOnly)
    return usage?.get(keyId) ?? 0
  }

  /** Seconds until 00:00 UTC, when quotas reset. */
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
    // A write that failed does not stop the next one.
    this.#writing = this.#writing
      .catch(() => {})
      .then(async () => {
        const [day, fresh] = [this.#day, new Map(this.#unsaved)]
        if (fresh.size === 0) return
        const used = await this.#keys.use(day, fresh)
        if (day !== this.#day) return
        for (const [key, count] of used) {
          this.#known.set(key, count)
          const since = (this.#unsaved.get(key) ?? 0) - fresh.get(key)!
          if (since > 0) this.#unsaved.set(key, since)
          else this.#unsaved.delete(key)
        }
      })
    return this.#writing
  }
}
