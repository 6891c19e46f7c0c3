import type { Agnize } from './agnize.js'
import { AgnizeError } from './errors.js'
import type { Subject, SubjectSummary } from './gallery/store.js'

/** How long what was read of a person is good for, in milliseconds. */
const freshFor = 5000

/** What is kept of people who are seen again and again, so that it is not read for every frame. */
export class DetailsCache {
  readonly #known = new Map<
    string,
    { readonly details: Promise<SubjectSummary | null>; readonly at: number }
  >()

  /** The phrase that somebody is greeted with instead of everybody's: `greeting` in their metadata. */
  async phraseOf(agnize: Agnize, subject: Subject | null): Promise<string | null> {
    const { greeting } = (subject && (await this.#of(agnize, subject)))?.metadata ?? {}
    return typeof greeting === 'string' && greeting !== '' ? greeting : null
  }

  /** Their tags. */
  async tagsOf(agnize: Agnize, subject: Subject): Promise<readonly string[]> {
    return (await this.#of(agnize, subject))?.tags ?? []
  }

  #of(agnize: Agnize, subject: Subject): Promise<SubjectSummary | null> {
    const known = this.#known.get(subject.id)
    if (known && Date.now() - known.at < freshFor) return known.details
    const details = read(agnize, subject)
    if (this.#known.size > 1000) this.#known.clear()
    this.#known.set(subject.id, { details, at: Date.now() })
    // What failed is tried anew.
    details.catch(() => this.#known.delete(subject.id))
    return details
  }
}

async function read(agnize: Agnize, { name }: Subject): Promise<SubjectSummary | null> {
  try {
    return await agnize.people.get(name)
  } catch (error) {
    // Gone, or called otherwise, since the frame was searched.
    if (error instanceof AgnizeError && error.code === 'unknown-subject') return null
    throw error
  }
}
