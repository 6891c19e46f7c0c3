import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { ask, type Started, startServer } from '../start.js'
import { Browser } from './browser.js'
import { startProvider, type TestProvider } from './provider.js'

const password = 'correct horse battery'

async function start(): Promise<{ provider: TestProvider; at: Started }> {
  const provider = await startProvider()
  const at = await startServer({ ...provider.settings, oidcNewAccounts: 'viewer' })
  await provider.open(at.url)
  const json = { name: 'Root', role: 'administrator', password }
  expect((await ask(at, '/v1/accounts', { json })).status).toBe(201)
  return { provider, at }
}

const refusal = (page: string) => new URL(page).searchParams.get('refused')

/** Entries of the log for an error. */
const logged = (at: Started, code: string) =>
  at
    .log()
    .map((line) => JSON.parse(line))
    .filter((entry) => entry.code === code)

test('the log has the reason, and nothing of tokens and people', async () => {
  const { provider, at } = await start()
  provider.tamper = (claims) => ({ ...claims, aud: 'another' })
  expect(refusal(await new Browser().signIn(at.url))).toBe('provider-untrusted')
  const [untrusted] = logged(at, 'provider-untrusted')
  expect(untrusted.err).toMatchObject({ type: 'AgnizeError', code: 'provider-untrusted' })
  expect(untrusted.err.cause.message).toContain('OAUTH_JWT_CLAIM_COMPARISON_FAILED')
  expect(untrusted.err.cause.message).toContain('aud')

  const secret = 'not the one that the provider knows'
  await writeFile(String(provider.settings.oidcSecretFile), secret)
  const other = await startServer({ ...provider.settings, oidcNewAccounts: 'viewer' })
  await provider.open(other.url)
  expect(refusal(await new Browser().signIn(other.url))).toBe('provider-refused')
  const [refused] = logged(other, 'provider-refused')
  expect(refused.err.cause.message).toBe('invalid_client')

  const later = await startServer(provider.settings)
  await provider.stop()
  await expect(new Browser().begin(later.url)).rejects.toThrow('provider-unreachable')
  const [unreachable] = logged(later, 'provider-unreachable')
  expect(unreachable.err.cause.message).toContain(provider.issuer)
  const text = [at, other, later].map((each) => each.log().join('\n')).join('\n')
  for (const word of ['anna', secret, 'state=', 'eyJ']) expect(text).not.toContain(word)
})

test('a page with any path is come back to, also without being signed in', async () => {
  const { at } = await start()
  for (const [to, page] of [
    ['/https://', '/https://?refused=provider-refused'],
    ['/https:evil/', '/https:evil/?refused=provider-refused'],
    ['/people?search=x', '/people?search=x&refused=provider-refused'],
  ]) {
    const browser = new Browser()
    const callback = new URL(await browser.begin(at.url, { to }))
    callback.searchParams.set('code', 'wrong')
    expect(await browser.comeBack(callback.href)).toBe(`${at.url}${page}`)
  }
})

test('cookies of sign-ins that were begun and left do not pile up', async () => {
  const { at } = await start()
  const browser = new Browser()
  const callbacks: string[] = []
  for (let i = 0; i < 6; i++) callbacks.push(await browser.begin(at.url))
  const pending = [...browser.cookies(at.url).keys()].filter((name) => name.includes('sign_in'))
  expect(pending).toHaveLength(4)
  expect(refusal(await browser.comeBack(callbacks[1]!))).toBe('sign-in-expired')
  expect(await browser.comeBack(callbacks[2]!)).toBe(`${at.url}/`)
  expect(await browser.comeBack(callbacks[5]!)).toBe(`${at.url}/`)
})

test('a provider that hangs leaves passwords of the same network alone', async () => {
  const { provider, at } = await start()
  const browsers = Array.from({ length: 10 }, () => new Browser())
  const callbacks: string[] = []
  for (const browser of browsers) callbacks.push(await browser.begin(at.url))
  const hung = new Promise<void>((resolve) => {
    let count = 0
    provider.answers.set('/token', () => {
      if (++count === browsers.length) resolve()
    })
  })
  const back = browsers.map((browser, i) => browser.comeBack(callbacks[i]!))
  await hung
  const typed = await new Browser().send(`${at.url}/v1/session`, {
    json: { name: 'Root', password },
  })
  expect(typed.status).toBe(201)
  expect((await Promise.all(back)).map(refusal)).toEqual(browsers.map(() => 'provider-unreachable'))
})

test('a provider whose description is elsewhere, or lacks its page, is told from one that lies', async () => {
  const { provider, at } = await start()
  const description = '/.well-known/openid-configuration'
  for (const [status, more] of [
    [404, {}],
    [301, { location: 'https://elsewhere.example/' }],
    [200, { 'content-type': 'text/html' }],
  ] as const) {
    provider.answers.set(description, (response) => response.writeHead(status, more).end('<html>'))
    const message = new Browser().begin(at.url)
    await expect(message).rejects.toThrow('provider-unreachable')
    await expect(message).rejects.toThrow(`is not at ${provider.issuer}${description}`)
  }
  const [first] = logged(at, 'provider-unreachable')
  expect(first.err.cause.message).toMatch(/NOT_CONFORM: 404$/)
  provider.answers.set(description, (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ issuer: provider.issuer }))
  })
  await expect(new Browser().begin(at.url)).rejects.toThrow('provider-untrusted')
})

test('a provider that refuses to tell more of somebody has refused', async () => {
  const { provider, at } = await start()
  provider.answers.set('/me', (response) => response.writeHead(403).end())
  expect(refusal(await new Browser().signIn(at.url))).toBe('provider-refused')
})
