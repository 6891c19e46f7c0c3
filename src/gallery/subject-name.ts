import { AgnizeError } from '../base/errors.js'

/** Maximum number of characters of a name. Judgment. */
const maxLength = 200

/**
 * Normalizes a name: Unicode NFC, without surrounding white space.
 *
 * @throws AgnizeError `bad-name` for a name that is empty, longer than 200 characters, contains control characters
 * (such as a line break) or a path separator, or is `.` or `..`.
 */
export function subjectName(name: string): string {
  const normalized = name.normalize('NFC').trim()
  if (normalized === '') throw new AgnizeError('bad-name', 'The name is empty: give one.')
  if ([...normalized].length > maxLength) {
    throw new AgnizeError(
      'bad-name',
      `The name has ${[...normalized].length} characters and the limit is ${maxLength}: shorten it.`,
    )
  }
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(normalized)) {
    throw new AgnizeError(
      'bad-name',
      'The name contains a line break or another control character: remove it.',
    )
  }
  if (normalized === '.' || normalized === '..') {
    throw new AgnizeError(
      'bad-name',
      `The name ${JSON.stringify(normalized)} has a special meaning in paths and addresses: choose another name.`,
    )
  }
  if (/[/\\]/.test(normalized)) {
    throw new AgnizeError(
      'bad-name',
      `The name ${JSON.stringify(normalized)} contains a slash: remove it.`,
    )
  }
  return normalized
}

/** A name as names are compared: without differences of case and of Unicode form. */
export function foldedName(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFC').trim()
}

/**
 * The name most similar to a misspelled one, ignoring case, with at most a third of its letters wrong.
 *
 * @returns The name; undefined where none is similar enough.
 */
export function nearestName(misspelt: string, names: readonly string[]): string | undefined {
  const wanted = [...foldedName(misspelt)]
  let best: { readonly name: string; readonly edits: number } | undefined
  for (const name of names) {
    const edits = editsBetween(wanted, [...foldedName(name)])
    if (edits <= Math.ceil(wanted.length / 3) && edits < (best?.edits ?? Infinity)) {
      best = { name, edits }
    }
  }
  return best?.name
}

/** Number of insertions, deletions and substitutions that turn one word into the other (Levenshtein distance). */
function editsBetween(a: readonly string[], b: readonly string[]): number {
  let before = b.map((_, i) => i + 1)
  before.unshift(0)
  for (const [i, letter] of a.entries()) {
    const row = [i + 1]
    for (const [j, other] of b.entries()) {
      row.push(Math.min(before[j + 1]! + 1, row[j]! + 1, before[j]! + (letter === other ? 0 : 1)))
    }
    before = row
  }
  return before.at(-1)!
}
