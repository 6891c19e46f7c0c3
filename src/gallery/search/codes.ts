import { quantize } from './quantize.js'
import type { Usearch } from './usearch.js'

/** Vectors per block; blocks let a gallery grow without being copied. Judgment. */
export const blockSize = 65_536

/** Below this many vectors plain JavaScript is as fast as the library, which then need not be loaded. Judgment. */
const minVectorsForUsearch = 1000

/** A vector in an index, and its subject. */
export interface Entry {
  /** Key of the subject, or with `best` of the template. */
  readonly key: number
  /** Key of the subject. */
  readonly owner: number
  readonly vector: Float32Array
}

/** A vector that a scan found. */
export interface Hit {
  readonly key: number
  readonly owner: number
  /** Inner product, in the units of quantized vectors. */
  readonly score: number
}

/**
 * The vectors of a gallery, quantized to 8 bits and stored contiguously; scanned exhaustively, exact up to quantization.
 */
export class Codes {
  readonly dimensions: number
  readonly #usearch: Usearch | undefined
  #size = 0
  readonly #blocks: Int8Array[] = []
  #keys = new Float64Array(1024)
  #owners = new Float64Array(1024)
  readonly #positions = new Map<number, number>()

  /** @param usearch - The library, which scans ten times faster than plain JavaScript. */
  constructor(dimensions: number, usearch: Usearch | undefined) {
    this.dimensions = dimensions
    this.#usearch = usearch
  }

  get size(): number {
    return this.#size
  }

  has(key: number): boolean {
    return this.#positions.has(key)
  }

  /** Adds a vector, or replaces the one with its key. */
  set({ key, owner, vector }: Entry): void {
    let at = this.#positions.get(key)
    if (at === undefined) at = this.#append(key, owner)
    else this.#owners[at] = owner
    quantize(vector, this.#block(at), (at % blockSize) * this.dimensions)
  }

  #append(key: number, owner: number): number {
    const at = this.#size++
    if (at === this.#keys.length) {
      this.#keys = doubled(this.#keys)
      this.#owners = doubled(this.#owners)
    }
    this.#keys[at] = key
    this.#owners[at] = owner
    this.#positions.set(key, at)
    return at
  }

