import { expect, test } from 'vitest'
import { call, started, testCoverage, useApiServer } from './api.js'

useApiServer('sessions')

const own = () => ({ origin: started.url, 'sec-fetch-site': 'same-origin' })
/** Signs in with a key; the cookie. */
async function signIn(key: string, headers: Record<string, string> = own()) {
  const answer = await call('beginSession', {}, { json: { key }, headers, key: '' })
  return { ...answer, cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0]! }
}

test('a session cookie has the rights of its key on pages of this server', async () => {
  const { body: made } = await call(
    'createKey',
    {},
    { json: { name: 'door', scopes: ['identify'], galleries: ['default'] } },
  )
  const { status, headers, body, cookie } = await signIn(made.key)
  expect(status).toBe(201)
  expect(body).toEqual({
    caller: {
      ...{ name: 'door', scopes: ['identify'], galleries: ['default'], key: made.id },
      account: null,
    },
    signed_in: true,
    has_accounts: false,
    provider: null,
  })
  expect(headers.get('set-cookie')).toMatch(
    /^agnize_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
  )
  const ask = (more: Record<string, string>) =>
    call('getGreeting', {}, { key: '', headers: { cookie, ...more } })
  expect((await ask(own())).status).toBe(200)
  expect((await ask({ 'sec-fetch-site': 'none' })).status).toBe(200)
  // Another port of this host is the same site, so the browser sends the cookie.
  for (const stranger of [
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'http://127.0.0.1:1' },
    { origin: 'null' },
  ]) {
    expect((await ask(stranger)).body.code).toBe('forbidden')
  }
  // A session has the scopes of its key and no others.
  const listed = await call('listSubjects', {}, { key: '', headers: { cookie, ...own() } })
  expect(listed.body.code).toBe('forbidden')
  await call('revokeKey', { key: made.id })
  expect((await ask(own())).body.code).toBe('unauthorized')
  expect(
    (await call('getSession', {}, { key: '', headers: { cookie, ...own() } })).body.caller,
  ).toBeNull()
})

test('changes are accepted only from pages of this server, where the request states its origin', async () => {
  const { cookie } = await signIn(started.key)
  const create = (headers: Record<string, string>) =>
    call(
      'createSubject',
      {},
      { json: { name: `Someone ${Math.random()}` }, key: '', headers: { cookie, ...headers } },
    )
  expect((await create(own())).status).toBe(201)
  expect((await create({ origin: started.url })).status).toBe(201)
  for (const headers of [{}, { 'sec-fetch-site': 'none' }, { origin: 'https://example.org' }]) {
    expect((await create(headers as Record<string, string>)).body.code).toBe('forbidden')
  }
})

test('ends when the user signs out or the key is revoked', async () => {
  const { cookie } = await signIn(started.key)
  const state = async (with_: string) =>
    (await call('getSession', {}, { key: '', headers: { cookie: with_, ...own() } })).body.signed_in
  expect(await state(cookie)).toBe(true)
  const out = await call('endSession', {}, { key: '', headers: { cookie, ...own() } })
  expect([out.status, out.headers.get('set-cookie')]).toEqual([
    204,
    expect.stringMatching(/^agnize_session=; /),
  ])
  expect(await state(cookie)).toBe(false)
  const { body: made } = await call(
    'createKey',
    {},
    { json: { name: 'x', scopes: ['read'], galleries: ['*'] } },
  )
  const other = await signIn(made.key)
  expect(await state(other.cookie)).toBe(true)
  await call('rotateKey', { key: made.id })
  expect(await state(other.cookie)).toBe(false)
})

test('rejects a wrong key and a request from another page', async () => {
  const wrong = await signIn('00000000-0000-4000-8000-000000000000')
  expect([wrong.status, wrong.body.code, wrong.cookie]).toEqual([401, 'unauthorized', ''])
  const elsewhere = await signIn(started.key, { origin: 'https://example.org' })
  expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'forbidden'])
})

test('has no way to a provider where none is set', async () => {
  const json = { console: `${started.url}/` }
  expect((await call('beginSessionAtProvider', {}, { json, key: '' })).status).toBe(404)
  expect((await call('finishSessionAtProvider', {}, { key: '' })).status).toBe(404)
  const { body } = await call(
    'createAccount',
    {},
    { json: { name: 'X', role: 'viewer', subject: 'x' } },
  )
  expect([body.code, body.detail]).toEqual(['bad-argument', expect.stringContaining('oidcIssuer')])
})

testCoverage()
