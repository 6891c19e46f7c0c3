/** Default greeting phrase; `{names}` is replaced by the names. */
export const defaultPhrase = 'Welcome {names}, have a nice day!'

/** A subject to greet. */
export interface Greeted {
  /** Name of the person. */
  readonly name: string
  /** The subject's own phrase, with or without `{names}`; null for the common one. */
  readonly phrase?: string | null | undefined
}

/**
 * Text of a greeting: one sentence for all subjects without a phrase of their own, and one for each with one.
 *
 * @param phrase - Common phrase, with `{names}`; default {@link defaultPhrase}.
 * @param language - Language that the names are joined in, as a BCP 47 tag; default English.
 * @returns Sentences, joined by spaces; empty for nobody.
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

/** Fills in the names. They may contain `$&` and other replacement patterns, which must stay literal. */
function fill(phrase: string, people: readonly Greeted[], list: Intl.ListFormat): string {
  return phrase.replaceAll('{names}', () => list.format(people.map(({ name }) => name)))
}