  #block(at: number): Int8Array {
    const number = Math.floor(at / blockSize)
    const block = this.#blocks[number]
    const needed = (at % blockSize) + 1
    if (block && block.length >= needed * this.dimensions) return block
    // The first block grows gradually, since most galleries are small.
    const rows = number > 0 ? blockSize : Math.min(blockSize, Math.max(256, 2 * needed))
    const larger = new Int8Array(rows * this.dimensions)
    if (block) larger.set(block)
    this.#blocks[number] = larger
    return larger
  }

  /** Removes vectors by key. */
  remove(keys: Iterable<number>): void {
    for (const key of keys) {
      const at = this.#positions.get(key)
      if (at === undefined) continue
      const last = --this.#size
      this.#positions.delete(key)
      if (at !== last) {
        // The last vector moves into the gap.
        this.row(at).set(this.row(last))
        this.#keys[at] = this.#keys[last]!
        this.#owners[at] = this.#owners[last]!
        this.#positions.set(this.#keys[at]!, at)
      }
      this.row(last).fill(0)
    }
  }

  /** Keys of the vectors of the given subjects. */
  keysOf(owners: ReadonlySet<number>): number[] {
    const keys: number[] = []
    for (let i = 0; i < this.#size; i++) {
      if (owners.has(this.#owners[i]!)) keys.push(this.#keys[i]!)
    }
    return keys
  }

  /** The vector at a position, 0…size − 1. */
  row(at: number): Int8Array {
    const from = (at % blockSize) * this.dimensions
    return this.#blocks[Math.floor(at / blockSize)]!.subarray(from, from + this.dimensions)
  }

  /** The vector with a key. */
  codesOf(key: number): Int8Array | undefined {
    const at = this.#positions.get(key)
    return at === undefined ? undefined : this.row(at)
  }

  /** The vectors most similar to a probe. */
  nearest(probe: Float32Array, count: number): Hit[] {
    const query = this.quantized(probe)
    const hits: Hit[] = []
    for (const { from, codes } of this.blocks()) {
      hits.push(...this.#scan(codes, query, count, (i) => from + i))
    }
    return best(hits, count)
  }

  /** The vectors of the given subjects most similar to a probe. */
  nearestOf(owners: ReadonlySet<number>, probe: Float32Array, count: number): Hit[] {
    const places: number[] = []
    for (let i = 0; i < this.#size; i++) if (owners.has(this.#owners[i]!)) places.push(i)
    const query = this.quantized(probe)
    const hits: Hit[] = []
    for (let from = 0; from < places.length; from += blockSize) {
      const some = places.slice(from, from + blockSize)
      const gathered = new Int8Array(some.length * this.dimensions)
      some.forEach((at, i) => {
        gathered.set(this.row(at), i * this.dimensions)
      })
      hits.push(...this.#scan(gathered, query, count, (i) => some[i]!))
    }
    return best(hits, count)
  }

  /** Number of vectors of the given subjects. */
  countOf(owners: ReadonlySet<number>): number {
    let count = 0
    for (let i = 0; i < this.#size; i++) if (owners.has(this.#owners[i]!)) count++
    return count
  }

  /** Compares vectors by key with a probe; unknown keys are omitted. */
  score(keys: Iterable<number>, probe: Float32Array): Hit[] {
    const query = this.quantized(probe)
    const hits: Hit[] = []
    for (const key of keys) {
      const at = this.#positions.get(key)
      if (at === undefined) continue
      const block = this.#blocks[Math.floor(at / blockSize)]!
      const score = product(block, (at % blockSize) * this.dimensions, query)
      hits.push({ key, owner: this.#owners[at]!, score })
    }
    return hits
  }

  /** A probe quantized to 8 bits. */
  quantized(probe: Float32Array): Int8Array {
    const query = new Int8Array(this.dimensions)
    quantize(probe, query)
    return query
  }

  /** All vectors, block by block. */
  *blocks(): Generator<{
    from: number
    keys: Float64Array
    owners: Float64Array
    codes: Int8Array
  }> {
    for (let from = 0; from < this.#size; from += blockSize) {
      const to = Math.min(this.#size, from + blockSize)
      yield {
        from,
        keys: this.#keys.subarray(from, to),
        owners: this.#owners.subarray(from, to),
        codes: this.#blocks[from / blockSize]!.subarray(0, (to - from) * this.dimensions),
      }
    }
  }

  /** Appends a block from {@link Codes.blocks}; all blocks but the last are full. */
  addBlock(keys: Float64Array, owners: Float64Array, codes: Int8Array): void {
    for (let i = 0; i < keys.length; i++) this.#append(keys[i]!, owners[i]!)
    this.#blocks.push(codes)
  }

  #scan(codes: Int8Array, query: Int8Array, count: number, place: (i: number) => number): Hit[] {
    const size = codes.length / this.dimensions
    const wanted = Math.min(count, size)
    const hit = (i: number, score: number): Hit => {
      const at = place(i)
      return { key: this.#keys[at]!, owner: this.#owners[at]!, score }
    }
    if (this.#usearch && size >= minVectorsForUsearch) {
      const { exactSearch, MetricKind } = this.#usearch
      const found = exactSearch(codes, query, this.dimensions, wanted, MetricKind.IP)
      return Array.from(found.keys as BigUint64Array, (key, i) =>
        hit(Number(key), 1 - (found.distances as Float32Array)[i]!),
      )
    }
    const hits = Array.from({ length: size }, (_, i) =>
      hit(i, product(codes, i * this.dimensions, query)),
    )
    return best(hits, wanted)
  }
}

/** The hits with the highest scores, descending. */
export function best(hits: Hit[], count: number): Hit[] {
  return hits.sort((a, b) => b.score - a.score).slice(0, count)
}

function product(codes: Int8Array, from: number, query: Int8Array): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  const { length } = query
  let k = 0
  for (; k + 3 < length; k += 4) {
    a += codes[from + k]! * query[k]!
    b += codes[from + k + 1]! * query[k + 1]!
    c += codes[from + k + 2]! * query[k + 2]!
    d += codes[from + k + 3]! * query[k + 3]!
  }
  for (; k < length; k++) a += codes[from + k]! * query[k]!
  return a + b + c + d
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2)
  larger.set(values)
  return larger
}
