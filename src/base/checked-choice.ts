import { AgnizeError } from './errors.js'

/**
 * An option that is one of a few words. Only TypeScript's compiler checks its type: a JavaScript program may give anything, which
 * would pass for the word that nobody compares with.
 *
 * @param what - The option, as the caller writes it.
 * @throws AgnizeError `bad-argument`.
 */
export function checkedChoice<T extends string>(
  what: string,
  value: T,
  allowed: readonly string[],
): T {
  if (allowed.includes(value)) return value
  throw new AgnizeError(
    'bad-argument',
    `${what} is one of ${allowed.join(', ')}, not ${inWords(value)}.`,
  )
}

/** {@link checkedChoice} of an option that may be left out. */
export function checkChoice(what: string, value: unknown, allowed: readonly string[]): void {
  if (value !== undefined) checkedChoice(what, value as string, allowed)
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
