import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { SqliteFile } from '../../../dist/gallery/sql/sqlite-file.js'
import { call, received, started, testCoverage, useApiServer } from './api.js'

useApiServer('accounts')

const password = 'correct horse battery'
const own = () => ({ origin: started.url, 'sec-fetch-site': 'same-origin' })
const cookieOf = (headers: Headers) => (headers.get('set-cookie') ?? '').split(';')[0]!

/** Calls an operation in a session. */
const inSession = (
  cookie: string,
  id: string,
  params: Record<string, string> = {},
  json?: unknown,
  headers: Record<string, string> = own(),
) =>
  call(id, params, {
    key: '',
    headers: { cookie, ...headers },
    ...(json !== undefined && { json }),
  })

async function signIn(name: string, secret = password, headers: Record<string, string> = own()) {
  const answer = await call(
    'beginSession',
    {},
    { json: { name, password: secret }, headers, key: '' },
  )
  return { ...answer, cookie: cookieOf(answer.headers) }
}

async function create(name: string, role: string, more: object = {}): Promise<string> {
  const { status, body } = await call(
    'createAccount',
    {},
    { json: { name, role, password, ...more } },
  )
  expect([status, body]).toEqual([201, expect.objectContaining({ name, role })])
  return body.id
}

/** Changes the rows of the store, as time does. */
function changeStore(statement: string, ...values: string[]): void {
  const file = new SqliteFile(join(started.home, 'gallery.sqlite'))
  file.run(statement, ...values)
  file.close()
}

const isSignedIn = async (cookie: string) =>
  (await inSession(cookie, 'getSession')).body.signed_in as boolean

let root = ''

test('the first account is made with an admin key only, and is an administrator', async () => {
  const make = (json: object, headers: Record<string, string> = own()) =>
    call('createFirstAccount', {}, { json, headers, key: '' })
  const wanted = { name: 'Root', password }
  const { body: before } = await call('getSession', {}, { key: '', headers: own() })
  expect(before).toEqual({
    ...{ caller: null, signed_in: false, has_accounts: false, provider: null },
  })
  const { body: door } = await call(
    'createKey',
    {},
    { json: { name: 'door', scopes: ['identify'], galleries: ['*'] } },
  )
  const { body: limited } = await call(
    'createKey',
    {},
    { json: { name: 'one gallery', scopes: ['admin'], galleries: ['default'] } },
  )
  for (const key of [door.key, limited.key]) {
    expect((await make({ ...wanted, key })).body.code).toBe('forbidden')
  }
  expect((await make({ ...wanted, key: crypto.randomUUID() })).body.code).toBe('unauthorized')
  const foreign = await make({ ...wanted, key: started.key }, { origin: 'https://example.org' })
  expect(foreign.body.code).toBe('forbidden')
  const weak = await make({ ...wanted, password: 'short', key: started.key })
  expect([weak.status, weak.body.code]).toEqual([422, 'weak-password'])
  const nameless = await make({ ...wanted, name: '\u202eroot', key: started.key })
  expect([nameless.status, nameless.body.code]).toEqual([400, 'bad-name'])

  const made = await make({ ...wanted, key: started.key })
  expect([made.status, made.body]).toEqual([
    201,
    {
      caller: {
        ...{ name: 'Root', scopes: ['admin'], galleries: ['*'], key: null },
        account: { id: expect.any(String), role: 'administrator', has_password: true },
      },
      signed_in: true,
      has_accounts: true,
      provider: null,
    },
  ])
  expect(made.headers.get('set-cookie')).toMatch(
    /^agnize_session=a\.[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
  )
  root = cookieOf(made.headers)
  expect((await inSession(root, 'listAccounts')).body.items).toHaveLength(1)
  const again = await make({ ...wanted, name: 'Other', key: started.key })
  expect([again.status, again.body.code]).toEqual([409, 'account-exists'])
})

test('names are compared without case, and passwords have to be long', async () => {
  await create('Ann Müller', 'viewer')
  const again = await call(
    'createAccount',
    {},
    { json: { name: ' ann MÜLLER ', role: 'viewer', password } },
  )
  expect(again.body.code).toBe('account-exists')
  expect((await signIn('ANN müller')).status).toBe(201)
  for (const bad of [
    'elevenchars',
    'aaaaaaaaaaaaaaaa',
    'my name is Carlotta ok',
    'x'.repeat(300),
  ]) {
    const { body } = await call(
      'createAccount',
      {},
      { json: { name: 'Carlotta', role: 'viewer', password: bad } },
    )
    expect([bad, body.code]).toEqual([bad, 'weak-password'])
  }
})

test('a role has its scopes, and its change takes effect at once', async () => {
  const id = await create('Vera', 'viewer')
  const { cookie } = await signIn('vera')
  expect((await inSession(cookie, 'listSubjects')).status).toBe(200)
  const add = (name: string) => inSession(cookie, 'createSubject', {}, { name })
  const refused = await add('Somebody')
  expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
    403,
    'forbidden',
    'The role viewer may not do this: ask an administrator for another role.',
  ])
  await call('changeAccount', { account: id }, { json: { role: 'operator' } })
  expect((await add('Somebody')).status).toBe(201)
  expect((await inSession(cookie, 'listKeys')).body.code).toBe('forbidden')
  const { body } = await inSession(cookie, 'getSession')
  expect(body.caller.scopes).toEqual(['identify', 'read', 'enroll'])
})

