import type { Agnize } from '../../agnize.js'
import { AgnizeError } from '../../errors.js'
import type { Subject } from '../../gallery/store.js'

/** How long what was read of a person is good for, in milliseconds. */
const freshFor = 5000

/** The phrases that people of a gallery are greeted with instead of everybody's: `greeting` in their metadata. */
export class OwnPhrases {
  readonly #known = new Map<string, { readonly phrase: string | null; readonly at: number }>()

  async of(agnize: Agnize, subject: Subject | null): Promise<string | null> {
    if (!subject) return null
    const known = this.#known.get(subject.id)
    if (known && Date.now() - known.at < freshFor) return known.phrase
    const phrase = await read(agnize, subject)
    if (this.#known.size > 1000) this.#known.clear()
    this.#known.set(subject.id, { phrase, at: Date.now() })
    return phrase
  }
}

async function read(agnize: Agnize, { name }: Subject): Promise<string | null> {
  try {
    const { greeting } = (await agnize.people.get(name)).metadata
    return typeof greeting === 'string' && greeting !== '' ? greeting : null
  } catch (error) {
    // Gone, or called otherwise, since the frame was searched.
    if (error instanceof AgnizeError && error.code === 'unknown-subject') return null
    throw error
  }
}
