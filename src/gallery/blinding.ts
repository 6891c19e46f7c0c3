import { createCipheriv, hkdfSync } from 'node:crypto'

/** Number of rounds of signs and transform; three mix every value into every other one. Judgment. */
const rounds = 3

/**
 * A secret rotation of vectors: rounds of random signs, derived from a key, and the fast Hadamard transform. It preserves
 * lengths and similarities within one key, while vectors under two keys are unrelated.
 *
 * Source: N. Ailon and B. Chazelle, "The Fast Johnson–Lindenstrauss Transform", SIAM Journal on Computing, 2009, whose
 * preconditioner is one such round.
 */
export class Blinding {
  readonly #key: Uint8Array
  readonly #signs = new Map<number, Float32Array[]>()

  /** @param key - 32 random bytes. */
  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** @returns A rotated copy. */
  apply(vector: Float32Array): Float32Array {
    const rotated = vector.slice()
    for (const signs of this.#signsFor(vector.length)) {
      flip(rotated, signs)
      transform(rotated, false)
    }
    return rotated
  }

  /** Undoes {@link Blinding.apply}. */
  revert(vector: Float32Array): Float32Array {
    const original = vector.slice()
    for (const signs of [...this.#signsFor(vector.length)].reverse()) {
      transform(original, true)
      flip(original, signs)
    }
    return original
  }

  #signsFor(dimensions: number): Float32Array[] {
    const known = this.#signs.get(dimensions)
    if (known) return known
    const key = new Uint8Array(
      hkdfSync('sha256', this.#key, '', `agnize blinding ${dimensions}`, 32),
    )
    const bits = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(
      Buffer.alloc(rounds * dimensions),
    )
    const signs = Array.from({ length: rounds }, (_, round) =>
      Float32Array.from({ length: dimensions }, (_, i) =>
        (bits[round * dimensions + i]! & 1) === 0 ? 1 : -1,
      ),
    )
    this.#signs.set(dimensions, signs)
    return signs
  }
}

function flip(vector: Float32Array, signs: Float32Array): void {
  for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! * signs[i]!
}

/** For a length that is not a power of two, transforms the first and the last block of the largest such length; they overlap. */
function transform(vector: Float32Array, backwards: boolean): void {
  const length = 2 ** Math.floor(Math.log2(vector.length))
  const starts = length === vector.length ? [0] : [0, vector.length - length]
  for (const start of backwards ? starts.reverse() : starts) {
    hadamard(vector.subarray(start, start + length))
  }
}

/** The normalized Hadamard transform, which is its own inverse. */
function hadamard(vector: Float32Array): void {
  const { length } = vector
  for (let half = 1; half < length; half *= 2) {
    for (let i = 0; i < length; i += 2 * half) {
      for (let k = i; k < i + half; k++) {
        const [a, b] = [vector[k]!, vector[k + half]!]
        vector[k] = a + b
        vector[k + half] = a - b
      }
    }
  }
  const scale = 1 / Math.sqrt(length)
  for (let i = 0; i < length; i++) vector[i] = vector[i]! * scale
}
