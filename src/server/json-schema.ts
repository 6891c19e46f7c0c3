import { z } from 'zod'

type Json = Record<string, unknown>

/** Ways to write a JSON Schema: what a request may send, or what an answer has. */
export type Direction = 'input' | 'output'

/**
 * A schema as JSON Schema of OpenAPI 3.1. Pairs are arrays of exactly two: generators of clients and of tests stop at
 * `prefixItems`, which says the same.
 */
export function jsonSchemaOf(schema: z.ZodType, io: Direction): Json {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      asArrayOfTwo(jsonSchema as Json)
      if (io === 'input') withoutPrototype(jsonSchema as Json)
    },
  }) as Json
  return made
}

function asArrayOfTwo(schema: Json): void {
  const { prefixItems } = schema
  if (!Array.isArray(prefixItems)) return
  const kinds = [...new Set(prefixItems.map((item) => JSON.stringify(item)))]
  const items = kinds.map((kind) => JSON.parse(kind) as Json)
  delete schema.prefixItems
  Object.assign(schema, {
    items: items.length === 1 ? items[0] : { anyOf: items },
    minItems: prefixItems.length,
    maxItems: prefixItems.length,
  })
}

/** Says of an object with further fields what the parser refuses of all: a field of the name `__proto__`. */
function withoutPrototype(schema: Json): void {
  if (schema.type !== 'object' || schema.additionalProperties === false) return
  schema.propertyNames = { ...(schema.propertyNames as Json), not: { const: '__proto__' } }
}

/** The JSON Schema of a value that arrives as text, for `meta` of the schema that reads the text: both are then one. */
export function describedAs(schema: z.ZodType): Json {
  return { ...jsonSchemaOf(schema, 'input'), pattern: undefined }
}

/**
 * The JSON Schema of an object that needs at least one of some fields, for its `meta`: an alternative for each, which generators of
 * clients give types. The handler checks it, with an error that says what to send.
 */
export function needingOneOf(schema: z.ZodObject, names: readonly string[]): Json {
  const anyOf = names.map((name) => {
    const { $defs: _, ...alternative } = jsonSchemaOf(
      schema.required({ [name]: true } as Record<string, never>),
      'input',
    )
    return alternative
  })
  return { type: undefined, properties: undefined, additionalProperties: undefined, anyOf }
}
