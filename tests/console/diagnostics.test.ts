import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { accessibilityFindings, openConsole } from './console.js'

describe.skipIf(lacks('chromium'))('the page of diagnostics', () => {
  test('says what needs care first, and what to do; runs again, and is copied for a report', async () => {
    const at = await openConsole()
    const { page } = at
    await at.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await ask(at, '/v1/galleries/default/subjects', {
      json: { name: 'Anna', keep_until: '2020-01-01T00:00:00.000Z' },
    })
    await page.goto(`${at.url}/diagnostics`)
    await page.getByText('1 finding needs care.').waitFor()
    const first = page.locator('.findings li').first()
    expect(await first.innerText()).toContain('1 person is past the end of the retention period.')
    expect(await first.innerText()).toContain('Erase them on the page Privacy.')
    await page.getByRole('heading', { name: 'Encryption at rest' }).waitFor()
    expect(await accessibilityFindings(page)).toEqual([])

    await page.getByRole('button', { name: 'Copy as text' }).click()
    await page.getByText('Copied. Paste it into your report.').waitFor()
    const text = await page.evaluate(() => navigator.clipboard.readText())
    expect(text).toMatch(/^agnize diagnostics, \d{4}-/)
    expect(text).toMatch(/^warning {2}retained {2}1 person past the end/m)
    expect(text).not.toContain('Anna')
    expect(text).not.toContain(at.home)
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save as text' }).click()
    expect(await readFile(await (await download).path(), 'utf8')).toBe(text)

    await ask(at, '/v1/galleries/default/subjects/Anna', { method: 'DELETE' })
    await page.getByRole('button', { name: 'Run again' }).click()
    await page.getByText('Everything is in order.').waitFor()
    expect(at.errors).toEqual([])
  })

  test('says a finding that it has no words for as the server does', async () => {
    const at = await openConsole()
    const check = { name: 'orbit', state: 'wrong', code: 'orbit-lost', facts: {} }
    await at.page.route('**/v1/diagnostics*', (route) =>
      route.fulfill({
        json: { at: new Date().toISOString(), checks: [{ ...check, detail: 'It is lost.' }] },
      }),
    )
    await at.page.goto(`${at.url}/diagnostics`)
    await at.page.getByText('It is lost.').waitFor()
    await at.page.getByRole('heading', { name: 'orbit' }).waitFor()
  })
})
