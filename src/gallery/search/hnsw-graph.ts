import type { Codes } from './codes.js'
import type { Usearch } from './usearch.js'

/**
 * Parameters of building and searching the graph, chosen by `npm run bench:gallery`: neighbors per vector, and candidates
 * examined while building and while searching.
 */
const settings = { connectivity: 32, expansionAdd: 128, expansionSearch: 512 } as const

/** Candidates that a graph search returns for comparison in 8 bits; `npm run bench:gallery` prints the recall. */
const candidates = 384

type Index = InstanceType<Usearch['Index']>

/**
 * A navigable graph (HNSW) over the signs of the vectors' values: the share of different signs approximates the angle of two
 * vectors, and 64 bytes are compared instead of 512. Its results are compared again, in 8 bits and then exactly.
 */
export class Graph {
  readonly #index: Index
  /** Number of removed vectors whose slots still hold their signs. */
  #removedCount = 0

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

  /** Number of removed vectors whose slots were not used again. */
  get removedCount(): number {
    return this.#removedCount
  }

  /** @param codes - Quantized vectors; only their signs are kept. */
  add(keys: Float64Array | readonly number[], codes: Int8Array, threads: number): void {
    this.#index.add(BigUint64Array.from(keys, BigInt), codes, threads)
    this.#removedCount = Math.max(0, this.#removedCount - keys.length)
  }

  remove(keys: readonly number[]): void {
    if (keys.length === 0) return
    this.#removedCount += Number(this.#index.remove(BigUint64Array.from(keys, BigInt)))
  }

  /** Keys of the vectors approximately nearest to a probe. */
  nearest(codes: Codes, probe: Float32Array, count = candidates): number[] {
    const wanted = Math.min(Math.max(count, candidates), this.size)
    if (wanted === 0) return []
    const { keys } = this.#index.search(codes.quantized(probe), wanted, 1)
    return Array.from(keys, Number)
  }

  save(path: string): void {
    this.#index.save(path)
  }

  /** @param path - A verified file: the library trusts its input, and a damaged file ends the process. */
  load(path: string): void {
    this.#index.load(path)
  }
}
