import type { z } from 'zod'
import { AgnizeError } from '../base/errors.js'

/** Parses a value with a schema. @throws AgnizeError `bad-argument` that lists every invalid field. */
export function checked<Schema extends z.ZodType>(
  schema: Schema | undefined,
  value: unknown,
  what: string,
): z.infer<Schema> {
  if (!schema) return undefined as z.infer<Schema>
  const { success, data, error } = schema.safeParse(value)
  if (success) return data
  const issues = error.issues.slice(0, 10).map(({ path, message }) => {
    const where = path.map(String).join('.').slice(0, 100)
    const why = message.replace(/^Invalid input: /, '').slice(0, 200)
    return where ? `${where}: ${why}` : why
  })
  throw new AgnizeError('bad-argument', `${what} is invalid: ${issues.join('; ')}.`)
}
