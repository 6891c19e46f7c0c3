import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, type Started, startServer } from '../start.js'
import { Browser } from './browser.js'
import { startProvider, type TestProvider } from './provider.js'
import { account, accounts, password, refusal, start } from './server.js'

describe('an account', () => {
  test('is the one of issuer and subject, whatever the provider calls the person', async () => {
    const { provider, at, browser } = await start()
    const made = await account(at, { name: 'Vera', role: 'viewer', subject: 'anna-1' })
    expect(made).toMatchObject({
      has_password: false,
      identity: { issuer: provider.issuer, subject: 'anna-1' },
    })
    expect(await browser.signIn(at.url, { to: '/people?search=x' })).toBe(
      `${at.url}/people?search=x`,
    )
    const { caller, provider: shown } = await browser.session(at.url)
    expect(caller).toMatchObject({
      name: 'Vera',
      account: { id: made.id, role: 'viewer', has_password: false },
    })
    expect(shown).toEqual({ label: 'Works' })
    const { items } = (await ask(at, `/v1/accounts/${made.id}/sessions`)).body
    expect(items).toEqual([expect.objectContaining({ method: 'oidc' })])
    const { body: log } = await ask(at, '/v1/galleries/default/audit')
    expect(JSON.stringify(log)).toContain('"method":"oidc"')
    // Somebody else who takes the name gets nothing.
    provider.person = { sub: 'eve-2', preferred_username: 'anna', email: 'anna@works.example' }
    const eve = new Browser()
    expect(refusal(await eve.signIn(at.url))).toBe('no-account')
    expect((await eve.session(at.url)).signed_in).toBe(false)
    expect(JSON.stringify(at.log())).not.toContain('works.example')
  })

  test('is made at the first sign-in where the settings give it a role, once', async () => {
    const { at, browser } = await start({ oidcNewAccounts: 'operator' })
    await browser.signIn(at.url)
    await new Browser().signIn(at.url)
    const made = (await accounts(at)).filter(({ name }) => name !== 'Root')
    expect(made).toEqual([
      expect.objectContaining({ name: 'anna', role: 'operator', has_password: false }),
    ])
  })

  test('that is made at the first sign-in has the galleries of the settings, except an administrator', async () => {
    const { provider, at, browser } = await start({
      oidcRoles: ['administrator=agnize-admins', 'viewer=staff'],
      oidcGalleries: ['garden', 'door'],
    })
    provider.person = { ...provider.person, groups: ['staff'] }
    await browser.signIn(at.url)
    expect((await browser.session(at.url)).caller.galleries).toEqual(['garden', 'door'])
    const root = { sub: 'root-2', preferred_username: 'second', groups: ['agnize-admins'] }
    provider.person = root
    const other = new Browser()
    await other.signIn(at.url)
    expect((await other.session(at.url)).caller.galleries).toEqual(['*'])
    // Somebody who is no administrator any more has what the settings give.
    provider.person = { ...root, groups: ['staff'] }
    const demoted = new Browser()
    await demoted.signIn(at.url)
    const { caller } = await demoted.session(at.url)
    expect([caller.account.role, caller.galleries]).toEqual(['viewer', ['garden', 'door']])
  })

  test('is not taken over by whoever takes its name at the provider', async () => {
    const { provider, at, browser } = await start({ oidcNewAccounts: 'viewer' })
    provider.person = { sub: 'eve-2', preferred_username: 'root' }
    expect(refusal(await browser.signIn(at.url))).toBe('account-exists')
    provider.person = { sub: 'eve-3', preferred_username: '<script>' }
    expect(refusal(await new Browser().signIn(at.url))).toBe('bad-name')
  })

  test('is not made before that of the first administrator', async () => {
    const provider = await startProvider()
    const at = await startServer({ ...provider.settings, oidcNewAccounts: 'viewer' })
    await provider.open(at.url)
    expect(refusal(await new Browser().signIn(at.url))).toBe('no-account')
    expect(await accounts(at)).toEqual([])
  })

  test('has the role of its groups, which follows them at every sign-in', async () => {
    const { provider, at } = await start({
      oidcRoles: ['administrator=agnize-admins', 'operator=staff'],
    })
    const roleWith = async (groups: string[]) => {
      provider.person = { ...provider.person, groups }
      const browser = new Browser()
      const page = await browser.signIn(at.url)
      return refusal(page) ?? (await browser.session(at.url)).caller.account.role
    }
    expect(await roleWith(['others'])).toBe('no-account')
    expect(await roleWith(['others', 'staff'])).toBe('operator')
    expect(await roleWith(['staff', 'agnize-admins'])).toBe('administrator')
    expect(await roleWith([])).toBe('no-account')
    // The last administrator with a password stays one; this one has none, and may go.
    expect(await roleWith(['staff'])).toBe('operator')
  })

  test.each<[string, (roles: string[]) => object]>([
    ['realm_access.roles', (roles) => ({ realm_access: { roles, more: 1 } })],
    [
      'resource_access.console.works.roles',
      (roles) => ({ resource_access: { other: { roles: [] }, 'console.works': { roles } } }),
    ],
    ['https://works.example/roles', (roles) => ({ 'https://works.example/roles': roles })],
  ])('has the role that is listed in %s, in the ID token or the user info', async (path, claims) => {
    const { provider, at } = await start({
      ...{ oidcRolesClaim: path, oidcRoles: ['operator=staff', 'viewer=[object Object]'] },
    })
    const roleWith = async (inUserInfo: object, inToken: object) => {
      provider.person = { ...provider.person, ...inUserInfo }
      provider.tamper = (token) => ({ ...token, ...inToken })
      const browser = new Browser()
      const page = await browser.signIn(at.url)
      return refusal(page) ?? (await browser.session(at.url)).caller.account.role
    }
    expect(await roleWith({}, {})).toBe('no-account')
    expect(await roleWith({}, claims(['staff']))).toBe('operator')
    const outer = path.startsWith('https:') ? path : path.split('.')[0]!
    // A claim that is something else altogether gives nobody a role.
    expect(await roleWith({}, { [outer]: [{ roles: ['staff'] }] })).toBe('no-account')
    if (path.startsWith('resource_access')) return
    // Keycloak may put only a part of a claim into the token.
    const part = path.startsWith('https:') ? {} : { [outer]: { verified: true } }
    expect(await roleWith(claims(['others', 'staff']), part)).toBe('operator')
  })

  test('that is disabled, or without a password, lets nobody in by the other way', async () => {
    const { at, browser } = await start()
    const { id } = await account(at, { name: 'Vera', role: 'viewer', subject: 'anna-1' })
    const typed = await browser.send(`${at.url}/v1/session`, { json: { name: 'Vera', password } })
    expect([typed.status, ((await typed.json()) as any).code]).toEqual([401, 'wrong-password'])
    await browser.signIn(at.url)
    expect((await browser.session(at.url)).signed_in).toBe(true)
    await ask(at, `/v1/accounts/${id}`, { method: 'PATCH', json: { disabled: true } })
    expect((await browser.session(at.url)).signed_in).toBe(false)
    expect(refusal(await browser.signIn(at.url))).toBe('no-account')
  })

  test('is linked by an invitation, once', async () => {
    const { provider, at, browser } = await start()
    const { id } = await account(at, { name: 'Vera', role: 'viewer' })
    const invite = () => ask(at, `/v1/accounts/${id}/invitation`, { method: 'POST' })
    const { invitation } = (await invite()).body
    const forged = `${invitation.slice(0, -4)}AAAA`
    await expect(browser.begin(at.url, { invitation: forged })).rejects.toThrow('sign-in-expired')
    await browser.signIn(at.url, { invitation })
    expect((await browser.session(at.url)).caller.name).toBe('Vera')
    expect((await invite()).body.code).toBe('account-exists')
    // Somebody else comes too late.
    provider.person = { sub: 'eve-2' }
    await expect(new Browser().begin(at.url, { invitation })).rejects.toThrow('sign-in-expired')
    expect((await accounts(at)).find(({ name }) => name === 'Vera').identity.subject).toBe('anna-1')
    // Unlinked, the person has no account.
    await ask(at, `/v1/accounts/${id}`, { method: 'PATCH', json: { subject: null } })
    expect((await browser.session(at.url)).signed_in).toBe(false)
    provider.person = { sub: 'anna-1' }
    expect(refusal(await new Browser().signIn(at.url))).toBe('no-account')
  })

  test('with a password remains to the last administrator', async () => {
    const { at } = await start()
    const [root] = await accounts(at)
    const other = await account(at, { name: 'Other', role: 'administrator', subject: 'anna-1' })
    const remove = async (id: string) =>
      (await ask(at, `/v1/accounts/${id}`, { method: 'DELETE' })).body.code
    expect(await remove(root.id)).toBe('last-administrator')
    expect(await remove(other.id)).toBeUndefined()
  })
})

