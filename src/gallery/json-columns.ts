import { isObject, type JsonSchema, parseChecked, schemaOf } from '../base/checked-json.js'
import { AgnizeError } from '../base/errors.js'

/**
 * Parses and validates a column that holds JSON.
 *
 * @param what - Description of the column, for the error message.
 * @throws AgnizeError `gallery-damaged`.
 */
export function columnOf<T>(text: string, schema: JsonSchema<T>, what: string): T {
  return parseChecked(
    text,
    schema,
    (cause) =>
      new AgnizeError(
        'gallery-damaged',
        `The gallery is damaged: ${what} cannot be read. "agnize gallery verify" lists all damage; restore a backup.`,
        { cause },
      ),
  )
}

/** Parses a column that holds a JSON object; its fields are not validated. */
export function objectOf<T extends object = Record<string, unknown>>(
  text: string,
  what: string,
): T {
  return columnOf(
    text,
    schemaOf((value): value is T => isObject(value)),
    what,
  )
}
