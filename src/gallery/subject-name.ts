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
