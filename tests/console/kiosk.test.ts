import { chromium, type Page } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chromiumOptions } from '../chromium.js'
import { lacks } from '../requirements.js'
import { startServer } from '../server/start.js'
import { accessibilityFindings, openConsole, signIn } from './console.js'

/** Opens the kiosk from the live page, with a PIN or without. */
async function openKiosk(page: Page, url: string, pin: string): Promise<void> {
  await page.goto(`${url}/live`)
  await page.getByRole('button', { name: 'Open kiosk' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('PIN to leave').fill(pin)
  await dialog.getByRole('button', { name: 'Open', exact: true }).press('Enter')
}

const leave = (page: Page) => page.getByRole('button', { name: 'Leave kiosk' })
const greets = (page: Page) => page.locator('main.kiosk').waitFor()

async function tryPin(page: Page, pin: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('PIN').fill(pin)
  await dialog.getByLabel('PIN').press('Enter')
}

describe.skipIf(lacks('chromium'))('a kiosk', () => {
  test('fills the screen, keeps it on, and is left without a PIN where none was set', async () => {
    const { page, url, context } = await openConsole()
    await context.addInitScript(() => {
      const locks = { taken: 0 }
      Object.assign(window, { locks })
      const request = navigator.wakeLock.request.bind(navigator.wakeLock)
      navigator.wakeLock.request = async (type) => {
        const lock = await request(type)
        locks.taken++
        return lock
      }
    })
    await openKiosk(page, url, '')
    await greets(page)
    await page.waitForFunction(() => document.fullscreenElement === document.documentElement)
    await page.waitForFunction(
      () => (window as unknown as { locks: { taken: number } }).locks.taken > 0,
    )
    expect(await accessibilityFindings(page)).toEqual([])
    await leave(page).click()
    await page.waitForURL(/\/live$/)
    await page.waitForFunction(() => document.fullscreenElement === null)
  })

  test('with a PIN is all that the browser shows until it is entered', async () => {
    const { page, url, context } = await openConsole()
    await openKiosk(page, url, '12')
    await page.getByText('A PIN has 4 to 12 digits.').waitFor()
    await openKiosk(page, url, '4711')
    await greets(page)
    // Going back, another address and another tab show it too.
    await page.goto(`${url}/people`)
    await greets(page)
    expect(await page.getByRole('navigation').count()).toBe(0)
    const other = await context.newPage()
    await other.goto(`${url}/settings`)
    await greets(other)
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage }))
    expect(stored).toContain('kiosk-lock')
    expect(stored).not.toContain('4711')
    expect(await page.content()).not.toContain('4711')

    await leave(page).click()
    await page.getByRole('dialog').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    for (let i = 0; i < 4; i++) {
      await tryPin(page, `000${i}`)
      await page.getByText('This is not the PIN.').waitFor()
    }
    await tryPin(page, '0004')
    await page.getByText('Try again in 30 s').waitFor()
    // The right one has to wait too, and a reload does not forget.
    await page.reload()
    await leave(page).click()
    await tryPin(page, '4711')
    await page.getByText(/Try again in \d+ s/).waitFor()
    await greets(page)
    await page.evaluate(() => {
      const lock = JSON.parse(localStorage.getItem('agnize.kiosk-lock')!)
      localStorage.setItem('agnize.kiosk-lock', JSON.stringify({ ...lock, retryAt: 0 }))
    })
    await tryPin(page, '4711')
    await page.waitForURL(/\/live$/)
    await page.getByRole('navigation').waitFor()
    // The other tab is let go as well.
    await other.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
  })

  test('says that a page without encryption cannot keep a PIN', async () => {
    const at = await startServer()
    const browser = await chromium.launch({
      ...chromiumOptions,
      args: [...chromiumOptions.args, '--host-resolver-rules=MAP door.lan 127.0.0.1'],
    })
    onTestFinished(() => browser.close())
    const page = await browser.newPage()
    const url = at.url.replace('127.0.0.1', 'door.lan')
    await page.goto(url)
    await signIn(page, at.key)
    await page.getByRole('navigation').first().waitFor()
    await openKiosk(page, url, '4711')
    await page.getByText('This browser cannot keep a PIN here').waitFor()
    expect(new URL(page.url()).pathname).toBe('/live')
  })
})
