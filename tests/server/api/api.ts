import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operations } from '../../../dist/server/operations.js'
import { inSample1, sample } from '../../fixtures.js'
import { documented, violations } from '../contract.js'
import { type Started, sampleBytes, startServer } from '../start.js'
import { type Resource, shares } from './shares.js'

/** The server of the test file that called {@link useApiServer}. */
export let started: Started
/** A photo that shows Anna alone. */
export const anna = await sharp(sample(1))
  .extract({ left: inSample1[0] - 260, top: inSample1[1] - 260, width: 500, height: 520 })
  .jpeg()
  .toBuffer()
/** A photo of somebody else. */
export const stranger = await sampleBytes(5)
/** Operations that the file called so far. */
const exercised = new Set<string>()
/** Codes of the errors that the file received so far. */
const reached = new Set<string>()

let resource: Resource

/** Starts a server for all tests of a file, which answers for `its` share of the API. */
export function useApiServer(its: Resource): void {
  resource = its
  beforeAll(async () => {
    started = await startServer({}, { keep: true })
  })
  afterAll(() => started.stop())
}

/** The last test of each file: its share of the API was exercised, and nothing secret was logged. */
export function testCoverage(): void {
  test('every operation assigned to this file is called, and neither keys nor names are logged', () => {
    const { tags, errors } = shares[resource]
    const mine = operations.filter(({ tag }) => (tags as readonly string[]).includes(tag))
    expect(mine.map(({ id }) => id).filter((id) => !exercised.has(id))).toEqual([])
    expect(errors.filter((code) => !reached.has(code))).toEqual([])
    const log = started.log().join('\n')
    expect(log).toContain('"operation":')
    for (const secret of [started.key, 'Björn', 'Anna', 'Émile']) expect(log).not.toContain(secret)
  })
}

export type Sent = NonNullable<RequestInit['body']>

interface Init {
  readonly body?: Sent
  readonly json?: unknown
  readonly headers?: Record<string, string>
  readonly query?: Record<string, string> | readonly [name: string, value: string][]
  readonly key?: string
  readonly at?: Pick<Started, 'url' | 'key'>
}

/** Calls an operation of the document, and checks the answer by it. */
export async function call(
  id: string,
  params: Record<string, string> = {},
  init: Init = {},
): Promise<{ status: number; headers: Headers; body: any; bytes: Buffer }> {
  const { path, method } = documented.get(id)!
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(params[name] ?? (name === 'gallery' ? 'default' : '')),
  )
  const { url, key } = init.at ?? started
  const query = init.query ? `?${new URLSearchParams(init.query as Record<string, string>)}` : ''
  const response = await fetch(`${url}${filled}${query}`, {
    ...{ method, redirect: 'manual' },
    ...(init.json !== undefined && { body: JSON.stringify(init.json) }),
    ...(init.body !== undefined && { body: init.body, duplex: 'half' }),
    headers: {
      ...((init.key ?? key) && { authorization: `Bearer ${init.key ?? key}` }),
      ...(init.json !== undefined && { 'content-type': 'application/json' }),
      ...init.headers,
    },
  } as RequestInit)
  const bytes = Buffer.from(await response.arrayBuffer())
  const type = response.headers.get('content-type') ?? ''
  const body =
    /json/.test(type) && bytes.length > 0 ? JSON.parse(bytes.toString()) : bytes.toString()
  if (response.status !== 304) {
    expect(violations(id, { status: response.status, type, body })).toEqual([])
  }
  exercised.add(id)
  if (body?.code && response.status >= 400) reached.add(body.code)
  return { status: response.status, headers: response.headers, body, bytes }
}

/** Counts an error that came over a WebSocket. */
export const received = (code: string) => void reached.add(code)

/** Enrolls a photo of Anna, in the default gallery unless `params` name another. */
export const enrollAnna = (params: Record<string, string> = {}) =>
  call(
    'addFaces',
    { subject: 'Anna', ...params },
    { body: anna, headers: { 'content-type': 'image/jpeg' } },
  )

let galleries = 0
/** Creates a gallery for one test; its name. */
export async function gallery(): Promise<string> {
  const name = `g${galleries++}`
  await call('createGallery', {}, { json: { name } })
  return name
}
