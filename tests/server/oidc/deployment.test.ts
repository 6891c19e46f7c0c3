import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SqliteFile } from '../../../dist/gallery/sql/sqlite-file.js'
import { settingsFrom } from '../../../dist/server/settings.js'
import { startPostgres } from '../../gallery/postgres.js'
import { pathProxy } from '../path-proxy.js'
import { ask, startServer } from '../start.js'
import { Browser } from './browser.js'
import { startProvider } from './provider.js'
import { account, accounts, password, refusal, start } from './server.js'

test('one server begins a sign-in, and another over the same database ends it', async () => {
  const database = await startPostgres()
  onTestFinished(() => database.stop())
  const provider = await startProvider()
  const settings = { ...provider.settings, oidcNewAccounts: 'viewer', store: database.url }
  const one = await startServer(settings)
  const other = { ...(await startServer(settings)), key: one.key }
  await provider.open(one.url)
  await account(one, { name: 'Root', role: 'administrator', password })
  const browser = new Browser()
  const callback = await browser.begin(one.url)
  // A proxy sends the browser to either.
  browser.steal(browser, one.url, other.url)
  expect(await browser.comeBack(callback.replace(one.url, other.url))).toBe(`${other.url}/`)
  expect((await browser.session(other.url)).caller.name).toBe('anna')
  browser.steal(browser, other.url, one.url)
  expect((await browser.session(one.url)).caller.name).toBe('anna')
  expect((await accounts(one)).map(({ name }) => name)).toEqual(['anna', 'Root'])
})

test.each([
  '/faces',
  '/deep/er',
])('behind the path %s of a proxy, people return below it', async (prefix) => {
  const provider = await startProvider()
  const at = await startServer({ ...provider.settings, oidcNewAccounts: 'viewer' })
  const base = await pathProxy(at.url, prefix)
  await provider.open(base)
  await account(at, { name: 'Root', role: 'administrator', password })
  const browser = new Browser()
  const callback = await browser.begin(base, { to: '/people?search=x' })
  expect(callback).toMatch(`${base}/v1/session/oidc/callback?`)
  expect(await browser.comeBack(callback)).toBe(`${base}/people?search=x`)
  expect((await browser.session(base)).caller.name).toBe('anna')
  expect(await browser.comeBack(callback)).toBe(`${base}/?refused=sign-in-expired`)
})

test('behind a trusted proxy with HTTPS, a program cannot begin for a console without it', async () => {
  const { at } = await start({ trustProxy: ['127.0.0.1'] })
  const begin = async (protocol: string) => {
    const console = `${protocol}://${new URL(at.url).host}/`
    const { status, body } = await ask({ url: at.url, key: '' }, '/v1/session/oidc', {
      ...{ json: { console }, headers: { 'x-forwarded-proto': 'https' } },
    })
    return body.code ?? status
  }
  expect(await begin('http')).toBe('bad-argument')
  expect(await begin('https')).toBe(201)
})

test('after many failures from an address, the provider is not asked for a while', async () => {
  const { provider, at, browser } = await start({ oidcNewAccounts: 'viewer' })
  const refused = async () => {
    const callback = new URL(await browser.begin(at.url))
    callback.searchParams.set('code', 'guessed')
    return refusal(await browser.comeBack(callback.href))
  }
  const failures = (statement: string): any[] => {
    const file = new SqliteFile(join(at.home, 'gallery.sqlite'))
    try {
      return file.prepare(statement).all([])
    } finally {
      file.close()
    }
  }
  expect(await refused()).toBe('provider-refused')
  expect(await refused()).toBe('provider-refused')
  expect(failures('select failures from sign_in_attempts')).toEqual([{ failures: 2 }])
  failures('update sign_in_attempts set failures = 50 returning id')
  const asked = provider.asked.filter((path) => path === '/token').length
  const callback = await browser.begin(at.url)
  const answer = await browser.send(callback, { from: 'cross-site' })
  expect(refusal(new URL(answer.headers.get('location')!, callback).href)).toBe('rate-limited')
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(600)
  expect(provider.asked.filter((path) => path === '/token')).toHaveLength(asked)
  // With a password, people still get in; later, by the provider too.
  const typed = await browser.send(`${at.url}/v1/session`, { json: { name: 'Root', password } })
  expect(typed.status).toBe(201)
  failures('delete from sign_in_attempts returning id')
  expect(await browser.signIn(at.url)).toBe(`${at.url}/`)
})

describe('settings that contradict each other', () => {
  const own = { oidcIssuer: 'https://login.example', oidcClientId: 'agnize' }
  test.each([
    [{ oidcIssuer: own.oidcIssuer }, 'oidcIssuer and oidcClientId belong together: give both'],
    [{ oidcClientId: 'agnize' }, 'oidcIssuer and oidcClientId belong together: give both'],
    [{ oidcLabel: 'Works' }, 'oidcLabel concerns the provider of oidcIssuer: give that too'],
    [{ oidcSecretFile: 'x' }, 'oidcSecretFile concerns the provider of oidcIssuer: give that too'],
    [
      { oidcNewAccounts: 'viewer' },
      'oidcNewAccounts concerns the provider of oidcIssuer: give that too',
    ],
    [
      { oidcRoles: ['viewer=staff'] },
      'oidcRoles concerns the provider of oidcIssuer: give that too',
    ],
    [
      { ...own, oidcIssuer: 'http://login.example' },
      'oidcIssuer: a provider on another machine needs https:',
    ],
    [
      { ...own, oidcRoles: ['staff'] },
      'oidcRoles: staff is not a role and a group, such as administrator=agnize-admins',
    ],
    [
      { ...own, oidcRoles: ['owner=staff'] },
      'oidcRoles: owner=staff is not a role and a group, such as administrator=agnize-admins',
    ],
    [
      { ...own, oidcGalleries: ['garden'] },
      'oidcGalleries concerns accounts that oidcNewAccounts or oidcRoles make: give one of them too',
    ],
    [
      { ...own, oidcRolesClaim: 'roles' },
      'oidcRolesClaim lists the groups that oidcRoles gives roles to: give both',
    ],
  ] as const)('%o', (settings, sentence) => {
    let error: any
    try {
      settingsFrom(settings as never, {})
    } catch (caught) {
      error = caught
    }
    expect(error?.code).toBe('bad-argument')
    // Nothing else is said to be wrong.
    expect(error.message.split('\n')).toHaveLength(1)
    expect(error.message).toContain(sentence)
  })

  test('a secret that cannot be read keeps the server from starting', async () => {
    const start = startServer({ ...own, oidcSecretFile: '/no/such/secret' })
    await expect(start).rejects.toMatchObject({
      code: 'bad-argument',
      message: 'The file /no/such/secret cannot be read: check oidcSecretFile.',
    })
  })
})
