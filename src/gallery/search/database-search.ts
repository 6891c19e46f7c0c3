import type { VectorTable } from '../sql/vector-table.js'
import type { Store } from '../store.js'
import {
  type Candidate,
  comparableProbe,
  defaultFusion,
  type Found,
  rank,
  type Search,
  type SearchOptions,
  shortlist,
} from './candidate.js'
import { PersonCache } from './person-cache.js'

/** Searches a gallery inside its database, so any number of servers agree: people are cached for one version of the gallery. */
export class DatabaseSearch implements Search {
  readonly method = 'database'
  readonly #store: Store
  readonly #vectors: VectorTable
  readonly #people: PersonCache

  constructor(store: Store, vectors: VectorTable) {
    this.#store = store
    this.#vectors = vectors
    this.#people = new PersonCache(store.people)
  }

  async search(probes: readonly Float32Array[], options: SearchOptions): Promise<Found> {
    const { fusion = defaultFusion, filter, limit, measure } = options
    const { version, model, people, templates } = await this.#store.state()
    const candidates: Candidate[][] = []
    for (const probe of probes) {
      const compared = comparableProbe(this.#store.people, probe, measure)
      const keys = model
        ? await this.#vectors.nearest(this.#store.id, compared.vector, {
            model,
            fusion,
            filter,
            count: shortlist(limit, measure),
          })
        : []
      const found = await this.#people.people(keys, version, measure)
      candidates.push(await rank(this.#store.people, found, compared, options))
    }
    const all = fusion === 'mean' ? people : templates
    const comparisons = filter ? await this.#vectors.count(this.#store.id, fusion, filter) : all
    return { candidates, comparisons, version }
  }

  /** The database deletes the vectors with their subjects. */
  async forget(): Promise<void> {
    this.#people.clear()
  }

  async drop(): Promise<void> {
    this.#people.clear()
  }

  async close(): Promise<void> {}
}
