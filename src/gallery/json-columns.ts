import { isObject, type JsonSchema, jsonOf, shape } from '../base/checked-json.js'
import { AgnizeError } from '../base/errors.js'

/**
 * Reads a column that holds JSON.
 *
 * @param what - The column, in words.
 * @throws AgnizeError `gallery-damaged`.
 */
export function columnOf<T>(text: string, schema: JsonSchema<T>, what: string): T {
  return jsonOf(
    text,
    schema,
    (cause) =>
      new AgnizeError(
        'gallery-damaged',
        `The gallery is damaged: ${what} cannot be read. "agnize gallery verify" names all damage; restore a backup.`,
        { cause },
      ),
  )
}

/** An object; what its fields are is up to whoever wrote it. */
export function objectOf<T extends object = Record<string, unknown>>(
  text: string,
  what: string,
): T {
  return columnOf(
    text,
    shape((value): value is T => isObject(value)),
    what,
  )
}
