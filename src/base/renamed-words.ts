/*
 * Maps words that earlier versions wrote into stores and files, and that requests may still use, to their current spelling.
 * Stored data is read as it is and not rewritten; responses and new data use the current word.
 */
const renamed: ReadonlyMap<string, string> = new Map([
  ['enrol', 'enroll'],
  ['recognised', 'recognized'],
  ['grey', 'gray'],
  ['tell', 'notify'],
  ['licence', 'license'],
])

/** The current spelling of a word; the word itself where it was not renamed. */
export const currentWord = (word: string): string => renamed.get(word) ?? word

/** Renames an object's top-level keys to their current spelling. */
export function currentNames<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [currentWord(name), inner]),
  ) as Value
}
