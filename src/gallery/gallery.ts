import type { Embedding } from '../faces/embed.js'
import {
  type Candidate,
  defaultFusion,
  ExactIndex,
  type Fusion,
  type SearchIndex,
} from './search-index.js'
import { type EmbeddedCorrection, type Store, wrongModel } from './store.js'

/** How a gallery is searched. */
export interface SearchOptions {
  /** How several templates of a person make one similarity; default `mean`. */
  readonly fusion?: Fusion
  /** Most candidates wanted. */
  readonly limit: number
}

/**
 * A store with a search index over it, which follows every change, also those of other processes.
 */
export class Gallery {
  readonly store: Store
  readonly #indexes = new Map<Fusion, { version: number; index: SearchIndex }>()
  #corrections: { version: number; model: string; all: EmbeddedCorrection[] } | undefined

  constructor(store: Store) {
    this.store = store
  }

  /**
   * The index over the gallery as it is now.
   *
   * @throws AgnizeError `wrong-model` when the gallery's templates are not of this model.
   */
  async index(model: string, fusion: Fusion = defaultFusion): Promise<SearchIndex> {
    const state = await this.store.state()
    let cached = this.#indexes.get(fusion)
    if (cached?.version !== state.version) {
      const index = new ExactIndex(await this.store.templates(), fusion)
      cached = { version: state.version, index }
      this.#indexes.set(fusion, cached)
    }
    if (cached.index.templates > 0 && state.model !== null && state.model !== model) {
      throw wrongModel(state.model, model)
    }
    return cached.index
  }

  /** What was said about faces, with embeddings of a model where it has seen them, as the gallery is now. */
  async corrections(model: string): Promise<readonly EmbeddedCorrection[]> {
    const { version } = await this.store.state()
    if (this.#corrections?.version !== version || this.#corrections.model !== model) {
      this.#corrections = { version, model, all: await this.store.corrections.embedded(model) }
    }
    return this.#corrections.all
  }

  /** The people most similar to a probe, one candidate each. @throws AgnizeError `wrong-model`. */
  async search(probe: Embedding, { fusion, limit }: SearchOptions): Promise<Candidate[]> {
    return (await this.index(probe.model, fusion)).search(probe.vector, limit)
  }
}