test('an account for some galleries sees no others', async () => {
  await call('createGallery', {}, { json: { name: 'garden' } })
  await create('Gus', 'operator', { galleries: ['garden'] })
  const { cookie } = await signIn('Gus')
  expect((await inSession(cookie, 'listSubjects', { gallery: 'garden' })).status).toBe(200)
  expect((await inSession(cookie, 'listSubjects')).body.code).toBe('unknown-gallery')
  const chief = await call(
    'createAccount',
    {},
    { json: { name: 'Chief', role: 'administrator', galleries: ['garden'], password } },
  )
  expect(chief.body.code).toBe('bad-argument')
  // Who becomes an administrator has all galleries by that.
  const gil = await create('Gil', 'operator', { galleries: ['garden'] })
  const change = async (json: object) =>
    (await call('changeAccount', { account: gil }, { json })).body
  const limited = await change({ role: 'administrator', galleries: ['garden'] })
  expect(limited.code).toBe('bad-argument')
  expect((await change({ role: 'administrator' })).galleries).toEqual(['*'])
  expect((await change({ galleries: ['garden'] })).code).toBe('bad-argument')
  // A role that ends, such as one that a provider gave for a day, leaves no right.
  const back = await change({ role: 'viewer' })
  expect([back.role, back.galleries]).toEqual(['viewer', ['garden']])
  await call('deleteGallery', { gallery: 'garden' }, { query: { confirm: 'garden' } })
  await call('createGallery', {}, { json: { name: 'garden' } })
  expect((await inSession(cookie, 'listSubjects', { gallery: 'garden' })).body.code).toBe(
    'unknown-gallery',
  )
})

test('the last administrator stays one, and another makes it free', async () => {
  const { items } = (await inSession(root, 'listAccounts')).body
  const { id } = items.find(({ name }: { name: string }) => name === 'Root')
  const attempts = [
    () => inSession(root, 'changeAccount', { account: id }, { role: 'viewer' }),
    () => inSession(root, 'changeAccount', { account: id }, { disabled: true }),
    () => inSession(root, 'deleteAccount', { account: id }),
  ]
  for (const attempt of attempts) {
    const { status, body } = await attempt()
    expect([status, body.code]).toEqual([409, 'last-administrator'])
  }
  const second = await create('Second', 'administrator')
  await call('changeAccount', { account: second }, { json: { disabled: true } })
  // A disabled one does not count.
  expect((await attempts[0]!()).body.code).toBe('last-administrator')
  await call('changeAccount', { account: second }, { json: { disabled: false } })
  expect((await attempts[0]!()).status).toBe(200)
  await call('changeAccount', { account: id }, { json: { role: 'administrator' } })
  const gone = await call('deleteAccount', { account: second })
  expect(gone.status).toBe(204)
  expect((await call('deleteAccount', { account: second })).body.code).toBe('unknown-account')
})

