import type { SimilarityMeasure } from '../../faces/similarity-measure.js'
import type { PeopleStore } from '../people-store.js'
import { ComparedPerson } from './compared-person.js'

/** Maximum number of cached templates, of up to 4 kB each: faces that a camera sees are mostly of few people. Judgment. */
const maxTemplates = 2000

/**
 * The people that searches of one version of a gallery found, least recently found first. Reading and preparing a person costs
 * more than comparing it: three queries, a checksum of each template, and its resemblance to the cohort.
 */
export class PersonCache {
  readonly #store: PeopleStore
  readonly #people = new Map<number, ComparedPerson>()
  #templates = 0
  #version = -1
  #measure: SimilarityMeasure | undefined

  constructor(store: PeopleStore) {
    this.#store = store
  }

  /**
   * People with their templates, in the order of their keys.
   *
   * @param version - Current version of the gallery.
   */
  async people(
    keys: readonly number[],
    version: number,
    measure: SimilarityMeasure,
  ): Promise<ComparedPerson[]> {
    if (version !== this.#version || measure !== this.#measure) this.clear()
    this.#version = version
    this.#measure = measure
    const missing = keys.filter((key) => !this.#people.has(key))
    const read = missing.length > 0 ? await this.#store.people(missing) : []
    const found = new Map(
      read.map((person) => [person.key, new ComparedPerson(person, this.#store, measure)]),
    )
    const people = keys.flatMap((key) => found.get(key) ?? this.#people.get(key) ?? [])
    // Another search may have found a new version meanwhile.
    if (version === this.#version) for (const each of people) this.#keep(each)
    return people.sort((a, b) => a.person.key - b.person.key)
  }

  clear(): void {
    this.#people.clear()
    this.#templates = 0
    this.#version = -1
  }

  #keep(compared: ComparedPerson): void {
    const { key, templates } = compared.person
    const known = this.#people.delete(key)
    this.#people.set(key, compared)
    if (!known) this.#templates += templates.length
    for (const [oldest, { person }] of this.#people) {
      if (this.#templates <= maxTemplates) break
      this.#people.delete(oldest)
      this.#templates -= person.templates.length
    }
  }
}
