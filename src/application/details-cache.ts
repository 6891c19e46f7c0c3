import { AgnizeError } from '../base/errors.js'
import type { Subject, SubjectSummary } from '../gallery/subject.js'

/** Cached details of a subject are read again after this many milliseconds. Judgment. */
const maxAgeMs = 5000

/** Reads a subject's details. */
export interface SubjectReader {
  /** @throws AgnizeError `unknown-subject`. */
  get(name: string): Promise<SubjectSummary>
}

/** Caches the details of subjects that a camera sees repeatedly, so that they are not read for every frame. */
export class DetailsCache {
  readonly #known = new Map<
    string,
    { readonly details: Promise<SubjectSummary | null>; readonly at: number }
  >()

  /** The subject's own greeting phrase, `greeting` in its metadata; null where the gallery's phrase applies. */
  async phraseOf(people: SubjectReader, subject: Subject | null): Promise<string | null> {
    const { greeting } = (subject && (await this.#of(people, subject)))?.metadata ?? {}
    return typeof greeting === 'string' && greeting !== '' ? greeting : null
  }

  /** Tags of the subject. */
  async tagsOf(people: SubjectReader, subject: Subject): Promise<readonly string[]> {
    return (await this.#of(people, subject))?.tags ?? []
  }

  #of(people: SubjectReader, subject: Subject): Promise<SubjectSummary | null> {
    const known = this.#known.get(subject.id)
    if (known && Date.now() - known.at < maxAgeMs) return known.details
    const details = read(people, subject)
    if (this.#known.size > 1000) this.#known.clear()
    this.#known.set(subject.id, { details, at: Date.now() })
    // A failed read is retried on the next call.
    details.catch(() => this.#known.delete(subject.id))
    return details
  }
}

async function read(people: SubjectReader, { name }: Subject): Promise<SubjectSummary | null> {
  try {
    return await people.get(name)
  } catch (error) {
    // The subject was removed or renamed since the frame was searched.
    if (error instanceof AgnizeError && error.code === 'unknown-subject') return null
    throw error
  }
}
