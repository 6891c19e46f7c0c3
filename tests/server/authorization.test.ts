import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { compreFaceRoutes } from '../../dist/server/compreface/compreface.js'
import { roles, type Scope, scopes, scopesOfRole } from '../../dist/server/keys/caller.js'
import type { AnyOperation } from '../../dist/server/operation.js'
import { operations } from '../../dist/server/operations.js'
import { liveOperation } from '../../dist/server/routes/live-operation.js'
import { ask, type Started, signedIn, startServer } from './start.js'

let started: Started
/** Keys of each scope, for one gallery and for all. */
const keys = new Map<string, string>()

async function makeKey(body: object): Promise<string> {
  return (await ask(started, '/v1/keys', { json: { name: 'matrix', ...body } })).body.key
}

beforeAll(async () => {
  started = await startServer({ logLevel: 'silent' }, { keep: true })
  for (const name of ['mine', 'theirs']) await ask(started, '/v1/galleries', { json: { name } })
  for (const scope of scopes) {
    keys.set(`${scope} mine`, await makeKey({ scopes: [scope], galleries: ['mine'] }))
    keys.set(`${scope} *`, await makeKey({ scopes: [scope], galleries: ['*'] }))
  }
  keys.set(
    'expired',
    await makeKey({ scopes: ['admin'], galleries: ['*'], expires_at: '2020-01-01T00:00:00Z' }),
  )
  keys.set('unknown', crypto.randomUUID())
  keys.set('none', '')
})
afterAll(() => started.stop())

/** Sends a request with an invalid body: an authorized one gets some other error than a denial, or success. */
async function sendInvalid(
  { method, path }: Pick<AnyOperation, 'method' | 'path'>,
  gallery: string,
  key: string,
  session: Record<string, string> = {},
): Promise<{ status: number; code: string }> {
  const filled = path
    .replace('{gallery}', gallery)
    // Nothing exists by this id, so an authorized request changes nothing.
    .replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000')
  const { status, body } = await ask({ url: started.url, key }, filled, {
    method,
    ...(method !== 'GET' && { body: '{"wrong"' }),
    headers: { ...(method !== 'GET' && { 'content-type': 'application/json' }), ...session },
  })
  return { status, code: body?.code ?? '' }
}

const denials = ['unauthorized', 'rate-limited', 'forbidden', 'unknown-gallery']

/** Operations that change data without a body that could be invalid; they are tested separately. */
const destructive = new Set(['deleteGallery'])

const protectedOperations = operations.filter(
  ({ scope, id }) => scope !== null && !destructive.has(id),
)

test.each(
  protectedOperations,
)('$id: only with its scope, only in its gallery', async (operation) => {
  const hasGallery = operation.path.includes('{gallery}')
  for (const [name, key] of keys) {
    if (['expired', 'unknown', 'none'].includes(name)) {
      const { status } = await sendInvalid(operation, 'mine', key)
      // Many wrong keys from one address are rate-limited.
      const refused = name === 'none' ? [401] : [401, 429]
      expect([name, refused.includes(status)]).toEqual([name, true])
      continue
    }
    const [scope, galleries] = name.split(' ')
    const allowed = scope === operation.scope || scope === 'admin'
    const mine = await sendInvalid(operation, 'mine', key)
    if (allowed) {
      // Authorized; other errors of the request do not matter.
      const why = mine.code === 'forbidden' ? mine : null
      const needsAll =
        (operation.tag === 'Accounts' ||
          ['createGallery', 'getDiagnostics', 'getMetrics', 'pullModels'].includes(operation.id)) &&
        galleries !== '*'
      expect([name, needsAll ? null : why]).toEqual([name, null])
      expect([name, mine.status]).not.toEqual([name, 401])
    } else expect([name, mine.code]).toEqual([name, 'forbidden'])
    if (!hasGallery) continue
    const theirs = await sendInvalid(operation, 'theirs', key)
    const absent = await sendInvalid(operation, 'absent', key)
    if (galleries === 'mine') {
      // The answer does not reveal whether a gallery exists.
      expect([name, denials.includes(theirs.code)]).toEqual([name, true])
      expect([name, theirs]).toEqual([name, absent])
    } else if (allowed) expect([name, theirs.code]).not.toEqual([name, 'unknown-gallery'])
  }
})

test('the gallery itself is deleted by an admin of all only', async () => {
  const operation = operations.find(({ id }) => id === 'deleteGallery')!
  for (const [name, key] of keys) {
    if (name === 'admin *') continue
    const { status, code } = await sendInvalid(operation, 'theirs?confirm=theirs', key)
    expect([name, denials.includes(code), status >= 400]).toEqual([name, true, true])
  }
  const names = (await ask(started, '/v1/galleries')).body.items.map(({ name }: any) => name)
  expect(names).toContain('theirs')
})

