/*
 * Words that earlier versions wrote into stores and files, and that requests may still use. What is stored is read as it is and
 * not rewritten; what is answered and written has the new word.
 */
const renamed: ReadonlyMap<string, string> = new Map([
  ['enrol', 'enroll'],
  ['recognised', 'recognized'],
  ['grey', 'gray'],
  ['tell', 'notify'],
  ['licence', 'license'],
  ['failed_to_enrol', 'failed_to_enroll'],
])

/** The word that is used now; the same where it was not renamed. */
export const currentWord = (word: string): string => renamed.get(word) ?? word

/** An object whose names are those that are used now, at its top level. */
export function currentNames<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [currentWord(name), inner]),
  ) as Value
}