test('sessions are listed and ended, the own and those of others', async () => {
  const id = await create('Sam', 'viewer')
  const agent = 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0'
  const here = await signIn('Sam', password, { ...own(), 'user-agent': agent })
  const there = await signIn('Sam')
  const { body } = await inSession(here.cookie, 'listOwnSessions')
  expect(body.items).toHaveLength(2)
  const current = body.items.find((session: { current: boolean }) => session.current)
  expect(current.browser).toBe('Firefox, Windows')
  const other = body.items.find((session: { current: boolean }) => !session.current)
  expect((await inSession(here.cookie, 'endOwnSession', { session: other.id })).status).toBe(204)
  expect([await isSignedIn(here.cookie), await isSignedIn(there.cookie)]).toEqual([true, false])
  const again = await inSession(here.cookie, 'endOwnSession', { session: other.id })
  expect(again.body.code).toBe('unknown-session')

  // Nobody ends a session of somebody else by its id.
  await create('Eve', 'viewer')
  const eve = await signIn('Eve')
  const foreign = await inSession(eve.cookie, 'endOwnSession', { session: current.id })
  expect([foreign.body.code, await isSignedIn(here.cookie)]).toEqual(['unknown-session', true])

  const third = await signIn('Sam')
  await inSession(third.cookie, 'endOtherOwnSessions')
  expect([await isSignedIn(here.cookie), await isSignedIn(third.cookie)]).toEqual([false, true])
  const { items } = (await call('listAccountSessions', { account: id })).body
  expect(items).toHaveLength(1)
  const one = { account: id, session: items[0].id }
  expect((await call('endAccountSession', one)).status).toBe(204)
  expect(await isSignedIn(third.cookie)).toBe(false)
  const fourth = await signIn('Sam')
  expect((await call('endAccountSessions', { account: id })).status).toBe(204)
  expect(await isSignedIn(fourth.cookie)).toBe(false)
})

test('another password ends the other sessions and gives this browser a new one', async () => {
  await create('Pia', 'viewer')
  const [here, there] = [await signIn('Pia'), await signIn('Pia')]
  const change = (current: string, next: string) =>
    inSession(here.cookie, 'changeOwnPassword', {}, { current, password: next })
  expect((await change('something else', 'a new password here')).body.code).toBe('wrong-password')
  expect((await change(password, 'short')).body.code).toBe('weak-password')
  const changed = await change(password, 'a new password here')
  expect(changed.status).toBe(204)
  const fresh = cookieOf(changed.headers)
  expect(fresh).not.toBe(here.cookie)
  expect(await Promise.all([here.cookie, there.cookie, fresh].map(isSignedIn))).toEqual([
    ...[false, false, true],
  ])
  expect((await signIn('Pia')).body.code).toBe('wrong-password')
  expect((await signIn('Pia', 'a new password here')).status).toBe(201)
  // Keys have no password.
  const { body } = await call(
    'changeOwnPassword',
    {},
    { json: { current: password, password: 'a new password here' } },
  )
  expect(body.code).toBe('forbidden')
})

test('a disabled and a removed account lose their sessions and their socket', async () => {
  for (const end of ['disable', 'remove']) {
    const id = await create(`Leaver ${end}`, 'viewer')
    const { cookie } = await signIn(`Leaver ${end}`)
    const socket = new WebSocket(`${started.url.replace('http', 'ws')}/v1/galleries/default/live`, {
      headers: { cookie, ...own() },
    })
    await new Promise((done, fail) => socket.once('open', done).once('error', fail))
    const closed = new Promise<number>((done) => socket.once('close', done))
    if (end === 'disable')
      await call('changeAccount', { account: id }, { json: { disabled: true } })
    else await call('deleteAccount', { account: id })
    const frames = setInterval(() => socket.send(Buffer.from('no picture')), 100)
    expect(await closed).toBe(4401)
    clearInterval(frames)
    expect(await isSignedIn(cookie)).toBe(false)
    expect((await inSession(cookie, 'listSubjects')).body.code).toBe('unauthorized')
    const refused = await signIn(`Leaver ${end}`)
    expect([refused.status, refused.body.code]).toEqual([401, 'wrong-password'])
    // The same answer as for a name that does not exist.
    const { request_id: _, ...unknown } = (await signIn('Nobody at all')).body
    expect(refused.body).toMatchObject(unknown)
  }
})

test('a session ends after hours without use and after days in any case', async () => {
  await create('Tom', 'viewer')
  const [idle, old] = [await signIn('Tom'), await signIn('Tom')]
  const { items } = (await inSession(idle.cookie, 'listOwnSessions')).body
  const idOf = (isCurrent: boolean) =>
    items.find(({ current }: { current: boolean }) => current === isCurrent).id as string
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
  changeStore('update account_sessions set seen_at = ? where id = ?', ago(11.9), idOf(true))
  expect(await isSignedIn(idle.cookie)).toBe(true)
  // That use counts.
  const { body } = await inSession(idle.cookie, 'listOwnSessions')
  const current = body.items.find((session: { current: boolean }) => session.current)
  expect(Date.parse(current.seen_at)).toBeGreaterThan(Date.now() - 60_000)
  changeStore('update account_sessions set seen_at = ? where id = ?', ago(12.1), idOf(true))
  changeStore('update account_sessions set expires_at = ? where id = ?', ago(0), idOf(false))
  expect([await isSignedIn(idle.cookie), await isSignedIn(old.cookie)]).toEqual([false, false])
})

