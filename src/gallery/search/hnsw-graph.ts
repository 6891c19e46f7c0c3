import type { Codes } from './codes.js'
import type { Usearch } from './usearch.js'

/**
 * How the graph is built and searched, chosen by `npm run bench:gallery`: neighbors of a vector, and candidates looked at
 * while building and while searching.
 */
const settings = { connectivity: 32, expansionAdd: 128, expansionSearch: 512 } as const

/** Candidates that a search of the graph gives, to be compared in 8 bits. */
const candidates = 384

type Index = InstanceType<Usearch['Index']>

/**
 * A navigable graph (HNSW) over the signs of the vectors' values: two vectors' share of different signs is about their
 * angle, and 64 bytes are compared in place of 512. What it finds is compared again, in 8 bits and then exactly.
 */
export class Graph {
  readonly #index: Index
  /** Places of vectors that went, which still hold their signs. */
  #gone = 0

  constructor(usearch: Usearch, dimensions: number) {
    const { Index, MetricKind, ScalarKind } = usearch
    this.#index = new Index({
      dimensions,
      metric: MetricKind.Hamming,
      quantization: ScalarKind.B1,
      connectivity: settings.connectivity,
      expansion_add: settings.expansionAdd,
      expansion_search: settings.expansionSearch,
      multi: false,
    })
  }

  get size(): number {
    return this.#index.size()
  }

  /** Places of vectors that went and were not taken since. */
  get gone(): number {
    return this.#gone
  }

  /** @param codes - In 8 bits; their signs are kept. */
  add(keys: Float64Array | readonly number[], codes: Int8Array, threads: number): void {
    this.#index.add(BigUint64Array.from(keys, BigInt), codes, threads)
    this.#gone = Math.max(0, this.#gone - keys.length)
  }

  remove(keys: readonly number[]): void {
    if (keys.length === 0) return
    this.#gone += Number(this.#index.remove(BigUint64Array.from(keys, BigInt)))
  }

  /** Keys of the vectors about nearest to a probe. */
  nearest(codes: Codes, probe: Float32Array, count = candidates): number[] {
    const wanted = Math.min(Math.max(count, candidates), this.size)
    if (wanted === 0) return []
    const { keys } = this.#index.search(codes.quantized(probe), wanted, 1)
    return Array.from(keys, Number)
  }

  save(path: string): void {
    this.#index.save(path)
  }

  /** @param path - A whole file: the library trusts what it reads, and ends the process where it is damaged. */
  load(path: string): void {
    this.#index.load(path)
  }
}
