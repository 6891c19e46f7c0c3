import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { openApi } from '../../dist/server/openapi.js'

interface Documented {
  readonly operationId: string
  readonly responses: Record<
    string,
    { readonly content?: Record<string, { readonly schema: object }> }
  >
}

const document = openApi() as {
  paths: Record<string, Record<string, Documented>>
  components: { schemas: Record<string, object> }
}

const ajv = new Ajv2020({ strict: false, allErrors: true })
;(formats as unknown as (ajv: Ajv2020) => void)(ajv)
ajv.addSchema({ $id: 'agnize', components: document.components })

/** Every operation of the document, by its id. */
export const documented = new Map(
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        [operation.operationId, { path, method: method.toUpperCase(), operation }] as const,
    ),
  ),
)

/** Problems of an answer by the document; empty where it conforms. */
export function violations(
  operationId: string,
  { status, type, body }: { status: number; type: string; body: unknown },
): string[] {
  const found = documented.get(operationId)
  if (!found) return [`there is no operation ${operationId}`]
  const response = found.operation.responses[String(status)]
  if (!response) return [`${operationId} does not say that it may answer ${status}`]
  const bare = type.split(';')[0]!.trim()
  if (!response.content) return body === '' ? [] : [`${operationId} ${status} has a body`]
  const content = response.content[bare]
  if (!content) return [`${operationId} ${status} does not say that it may be ${bare}`]
  if (!/json$/.test(bare)) return []
  return problems(content.schema, body).map((problem) => `${operationId} ${status} ${problem}`)
}

function problems(schema: object, value: unknown): string[] {
  const validate = ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"agnize#/components/')),
  )
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** Problems of an event of a stream by the document, and of the JSON in it. */
export function eventViolations(operationId: string, event: { event: string; data: string }) {
  const { content } = documented.get(operationId)!.operation.responses['200']!
  const { schema } = content!['text/event-stream'] as {
    schema: { properties: { data: { contentSchema: object } } }
  }
  return [
    ...problems(schema, event),
    ...problems(schema.properties.data.contentSchema, JSON.parse(event.data)),
  ]
}
