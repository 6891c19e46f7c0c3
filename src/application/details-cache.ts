import { AgnizeError } from '../base/errors.js'
import type { Subject, SubjectSummary } from '../gallery/subject.js'

/** How long what was read of a person is good for, in milliseconds. */
const freshFor = 5000

/** What reads a subject. */
export interface SubjectReader {
  /** @throws AgnizeError `unknown-subject`. */
  get(name: string): Promise<SubjectSummary>
}

/** What is kept of people who are seen again and again, so that it is not read for every frame. */
export class DetailsCache {
  readonly #known = new Map<
    string,
    { readonly details: Promise<SubjectSummary | null>; readonly at: number }
  >()

  /** The phrase that somebody is greeted with instead of everybody's: `greeting` in their metadata. */
  async phraseOf(people: SubjectReader, subject: Subject | null): Promise<string | null> {
    const { greeting } = (subject && (await this.#of(people, subject)))?.metadata ?? {}
    return typeof greeting === 'string' && greeting !== '' ? greeting : null
  }

  /** Their tags. */
  async tagsOf(people: SubjectReader, subject: Subject): Promise<readonly string[]> {
    return (await this.#of(people, subject))?.tags ?? []
  }

  #of(people: SubjectReader, subject: Subject): Promise<SubjectSummary | null> {
    const known = this.#known.get(subject.id)
    if (known && Date.now() - known.at < freshFor) return known.details
    const details = read(people, subject)
    if (this.#known.size > 1000) this.#known.clear()
    this.#known.set(subject.id, { details, at: Date.now() })
    // What failed is tried anew.
    details.catch(() => this.#known.delete(subject.id))
    return details
  }
}

async function read(people: SubjectReader, { name }: Subject): Promise<SubjectSummary | null> {
  try {
    return await people.get(name)
  } catch (error) {
    // Gone, or called otherwise, since the frame was searched.
    if (error instanceof AgnizeError && error.code === 'unknown-subject') return null
    throw error
  }
}
