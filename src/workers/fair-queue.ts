/** Seconds after which half of what a caller used is forgotten. */
const halfLife = 30

/** A caller's use of the workers. */
interface Use {
  /** Seconds, as they count at `at`. */
  seconds: number
  at: number
}

/**
 * What waits for a worker, of several callers: next is what waits longest of the caller who has used the workers least of
 * late, so that one with costly photos waits for the others and not they for it.
 */
export class FairQueue<Item extends { readonly owner: string }> {
  readonly #waiting: Item[] = []
  readonly #used = new Map<string, Use>()
  readonly #now: () => number

  /** @param now - In milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  get length(): number {
    return this.#waiting.length
  }

  push(item: Item): void {
    this.#waiting.push(item)
  }

  /** Takes an item out that is no longer wanted. @returns Whether it was waiting. */
  remove(item: Item): boolean {
    const at = this.#waiting.indexOf(item)
    if (at >= 0) this.#waiting.splice(at, 1)
    return at >= 0
  }

  /** Takes everything out. */
  clear(): Item[] {
    return this.#waiting.splice(0)
  }

  /**
   * Takes out what is next.
   *
   * @param running - Seconds that each caller's work under way has taken so far.
   */
  next(running: ReadonlyMap<string, number>): Item | undefined {
    let best = 0
    let least = Number.POSITIVE_INFINITY
    const seen = new Set<string>()
    for (const [at, { owner }] of this.#waiting.entries()) {
      if (seen.has(owner)) continue
      seen.add(owner)
      const used = this.#secondsOf(owner) + (running.get(owner) ?? 0)
      if (used >= least) continue
      best = at
      least = used
    }
    return this.#waiting.splice(best, 1)[0]
  }

  /** Counts what a caller used. */
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
