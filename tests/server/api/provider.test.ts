import { expect, test } from 'vitest'
import { Browser } from '../oidc/browser.js'
import { startProvider } from '../oidc/provider.js'
import { startServer } from '../start.js'
import { call, testCoverage, useApiServer } from './api.js'

useApiServer('provider')

test('a program gets each error of a sign-in at a provider as it is', async () => {
  const finish = (query: Record<string, string>, more: object = {}) =>
    call('finishSessionAtProvider', {}, { query, ...more })
  expect((await finish({ state: 'x' })).body.code).toBe('not-found')
  expect((await call('inviteAccount', { account: 'x' })).body.code).toBe('not-found')

  const provider = await startProvider()
  const at = await startServer(provider.settings)
  const invited = await call('inviteAccount', { account: 'x' }, { at })
  expect(invited.body.code).toBe('unknown-account')
  const json = { console: `${at.url}/` }
  const down = await call('beginSessionAtProvider', {}, { at, json })
  expect([down.status, down.body.code]).toEqual([502, 'provider-unreachable'])
  expect(down.body.detail).toContain('Works does not answer')

  await provider.open(at.url)
  expect((await finish({ state: 'x' }, { at })).body.code).toBe('sign-in-expired')
  const arrive = async (change: Record<string, string> = {}) => {
    const browser = new Browser()
    const { searchParams } = new URL(await browser.begin(at.url))
    const cookie = [...browser.cookies(at.url)].map((pair) => pair.join('=')).join('; ')
    const query = { ...Object.fromEntries(searchParams), ...change }
    return finish(query, { at, headers: { cookie } })
  }
  expect((await arrive({ code: 'wrong' })).body.code).toBe('provider-refused')
  expect((await arrive({ iss: 'https://elsewhere.example' })).body.code).toBe('provider-untrusted')
  expect((await arrive()).body.code).toBe('no-account')

  const made = { name: 'Root', role: 'administrator', subject: 'anna-1' }
  expect((await call('createAccount', {}, { at, json: made })).status).toBe(201)
  const vera = await call('createAccount', {}, { at, json: { name: 'Vera', role: 'viewer' } })
  const open = await call('inviteAccount', { account: vera.body.id }, { at })
  expect(open.status).toBe(201)
  expect(Date.parse(open.body.expires_at)).toBeGreaterThan(Date.now())
  const { status, headers } = await arrive()
  expect([status, headers.get('location')]).toEqual([303, '../../../'])
})

testCoverage()
