import { readdirSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import type { Route } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { lacks } from '../requirements.js'
import { startServer } from '../server/start.js'
import { openConsole } from './console.js'

/** The response to a browser that asks for an address. */
function asked(url: string, encoding: string): Promise<IncomingMessage> {
  const headers = { 'accept-encoding': encoding, accept: 'text/html,*/*' }
  return new Promise((done, fail) => {
    get(url, { headers }, (answer) => {
      answer.resume()
      answer.once('end', () => done(answer))
    }).once('error', fail)
  })
}

const chunk = readdirSync('dist/console/assets').find((name) => /^people-page.*\.js$/.test(name))!

test.each([
  '',
  'br',
  'gzip',
])('pages are never stored, assets for ever: accept "%s"', async (encoding) => {
  const { url } = await startServer()
  const caching = async (path: string) =>
    (await asked(url + path, encoding)).headers['cache-control']
  expect(await caching('/')).toBe('no-store')
  expect(await caching('/index.html')).toBe('no-store')
  expect(await caching('/people')).toBe('no-store')
  expect(await caching(`/assets/${chunk}`)).toBe('public, max-age=31536000, immutable')
  expect(await caching('/icon.svg')).toBe('no-cache')
  expect((await caching('/assets/gone.js')) ?? '').not.toMatch(/immutable/)
})

test.skipIf(lacks('chromium'))('a page whose script is gone is loaded again once', async () => {
  const { page, url } = await openConsole()
  await page.goto(`${url}/settings`)
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  let loads = 0
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads++
  })
  // As after an upgrade: the page in the browser names a file that the new version has not.
  await page.route(`**/${chunk}`, (route) => route.fulfill({ status: 404 }), { times: 1 })
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByText('No people added yet.').waitFor()
  expect(loads).toBe(1)
})

test.skipIf(lacks('chromium'))('a page that stays broken says so, with a way back', async () => {
  const { page, url } = await openConsole()
  await page.goto(`${url}/settings`)
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await page.route(`**/${chunk}`, (route) => route.fulfill({ status: 404 }))
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('alert').getByText('could not be loaded').waitFor()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
})

test.skipIf(lacks('chromium'))('the page survives without network, and continues', async () => {
  const { page, url, context } = await openConsole()
  await page.goto(`${url}/settings`)
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await context.setOffline(true)
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('alert').getByText('continues automatically').waitFor()
  await page.waitForTimeout(3500)
  await context.setOffline(false)
  await page.getByText('No people added yet.').waitFor()
})

describe.skipIf(lacks('chromium'))('a language', () => {
  /** Opens the settings in English, while the files of German are answered so. */
  async function openSettings(answer: (route: Route) => Promise<void>, times?: number) {
    const at = await openConsole()
    const { page, url } = at
    await page.goto(`${url}/settings`)
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await page.route(/\/texts-de-[^/]*\.js$/, answer, times ? { times } : {})
    await page.getByRole('button', { name: 'Language' }).click()
    await page.getByRole('option', { name: 'Deutsch' }).click()
    return at
  }
  const gone = (route: Route) => route.fulfill({ status: 404 })

  test('is loaded only where it is chosen', async () => {
    const { page, url, context } = await openConsole()
    const asked: string[] = []
    context.on('request', (request) => {
      const language = /\/texts-(\w+)-/.exec(request.url())?.[1]
      if (language) asked.push(language)
    })
    await page.goto(`${url}/settings`)
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    expect(new Set(asked)).toEqual(new Set(['en']))
    await page.getByRole('button', { name: 'Language' }).click()
    await page.getByRole('option', { name: 'Deutsch' }).click()
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
    asked.length = 0
    await page.reload()
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
    expect(new Set(asked)).toEqual(new Set(['de']))
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
  })

  test('whose file is gone is there after one reload', async () => {
    const { page } = await openSettings(gone, 1)
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
  })

  test('that stays away leaves the page in English, which says so', async () => {
    const { page } = await openSettings(gone)
    await page.getByRole('alert').getByText('The texts of “Deutsch” could not be loaded').waitFor()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en')
  })

  test('that is chosen without a network changes nothing else', async () => {
    const { page } = await openSettings((route) => route.abort())
    await page.getByRole('alert').getByText('“Deutsch” could not be loaded').waitFor()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
  })

  test('of which there is none leaves a sentence, not an empty page', async () => {
    const { page, url } = await openConsole()
    await page.route(/\/texts-[^/]*\.js$/, gone)
    await page.goto(`${url}/`)
    await page.getByRole('alert').getByText('could not be loaded').waitFor()
  })
})
