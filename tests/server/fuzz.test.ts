import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compreFaceRoutes } from '../../dist/server/compreface/compreface.js'
import { operations } from '../../dist/server/operations.js'
import { violations } from './contract.js'
import { ask, type Started, sampleBytes, startServer } from './start.js'

/** Number of inputs per operation; AGNIZE_FUZZ raises it. */
const runs = Number(process.env.AGNIZE_FUZZ ?? 40)
/** Time limit of a test that sends inputs in proportion to `runs`, in milliseconds; generous, for a busy machine. */
const timeout = 120_000 + 3000 * runs

let started: Started
let compreFaceKeys: Record<string, string>
let photo: Buffer

beforeAll(async () => {
  started = await startServer({ logLevel: 'error', requestSeconds: 5 }, { keep: true })
  photo = await sampleBytes(3)
  compreFaceKeys = {}
  for (const service of ['recognition', 'detection', 'verification']) {
    const { body } = await ask(started, '/v1/keys', {
      json: {
        name: service,
        scopes: ['read', 'identify', 'enroll'],
        galleries: ['default'],
        service,
      },
    })
    compreFaceKeys[service] = body.key
  }
})
afterAll(() => started.stop())

/** Texts that have broken servers before. */
const nasty = fc.constantFrom(
  ...[
    '',
    ' ',
    '.',
    '..',
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%00',
    '\u0000',
    '%',
    '%ff',
  ],
  ...[
    '\ud800',
    '𝒜'.repeat(70),
    'a'.repeat(3000),
    '__proto__',
    'constructor',
    'null',
    '-1',
    '1e309',
  ],
  ...["' or 1=1 --", '{{7*7}}', '<script>', 'NaN', '9007199254740993', '*', 'default', 'Anna'],
)
const text = fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 40 }), fc.uuid())

const json = fc.oneof(
  fc.jsonValue({ maxDepth: 5 }),
  fc.record(
    {
      name: fc.oneof(text, fc.jsonValue()),
      photo: fc.oneof(text, fc.base64String({ maxLength: 200 }), fc.jsonValue()),
      photo_url: text,
      photos: fc.array(fc.record({ photo: fc.oneof(text, fc.base64String()) }), { maxLength: 3 }),
      embeddings: fc.array(
        fc.oneof(
          fc.array(fc.double(), { maxLength: 600 }),
          fc.record({
            model: text,
            vector: fc.array(fc.oneof(fc.double(), fc.integer()), { maxLength: 5 }),
          }),
        ),
        { maxLength: 3 },
      ),
      a: fc.jsonValue(),
      b: fc.record({ subject: text }),
      into: text,
      tags: fc.array(text, { maxLength: 3 }),
      metadata: fc.dictionary(text, fc.jsonValue(), { maxKeys: 4 }),
      kind: fc.constantFrom('enroll', 'evaluate', 'migrate', 'x'),
      folder: text,
      model: text,
      keep_days: fc.oneof(fc.integer(), fc.double()),
      consented_at: text,
      subject: fc.oneof(text, fc.jsonValue()),
      file: fc.oneof(text, fc.base64String({ maxLength: 200 })),
      source: fc.array(fc.double(), { maxLength: 4 }),
      targets: fc.array(fc.array(fc.double(), { maxLength: 4 }), { maxLength: 3 }),
      source_image: text,
      target_image: text,
    },
    { requiredKeys: [] },
  ),
)

