import { describe, expect, test } from 'vitest'
import { lacks } from '../requirements.js'
import { pathProxy } from '../server/path-proxy.js'
import { openConsole, signIn } from './console.js'

describe.skipIf(lacks('chromium'))('behind a path of a proxy', () => {
  test.each(['', '/faces', '/deep/er'])('the console works at "%s/"', async (prefix) => {
    const at = await openConsole({ server: {} })
    const { page, errors } = at
    const base = await pathProxy(at.url, prefix)
    const wrong: string[] = []
    page.on('response', (response) => {
      if (!response.url().startsWith(`${base}/`)) wrong.push(response.url())
      if (response.status() === 404) wrong.push(response.url())
    })
    await page.goto(`${base}/`)
    await signIn(page, at.key)
    await page.getByRole('link', { name: 'Keys' }).click()
    await page.getByRole('rowheader', { name: 'first' }).waitFor()
    expect(page.url()).toBe(`${base}/keys`)
    // Reloading works at every depth.
    for (const path of ['/keys', '/people/', '/people/Nobody', '/no/such/page']) {
      await page.goto(`${base}${path}`)
      await page.getByRole('navigation').waitFor()
    }
    await page.goto(`${base}/docs`)
    await page.getByRole('link', { name: 'openapi.json' }).click()
    expect(page.url()).toBe(`${base}/v1/openapi.json`)
    expect(wrong.filter((url) => !/subjects\/Nobody/.test(url))).toEqual([])
    expect(errors).toEqual([])
  })
})

test.skipIf(lacks('chromium'))(
  'a new key stays on the screen until the user confirms that it is saved',
  async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/keys`)
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByLabel('Name').fill('door')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    const shown = page.locator('code.secret')
    await shown.waitFor()
    const key = await shown.textContent()
    for (let i = 0; i < 3; i++) await page.keyboard.press('Escape')
    await page.mouse.click(5, 5)
    expect(await shown.textContent()).toBe(key)
    await page.getByRole('button', { name: 'I saved the key' }).click()
    await shown.waitFor({ state: 'detached' })
  },
)