test('live connections', async () => {
  const open = (gallery: string, key: string) =>
    new Promise<number>((done) => {
      const path = liveOperation.path.replace('{gallery}', gallery)
      const socket = new WebSocket(`${started.url.replace('http', 'ws')}${path}`, {
        headers: key ? { authorization: `Bearer ${key}` } : {},
      })
      socket.on('open', () => {
        socket.close()
        done(101)
      })
      socket.on('unexpected-response', (request, response) => {
        request.destroy()
        done(response.statusCode ?? 0)
      })
      socket.on('error', () => {})
    })
  for (const [name, key] of keys) {
    const [scope, galleries] = name.split(' ')
    const allowed = ['identify', 'admin'].includes(scope!)
    const known = galleries !== undefined
    const expected = known ? [allowed ? 101 : 403] : [401, 429]
    expect([name, expected.includes(await open('mine', key))]).toEqual([name, true])
    if (galleries === 'mine') {
      expect([name, await open('theirs', key)]).toEqual([name, allowed ? 404 : 403])
    }
  }
})

test('public operations take no key, and there are no others', async () => {
  const open = operations.filter(({ scope, account }) => scope === null && !account)
  expect(open.map(({ id }) => id).sort()).toEqual([
    ...['beginSession', 'beginSessionAtProvider', 'createFirstAccount', 'endSession'],
    ...['finishSessionAtProvider', 'getHealth', 'getReady', 'getSession', 'getVersion'],
  ])
  const answers = {
    ...{ beginSession: 400, beginSessionAtProvider: 400, createFirstAccount: 400, endSession: 204 },
    // This server has no provider.
    finishSessionAtProvider: 404,
  }
  for (const operation of open) {
    const expected = answers[operation.id as keyof typeof answers] ?? 200
    expect((await sendInvalid(operation, '', '')).status, operation.id).toBe(expected)
  }
})

test('the own account takes no key', async () => {
  const own = operations.filter(({ account }) => account)
  expect(own.length).toBeGreaterThan(2)
  for (const operation of own) {
    expect((await sendInvalid(operation, '', '')).status, operation.id).toBe(401)
    const { status, code } = await sendInvalid(operation, '', keys.get('admin *')!)
    expect([status, code], operation.id).toEqual([403, 'forbidden'])
  }
})

test('a person who has signed in may do what the role may, in the own galleries', async () => {
  for (const role of roles) {
    const galleries = role === 'administrator' ? ['*'] : ['mine']
    const session = await signedIn(started, { role, galleries })
    for (const operation of protectedOperations) {
      const needed = operation.scope as Scope
      const mayDo = scopesOfRole[role].some((scope) => scope === needed || scope === 'admin')
      const { code } = await sendInvalid(operation, 'mine', '', session)
      expect([role, operation.id, denials.includes(code)]).toEqual([role, operation.id, !mayDo])
      if (!operation.path.includes('{gallery}') || role === 'administrator') continue
      const theirs = await sendInvalid(operation, 'theirs', '', session)
      expect([role, operation.id, theirs.status]).toEqual([role, operation.id, mayDo ? 404 : 403])
    }
  }
})

test.each(
  compreFaceRoutes.filter(({ service }) => service !== null),
)('CompreFace $id: only with a key of its service and scope', async ({
  method,
  path,
  service,
  scope,
}) => {
  const sendToCompreFace = async (key: string) => {
    const filled = path.replace(':key', key || 'no-key').replaceAll(/:\w+/g, 'x')
    return ask({ url: started.url, key: '' }, `/api/v1${filled}`, {
      method,
      ...(method !== 'GET' && { body: '{"wrong"' }),
      headers: { ...(key && { 'x-api-key': key }), 'content-type': 'application/json' },
    })
  }
  const codes = { 20: 'no key', 26: 'no key', 10: 'unknown key' } as Record<number, string>
  expect(codes[(await sendToCompreFace('')).body.code]).toBe('no key')
  for (const own of ['recognition', 'detection', 'verification'] as const) {
    for (const each of scopes) {
      const key = await makeKey({ scopes: [each], galleries: ['mine'], service: own })
      // No request deletes anything: the gallery is empty and stays so.
      const { status, body } = await sendToCompreFace(key)
      if (own !== service) expect([own, each, body.code]).toEqual([own, each, 10])
      else if (each !== scope && each !== 'admin')
        expect([own, each, status]).toEqual([own, each, 403])
      else expect([own, each, status]).not.toEqual([own, each, 403])
    }
  }
  // A key of the native API belongs to no CompreFace service.
  expect((await sendToCompreFace(keys.get('admin mine')!)).body.code).toBe(10)
})

test('local access needs no key, except from a page of another origin or under another host name', async () => {
  const local = await startServer({ insecureLocal: true })
  expect(local.key).toBe('')
  const status = async (headers: Record<string, string>) =>
    (await ask(local, '/v1/galleries', { headers })).status
  expect(await status({})).toBe(200)
  expect(await status({ origin: local.url })).toBe(200)
  expect(await status({ origin: 'https://evil.example' })).toBe(401)
  expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(401)
  // A host name that resolves to this machine (DNS rebinding).
  const { request } = await import('node:http')
  const rebound = await new Promise<number>((done) => {
    request(
      {
        port: local.server.port,
        host: '127.0.0.1',
        path: '/v1/galleries',
        headers: { host: 'evil.example' },
      },
      (response) => {
        response.resume()
        done(response.statusCode ?? 0)
      },
    ).end()
  })
  expect(rebound).toBe(401)
})
