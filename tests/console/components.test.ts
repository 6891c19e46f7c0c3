import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { build, preview } from 'vite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chromiumOptions } from '../chromium.js'
import { temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { accessibilityFindings } from './console.js'

/** Builds the page of the components with the console's own configuration, and serves it. */
async function servePage(): Promise<string> {
  const outDir = await temporaryFolder()
  const config = {
    configFile: resolve('web/vite.config.ts'),
    root: resolve('web/components'),
    logLevel: 'error',
  } as const
  await build({ ...config, build: { outDir, emptyOutDir: true } })
  const server = await preview({
    ...config,
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0 },
  })
  onTestFinished(() => server.close())
  return server.resolvedUrls!.local[0]!
}

describe('the page of components', () => {
  test('shows every part of the console that draws something', () => {
    const page = ['main.tsx', 'components-page.tsx']
      .map((file) => readFileSync(join('web/components', file), 'utf8'))
      .join('')
    // Not among them: what stands around the pages, and the pictures of icons.
    const around = ['boundary.tsx', 'icons.tsx', 'shortcuts.tsx']
    const parts = readdirSync('web/src/parts').filter(
      (file) => file.endsWith('.tsx') && !around.includes(file),
    )
    const missing = parts.filter(
      (file) => !page.includes(`parts/${file.replace(/\.tsx$/, '.js')}'`),
    )
    expect(missing).toEqual([])
  })

  test.skipIf(lacks('chromium'))('hinders nobody, in both schemes, wide and narrow', async () => {
    const url = await servePage()
    const browser = await chromium.launch(chromiumOptions)
    onTestFinished(() => browser.close())
    const page = await browser.newPage({ reducedMotion: 'reduce' })
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(url)
    await page.getByRole('heading', { name: 'Components, dark' }).waitFor()
    for (const width of [1440, 390, 360]) {
      await page.setViewportSize({ width, height: 900 })
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      expect([width, wide <= width, await accessibilityFindings(page)]).toEqual([width, true, []])
      if (process.env.AGNIZE_SCREENSHOTS) {
        const path = join(process.env.AGNIZE_SCREENSHOTS, `components ${width}.png`)
        await page.screenshot({ path, fullPage: true })
      }
    }
    const light = page.getByRole('region', { name: 'light' })
    await light.getByRole('button', { name: 'Fails' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByText('The server does not respond.').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await light.getByRole('button', { name: 'Form', exact: true }).click()
    const form = page.getByRole('dialog', { name: 'A form' })
    const save = form.getByRole('button', { name: 'Save' })
    expect(await save.isDisabled()).toBe(true)
    await form.getByLabel('Name').fill('Anna')
    await save.focus()
    await page.keyboard.press('Enter')
    await form.getByText('This name is taken.').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    // The keyboard goes on where it was, and a form that is opened again begins anew.
    expect(await save.evaluate((each) => each === document.activeElement)).toBe(true)
    await page.keyboard.press('Escape')
    await light.getByRole('button', { name: 'Form', exact: true }).click()
    expect(await form.getByLabel('Name').inputValue()).toBe('')
    expect(await form.getByText('This name is taken.').count()).toBe(0)
    await form.getByRole('button', { name: 'Cancel' }).click()
    await light.getByRole('button', { name: 'Leave without saving' }).click()
    await page.getByText('Leave without saving?').waitFor()
    await page.getByRole('button', { name: 'Discard changes' }).click()
    await light.getByRole('button', { name: 'A new key' }).click()
    await page.getByRole('button', { name: 'I saved the key' }).click()
    expect(errors).toEqual([])
  })
})
