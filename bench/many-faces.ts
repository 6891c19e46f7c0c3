import { Random } from '../dist/base/random.js'

const dimensions = 512
/** Approximate number of independent dimensions among a network's 512. */
const effective = 128
/** As measured for the default model: similarity of two photos of one person, and of two people of one family. */
const [ofPerson, ofFamily, families] = [0.72, 0.12, 40]

/**
 * Embeddings of a million synthetic people, distributed like `SyntheticFaces` but generated on demand: any photo of any person
 * from their numbers, in 512 dimensions over which 128 independent ones are spread.
 */
export class ManyFaces {
  readonly #normals: Float32Array
  readonly #families: Float32Array[]
  readonly #signs: Float32Array[]

  constructor(seed: number) {
    const random = new Random(seed)
    this.#normals = Float32Array.from({ length: 1 << 22 }, () => random.normal())
    this.#families = Array.from({ length: families }, (_, i) => this.#direction(1e9 + i))
    this.#signs = Array.from({ length: 3 }, () =>
      Float32Array.from({ length: dimensions }, () => (random.next() < 0.5 ? -1 : 1)),
    )
  }

  photo(person: number, photo: number): Float32Array {
    const family = this.#families[person % families]!
    const own = this.#direction(person * 2 + 1)
    const noise = this.#direction((person * 128 + photo + 1) * 2)
    const vector = new Float32Array(dimensions)
    for (let i = 0; i < effective; i++) {
      vector[i] =
        Math.sqrt(ofFamily) * family[i]! +
        Math.sqrt(ofPerson - ofFamily) * own[i]! +
        Math.sqrt(1 - ofPerson) * noise[i]!
    }
    return normalized(this.#spread(vector))
  }

  /** A pseudorandom direction, determined by a number. */
  #direction(number: number): Float32Array {
    // Two ranges of random numbers, so that there are 2^44 directions.
    const hash = (salt: number) =>
      Math.imul(Math.imul(number | 0, 0x9e3779b1) ^ salt, 0x85ebca6b) >>> 11
    const high = Math.floor(number / 2 ** 32)
    const [a, b] = [hash(0x1234567 + high), hash(0x7654321 - high)]
    const last = this.#normals.length - effective
    const vector = new Float32Array(effective)
    for (let i = 0; i < effective; i++) {
      vector[i] = this.#normals[(a % last) + i]! + this.#normals[((b * 7 + 3) % last) + i]!
    }
    return normalized(vector)
  }

  /** A rotation: three times random signs and the Hadamard transform. */
  #spread(vector: Float32Array): Float32Array {
    for (const signs of this.#signs) {
      for (let i = 0; i < dimensions; i++) vector[i] = vector[i]! * signs[i]!
      for (let half = 1; half < dimensions; half *= 2) {
        for (let i = 0; i < dimensions; i += 2 * half) {
          for (let k = i; k < i + half; k++) {
            const [a, b] = [vector[k]!, vector[k + half]!]
            vector[k] = a + b
            vector[k + half] = a - b
          }
        }
      }
    }
    return vector
  }
}

function normalized(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return vector.map((x) => x / length)
}
