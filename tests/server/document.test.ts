import { once } from 'node:events'
import { connect } from 'node:net'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { subjectName, subjectNamePattern, wordPattern } from '../../dist/gallery/subject-name.js'
import { openApi } from '../../dist/server/openapi.js'
import { documented, eventViolations, violations } from './contract.js'
import { ask, type Started, signedIn, startServer } from './start.js'

const document = openApi() as { paths: Record<string, Record<string, any>> }
let server: Started
beforeAll(async () => {
  server = await startServer({ requestsPerMinute: 100_000 }, { keep: true })
})
afterAll(() => server.stop())

test('a linter has nothing to complain of, and pairs are arrays of exactly two', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    // A WebSocket is opened with 101.
    rules: { 'operation-2xx-response': 'off' },
  })
  const source = JSON.stringify(document)
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config })
  expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([])
  expect(source).not.toContain('prefixItems')
  const { landmarks } = (document as any).components.schemas.Face.properties
  expect(landmarks.items).toEqual({
    ...{ type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
  })
})

describe('texts', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...' .\t\n/\\a\u2028\u00a0\ufeff\u0085\u001c') }),
    // About as long as a text may be, with white space around it that does not count.
    fc
      .tuple(fc.nat({ max: 40 }), fc.integer({ min: 198, max: 202 }), fc.constantFrom('a', '😀'))
      .map(([spaces, length, each]) => `${' '.repeat(spaces)}${each.repeat(length)}\t`),
  )
  const accepts = (check: () => unknown) => {
    try {
      check()
      return true
    } catch {
      return false
    }
  }
  test('the pattern of a name is what the gallery accepts', () => {
    const pattern = new RegExp(subjectNamePattern, 'u')
    fc.assert(
      fc.property(text, (name) => {
        expect(pattern.test(name)).toBe(accepts(() => subjectName(name)))
      }),
      { numRuns: 3000 },
    )
  })
  test.each([
    ['tags', (value: string) => ({ tags: [value] })],
    ['external_id', (value: string) => ({ external_id: value })],
  ])('so is that of %s', async (_, details) => {
    const pattern = new RegExp(wordPattern(200), 'u')
    await ask(server, '/v1/galleries/default/subjects', { json: { name: 'Words' } })
    await fc.assert(
      fc.asyncProperty(
        text.filter((each) => each !== ''),
        async (word) => {
          const { status } = await ask(server, '/v1/galleries/default/subjects/Words', {
            ...{ method: 'PATCH', json: details(word) },
          })
          expect(status === 200, JSON.stringify(word)).toBe(pattern.test(word))
        },
      ),
      { numRuns: 60 },
    )
  })
})

/** Every documented query parameter, with the address of its operation. */
const parameters = [...documented].flatMap(([id, { path, method, operation }]) =>
  ((operation as any).parameters as any[])
    .filter((each) => each.in === 'query' && id !== 'live')
    .map(({ name, schema }) => ({ id, method, path, name, schema })),
)
const addressOf = (path: string) =>
  path.replaceAll('{gallery}', 'default').replaceAll(/\{\w+\}/g, 'x')

describe('what the document forbids is refused', () => {
  const refused = async (method: string, path: string, name: string, values: unknown[]) => {
    const query = new URLSearchParams(
      values.map((value): [string, string] => [name, String(value)]),
    )
    const { status, body } = await ask(server, `${addressOf(path)}?${query}`, { method })
    expect([status, body.code], `${method} ${path}?${query}`).toEqual([400, 'bad-argument'])
    expect(body.detail).toContain(name)
  }
  test('a value that a list of values has not', async () => {
    const lists = parameters.filter(({ schema }) => schema.enum)
    expect(lists.length).toBeGreaterThan(15)
    for (const { method, path, name } of lists) await refused(method, path, name, ['surely-not'])
  })
  test('numbers outside of their bounds, and just outside', async () => {
    const numbers = parameters.filter(({ schema }) => /^(number|integer)$/.test(schema.type))
    expect(new Set(numbers.map(({ name }) => name))).toEqual(
      new Set(['limit', 'fpir', 'fmr', 'threshold', 'candidates']),
    )
    for (const { method, path, name, schema } of numbers) {
      const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
      const outside = [exclusiveMinimum ?? minimum - 1, exclusiveMaximum ?? maximum + 1]
      expect(outside.every(Number.isFinite), `${name} has bounds`).toBe(true)
      for (const value of outside) await refused(method, path, name, [value])
    }
  })
  test('one value given twice', async () => {
    const scalars = parameters.filter(({ schema }) => schema.type && schema.type !== 'array')
    for (const { method, path, name, schema } of scalars) {
      const value =
        schema.enum?.[0] ?? { boolean: true, string: '1,1' }[schema.type as string] ?? 0.5
      await refused(method, path, name, [value, value])
    }
  })
  test('a cursor that no page gave', () =>
    refused('GET', '/v1/galleries/{gallery}/subjects', 'cursor', ['a b']))
  test('a time that is none', async () => {
    const json = { name: 'Later', keep_until: 'next week' }
    const { status } = await ask(server, '/v1/galleries/default/subjects', { json })
    expect(status).toBe(400)
  })
})

