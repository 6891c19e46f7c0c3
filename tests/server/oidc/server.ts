import { expect } from 'vitest'
import type { GivenSettings } from '../../../dist/server/settings.js'
import { ask, type Started, startServer } from '../start.js'
import { Browser } from './browser.js'
import { startProvider, type TestProvider } from './provider.js'

/** The password of the administrator. */
export const password = 'correct horse battery'

/** A provider and a server that uses it, with an administrator who has a password. */
export async function start(
  more: GivenSettings = {},
  options: { readonly keep?: boolean } = {},
): Promise<{ provider: TestProvider; at: Started; browser: Browser }> {
  const provider = await startProvider(options)
  const at = await startServer({ ...provider.settings, ...more }, options)
  await provider.open(at.url)
  await account(at, { name: 'Root', role: 'administrator', password })
  return { provider, at, browser: new Browser() }
}

/** Makes an account. */
export async function account(at: Started, json: object): Promise<any> {
  const { status, body } = await ask(at, '/v1/accounts', { json })
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}

/** The accounts of a server. */
export const accounts = async (at: Started) => (await ask(at, '/v1/accounts')).body.items as any[]
/** Why a page says that nobody was signed in. */
export const refusal = (page: string) => new URL(page).searchParams.get('refused')
