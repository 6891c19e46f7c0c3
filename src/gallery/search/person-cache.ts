import type { PeopleStore, Person } from '../people-store.js'

/** Maximum number of cached templates, of up to 4 kB each: faces that a camera sees are mostly of few people. Judgment. */
const maxTemplates = 2000

/**
 * The people that searches of one version of a gallery found, least recently found first. Reading a person costs more than
 * comparing it: three queries, and a checksum of each template.
 */
export class PersonCache {
  readonly #store: PeopleStore
  readonly #people = new Map<number, Person>()
  #templates = 0
  #version = -1

  constructor(store: PeopleStore) {
    this.#store = store
  }

  /**
   * People with their templates, in the order of their keys.
   *
   * @param version - Current version of the gallery.
   */
  async people(keys: readonly number[], version: number): Promise<Person[]> {
    if (version !== this.#version) this.clear()
    this.#version = version
    const missing = keys.filter((key) => !this.#people.has(key))
    const read = missing.length > 0 ? await this.#store.people(missing) : []
    const found = new Map(read.map((person) => [person.key, person]))
    const people = keys.flatMap((key) => found.get(key) ?? this.#people.get(key) ?? [])
    // Another search may have found a new version meanwhile.
    if (version === this.#version) for (const person of people) this.#keep(person)
    return people.sort((a, b) => a.key - b.key)
  }

  clear(): void {
    this.#people.clear()
    this.#templates = 0
    this.#version = -1
  }

  #keep(person: Person): void {
    const known = this.#people.delete(person.key)
    this.#people.set(person.key, person)
    if (!known) this.#templates += person.templates.length
    for (const [key, oldest] of this.#people) {
      if (this.#templates <= maxTemplates) break
      this.#people.delete(key)
      this.#templates -= oldest.templates.length
    }
  }
}
