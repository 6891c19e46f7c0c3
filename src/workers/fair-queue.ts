/** Half-life of a caller's recorded use, in seconds. Judgment. */
const halfLife = 30

/** A caller's use of the workers, with exponential decay. */
interface Use {
  /** Used seconds, decayed to the time `at`. */
  seconds: number
  at: number
}

/**
 * A fair queue of the items of several callers: the next item is the oldest of the caller with the least recent use of the
 * workers, so that a caller with costly photos does not delay the others.
 */
export class FairQueue<Item extends { readonly owner: string }> {
  readonly #waiting: Item[] = []
  readonly #used = new Map<string, Use>()
  readonly #now: () => number

  /** @param now - Clock, in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  get length(): number {
    return this.#waiting.length
  }

  push(item: Item): void {
    this.#waiting.push(item)
  }

  /** Removes a canceled item. @returns Whether it was queued. */
  remove(item: Item): boolean {
    const at = this.#waiting.indexOf(item)
    if (at >= 0) this.#waiting.splice(at, 1)
    return at >= 0
  }

  /** Removes and returns all items. */
  clear(): Item[] {
    return this.#waiting.splice(0)
  }

  /**
   * Removes and returns the next item.
   *
   * @param running - Seconds that each caller's running jobs have taken so far.
   */
  next(running: ReadonlyMap<string, number>): Item | undefined {
    let best = 0
    let lowest = Number.POSITIVE_INFINITY
    const seen = new Set<string>()
    for (const [at, { owner }] of this.#waiting.entries()) {
      if (seen.has(owner)) continue
      seen.add(owner)
      const used = this.#secondsOf(owner) + (running.get(owner) ?? 0)
      if (used >= lowest) continue
      best = at
      lowest = used
    }
    return this.#waiting.splice(best, 1)[0]
  }

  /** Adds to a caller's use. */
  charge(owner: string, seconds: number): void {
    this.#used.set(owner, { seconds: this.#secondsOf(owner) + seconds, at: this.#now() })
    for (const other of this.#used.keys()) {
      if (this.#secondsOf(other) < 1e-3) this.#used.delete(other)
    }
  }

  #secondsOf(owner: string): number {
    const use = this.#used.get(owner)
    return use ? use.seconds * 0.5 ** ((this.#now() - use.at) / 1000 / halfLife) : 0
  }
}