describe('what comes back from the provider is refused', () => {
  const minutes = (n: number) => Math.floor(Date.now() / 1000) + 60 * n
  let at: Started
  let provider: TestProvider
  beforeAll(async () => {
    ;({ at, provider } = await start({ oidcNewAccounts: 'viewer' }, { keep: true }))
  })
  afterAll(async () => {
    await at.stop()
    await provider.stop()
  })
  let people = 0

  /** The same person gets in where nothing is wrong with the token, and as nobody where something is. */
  async function expectUntrusted(spoil: () => void): Promise<void> {
    people++
    const sub = `person-${people}`
    provider.person = { sub, preferred_username: `p${people}` }
    const before = await accounts(at)
    const browser = new Browser()
    spoil()
    expect(refusal(await browser.signIn(at.url))).toBe('provider-untrusted')
    expect((await browser.session(at.url)).signed_in).toBe(false)
    expect(await accounts(at)).toEqual(before)
    provider.tamper = (claims) => claims
    provider.isForging = false
    expect(await browser.signIn(at.url)).toBe(`${at.url}/`)
    expect((await accounts(at)).filter(({ identity }) => identity?.subject === sub)).toHaveLength(1)
  }

  test.each<[string, (claims: Record<string, unknown>) => Record<string, unknown>]>([
    ['with another issuer', (claims) => ({ ...claims, iss: 'https://elsewhere.example' })],
    ['with another nonce', (claims) => ({ ...claims, nonce: 'another' })],
    ['without a nonce', ({ nonce: _, ...claims }) => claims],
    ['for another client', (claims) => ({ ...claims, aud: 'another' })],
    [
      'for another client too, which asked for it',
      (claims) => ({ ...claims, aud: ['agnize', 'another'], azp: 'another' }),
    ],
    ['that has expired', (claims) => ({ ...claims, exp: minutes(-1) })],
    ['of the future', (claims) => ({ ...claims, iat: minutes(2), exp: minutes(9) })],
    ['not valid yet', (claims) => ({ ...claims, nbf: minutes(2) })],
  ])('an ID token %s', async (_what, tamper) => {
    await expectUntrusted(() => {
      provider.tamper = tamper
    })
  })

  test('an ID token that another key signed', async () => {
    await expectUntrusted(() => {
      provider.isForging = true
    })
  })

  test('in another browser, with another state, twice, or from another issuer', async () => {
    const { at, browser } = await start({ oidcNewAccounts: 'viewer' })
    const callback = await browser.begin(at.url)
    expect(refusal(await new Browser().comeBack(callback))).toBe('sign-in-expired')
    const other = new URL(callback)
    other.searchParams.set('state', 'another')
    expect(refusal(await browser.comeBack(other.href))).toBe('sign-in-expired')
    // The cookie of one sign-in does not open another, and a copy of it does not use a code twice.
    const copy = new Browser()
    copy.steal(browser, at.url)
    expect(await browser.comeBack(callback)).toBe(`${at.url}/`)
    expect(refusal(await browser.comeBack(callback))).toBe('sign-in-expired')
    expect(refusal(await copy.comeBack(callback))).toBe('provider-refused')
    const next = new Browser()
    const mixed = new URL(await next.begin(at.url))
    mixed.searchParams.set('iss', 'https://elsewhere.example')
    expect(refusal(await next.comeBack(mixed.href))).toBe('provider-untrusted')
  })

  test('when the person does not agree', async () => {
    const { at, browser } = await start()
    const callback = new URL(await browser.begin(at.url, { to: '/people' }))
    callback.searchParams.delete('code')
    callback.searchParams.set('error', 'access_denied')
    const page = await browser.comeBack(callback.href)
    expect(page).toBe(`${at.url}/people?refused=provider-refused`)
    // A program gets the error itself.
    const { status, body } = await ask(
      { url: at.url, key: '' },
      '/v1/session/oidc/callback?state=x',
    )
    expect([status, body.code]).toEqual([400, 'sign-in-expired'])
  })
})

