import type { VectorTable } from '../sql/vector-table.js'
import type { Store } from '../store.js'
import {
  type Candidate,
  defaultFusion,
  type Found,
  rank,
  type Search,
  type SearchOptions,
  shortlist,
} from './candidate.js'

/** Searches a gallery inside its database: nothing is cached in memory, so any number of servers agree. */
export class DatabaseSearch implements Search {
  readonly #store: Store
  readonly #vectors: VectorTable

  constructor(store: Store, vectors: VectorTable) {
    this.#store = store
    this.#vectors = vectors
  }

  async search(probes: readonly Float32Array[], options: SearchOptions): Promise<Found> {
    const { fusion = defaultFusion, filter, limit } = options
    const { version, model, people, templates } = await this.#store.state()
    const candidates: Candidate[][] = []
    for (const probe of probes) {
      const compared = this.#store.people.probe(probe)
      const keys = model
        ? await this.#vectors.nearest(this.#store.id, compared, {
            model,
            fusion,
            filter,
            count: shortlist(limit),
          })
        : []
      const found = await this.#store.people.people(keys)
      candidates.push(await rank(this.#store.people, found, compared, options))
    }
    const all = fusion === 'mean' ? people : templates
    const comparisons = filter ? await this.#vectors.count(this.#store.id, fusion, filter) : all
    return { candidates, comparisons, version }
  }

  /** Nothing to do: the database deletes the vectors with their subjects. */
  async forget(): Promise<void> {}

  async drop(): Promise<void> {}

  async close(): Promise<void> {}
}
