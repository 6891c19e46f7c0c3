import { readdirSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
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
