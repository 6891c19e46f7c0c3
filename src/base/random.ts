/** Random numbers determined by a seed and a position in the work, so that repeated or resumed work draws the same ones. */
export class Random {
  #state: number

  /** @param keys - Integers: the seed, then whatever distinguishes this sequence from others, such as the step. */
  constructor(...keys: readonly number[]) {
    let state = 0x9e3779b9
    for (const key of keys) state = mix(state ^ mix(key + 0x85ebca6b))
    this.#state = state
  }

  /** A number 0 ≤ x < 1 (mulberry32, Tommy Ettinger 2017). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** A uniformly distributed number, low ≤ x < high. */
  between(low: number, high: number): number {
    return low + (high - low) * this.next()
  }

  /** An integer 0 ≤ n < count. */
  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  /** A normally distributed number with mean 0 and standard deviation 1 (Box and Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
  }

  /** Draws `count` different items of a list, in random order; all items when the list has fewer. */
  sample<T>(list: readonly T[], count: number): T[] {
    const rest = [...list]
    const chosen: T[] = []
    while (chosen.length < count && rest.length > 0) {
      chosen.push(...rest.splice(this.below(rest.length), 1))
    }
    return chosen
  }
}

/** Mixes the bits of a 32-bit number (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}
