import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { weightedMean } from '../../faces/vectors.js'
import type { Person } from '../people-store.js'
import type { Store } from '../store.js'
import { buildGraph } from './build-graph.js'
import { type Fusion, type SearchOptions, shortlist } from './candidate.js'
import { best, Codes, type Entry, type Hit } from './codes.js'
import { Graph } from './hnsw-graph.js'
import {
  buildingPrefix,
  dropIndex,
  graphPath,
  loadIndex,
  removeAbandonedBuilds,
  saveIndex,
} from './index-file.js'
import { quantizationMargin } from './quantize.js'
import { loadUsearch, type Usearch } from './usearch.js'

/** When an index has a graph, and when it is saved. */
export interface IndexOptions {
  /** File name that indexes are saved under; null saves none. */
  readonly cache: string | null
  /** Number of vectors from which a graph is built and searched. */
  readonly graphFrom: number
  /** Number of vectors from which an index is saved. */
  readonly saveFrom: number
}

/** Milliseconds before a failed build of a graph is retried. Judgment. */
const buildRetryDelayMs = 60_000

/** Below this many vectors the library is not loaded. Judgment. */
const minVectorsForUsearch = 1000

/** A filter that matches up to this many subjects is applied by comparing each of them. Judgment. */
const maxFilteredSubjects = 50_000

/** Path of a fusion's saved index. */
export const cachePath = (cache: string, fusion: Fusion) => `${cache}.${fusion}`

/** The vectors of a gallery as one fusion compares them; the index follows the store's changes. */
export class IncrementalIndex {
  readonly #store: Store
  readonly #fusion: Fusion
  readonly #options: IndexOptions
  #usearch: Usearch | undefined
  #codes = new Codes(0, undefined)
  #graph: Graph | undefined
  #version = -1
  #model: string | null = null
  /** Version of the saved file. */
  #saved = -1
  /** Serializes changes. */
  #updates: Promise<unknown> = Promise.resolve()
  /** No graph is built before this time, in milliseconds since 1970. */
  #retryBuildAt = 0
  #building: { abort: AbortController; done: Promise<void>; changed: Set<number> } | undefined

  constructor(store: Store, fusion: Fusion, options: IndexOptions) {
    this.#store = store
    this.#fusion = fusion
    this.#options = options
  }

  get size(): number {
    return this.#codes.size
  }

  get version(): number {
    return this.#version
  }

  get method(): 'graph' | 'building' | 'scan' {
    if (this.hasGraph) return 'graph'
    return this.#building ? 'building' : 'scan'
  }

  get hasGraph(): boolean {
    return this.#graph !== undefined
  }

