import type { Store, Subject, SubjectSummary, TemplateSummary } from './gallery/store.js'
import { subjectName } from './gallery/subject-name.js'

/** The people in a gallery; the `people` of an opened agnize. */
export class People {
  readonly #store: () => Promise<Store>

  /** @internal */
  constructor(store: () => Promise<Store>) {
    this.#store = store
  }

  /** Everybody, by name. */
  async list(): Promise<SubjectSummary[]> {
    return (await this.#store()).subjects()
  }

  /** A person's enrolled photos, oldest first. @throws AgnizeError `unknown-subject`. */
  async show(name: string): Promise<TemplateSummary[]> {
    return (await this.#store()).templatesOf(subjectName(name))
  }

  /** Gives a person another name. @throws AgnizeError `unknown-subject`, `subject-exists`, `bad-name`. */
  async rename(name: string, newName: string): Promise<Subject> {
    return (await this.#store()).rename(subjectName(name), subjectName(newName))
  }

  /**
   * Deletes a person with all templates and crops; their pages in the file are overwritten.
   *
   * @throws AgnizeError `unknown-subject`.
   */
  async remove(name: string): Promise<SubjectSummary> {
    return (await this.#store()).remove(subjectName(name))
  }

  /** Makes two entries of one human one: all photos of `from` become `into`'s. @throws AgnizeError `unknown-subject`. */
  async merge(from: string, into: string): Promise<SubjectSummary> {
    return (await this.#store()).merge(subjectName(from), subjectName(into))
  }

  /** What is wrong with the gallery's file, in words; empty when nothing is. */
  async check(): Promise<string[]> {
    return (await this.#store()).check()
  }
}
