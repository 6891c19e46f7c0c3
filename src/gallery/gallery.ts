import type { EmbeddedCorrection } from './correction-store.js'
import type { Found, Search, SearchMethod, SearchOptions } from './search/candidate.js'
import type { GalleryState, Store } from './store.js'
import { wrongModel } from './wrong-model.js'

/** A store with its search, which follows every change, including those of other processes. */
export class Gallery {
  readonly store: Store
  readonly #search: Search
  #corrections: { version: number; model: string; all: EmbeddedCorrection[] } | undefined

  constructor(store: Store, search: Search) {
    this.store = store
    this.#search = search
  }

  /**
   * The gallery's state, checked against a model.
   *
   * @throws AgnizeError `wrong-model` when the gallery's templates are of another model.
   */
  async requireModel(model: string): Promise<GalleryState> {
    const state = await this.store.state()
    if (state.templates > 0 && state.model !== null && state.model !== model) {
      throw wrongModel(state.model, model)
    }
    return state
  }

  /**
   * The subjects most similar to each probe.
   *
   * @param model - The model that made the probes.
   * @throws AgnizeError `wrong-model`.
   */
  async search(
    model: string,
    probes: readonly Float32Array[],
    options: SearchOptions,
  ): Promise<Found> {
    await this.requireModel(model)
    return this.#search.search(probes, options)
  }

  /** The corrections of the gallery's current version, with embeddings of a model where it has embedded them. */
  async corrections(model: string): Promise<readonly EmbeddedCorrection[]> {
    const { version } = await this.store.state()
    if (this.#corrections?.version !== version || this.#corrections.model !== model) {
      this.#corrections = { version, model, all: await this.store.corrections.embedded(model) }
    }
    return this.#corrections.all
  }

  /** How people are searched. */
  get searches(): SearchMethod {
    return this.#search.method
  }

  /** Call after subjects or templates were removed: their vectors are deleted from the search indexes too. */
  forget(): Promise<void> {
    return this.#search.forget()
  }

  /** Deletes the gallery with everything in it. */
  async destroy(): Promise<void> {
    await this.store.destroy()
    await this.#search.drop()
  }

  async close(): Promise<void> {
    await this.#search.close()
    await this.store.close()
  }
}
