import { z } from 'zod'
import { errorCodes } from '../base/errors.js'
import { version } from '../base/version.js'
import { type AnyOperation, defaultJsonKilobytes } from './operation.js'
import { operations } from './operations.js'
import { problemSchema, statusOf } from './problem.js'
import { liveOperation } from './routes/live-operation.js'

type Json = Record<string, unknown>

/** Errors of every operation. */
const everywhere = ['bad-argument', 'internal', 'closed', 'rate-limited'] as const
/** Further errors of every operation that requires a key. */
const withKey = ['unauthorized', 'forbidden'] as const
const heavy = [
  'quota-exceeded',
  'overloaded',
  'timed-out',
  'request-too-large',
  'unsupported-media-type',
] as const

/** The OpenAPI 3.1 document of the API. */
export function openApi(): Json {
  const components = new Components()
  const paths: Record<string, Json> = {}
  for (const operation of [...operations, liveOperation]) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describe(operation, components),
    }
  }
  components.schema(problemSchema, 'output')
  return {
    openapi: '3.1.0',
    info: {
      title: 'agnize',
      version,
      description:
        'Face recognition that you run yourself. Send `Authorization: Bearer KEY`. Errors are problems (RFC 9457) with a stable `code`. Every response carries `X-Request-Id`. A write that is repeated with the same `Idempotency-Key` is executed once. Lists are read page by page with `cursor`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key: a UUID.' } },
      schemas: components.all,
    },
  }
}

/** Codes of the errors that an operation may return. */
export function errorsOf(operation: AnyOperation): string[] {
  return [
    ...new Set([
      ...(operation.errors ?? []),
      ...everywhere,
      ...(operation.scope === null ? [] : withKey),
      ...(operation.path.includes('{gallery}') ? (['unknown-gallery'] as const) : []),
      ...(operation.body ? (['request-too-large', 'unsupported-media-type'] as const) : []),
      ...(operation.heavy ? heavy : []),
      ...(operation.method === 'GET' ? [] : (['idempotency-conflict'] as const)),
    ]),
  ].sort((a, b) => errorCodes.indexOf(a) - errorCodes.indexOf(b))
}

function describe(operation: AnyOperation, components: Components): Json {
  const { id, tag, summary, description, scope, params, query, body, answers } = operation
  const scopeNote = scope === null ? 'Requires no key.' : `Requires the scope \`${scope}\`.`
  const responses: Record<string, Json> = {}
  for (const { status, description, schema, type } of answers) {
    responses[status] = {
      description,
      ...(schema && {
        content: { 'application/json': { schema: components.schema(schema, 'output') } },
      }),
      ...(type && {
        content: {
          [type.split(';')[0]!]: {
            schema: { type: 'string', contentMediaType: type.split(';')[0] },
          },
        },
      }),
    }
  }
  const byStatus = grouped(errorsOf(operation))
  for (const [status, codes] of byStatus) {
    responses[status] = {
      description: codes.map((code) => `\`${code}\``).join(', '),
      content: {
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      },
    }
  }
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: description ? `${description}\n\n${scopeNote}` : scopeNote,
    ...(scope === null && { security: [] }),
    parameters: [
      ...parametersOf(params, 'path', components),
      ...parametersOf(query, 'query', components),
    ],
    ...(body && { requestBody: bodyOf(body, components) }),
    responses,
  }
}

function grouped(codes: readonly string[]): Map<number, string[]> {
  const groups = new Map<number, string[]>()
  for (const code of codes) {
    const status = statusOf[code as keyof typeof statusOf]
    groups.set(status, [...(groups.get(status) ?? []), code])
  }
  return groups
}

function bodyOf(body: NonNullable<AnyOperation['body']>, components: Components): Json {
  if (body.kind === 'json') {
    const schema = components.schema(body.schema, 'input')
    const { kilobytes = defaultJsonKilobytes } = body
    const description = `At most ${kilobytes} kB.`
    return { required: true, description, content: { 'application/json': { schema } } }
  }
  if (body.kind === 'stream') {
    const binary = (type: string) => ({ schema: { type: 'string', contentMediaType: type } })
    return {
      required: true,
      description: "At most as large as the server's setting `maxArchiveMegabytes`.",
      content: Object.fromEntries(body.types.map((type) => [type, binary(type)])),
    }
  }
  const photo = { type: 'string', contentMediaType: 'application/octet-stream' }
  const part = body.many ? { type: 'array', items: photo } : photo
  return {
    required: true,
    description: body.many
      ? "Each photo at most as large as the server's setting `maxMegabytes`, all together `maxRequestMegabytes`."
      : "Each photo at most as large as the server's setting `maxMegabytes`.",
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          properties: Object.fromEntries(body.parts.map((name) => [name, part])),
        },
      },
      'image/*': { schema: { type: 'string', contentMediaType: 'image/*' } },
      'application/json': { schema: components.schema(body.json, 'input') },
    },
  }
}

function parametersOf(
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
  components: Components,
): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = components.inline(schema, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }))
}

/** Named schemas of the document, collected as they are referenced. */
class Components {
  readonly all: Record<string, Json> = {}

  /** A schema as JSON Schema, with references to named ones. */
  schema(schema: z.ZodType, io: 'input' | 'output'): Json {
    return this.inline(schema, io)
  }

  inline(schema: z.ZodType, io: 'input' | 'output'): Json {
    const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
    const {
      $schema: _,
      $defs,
      ...rest
    } = JSON.parse(
      JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/'),
    ) as Json & { $defs?: Record<string, Json> }
    for (const [name, definition] of Object.entries($defs ?? {})) {
      this.all[name] ??= definition
    }
    return rest
  }
}
