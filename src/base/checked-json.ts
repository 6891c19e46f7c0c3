/** What checks a value: a schema of zod, or a {@link shape} where zod would be too slow to load. */
export interface JsonSchema<T> {
  safeParse(
    value: unknown,
  ): { readonly success: true; readonly data: T } | { readonly success: false }
}

/**
 * Reads JSON that somebody else may have written.
 *
 * @param refuse - Makes the error for a text that is no JSON, or not as the schema says.
 */
export function jsonOf<T>(
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

/** A schema of a test. */
export function shape<T>(isRight: (value: unknown) => value is T): JsonSchema<T> {
  return {
    safeParse: (value) => (isRight(value) ? { success: true, data: value } : { success: false }),
  }
}

/** Whether a value is a JSON object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