/** Bodies with their types: JSON, broken JSON, forms, broken forms, pictures, noise. */
const body = fc.oneof(
  json.map((value) => ({ type: 'application/json', bytes: Buffer.from(JSON.stringify(value)) })),
  fc
    .constantFrom(
      '{',
      '[',
      '"',
      '{"a":',
      '\ufeff{}',
      `${'['.repeat(20_000)}`,
      `{"a":${'{"a":'.repeat(5000)}`,
    )
    .map((value) => ({ type: 'application/json', bytes: Buffer.from(value) })),
  fc
    .uint8Array({ maxLength: 300 })
    .map((bytes) => ({ type: 'application/json', bytes: Buffer.from(bytes) })),
  fc
    .record({ part: text, name: text, value: fc.uint8Array({ maxLength: 100 }), end: fc.boolean() })
    .map(({ part, name, value, end }) => ({
      type: 'multipart/form-data; boundary=x',
      bytes: Buffer.concat([
        Buffer.from(
          `--x\r\nContent-Disposition: form-data; name="${part}"; filename="${name}"\r\n\r\n`,
        ),
        value,
        Buffer.from(end ? '\r\n--x--\r\n' : ''),
      ]),
    })),
  fc.uint8Array({ maxLength: 400 }).map((bytes) => ({
    type: 'multipart/form-data',
    bytes: Buffer.concat([Buffer.from('--x\r\n'), bytes]),
  })),
  fc.nat({ max: 1000 }).map((cut) => ({
    type: 'image/jpeg',
    bytes: photo.subarray(0, Math.floor((photo.length * cut) / 1000)),
  })),
  fc
    .record({
      type: fc.constantFrom('', 'text/plain', 'application/zip', 'image/png', 'application/gzip'),
      bytes: fc.uint8Array({ maxLength: 300 }),
    })
    .map(({ type, bytes }) => ({ type, bytes: Buffer.from(bytes) })),
)

const queryNames = [
  ...[
    'limit',
    'cursor',
    'search',
    'subject',
    'tag',
    'where',
    'fpir',
    'fmr',
    'threshold',
    'candidates',
  ],
  ...[
    'fusion',
    'detail',
    'flip',
    'at',
    'kind',
    'strict',
    'embeddings',
    'allow_duplicates',
    'subject_id',
  ],
  ...['prediction_count', 'det_prob_threshold', 'face_plugins', 'status', 'page', 'size'],
]
const query = fc.array(fc.tuple(fc.constantFrom(...queryNames), text), { maxLength: 4 })

const encoded = (value: string) => {
  try {
    return encodeURIComponent(value)
  } catch {
    return '%ed%a0%80'
  }
}

const escaping = new Set(['deleteGallery', 'revokeKey', 'rotateKey', 'followJob', 'exportSubject'])

interface Attempt {
  readonly params: readonly string[]
  readonly query: readonly (readonly [string, string])[]
  readonly sent: { readonly type: string; readonly bytes: Buffer }
  readonly headers: Record<string, string>
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
  params: fc.array(text, { minLength: 4, maxLength: 4 }),
  query,
  sent: body,
  headers: fc.record(
    {
      'idempotency-key': fc.stringMatching(/^[a-z]{1,3}$/),
      'if-match': fc.constantFrom('*', '"x"', 'x', ''),
      'if-none-match': fc.constantFrom('*', '"x"'),
    },
    { requiredKeys: [] },
  ),
})

async function send(
  { method, path }: { readonly method: string; readonly path: string },
  { params, query, sent, headers }: Attempt,
  auth: Record<string, string>,
): Promise<{ status: number; type: string; body: unknown; text: string }> {
  let next = 0
  const filled = path.replaceAll(/\{\w+\}|:\w+/g, (name) =>
    // Mostly an existing gallery, so that the handlers behind it are reached.
    name === '{gallery}' && next % 4 !== 3
      ? 'default'
      : encoded(params[next++ % params.length]!) || 'x',
  )
  const search = query.map(([name, value]) => `${name}=${encoded(value)}`).join('&')
  const response = await fetch(`${started.url}${filled}${search && `?${search}`}`, {
    method,
    ...(method !== 'GET' && { body: new Uint8Array(sent.bytes) }),
    headers: { ...headers, ...auth, ...(sent.type && { 'content-type': sent.type }) },
    redirect: 'manual',
  })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    type,
    text,
    body: /json/.test(type) && text ? JSON.parse(text) : text,
  }
}