test('two tabs sign in side by side, and a new session takes the place of the former', async () => {
  const { at, browser } = await start({ oidcNewAccounts: 'viewer' })
  const [one, other] = [await browser.begin(at.url), await browser.begin(at.url)]
  expect(await browser.comeBack(one)).toBe(`${at.url}/`)
  expect(await browser.comeBack(other)).toBe(`${at.url}/`)
  await browser.signIn(at.url)
  const [anna] = (await accounts(at)).filter(({ name }) => name === 'anna')
  const { items } = (await ask(at, `/v1/accounts/${anna.id}/sessions`)).body
  // Two were begun before there was one to replace.
  expect(items).toHaveLength(2)
  expect([...browser.cookies(at.url).keys()]).toEqual(['agnize_session'])
})

test('nobody is led to another place', async () => {
  const { at, browser } = await start({ oidcNewAccounts: 'viewer' })
  for (const to of [
    ...['https://elsewhere.example/', '//elsewhere.example', '/\\elsewhere.example', 'people'],
    ...['/..//elsewhere.example', '/\t/elsewhere.example', '/v1/session', 'javascript:alert(1)'],
  ]) {
    const page = await browser.signIn(at.url, { to })
    expect([to, page]).toEqual([to, `${at.url}/`])
  }
  for (const console of [
    'https://elsewhere.example/',
    'file:///',
    'x',
    `${at.url.replace('//', '//a@')}/`,
  ]) {
    await expect(browser.begin(at.url, { console })).rejects.toThrow('bad-argument')
  }
  const strange = await browser.send(`${at.url}/v1/session/oidc`, {
    ...{ json: { console: `${at.url}/` }, from: 'cross-site' },
  })
  expect(strange.status).toBe(403)
})

