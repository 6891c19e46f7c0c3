import { AgnizeError } from '../errors.js'

const longest = 200

/**
 * A name as galleries keep it: Unicode NFC, without space around it.
 *
 * @throws AgnizeError `bad-name` for a name that is empty, longer than 200 characters, or holds control characters
 * (a line break, say) or a path separator, or is a dot or two.
 */
export function subjectName(name: string): string {
  const normal = name.normalize('NFC').trim()
  if (normal === '') throw new AgnizeError('bad-name', 'The name is empty: give one.')
  if ([...normal].length > longest) {
    throw new AgnizeError(
      'bad-name',
      `The name has ${[...normal].length} characters and the limit is ${longest}: shorten it.`,
    )
  }
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(normal)) {
    throw new AgnizeError(
      'bad-name',
      'The name holds a line break or another control character: leave it out.',
    )
  }
  if (normal === '.' || normal === '..') {
    throw new AgnizeError(
      'bad-name',
      `The name ${JSON.stringify(normal)} means a folder in paths and addresses: choose another.`,
    )
  }
  if (/[/\\]/.test(normal)) {
    throw new AgnizeError(
      'bad-name',
      `The name ${JSON.stringify(normal)} holds a slash: leave it out.`,
    )
  }
  return normal
}
