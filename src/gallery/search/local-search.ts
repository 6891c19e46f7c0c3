import { existsSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { Store } from '../store.js'
import type { SubjectFilter } from '../subject.js'
import {
  type Candidate,
  comparableProbe,
  defaultFusion,
  type Found,
  type Fusion,
  rank,
  type Search,
  type SearchMethod,
  type SearchOptions,
} from './candidate.js'
import { ComparedPerson } from './compared-person.js'
import { cachePath, IncrementalIndex, type IndexOptions } from './incremental-index.js'
import { dropIndex, removeAbandonedBuilds } from './index-file.js'
import { PersonCache } from './person-cache.js'

/** Sizes at which the search methods change; the defaults were chosen by `npm run bench:gallery`. */
export interface LocalSearchOptions extends Partial<IndexOptions> {
  readonly cache: string | null
}

/** Up to this many subjects are read from the store and compared directly, without an index. Judgment. */
const maxDirectSubjects = 2000

/**
 * Searches a gallery in memory: all vectors in 8 bits and, in large galleries, a graph over them, both derived from the store
 * and following its changes; their results are compared exactly with the store's own vectors.
 */
export class LocalSearch implements Search {
  readonly #store: Store
  readonly #options: IndexOptions
  readonly #indexes = new Map<Fusion, IncrementalIndex>()
  readonly #people: PersonCache

  constructor(store: Store, { cache, graphFrom = 150_000, saveFrom = 5_000 }: LocalSearchOptions) {
    this.#store = store
    this.#people = new PersonCache(store.people)
    this.#options = { cache, graphFrom, saveFrom }
  }

  async search(probes: readonly Float32Array[], options: SearchOptions): Promise<Found> {
    const { fusion = defaultFusion, filter } = options
    if (filter) {
      const directResult = await this.#searchDirectly(probes, options, filter)
      if (directResult) return directResult
    }
    const index = await this.#updatedIndex(fusion)
    const allowed = filter && new Set(await this.#store.people.matching(filter))
    const candidates = []
    for (const probe of probes) {
      await yieldToEventLoop()
      const compared = comparableProbe(this.#store.people, probe, options.measure)
      const owners = index.nearest(compared.vector, options, allowed)
      const people = await this.#people.people(owners, index.version, options.measure)
      candidates.push(await rank(this.#store.people, people, compared, options))
    }
    const comparisons = allowed ? index.countOf(allowed) : index.size
    return { candidates, comparisons, version: index.version }
  }

  async #searchDirectly(
    probes: readonly Float32Array[],
    options: SearchOptions,
    filter: SubjectFilter,
  ): Promise<Found | undefined> {
    const { version } = await this.#store.state()
    const keys = await this.#store.people.matching(filter)
    if (keys.length > maxDirectSubjects) return undefined
    const people = (await this.#store.people.people(keys)).map(
      (person) => new ComparedPerson(person, this.#store.people, options.measure),
    )
    const candidates: Candidate[][] = []
    for (const probe of probes) {
      await yieldToEventLoop()
      const compared = comparableProbe(this.#store.people, probe, options.measure)
      candidates.push(await rank(this.#store.people, people, compared, options))
    }
    const templates = people.reduce((sum, { person }) => sum + person.templates.length, 0)
    const comparisons = options.fusion === 'best' ? templates : people.length
    return { candidates, comparisons, version }
  }

  async #updatedIndex(fusion: Fusion): Promise<IncrementalIndex> {
    let index = this.#indexes.get(fusion)
    if (!index) {
      index = new IncrementalIndex(this.#store, fusion, this.#options)
      this.#indexes.set(fusion, index)
    }
    await index.follow()
    return index
  }

  get method(): SearchMethod {
    return this.#indexes.get(defaultFusion)?.method ?? 'unused'
  }

  /** Whether searches use a graph, for benchmarks. */
  searchesGraph(fusion: Fusion = defaultFusion): boolean {
    return this.#indexes.get(fusion)?.hasGraph ?? false
  }

  /** Resolves when no graph is being built. */
  async graphBuilt(): Promise<void> {
    for (const index of this.#indexes.values()) await index.graphBuilt()
  }

  async forget(): Promise<void> {
    this.#people.clear()
    const { cache } = this.#options
    if (!cache) return
    for (const fusion of ['mean', 'best'] as const) {
      await removeAbandonedBuilds(cachePath(cache, fusion))
      if (existsSync(cachePath(cache, fusion))) await (await this.#updatedIndex(fusion)).save()
    }
  }

  async drop(): Promise<void> {
    this.#people.clear()
    const { cache } = this.#options
    for (const index of this.#indexes.values()) await index.stop()
    this.#indexes.clear()
    if (!cache) return
    for (const fusion of ['mean', 'best'] as const) {
      await removeAbandonedBuilds(cachePath(cache, fusion))
      await dropIndex(cachePath(cache, fusion))
    }
  }

  async close(): Promise<void> {
    for (const index of this.#indexes.values()) await index.close()
  }
}

let lastYield: Promise<unknown> = Promise.resolve()

/**
 * Yields to the event loop. A probe takes up to 20 ms, so between any two probes, of one photo or of many concurrent
 * searches, other requests get a turn.
 */
function yieldToEventLoop(): Promise<unknown> {
  lastYield = lastYield.then(() => setImmediate())
  return lastYield
}