test('a provider that is down keeps nobody from signing in otherwise, and is asked again', async () => {
  const provider = await startProvider()
  const at = await startServer({ ...provider.settings, oidcNewAccounts: 'viewer' })
  expect(provider.asked).toEqual([])
  await account(at, { name: 'Root', role: 'administrator', password })
  const browser = new Browser()
  await expect(browser.begin(at.url)).rejects.toThrow('provider-unreachable')
  const typed = await browser.send(`${at.url}/v1/session`, { json: { name: 'Root', password } })
  expect(typed.status).toBe(201)
  await provider.open(at.url)
  const callback = await browser.begin(at.url)
  await browser.begin(at.url)
  expect(provider.asked.filter((path) => path.includes('well-known'))).toHaveLength(2)
  await provider.stop()
  expect(refusal(await browser.comeBack(callback))).toBe('provider-unreachable')
})

test('without a provider there is no way to one', async () => {
  const at = await startServer()
  const { body } = await ask(at, '/v1/session/oidc', { json: { console: `${at.url}/` } })
  expect(body.code).toBe('not-found')
  const { body: session } = await ask(at, '/v1/session')
  expect(session.provider).toBeNull()
  // An invitation would be to nowhere.
  const { id } = await account(at, { name: 'Vera', role: 'viewer' })
  const { status, body: refused } = await ask(at, `/v1/accounts/${id}/invitation`, {
    method: 'POST',
  })
  expect([status, refused.code, refused.detail]).toEqual([404, 'not-found', body.detail])
  expect((await accounts(at))[0].invited_until).toBeNull()
})
