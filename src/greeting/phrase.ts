/** Default phrase; `{names}` is the placeholder for the names. */
export const defaultPhrase = 'Welcome {names}, have a nice day!'

/** A person to greet. */
export interface Greeted {
  /** Name of the person. */
  readonly name: string
  /** Personal phrase, with or without the placeholder `{names}`; null for the common one. */
  readonly phrase?: string | null | undefined
}

/**
 * Composes the greeting of people who arrive together: one sentence for all, and one for each person with a personal
 * phrase.
 *
 * @param phrase - Phrase with the placeholder `{names}`; default {@link defaultPhrase}.
 * @param language - Of the list of names, as a BCP 47 tag; default English.
 * @example
 * ```ts
 * import { greetingFor } from 'agnize'
 *
 * console.log(greetingFor([{ name: 'Skuli' }])) // Welcome Skuli, have a nice day!
 * console.log(greetingFor([{ name: 'A' }, { name: 'B' }, { name: 'C' }])) // Welcome A, B, and C, have a nice day!
 * ```
 */
export function greetingFor(
  people: readonly Greeted[],
  phrase: string = defaultPhrase,
  language = 'en',
): string {
  const together = people.filter((person) => !person.phrase)
  const list = new Intl.ListFormat(language, { type: 'conjunction' })
  const sentences = together.length > 0 ? [fill(phrase, together, list)] : []
  for (const person of people) {
    if (person.phrase) sentences.push(fill(person.phrase, [person], list))
  }
  return sentences.join(' ')
}

/** Names may hold anything, also what looks like a pattern of replacement. */
function fill(phrase: string, people: readonly Greeted[], list: Intl.ListFormat): string {
  return phrase.replaceAll('{names}', () => list.format(people.map(({ name }) => name)))
}