setFlagsFromString('--expose_gc')
const collect = runInNewContext('gc') as () => void

/** Memory in use after a garbage collection, in MB. */
function held(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1e6
}

const fuzzed = operations.filter(({ id }) => !escaping.has(id))

test.each(fuzzed)('$id answers whatever comes as the document says', async (operation) => {
  await fc.assert(
    fc.asyncProperty(attempt, async (tried) => {
      const auth = { authorization: `Bearer ${started.key}` }
      const { status, type, body, text } = await send(operation, tried, auth)
      // `fetch` normalizes dot segments, so such a path arrives as another one.
      const shortened = tried.params.some((param) => /^\.{0,2}$/.test(param))
      expect(status).toBeLessThan(500)
      expect(text).not.toMatch(/node_modules|\/dist\/|at .*\.js:\d+/)
      const unrouted = ['not-found', 'method-not-allowed'].includes((body as any)?.code)
      if (status !== 304 && !unrouted && !shortened) {
        expect(violations(operation.id, { status, type, body })).toEqual([])
      }
    }),
    { numRuns: runs },
  )
})

test.each(
  compreFaceRoutes.filter(({ id }) => id !== 'migrate'),
)('CompreFace $id answers whatever comes in its way', async ({ method, path, service }) => {
  await fc.assert(
    fc.asyncProperty(attempt, async (tried) => {
      const route = { method, path: `/api/v1${path}` }
      const { status, body, text } = await send(route, tried, {
        ...(service && { 'x-api-key': compreFaceKeys[service]! }),
      })
      expect(status).toBeLessThan(500)
      expect(text).not.toMatch(/node_modules|\/dist\/|at .*\.js:\d+/)
      if (status >= 400) {
        expect(body).toEqual({ message: expect.any(String), code: expect.any(Number) })
      }
    }),
    { numRuns: runs },
  )
})

test('malformed HTTP ends only its own connection', async () => {
  const raw = (bytes: string | Uint8Array) =>
    new Promise<string>((done) => {
      const socket = connect(started.server.port, '127.0.0.1', () => socket.write(bytes))
      let text = ''
      socket.on('data', (chunk) => (text += chunk))
      socket.on('close', () => done(text))
      socket.on('error', () => {})
      setTimeout(() => socket.destroy(), 300)
    })
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(
          'GET / HTTP/1.1\r\n\r\n',
          'GET /v1/health HTTP/9.9\r\nhost: x\r\n\r\n',
          'POST /v1/detect HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n',
          'POST /v1/detect HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\nzz',
          `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
          `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(30_000)}\r\n\r\n`,
          'GET //v1/../../etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n',
          'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n',
        ),
      ),
      async (bytes) => {
        expect(await raw(bytes)).not.toMatch(/^HTTP\/1.1 5/)
      },
    ),
    { numRuns: 40 },
  )
})

test('memory does not grow when the same requests repeat', { timeout }, async () => {
  const again = async () => {
    for (const operation of fuzzed) {
      for (const tried of fc.sample(attempt, { numRuns: Math.ceil(runs / 5), seed: 7 })) {
        await send(operation, tried, { authorization: `Bearer ${started.key}` })
      }
    }
  }
  await again()
  const settled = held()
  for (let i = 0; i < 3; i++) await again()
  expect(held() - settled).toBeLessThan(20)
})

test('serves requests as before afterwards', async () => {
  const { status, body } = await ask(started, '/v1/detect', {
    method: 'POST',
    body: new Uint8Array(photo),
    headers: { 'content-type': 'image/jpeg' },
  })
  expect([status, body.faces.length]).toEqual([200, 3])
  expect(started.log()).toEqual([])
  expect(started.server.admission.active).toBe(0)
  expect(started.server.admission.bytes).toBe(0)
  expect((await ask(started, '/v1/galleries/default/audit?limit=1')).status).toBe(200)
})
