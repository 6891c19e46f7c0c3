import type { Comparable, SimilarityMeasure } from '../../faces/similarity-measure.js'
import { weightedMean } from '../../faces/vectors.js'
import type { PeopleStore, Person } from '../people-store.js'

/** A subject prepared for comparisons, in the store's space of comparison. */
export class ComparedPerson {
  readonly person: Person
  readonly #store: PeopleStore
  readonly #measure: SimilarityMeasure
  #mean: Comparable | undefined
  #templates: readonly Comparable[] | undefined

  constructor(person: Person, store: PeopleStore, measure: SimilarityMeasure) {
    this.person = person
    this.#store = store
    this.#measure = measure
  }

  /** The mean of the templates, weighted by quality. */
  get mean(): Comparable {
    this.#mean ??= this.#prepare(weightedMean(this.person.templates))
    return this.#mean
  }

  /** The templates, in the person's order. */
  get templates(): readonly Comparable[] {
    this.#templates ??= this.person.templates.map(({ vector }) => this.#prepare(vector))
    return this.#templates
  }

  #prepare(vector: Float32Array): Comparable {
    return { vector, offset: this.#measure.offset(() => this.#store.reveal(vector)) }
  }
}
