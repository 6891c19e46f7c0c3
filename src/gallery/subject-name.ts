import { AgnizeError } from '../base/errors.js'

/** Maximum number of characters of a name. Judgment. */
export const maxNameLength = 200

/** White space that is removed at both ends, and characters that no text may have inside, for a character class. */
const space = '\\t-\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff'
const control = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029'

const textPattern = (most: number, forbidden: string, not = '') =>
  `^[${space}]*${not}[^${forbidden}${space}]([^${forbidden}]{0,${most - 2}}[^${forbidden}${space}])?[${space}]*$`

/** The texts in composed form (NFC) that {@link subjectName} accepts, as a regular expression for other programs. */
export const subjectNamePattern = textPattern(
  maxNameLength,
  `${control}/\\\\`,
  `(?!\\.{1,2}[${space}]*$)`,
)

/** The same for a text with a maximum number of characters in which slashes are allowed. */
export const wordPattern = (most: number) => textPattern(most, control)

/**
 * Normalizes a name: Unicode NFC, without surrounding white space.
 *
 * @throws AgnizeError `bad-name` for a name that is empty, longer than 200 characters, contains control characters
 * (such as a line break) or a path separator, or is `.` or `..`.
 */
export function subjectName(name: string): string {
  const normalized = name.normalize('NFC').trim()
  if (normalized === '') throw new AgnizeError('bad-name', 'The name is empty: give one.')
  if ([...normalized].length > maxNameLength) {
    throw new AgnizeError(
      'bad-name',
      `The name has ${[...normalized].length} characters and the limit is ${maxNameLength}: shorten it.`,
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