test('signing in renews the session, and other pages cannot sign anybody in', async () => {
  await create('Fix', 'viewer')
  const first = await signIn('Fix')
  const second = await signIn('Fix', password, { ...own(), cookie: first.cookie })
  expect(second.cookie).not.toBe(first.cookie)
  expect([await isSignedIn(first.cookie), await isSignedIn(second.cookie)]).toEqual([false, true])
  // A token that somebody planted is not taken over.
  const planted = `agnize_session=a.${'x'.repeat(43)}`
  const third = await signIn('Fix', password, { ...own(), cookie: planted })
  expect([third.cookie === planted, await isSignedIn(planted)]).toEqual([false, false])
  for (const headers of [
    { origin: 'https://example.org' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: started.url, 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[]) {
    expect((await signIn('Fix', password, headers)).body.code).toBe('forbidden')
    const changed = await inSession(third.cookie, 'endOtherOwnSessions', {}, undefined, headers)
    expect(changed.body.code).toBe('forbidden')
  }
  // A form of another page has no header that says so in old browsers, and sends no JSON.
  const form = await call(
    'beginSession',
    {},
    {
      body: 'name=Fix&password=correct+horse+battery',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'null' },
      key: '',
    },
  )
  expect(form.status).toBeGreaterThanOrEqual(400)
  const socket = new WebSocket(`${started.url.replace('http', 'ws')}/v1/galleries/default/live`, {
    headers: { cookie: third.cookie, origin: 'https://example.org' },
  })
  const status = await new Promise((done) => {
    socket.once('open', () => done(101))
    socket.once('unexpected-response', (request, response) => {
      request.destroy()
      done(response.statusCode)
    })
    socket.on('error', () => {})
  })
  expect(status).toBe(403)
})

test('over TLS the cookie belongs to this host alone', async () => {
  const { startServer } = await import('../start.js')
  const proxied = await startServer({ trustProxy: ['127.0.0.1'] })
  const https = { 'x-forwarded-proto': 'https', 'sec-fetch-site': 'same-origin' }
  const made = await call(
    'createFirstAccount',
    {},
    {
      at: { url: proxied.url, key: '' },
      json: { name: 'Root', password, key: proxied.key },
      headers: https,
    },
  )
  expect(made.headers.get('set-cookie')).toMatch(
    /^__Host-agnize_session=a\.[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  const cookie = cookieOf(made.headers)
  const ask = (headers: Record<string, string>) =>
    call('getSession', {}, { at: { url: proxied.url, key: '' }, headers })
  expect((await ask({ ...https, cookie })).body.signed_in).toBe(true)
  // A page without encryption, which anybody in the network can write, is not the server's own.
  const from = (origin: string) => ask({ 'x-forwarded-proto': 'https', cookie, origin })
  expect((await from(proxied.url)).body.code).toBe('forbidden')
  expect((await from(proxied.url.replace('http:', 'https:'))).body.signed_in).toBe(true)
  // A neighboring host can plant a cookie without the prefix, which is not looked at.
  const bare = cookie.replace('__Host-', '')
  expect((await ask({ ...https, cookie: bare })).body.signed_in).toBe(false)
})

test('attempts are limited for each account, whether it exists or not', async () => {
  await create('Lim', 'viewer')
  for (const name of ['Lim', 'No such one']) {
    const tried = (count: number) =>
      Promise.all(Array.from({ length: count }, () => signIn(name, 'a wrong password')))
    const answers = [...(await tried(8)), ...(await tried(2)), ...(await tried(4))]
    const statuses = answers.map(({ status }) => status).sort()
    expect([name, statuses]).toEqual([name, [...Array(10).fill(401), ...Array(4).fill(429)]])
    const refused = answers.find(({ status }) => status === 429)!
    expect(refused.body.code).toBe('rate-limited')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(840)
  }
  received('rate-limited')
  // The right password waits too; a new one from an administrator does not.
  expect((await signIn('Lim')).status).toBe(429)
  const { items } = (await call('listAccounts')).body
  const { id } = items.find(({ name }: { name: string }) => name === 'Lim')
  await call('changeAccount', { account: id }, { json: { password: 'another long password' } })
  expect((await signIn('Lim', 'another long password')).status).toBe(201)
})

test('an address is limited over all names, until its time is over', async () => {
  const tried = async () => (await signIn(crypto.randomUUID(), 'a wrong password')).status
  await vi.waitFor(async () => expect(await tried()).toBe(429), { timeout: 60_000, interval: 1 })
  changeStore('update sign_in_attempts set expires_at = ?', new Date().toISOString())
  expect(await tried()).toBe(401)
})

test('people behind one address who sign in at the same time are told to try again', async () => {
  await create('Crowd', 'viewer')
  const crowd = await Promise.all(Array.from({ length: 30 }, () => signIn('Crowd')))
  const statuses = new Set(crowd.map(({ status }) => status))
  expect(statuses).toEqual(new Set([201, 503]))
  expect((await signIn('Crowd')).status).toBe(201)
})

test('what a person does is in the audit log under the name', async () => {
  await create('Odo', 'operator')
  const { cookie } = await signIn('Odo')
  await inSession(cookie, 'createSubject', {}, { name: 'Audited' })
  const { body } = await call('listAuditLog', {}, { query: { order: 'newest', limit: '20' } })
  const entries = body.items.map(({ actor, action }: any) => `${actor}: ${action}`)
  expect(entries).toContain('account Odo: sign-in')
  expect(
    entries.find((entry: string) => /^account Odo: (create|enroll|add)/.test(entry)),
  ).toBeDefined()
  expect(entries.some((entry: string) => /^key .*: account-create$/.test(entry))).toBe(true)
})

test.each([
  'by an administrator',
  'elsewhere',
])('people sign in where the default gallery was deleted %s', async (where) => {
  const name = `Gone ${where}`
  await create(name, 'viewer')
  if (where === 'elsewhere') changeStore("delete from galleries where name = 'default'")
  else {
    const query = { confirm: 'default' }
    expect((await call('deleteGallery', { gallery: 'default' }, { query })).status).toBe(204)
  }
  expect((await signIn(name)).status).toBe(201)
  await create(`Later ${where}`, 'viewer')
  const { body } = await call('listAuditLog', {}, { query: { order: 'newest', limit: '20' } })
  const entries = body.items.map(({ actor, action }: any) => `${actor}: ${action}`)
  expect(entries).toContain(`account ${name}: sign-in`)
})

test('an account without a password lets nobody in before it has one', async () => {
  const json = { name: 'Invited', role: 'viewer' }
  const { status, body } = await call('createAccount', {}, { json })
  expect([status, body.has_password, body.identity]).toEqual([201, false, null])
  expect((await signIn('Invited')).body.code).toBe('wrong-password')
  // This server has no provider.
  expect((await call('inviteAccount', { account: body.id })).body.code).toBe('not-found')
  // A password makes it one like others.
  await call('changeAccount', { account: body.id }, { json: { password } })
  expect((await signIn('Invited')).status).toBe(201)
})

test('a sign-in that cannot be recorded sets no cookie and leaves no session', async () => {
  const id = await create('Unrecorded', 'viewer')
  changeStore(
    `create trigger full before insert on audit_log begin select raise(abort, 'no room'); end`,
  )
  const answer = await signIn('Unrecorded')
  changeStore('drop trigger full')
  expect([answer.status, answer.cookie]).toEqual([500, ''])
  expect((await call('listAccountSessions', { account: id })).body.items).toEqual([])
})

test('passwords and tokens are not kept', async () => {
  const file = new SqliteFile(join(started.home, 'gallery.sqlite'), { readOnly: true })
  const rows = ['accounts', 'account_sessions', 'sign_in_attempts'].flatMap((table) =>
    file.rows(`select * from ${table}`),
  )
  file.close()
  const text = JSON.stringify(rows)
  expect(text).toContain('scrypt$32768$8$3$')
  for (const secret of [password, 'another long password', root.split('=')[1]!, '127.0.0.1']) {
    expect(text).not.toContain(secret)
    expect(started.log().join('\n')).not.toContain(secret === '127.0.0.1' ? password : secret)
  }
})

testCoverage()
