import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SqliteFile } from '../../dist/gallery/sql/sqlite-file.js'
import { lacks } from '../requirements.js'
import { startProvider } from '../server/oidc/provider.js'
import { ask, startServer } from '../server/start.js'
import { accessibilityFindings, openBrowser, openConsole, signInAs } from './console.js'

const password = 'correct horse battery'

describe.skipIf(lacks('chromium'))('signing in at a provider', () => {
  test('leads by an invitation to the account, and back to the page that was asked for', async () => {
    const provider = await startProvider()
    const at = await openConsole({ server: provider.settings })
    const { page, errors } = at
    await ask(at, '/v1/accounts', {
      json: { name: 'Root', role: 'administrator', password },
    })
    const button = page.getByRole('button', { name: 'Sign in with Works' })
    await page.goto(`${at.url}/people?search=x`)
    await button.click()
    await page.getByText('The provider does not answer.').waitFor()
    await provider.open(at.url)
    // Nobody can press the button again before the browser has left.
    await page.evaluate(() =>
      addEventListener('pagehide', () => {
        const pending = document.querySelectorAll('[data-pending=true]').length
        sessionStorage.setItem('pending', String(pending))
      }),
    )
    await button.click()
    await page.getByText('You have no account here').waitFor()
    expect(await page.evaluate(() => sessionStorage.getItem('pending'))).toBe('1')
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
  test('administrators invite the owner of a new account, see how everybody signs in, and unlink', async () => {
    const provider = await startProvider()
    const at = await openConsole({ server: provider.settings })
    const { page, errors } = at
    await provider.open(at.url)
    await at.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await ask(at, '/v1/accounts', { json: { name: 'Root', role: 'administrator', password } })
    await page.goto(`${at.url}/accounts`)
    await signInAs(page, 'Root', password)
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Create account' }).click()
    await dialog.getByLabel('Name', { exact: true }).fill('Vera')
    await dialog.getByRole('button', { name: /Signs in with/ }).click()
    await page.getByRole('option', { name: 'Works, by an invitation' }).click()
    await dialog.getByLabel('First password').waitFor({ state: 'detached' })
    expect(await accessibilityFindings(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Create', exact: true }).click()
    const shown = page.getByRole('alertdialog', { name: 'Invitation for Vera' })
    const link = await shown.locator('code').innerText()
    expect(link).toMatch(new RegExp(`^${at.url}/#invitation=`))
    // Neither a key nor a click beside takes it away.
    await page.keyboard.press('Escape')
    await page.mouse.click(2, 2)
    await shown.getByRole('button', { name: 'Copy' }).click()
    await shown.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link)
    expect(await accessibilityFindings(page)).toEqual([])
    await shown.getByRole('button', { name: 'I have the link' }).click()
    const row = page.getByRole('row', { name: /Vera/ })
    await row.getByText('Invited, until').waitFor()
    await page.getByRole('row', { name: /Root/ }).getByText('Password', { exact: true }).waitFor()
    // Whoever opens the link owns the account.
    const { page: guest } = await openBrowser()
    await guest.goto(link)
    await guest.getByRole('button', { name: 'Sign in with Works' }).click()
    await guest.getByRole('link', { name: /Vera/ }).click()
    await guest
      .getByRole('row', { name: /This browser/ })
      .getByText('at the provider')
      .waitFor()
    // There is no password to change.
    await guest.getByText('This account has no password: you sign in with Works').waitFor()
    expect(await guest.getByRole('button', { name: 'Change password' }).count()).toBe(0)
    expect(await accessibilityFindings(guest)).toEqual([])
    await page.reload()
    await row.getByText(new URL(provider.issuer).host).waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await row.getByRole('button', { name: 'Change' }).click()
    await dialog.getByText('anna-1').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Unlink' }).click()
    await page.getByRole('alertdialog').getByText('another invitation').waitFor()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Unlink' }).click()
    await row.getByText('Cannot sign in yet').waitFor()
    await guest.reload()
    await guest.getByRole('heading', { name: 'Sign in' }).waitFor()
    // An account that is there already is invited too.
    await row.getByRole('button', { name: 'Change' }).click()
    await dialog.getByRole('button', { name: 'Create invitation' }).click()
    await shown.getByRole('button', { name: 'I have the link' }).click()
    await row.getByText('Invited, until').waitFor()
    // One that was not used in time is told, and followed by another.
    const file = new SqliteFile(join(at.home, 'gallery.sqlite'))
    file.run("update accounts set invited_until = '2026-01-01T00:00:00.000Z' where name = 'Vera'")
    file.close()
    await page.reload()
    await row.getByText('Invitation expired: Jan 1, 2026').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await row.getByRole('button', { name: 'Invite again' }).click()
    await shown.getByRole('button', { name: 'I have the link' }).click()
    await row.getByText('Invited, until').waitFor()
    expect(errors).toEqual([])
  })
  test('ask who is signed in whose the invitation is that was opened', async () => {
    const provider = await startProvider()
    const at = await openConsole({ server: provider.settings })
    const { page, errors } = at
    await provider.open(at.url)
    await ask(at, '/v1/accounts', { json: { name: 'Root', role: 'administrator', password } })
    const { body } = await ask(at, '/v1/accounts', { json: { name: 'Vera', role: 'viewer' } })
    const path = `/v1/accounts/${body.id}/invitation`
    const { invitation } = (await ask(at, path, { method: 'POST' })).body
    await page.goto(`${at.url}/people?search=x`)
    await signInAs(page, 'Root', password)
    await page.getByRole('heading', { name: 'People' }).waitFor()
    // Put into the address of the page that is open.
    const open = () => page.evaluate((hash) => location.assign(hash), `#invitation=${invitation}`)
    await open()
    const question = page.getByRole('alertdialog', { name: 'An invitation was opened' })
    await question.getByText('In this browser Root is signed in.').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await question.getByRole('button', { name: 'Stay signed in' }).click()
    await question.waitFor({ state: 'detached' })
    expect(page.url()).toBe(`${at.url}/people?search=x`)
    await open()
    await page.reload()
    await question.getByRole('button', { name: 'Sign out and go on' }).click()
    await page.getByText('You are invited').waitFor()
    await page.getByRole('button', { name: 'Sign in with Works' }).click()
    await page.getByRole('navigation', { name: 'Your account' }).getByText('Vera').waitFor()
    expect(errors).toEqual([])
  })
  test('works over TLS with certificates of the server, with cookies for this host and TLS alone', async () => {
    const provider = await startProvider()
    const at = await startServer({ ...provider.settings, tls: 'auto' })
    await provider.open(at.url)
    const { browser } = await openBrowser()
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    const page = await context.newPage()
    // The key of the server goes along as the console would send it, so that nothing but the browser has to trust the certificate.
    const made = await context.request.post(`${at.url}/v1/accounts`, {
      headers: { authorization: `Bearer ${at.key}` },
      data: { name: 'Vera', role: 'viewer', subject: provider.person.sub },
    })
    expect(made.status()).toBe(201)
    const cookies = async () =>
      (await context.cookies(at.url)).filter(({ name }) => /agnize/.test(name))
    const bound = { secure: true, httpOnly: true, path: '/', domain: new URL(at.url).hostname }
    await page.goto(`${at.url}/people`)
    let pending: unknown[] = []
    await page.route(`${provider.issuer}/**`, async (route) => {
      pending = await cookies()
      await route.continue()
    })
    await page.getByRole('button', { name: 'Sign in with Works' }).click()
    await page.getByRole('navigation', { name: 'Your account' }).getByText('Vera').waitFor()
    expect(page.url()).toBe(`${at.url}/people`)
    const sameSite = (policy: string, name: RegExp) =>
      expect.objectContaining({ ...bound, sameSite: policy, name: expect.stringMatching(name) })
    expect(pending).toEqual([sameSite('Lax', /^__Host-agnize_sign_in_/)])
    expect(await cookies()).toEqual([sameSite('Strict', /^__Host-agnize_session$/)])
  })
})
