import type { z } from 'zod'
import { errorCodes } from '../base/errors.js'
import { version } from '../base/version.js'
import { type Direction, jsonSchemaOf } from './json-schema.js'
import { type AnswerKind, type AnyOperation, defaultJsonKilobytes } from './operation.js'
import { operations } from './operations.js'
import { problemSchema, statusOf } from './problem.js'
import { maxIdempotencyKey } from './records/idempotency.js'
import { maxHeaderKilobytes } from './refuse-connection.js'
import { liveOperation } from './routes/live-operation.js'

type Json = Record<string, unknown>

/** The parts of the API. */
const tags: Readonly<Record<string, string>> = {
  Recognition: 'Faces in photos and frames, and whose they are.',
  Galleries: 'Collections of subjects, with their settings and audit log.',
  Subjects: 'The people of a gallery.',
  Faces: 'The enrolled faces of a subject.',
  Corrections: 'Answers that were wrong, so that they stay right.',
  Calibration: "Thresholds measured on a gallery's own photos.",
  Events: 'Recorded identifications.',
  Visits: 'Who came by a camera, and strangers who came again.',
  Greeting: 'How recognized subjects are greeted.',
  Jobs: 'Long work that survives a restart.',
  Keys: 'Who may call the API, and what for.',
  Session: 'Signing in from a browser.',
  Accounts: 'People who sign in, what they may do, and where they are signed in.',
  Networks: 'The networks themselves, for clients that run them.',
  Models: 'The models on the server.',
  Retention: 'Subjects whose time is over.',
  Server: 'Health, version and metrics.',
}

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
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key: a UUID.' },
        session: {
          ...{ type: 'apiKey', in: 'cookie', name: 'agnize_session' },
          description: 'The session of a person; over HTTPS its name is `__Host-agnize_session`.',
        },
      },
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
      ...(operation.scope === null && !operation.account ? [] : withKey),
      ...(operation.path.includes('{gallery}') ? (['unknown-gallery'] as const) : []),
      ...(operation.body ? (['request-too-large', 'unsupported-media-type'] as const) : []),
      ...(operation.heavy ? heavy : []),
      ...(operation.method === 'GET' ? [] : (['idempotency-conflict'] as const)),
    ]),
  ].sort((a, b) => errorCodes.indexOf(a) - errorCodes.indexOf(b))
}

function describe(operation: AnyOperation, components: Components): Json {
  const { id, tag, summary, description, scope, params, query, body, answers } = operation
  const scopeNote = operation.account
    ? 'Requires that a person has signed in.'
    : scope === null
      ? 'Requires no key.'
      : `Requires the scope \`${scope}\`.`
  const responses: Record<string, Json> = {}
  for (const answer of answers) {
    const content = contentOf(answer, components)
    responses[answer.status] = {
      description: answer.description,
      ...(isCacheable(operation) && { headers: { ETag: header('For `If-None-Match`.') } }),
      ...(content && { content }),
    }
  }
  if (isCacheable(operation)) {
    responses[304] = { description: 'Unchanged since the answer with that ETag.' }
  }
  const byStatus = grouped(errorsOf(operation))
  byStatus.set(431, ['request-too-large'])
  for (const [status, codes] of byStatus) {
    const names = codes.map((code) => `\`${code}\``).join(', ')
    responses[status] = {
      description:
        status === 431
          ? `${names}: the address and the headers are larger than ${maxHeaderKilobytes} kB.`
          : names,
      ...([429, 503].includes(status) && {
        headers: { 'Retry-After': header('Seconds to wait, where a retry may succeed.') },
      }),
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
    ...(scope === null && { security: operation.account ? [{ session: [] }] : [] }),
    parameters: [
      ...parametersOf(params, 'path', components),
      ...parametersOf(query, 'query', components),
      ...headersOf(operation),
    ],
    ...(body && { requestBody: bodyOf(body, components) }),
    responses,
  }
}

/** Whether a response carries an ETag: reads, but for streams and metrics. */
export const isCacheable = ({ method, answers: [answer] }: AnyOperation): boolean =>
  method === 'GET' &&
  (answer?.schema !== undefined ||
    ['image/jpeg', 'application/octet-stream'].includes(answer?.type ?? ''))

const header = (description: string) => ({ description, schema: { type: 'string' } })

function headersOf(operation: AnyOperation): Json[] {
  const given = (name: string, description: string, schema: Json = {}) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string', ...schema },
  })
  const { method, secret, errors = [] } = operation
  return [
    ...(isCacheable(operation)
      ? [given('If-None-Match', 'ETag of an answer that the client has.')]
      : []),
    ...(errors.includes('changed-meanwhile')
      ? [given('If-Match', 'ETag of the state to change; another is refused.')]
      : []),
    ...(method !== 'GET' && !secret
      ? [
          given('Idempotency-Key', 'Any text; a write repeated with it is executed once.', {
            maxLength: maxIdempotencyKey,
          }),
        ]
      : []),
  ]
}

