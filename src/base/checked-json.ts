/** Validates a value: a zod schema, or a {@link schemaOf} where loading zod would be too slow. */
export interface JsonSchema<T> {
  safeParse(
    value: unknown,
  ): { readonly success: true; readonly data: T } | { readonly success: false }
}

/**
 * Parses and validates JSON from an untrusted source.
 *
 * @param refuse - Makes the error for text that is not JSON or does not match the schema.
 */
export function parseChecked<T>(
  text: string,
  schema: JsonSchema<T>,
  refuse: (cause: unknown) => Error,
): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw refuse(cause)
  }
  const checked = schema.safeParse(value)
  if (checked.success) return checked.data
  throw refuse('error' in checked ? checked.error : undefined)
}

/** A schema made of a type guard. */
export function schemaOf<T>(isValid: (value: unknown) => value is T): JsonSchema<T> {
  return {
    safeParse: (value) => (isValid(value) ? { success: true, data: value } : { success: false }),
  }
}

/** Whether a value is a JSON object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
