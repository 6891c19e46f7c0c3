import { describe, expect, test } from 'vitest'
import { lacks } from '../requirements.js'
import { startProvider } from '../server/oidc/provider.js'
import { ask } from '../server/start.js'
import { accessibilityFindings, openConsole } from './console.js'

describe.skipIf(lacks('chromium'))('signing in at a provider', () => {
  test('leads by an invitation to the account, and back to the page that was asked for', async () => {
    const provider = await startProvider()
    const at = await openConsole({ server: provider.settings })
    const { page, errors } = at
    await ask(at, '/v1/accounts', {
      json: { name: 'Root', role: 'administrator', password: 'correct horse battery' },
    })
    const button = page.getByRole('button', { name: 'Sign in with Works' })
    await page.goto(`${at.url}/people?search=x`)
    await button.click()
    await page.getByText('The provider does not answer.').waitFor()
    await provider.open(at.url)
    await button.click()
    await page.getByText('You have no account here').waitFor()
    expect(page.url()).toBe(`${at.url}/people?search=x`)
    expect(await accessibilityFindings(page)).toEqual([])
    const { body } = await ask(at, '/v1/accounts', { json: { name: 'Vera', role: 'viewer' } })
    const path = `/v1/accounts/${body.id}/invitation`
    const { invitation } = (await ask(at, path, { method: 'POST' })).body
    await page.goto(`${at.url}/visitors#invitation=${invitation}`)
    await page.reload()
    await page.getByText('You are invited').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await button.click()
    await page.getByRole('navigation', { name: 'Your account' }).getByText('Vera').waitFor()
    expect(page.url()).toBe(`${at.url}/visitors`)
    expect(await page.evaluate(() => window.violations)).toEqual([])
    expect(errors).toEqual([])
  })
})
