import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { homeWithModels } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask, startServer } from '../server/start.js'
import { type ConsoleTest, enroll, openConsole } from './console.js'
import { type Portraits, portraits } from './portraits.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

const inDefault = '/v1/galleries/default'

/** Names in the list of people. */
const shown = (page: Page) => page.locator('.card-name').allTextContents()

const add = (at: ConsoleTest, gallery: string, name: string, tags: string[] = []) =>
  ask(at, `/v1/galleries/${gallery}/subjects`, { json: { name, tags } })

describe.skipIf(lacks('chromium'))('the address', () => {
  test('keeps search, tags and pages through a reload, and for a colleague', async () => {
    const at = await openConsole()
    const { page } = at
    await add(at, 'default', 'Anna Müller', ['staff', 'night'])
    await add(at, 'default', 'Bo Müller', ['staff'])
    for (let i = 0; i < 130; i++) await add(at, 'default', `Guest ${String(i).padStart(3, '0')}`)
    await page.goto(`${at.url}/people`)
    await page.getByText('132 people').waitFor()
    // Words in any order, typed without the umlaut.
    await page.getByLabel('Search by name').fill('muller a')
    await page.getByRole('link', { name: 'Guest 000' }).waitFor({ state: 'detached' })
    expect(await shown(page)).toEqual(['Anna Müller'])
    await page.getByLabel('Search by name').fill('muller')
    await page.getByRole('button', { name: 'night 1' }).click()
    await page.getByRole('link', { name: 'Bo Müller' }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).search).toBe('?search=muller&tag=night')

    const colleague = await at.context.newPage()
    await colleague.goto(page.url())
    await colleague.getByRole('link', { name: 'Anna Müller' }).waitFor()
    expect(await shown(colleague)).toEqual(['Anna Müller'])
    expect(await colleague.getByLabel('Search by name').inputValue()).toBe('muller')

    await page.goto(`${at.url}/people`)
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByRole('link', { name: 'Guest 110' }).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'Guest 110' }).waitFor()
    await page.getByRole('link', { name: 'Guest 110' }).click()
    await page.goBack()
    await page.getByRole('link', { name: 'Guest 110' }).waitFor()
    expect(at.errors).toEqual([])
  })

  test('keeps the tab, camera and days of the events', async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/events?camera=door&from=2026-01-01&who=unknown`)
    await page
      .getByRole('button', { name: /Camera/ })
      .getByText('door')
      .waitFor()
    expect(await page.getByLabel('From').count()).toBeGreaterThan(0)
    await page.getByRole('tab', { name: 'Decisions' }).click()
    await page.reload()
    await page.getByRole('tab', { name: 'Decisions', selected: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('camera')).toBe('door')
    expect(at.errors).toEqual([])
  })

  test('keeps two tabs in two galleries', async () => {
    const at = await openConsole()
    await ask(at, '/v1/galleries', { json: { name: 'garden' } })
    await add(at, 'default', 'Anna')
    await add(at, 'garden', 'Bo')
    const one = at.page
    const other = await at.context.newPage()
    await one.goto(`${at.url}/people`)
    await other.goto(`${at.url}/g/garden/people`)
    for (const [page, name] of [
      [one, 'Anna'],
      [other, 'Bo'],
      [one, 'Anna'],
    ] as const) {
      await page.bringToFront()
      await page.reload()
      await page.getByRole('link', { name }).waitFor()
      expect(await shown(page)).toEqual([name])
      await page.getByRole('link', { name: 'Settings' }).click()
      await page.getByRole('heading', { name: 'Settings' }).waitFor()
      await page.getByRole('link', { name: 'People' }).click()
      await page.getByRole('link', { name }).waitFor()
    }
    expect(at.errors).toEqual([])
  })
})

describe.skipIf(lacks('chromium'))('the console', () => {
  test('survives a restart of the server, and minutes without it', async () => {
    const at = await openConsole({ server: { insecureLocal: true, home: await homeWithModels() } })
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await page.goto(`${at.url}/events`)
    await page.getByText('Visits are not recorded.').waitFor()
    await page.getByRole('link', { name: 'People' }).click()
    await page.getByRole('link', { name: 'Anna' }).waitFor()
    await page.clock.install()
    const port = Number(new URL(at.url).port)
    await at.server.stop()
    // Minutes pass; every request fails, and the page stays.
    for (let minute = 0; minute < 5; minute++) await page.clock.fastForward(60_000)
    await page.getByRole('link', { name: 'Events' }).click()
    await page.getByText('The server does not respond.').first().waitFor()
    const again = await startServer({ insecureLocal: true, home: at.home, port })
    expect(again.url).toBe(at.url)
    await page.clock.fastForward(60_000)
    await page.getByRole('link', { name: 'People' }).click()
    await page.clock.fastForward(60_000)
    const retry = page.getByRole('button', { name: 'Try again' })
    await page.getByRole('link', { name: 'Anna' }).or(retry).first().waitFor()
    if (await retry.isVisible()) await retry.click()
    await page.getByRole('link', { name: 'Anna' }).waitFor()
    expect((await ask(again, `${inDefault}/subjects`)).body.items).toHaveLength(1)
  })
})