  countOf(owners: ReadonlySet<number>): number {
    return this.#fusion === 'mean'
      ? [...owners].filter((key) => this.#codes.has(key)).length
      : this.#codes.countOf(owners)
  }

  /**
   * Keys of the subjects that may be the nearest to a probe: as many as wanted, and those whose similarity differs from the
   * last one's by no more than the quantization error.
   */
  nearest(
    probe: Float32Array,
    { limit, measure }: Pick<SearchOptions, 'limit' | 'measure'>,
    allowed?: ReadonlySet<number>,
  ): number[] {
    const found = [...this.#candidates(probe, shortlist(limit, measure), allowed)]
    // A subject of a lower cosine may be the more similar one.
    if (measure.cohort !== null) return found.map(([owner]) => owner)
    const last = found[limit - 1]?.[1] ?? -Infinity
    const minScore = last - quantizationMargin(this.#codes.dimensions)
    return found.filter(([, score]) => score >= minScore).map(([owner]) => owner)
  }

  /** Subjects approximately nearest to a probe, nearest first, each with the score of its best vector. */
  #candidates(
    probe: Float32Array,
    count: number,
    allowed?: ReadonlySet<number>,
  ): ReadonlyMap<number, number> {
    if (allowed && allowed.size <= maxFilteredSubjects) {
      return this.#hitsPerOwner(count, this.#codes.size, (wanted) =>
        this.#codes.nearestOf(allowed, probe, wanted),
      )
    }
    const graph = this.#graph
    // With `allowed`, or several templates per subject, more hits than subjects may be needed.
    return this.#hitsPerOwner(
      count,
      this.#codes.size,
      (wanted) => {
        // For a large part of the graph, a scan is faster.
        if (!graph || wanted > graph.size / 10) return this.#codes.nearest(probe, wanted)
        const keys = graph.nearest(this.#codes, probe, wanted)
        return best(this.#codes.score(keys, probe), keys.length)
      },
      allowed,
    )
  }

  /** Requests more and more hits until they cover enough subjects. */
  #hitsPerOwner(
    count: number,
    all: number,
    hitsOf: (wanted: number) => Hit[],
    allowed?: ReadonlySet<number>,
  ): ReadonlyMap<number, number> {
    let share = allowed ? Math.max(allowed.size, 1) / Math.max(all, 1) : 1
    // Several templates of one subject are often found together.
    if (this.#fusion === 'best') share /= 3
    for (let wanted = Math.ceil(count / share); ; wanted *= 4) {
      const owners = new Map<number, number>()
      for (const { owner, score } of hitsOf(Math.min(wanted, all))) {
        if (owners.has(owner) || (allowed && !allowed.has(owner))) continue
        owners.set(owner, score)
        if (owners.size === count) break
      }
      if (owners.size === count || wanted >= all) return owners
    }
  }

  /** Updates the index to the store's current version. */
  async follow(): Promise<void> {
    const state = await this.#store.state()
    if (state.version === this.#version) {
      this.#buildGraphIfNeeded()
      return
    }
    const turn = this.#updates.then(() => this.#catchUp(state.version))
    this.#updates = turn.catch(() => {})
    await turn
  }

  async #catchUp(wanted: number): Promise<void> {
    if (this.#version < wanted) await this.#update()
    this.#buildGraphIfNeeded()
  }

  async #update(): Promise<void> {
    const { model, templates } = await this.#store.state()
    // A small gallery does not need the library.
    if (templates >= Math.min(minVectorsForUsearch, this.#options.graphFrom))
      this.#usearch ??= loadUsearch()
    if (this.#version < 0) await this.#load(model)
    const known = this.#version >= 0 && model === this.#model
    const changes = known ? await this.#store.people.changes(this.#version) : null
    // Beyond this many changes, reading all subjects is faster than reading the changed ones.
    if (!changes || changes.changed.length > 1000 + this.#codes.size / 4) await this.#rebuild()
    else {
      await this.#apply(changes.changed, changes.removed)
      this.#version = changes.version
    }
  }

  async #load(model: string | null): Promise<void> {
    const { cache } = this.#options
    if (!cache || !model) return
    await removeAbandonedBuilds(cachePath(cache, this.#fusion))
    const label = { gallery: this.#store.id, model, fusion: this.#fusion }
    const saved = await loadIndex(cachePath(cache, this.#fusion), label, this.#usearch)
    if (!saved) return
    this.#codes = saved.codes
    this.#graph = saved.graph
    this.#version = saved.version
    this.#saved = saved.version
    this.#model = model
  }

  async #rebuild(): Promise<void> {
    // A graph in progress is built of outdated vectors; it stops by itself.
    this.#building?.abort.abort()
    const { version, model } = await this.#store.state()
    let codes: Codes | undefined
    for await (const people of this.#store.people.everybody()) {
      // Reads of SQLite are synchronous and would block the event loop.
      await setImmediate()
      for (const person of people) {
        for (const entry of this.#entries(person)) {
          codes ??= new Codes(entry.vector.length, this.#usearch)
          codes.set(entry)
        }
      }
    }
    this.#codes = codes ?? new Codes(0, this.#usearch)
    this.#graph = undefined
    // The version from before the reading: changes made meanwhile are applied again.
    this.#version = version
    this.#model = model
  }

  async #apply(changed: readonly number[], removed: readonly number[]): Promise<void> {
    const people = await this.#store.people.people(changed)
    const entries = people.flatMap((person) => this.#entries(person))
    const [first] = entries
    if (first && this.#codes.size === 0) this.#codes = new Codes(first.vector.length, this.#usearch)
    const owners = new Set([...changed, ...removed])
    const before =
      this.#fusion === 'mean'
        ? [...owners].filter((key) => this.#codes.has(key))
        : this.#codes.keysOf(owners)
    const kept = new Set(entries.map(({ key }) => key))
    this.#codes.remove(before.filter((key) => !kept.has(key)))
    for (const entry of entries) this.#codes.set(entry)
    for (const key of [...before, ...kept]) this.#building?.changed.add(key)
    if (this.#graph) this.#repair(this.#graph, before, [...kept])
  }

  /** Applies changes to a graph. */
  #repair(graph: Graph, removed: readonly number[], added: readonly number[]): void {
    graph.remove(removed)
    for (const key of added) graph.add([key], this.#codes.codesOf(key)!, 1)
  }

  #entries({ key, templates }: Person): Entry[] {
    if (this.#fusion === 'best') {
      return templates.map((template) => ({
        key: template.key,
        owner: key,
        vector: template.vector,
      }))
    }
    return [{ key, owner: key, vector: weightedMean(templates) }]
  }

  /** Builds a graph once the index is large enough; scans answer meanwhile. */
  #buildGraphIfNeeded(): void {
    const { graphFrom } = this.#options
    const isDegraded = this.#graph && this.#graph.removedCount > this.#codes.size / 20
    if (this.#building || !this.#usearch || this.#codes.size < graphFrom) return
    if ((this.#graph && !isDegraded) || Date.now() < this.#retryBuildAt) return
    const abort = new AbortController()
    const changed = new Set<number>()
    this.#building = { abort, changed, done: this.#build(this.#usearch, abort.signal, changed) }
  }

  async #build(usearch: Usearch, signal: AbortSignal, changed: Set<number>): Promise<void> {
    const { cache } = this.#options
    let folder: string | undefined
    try {
      if (cache) await mkdir(dirname(cache), { recursive: true, mode: 0o700 })
      folder = await mkdtemp(join(cache ? dirname(cache) : tmpdir(), buildingPrefix))
      const path = join(folder, 'graph')
      await buildGraph(this.#codes, path, signal)
      const turn = this.#updates.then(async () => {
        signal.throwIfAborted()
        const graph = new Graph(usearch, this.#codes.dimensions)
        graph.load(path)
        const keys = [...changed]
        this.#repair(
          graph,
          keys,
          keys.filter((key) => this.#codes.has(key)),
        )
        this.#graph = graph
        if (cache) await this.#write(cache)
      })
      this.#updates = turn.catch(() => {})
      await turn
    } catch {
      // Without a graph, scans continue to answer; the build is retried later.
      if (!signal.aborted) this.#retryBuildAt = Date.now() + buildRetryDelayMs
    } finally {
      this.#building = undefined
      if (folder) await rm(folder, { recursive: true, force: true }).catch(() => {})
    }
  }

  async #stopBuilding(): Promise<void> {
    this.#building?.abort.abort()
    await this.#building?.done
  }

  graphBuilt(): Promise<void> {
    return this.#building?.done ?? Promise.resolve()
  }

  async #write(cache: string): Promise<void> {
    await this.#update()
    if (!this.#model || this.#saved === this.#version) return
    // Removed vectors leave their signs in the graph's memory, which must not be written to disk.
    const graph = this.#graph?.removedCount === 0 ? this.#graph : undefined
    const label = {
      gallery: this.#store.id,
      model: this.#model,
      fusion: this.#fusion,
      version: this.#version,
    }
    const path = cachePath(cache, this.#fusion)
    await saveIndex(path, label, this.#codes, graph)
    this.#saved = this.#version
    // A subject that was removed during the write must not remain in the file.
    const late = await this.#store.people.changes(this.#version)
    if (!late || late.removed.length > 0) await dropIndex(path)
  }

  /** Saves the current index; a failed save deletes the file. */
  async save(): Promise<void> {
    const { cache, saveFrom } = this.#options
    if (!cache) return
    const turn = this.#updates.then(async () => {
      const path = cachePath(cache, this.#fusion)
      if (this.#codes.size < saveFrom) await dropIndex(path)
      else await this.#write(cache).catch(() => dropIndex(path))
    })
    this.#updates = turn.catch(() => {})
    await turn
  }

  /** Stops the index without saving it. */
  async stop(): Promise<void> {
    await this.#stopBuilding()
  }

  async close(): Promise<void> {
    await this.#stopBuilding()
    if (this.#version < 0 || this.#version === this.#saved) return
    // A few changes are read from the store faster than the whole index is written.
    const cached = this.#options.cache && existsSync(cachePath(this.#options.cache, this.#fusion))
    const graphUnsaved =
      this.#graph !== undefined &&
      !existsSync(graphPath(cachePath(this.#options.cache ?? '', this.#fusion)))
    if (cached && !graphUnsaved && this.#version - this.#saved < 1000) return
    await this.save().catch(() => {})
  }
}