describe('JSON', () => {
  const json = { 'content-type': 'application/json' }
  const bodies = [...documented].flatMap(([id, { path, method, operation }]) => {
    const content = (operation as any).requestBody?.content
    return content?.['application/json'] ? [{ id, path, method }] : []
  })
  test('null is not an object without fields', async () => {
    expect(bodies.length).toBeGreaterThan(20)
    const inSession = await signedIn(server)
    for (const { id, path, method } of bodies) {
      const isOwn = path.startsWith('/v1/account/')
      const { status, body } = await ask(isOwn ? { ...server, key: '' } : server, addressOf(path), {
        ...{ method, body: 'null', headers: { ...json, ...(isOwn && inSession) } },
      })
      expect([status, body.code], id).toEqual([400, 'bad-argument'])
    }
  })
  test('the document has no object whose fields may be called __proto__', async () => {
    const open: string[] = []
    const visit = (schema: any, at: string): void => {
      if (typeof schema !== 'object' || schema === null) return
      if (schema.type === 'object' && schema.additionalProperties !== false) {
        if (schema.propertyNames?.not?.const !== '__proto__') open.push(at)
      }
      for (const [name, each] of Object.entries(schema)) visit(each, `${at}/${name}`)
    }
    for (const { id } of bodies) {
      const { schema } = (documented.get(id)!.operation as any).requestBody.content[
        'application/json'
      ]
      const name = schema.$ref?.split('/').at(-1)
      visit(name ? (document as any).components.schemas[name] : schema, id)
    }
    expect(open).toEqual([])
    const { status, body } = await ask(server, '/v1/galleries/default/subjects', {
      ...{ method: 'POST', headers: json },
      body: '{"name": "Proto", "metadata": {"__proto__": {"a": 1}}}',
    })
    expect([status, body.code]).toEqual([400, 'bad-argument'])
    expect(body.detail).toContain('__proto__')
  })
})

test('a body is optional where the result of a challenge stands for it', () => {
  const requires = (id: string) => (documented.get(id)!.operation as any).requestBody.required
  expect(['detect', 'identify', 'verify'].map(requires)).toEqual([true, false, false])
})

test('Allow names the methods of this path, and no others are answered', async () => {
  const own = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  for (const [path, methods] of Object.entries(document.paths)) {
    const allowed = Object.keys(methods).map((method) => method.toUpperCase())
    for (const method of [...own, 'PROPFIND', 'QUERY'].filter((each) => !allowed.includes(each))) {
      const { status, headers } = await ask(server, addressOf(path), { method })
      expect([status, headers.get('allow')], `${method} ${path}`).toEqual([405, allowed.join(', ')])
    }
  }
})

test('an address that is too long is refused with a problem that is documented', async () => {
  const socket = connect(server.server.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`GET /v1/health?${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`)
  let text = ''
  for await (const chunk of socket) text += chunk
  const [head, body] = text.split('\r\n\r\n') as [string, string]
  expect(head).toMatch(/^HTTP\/1\.1 431 /)
  const type = /content-type: (\S+)/i.exec(head)![1]!
  expect(violations('getHealth', { status: 431, type, body: JSON.parse(body) })).toEqual([])
  expect(JSON.parse(body)).toMatchObject({ status: 431, code: 'request-too-large' })
})

test('an event stream is of the events that the document describes', async () => {
  const { body: job } = await ask(server, '/v1/galleries/default/jobs', {
    json: { kind: 'calibrate' },
  })
  const { body } = await ask(server, `/v1/galleries/default/jobs/${job.id}/events`)
  const events = (body as string)
    .split('\n\n')
    .filter((each) => each !== '' && !each.startsWith(':'))
    .map((each) => Object.fromEntries(each.split('\n').map((line) => line.split(/: (.*)/s))))
  expect(events.length).toBeGreaterThan(0)
  for (const event of events) expect(eventViolations('followJob', event)).toEqual([])
  expect(eventViolations('followJob', { event: 'job', data: '{}' })).not.toEqual([])
})