/** Bytes: generators of clients know them by the format, OpenAPI 3.1 by their type. */
const bytesOf = (type: string) => ({ type: 'string', format: 'binary', contentMediaType: type })

/** The content of a response: JSON, a file or events. */
function contentOf({ schema, type, events }: AnswerKind, components: Components): Json | undefined {
  if (schema) return { 'application/json': { schema: components.schema(schema, 'output') } }
  if (type === undefined) return undefined
  const media = type.split(';')[0]!
  if (!events) {
    const isText = media.startsWith('text/')
    return { [media]: { schema: isText ? { type: 'string' } : bytesOf(media) } }
  }
  // As generators and OpenAPI 3.2 read it: the schema of a stream is that of one event.
  const data = components.schema(events.data, 'output')
  return {
    [media]: {
      schema: {
        type: 'object',
        description:
          'One event; `data` is JSON on one line. Lines that begin with a colon are comments.',
        properties: {
          event: { type: 'string', const: events.name },
          data: { type: 'string', contentMediaType: 'application/json', contentSchema: data },
        },
        required: ['event', 'data'],
      },
    },
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
    // A request without a body counts as one with no fields.
    const required = !body.schema.safeParse({}).success
    return { required, description, content: { 'application/json': { schema } } }
  }
  if (body.kind === 'stream') {
    const binary = (type: string) => ({ schema: bytesOf(type) })
    return {
      required: true,
      description: "At most as large as the server's setting `maxArchiveMegabytes`.",
      content: Object.fromEntries(body.types.map((type) => [type, binary(type)])),
    }
  }
  const photo = { ...bytesOf('application/octet-stream'), minLength: 1 }
  const part = body.many ? { type: 'array', items: photo, minItems: 1 } : photo
  const isRequired = !body.optional
  // A form of an optional body may have the second part alone.
  const needsFirst = isRequired || body.parts.length === 1
  return {
    required: isRequired,
    description: body.many
      ? "Each photo at most as large as the server's setting `maxMegabytes`, all together `maxRequestMegabytes`."
      : "Each photo at most as large as the server's setting `maxMegabytes`.",
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          properties: Object.fromEntries(body.parts.map((name) => [name, part])),
          ...(needsFirst && { required: body.parts.slice(0, 1) }),
        },
      },
      'image/*': { schema: { ...bytesOf('image/*'), minLength: 1 } },
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
  schema(schema: z.ZodType, io: Direction): Json {
    return this.inline(schema, io)
  }

  inline(schema: z.ZodType, io: Direction): Json {
    const made = jsonSchemaOf(schema, io)
    const { $defs, ...rest } = JSON.parse(
      JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/'),
    ) as Json & { $defs?: Record<string, Json> }
    for (const [name, definition] of Object.entries($defs ?? {})) {
      this.all[name] ??= definition
    }
    return rest
  }
}
