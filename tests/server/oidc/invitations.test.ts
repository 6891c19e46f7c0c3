import { expect, test } from 'vitest'
import { ask, type Started, startServer } from '../start.js'
import { Browser } from './browser.js'
import { startProvider } from './provider.js'

/** A server with a provider, an administrator, and the account of a viewer who is not linked yet. */
async function start() {
  const provider = await startProvider()
  const at = await startServer(provider.settings)
  await provider.open(at.url)
  const root = { name: 'Root', role: 'administrator', password: 'correct horse battery' }
  await ask(at, '/v1/accounts', { json: root })
  const { body } = await ask(at, '/v1/accounts', { json: { name: 'Vera', role: 'viewer' } })
  return { provider, at, id: body.id as string }
}

async function invite(at: Started, id: string): Promise<string> {
  const { status, body } = await ask(at, `/v1/accounts/${id}/invitation`, { method: 'POST' })
  expect(status, JSON.stringify(body)).toBe(201)
  const account = (await ask(at, '/v1/accounts')).body.items.find((each: any) => each.id === id)
  expect(account.invited_until).toBe(body.expires_at)
  return body.invitation
}

const change = async (at: Started, id: string, json: object) => {
  const { status, body } = await ask(at, `/v1/accounts/${id}`, { method: 'PATCH', json })
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

/** Requires that an invitation lets nobody begin to sign in. */
const expectEnded = (at: Started, invitation: string) =>
  expect(new Browser().begin(at.url, { invitation })).rejects.toThrow('sign-in-expired')

test('an invitation links once, also after the account is unlinked again', async () => {
  const { at, id } = await start()
  const invitation = await invite(at, id)
  await new Browser().signIn(at.url, { invitation })
  expect(await change(at, id, { subject: null })).toMatchObject({
    identity: null,
    invited_until: null,
  })
  await expectEnded(at, invitation)
  await new Browser().signIn(at.url, { invitation: await invite(at, id) })
  expect((await change(at, id, {})).identity.subject).toBe('anna-1')
})

test('another invitation takes the place of the former', async () => {
  const { at, id } = await start()
  const former = await invite(at, id)
  const next = await invite(at, id)
  await expectEnded(at, former)
  expect(await new Browser().signIn(at.url, { invitation: next })).toBe(`${at.url}/`)
})

test.each<[string, object]>([
  ['another role', { role: 'administrator' }],
  ['disabling the account', { disabled: true }],
  ['linking it by its subject', { subject: 'somebody' }],
])('%s ends an invitation, also for whoever is at the provider with it', async (_how, json) => {
  const { at, id } = await start()
  const invitation = await invite(at, id)
  const browser = new Browser()
  const callback = await browser.begin(at.url, { invitation })
  expect((await change(at, id, json)).invited_until).toBeNull()
  await change(at, id, { role: 'viewer', disabled: false, subject: null })
  await expectEnded(at, invitation)
  const page = new URL(await browser.comeBack(callback))
  expect(page.searchParams.get('refused')).toBe('sign-in-expired')
  expect((await browser.session(at.url)).signed_in).toBe(false)
})

test('an invitation stays where galleries or the password change', async () => {
  const { at, id } = await start()
  const invitation = await invite(at, id)
  await change(at, id, { galleries: ['default'], role: 'viewer' })
  await change(at, id, { password: 'another horse battery' })
  expect(await new Browser().signIn(at.url, { invitation })).toBe(`${at.url}/`)
})

test('an invitation ends the sessions that the account has; its password stays', async () => {
  const { at, id } = await start()
  const json = { name: 'Vera', password: 'another horse battery' }
  await change(at, id, { password: json.password })
  const former = new Browser()
  expect((await former.send(`${at.url}/v1/session`, { json })).status).toBe(201)
  const browser = new Browser()
  await browser.signIn(at.url, { invitation: await invite(at, id) })
  expect((await former.session(at.url)).signed_in).toBe(false)
  expect((await browser.session(at.url)).signed_in).toBe(true)
  expect((await former.send(`${at.url}/v1/session`, { json })).status).toBe(201)
})

test('the last administrator who can sign in is not unlinked without a password', async () => {
  const provider = await startProvider()
  const at = await startServer(provider.settings)
  const made = { name: 'Anna', role: 'administrator', subject: 'anna-1' }
  const { id } = (await ask(at, '/v1/accounts', { json: made })).body
  // Who is invited only cannot sign in yet.
  const invited = { name: 'Other', role: 'administrator' }
  const other = (await ask(at, '/v1/accounts', { json: invited })).body
  const unlink = () => ask(at, `/v1/accounts/${id}`, { method: 'PATCH', json: { subject: null } })
  expect((await unlink()).body.code).toBe('last-administrator')
  const { status } = await ask(at, `/v1/accounts/${id}`, { method: 'DELETE' })
  expect(status).toBe(409)
  expect((await ask(at, `/v1/accounts/${other.id}`, { method: 'DELETE' })).status).toBe(204)
  await change(at, id, { password: 'another horse battery' })
  expect((await unlink()).status).toBe(200)
})
