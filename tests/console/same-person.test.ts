import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask, type Started } from '../server/start.js'
import { accessibilityFindings, enroll, openConsole, signIn } from './console.js'
import { type Portraits, portraits } from './portraits.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

const inDefault = '/v1/galleries/default'

describe.skipIf(lacks('chromium'))('Are these the same person?', () => {
  test('is asked once of people who only look alike, with undo, and merges those who are one', async () => {
    const at = await openConsole()
    const { page } = at
    const card = page.getByRole('region', { name: 'Are these the same person?' })
    const button = (name: string) => card.getByRole('button', { name, exact: true })
    const duplicates = async () => (await ask(at, `${inDefault}/duplicates`)).body.total
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Bo', people.bo)
    const none = page.waitForResponse(/\/duplicates/)
    await page.goto(`${at.url}/people`)
    await page.getByText('2 people', { exact: true }).waitFor()
    expect(((await (await none).json()) as { items: unknown[] }).items).toEqual([])
    expect(await card.count()).toBe(0)

    await enroll(at, 'Anna again', people.annaAgain)
    await page.reload()
    await card.getByText('Anna and Anna again look').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    // Skipped for this visit; asked again by the next one.
    await button('Skip').click()
    await page.getByText('That was the last pair.').waitFor()
    await page.reload()
    // By keyboard.
    await button('Different people').focus()
    await page.keyboard.press('Enter')
    await page.getByText('That was the last pair.').waitFor()
    expect(await duplicates()).toBe(0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await card.waitFor()
    expect(await duplicates()).toBe(1)
    await button('Different people').click()
    await page.getByText('That was the last pair.').waitFor()
    const compared = page.waitForResponse(/\/duplicates/)
    await page.reload()
    await page.getByText('3 people', { exact: true }).waitFor()
    expect(((await (await compared).json()) as { items: unknown[] }).items).toEqual([])
    expect((await ask(at, `${inDefault}/different-people`)).body.items).toHaveLength(1)
    expect(await card.count()).toBe(0)

    const pair = `${inDefault}/subjects/Anna/different-from/Anna%20again`
    await ask(at, pair, { method: 'DELETE' })
    await page.reload()
    await button('Same person').click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('move to Anna,').waitFor()
    // A colleague is faster.
    await ask(at, `${inDefault}/subjects/Anna`, { method: 'PATCH', json: { tags: ['night'] } })
    await dialog.getByRole('button', { name: 'Merge' }).click()
    await dialog.getByText('Somebody else changed this meanwhile.').waitFor()
    await dialog.getByRole('button', { name: 'Merge' }).click()
    await page.getByText('2 people', { exact: true }).waitFor()
    expect((await ask(at, `${inDefault}/subjects/Anna`)).body.templates).toBe(2)
    expect(at.errors).toEqual([])
  })

  test('is asked of every pair, whatever a page of the list holds', async () => {
    const at = await openConsole()
    const { page } = at
    await enrollAlike(at)
    await page.route(/\/duplicates/, (route) => {
      const url = new URL(route.request().url())
      url.searchParams.set('limit', '1')
      return route.continue({ url: url.href })
    })
    await page.goto(`${at.url}/people`)
    await page.getByText('2 more pairs after this.').waitFor()
    const skip = page.getByRole('button', { name: 'Skip' })
    await skip.click()
    await page.getByText('One more pair after this.').waitFor()
    await skip.click()
    await page.getByText('after this.').waitFor({ state: 'detached' })
    await skip.click()
    await page.getByText('That was the last pair.').waitFor()
  })

  test('is answered at once, while the people are compared again', async () => {
    const at = await openConsole()
    const { page } = at
    const card = page.getByRole('region', { name: 'Are these the same person?' })
    await enrollAlike(at)

    const details = await gate(page, /\/subjects\/[^/?]+$/)
    await page.goto(`${at.url}/people`)
    const same = card.getByRole('button', { name: 'Same person' })
    await same.waitFor()
    expect(await same.isDisabled()).toBe(true)
    details()

    const comparison = await gate(page, /\/duplicates/)
    await same.click()
    const dialog = page.getByRole('alertdialog', { name: 'Merge 2 people into one' })
    await dialog.getByRole('button', { name: 'Merge' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('2 people', { exact: true }).waitFor()
    // The pairs of whoever was merged are gone, too.
    await card.getByText('after this.').waitFor({ state: 'detached' })

    await page.getByRole('button', { name: 'Add person' }).click()
    const form = page.getByRole('dialog', { name: 'Add person' })
    await form.getByLabel('Name', { exact: true }).fill('Bo')
    await form.getByRole('tab', { name: 'Files' }).click()
    await form.locator('input[type=file]').setInputFiles(people.bo)
    await form.getByRole('button', { name: 'Add 1 photo' }).click()
    await form.waitFor({ state: 'detached' })

    await card.getByRole('button', { name: 'Different people' }).click()
    await page.getByText('That was the last pair.').waitFor()
    comparison()
    expect(at.errors).toEqual([])
  })

  test('is not asked of somebody who may not change people', async () => {
    const at = await openConsole({ server: {} })
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Anna again', people.annaAgain)
    const { body } = await ask(at, '/v1/keys', {
      json: { name: 'viewer', scopes: ['read'], galleries: ['default'] },
    })
    const asked: string[] = []
    at.page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await at.page.goto(`${at.url}/people`)
    await signIn(at.page, body.key)
    await at.page.goto(`${at.url}/people`)
    await at.page.getByText('2 people', { exact: true }).waitFor()
    expect(asked).toContain(`${inDefault}/subjects`)
    expect(asked).not.toContain(`${inDefault}/duplicates`)
  })
})

/** Adds three people with the same face. */
async function enrollAlike(at: Started): Promise<void> {
  const folder = await temporaryFolder()
  for (const [i, name] of ['Anna', 'Annie', 'Ann'].entries()) {
    const photo = join(folder, `${name}.jpg`)
    await sharp(people.anna)
      .jpeg({ quality: 90 - 5 * i })
      .toFile(photo)
    await enroll(at, name, photo)
  }
}

/** Holds requests back; what it gives lets them go. */
async function gate(page: Page, url: RegExp): Promise<() => void> {
  let open = () => {}
  const opened = new Promise<void>((done) => (open = done))
  await page.route(url, async (route) => {
    await opened
    await route.continue()
  })
  return open
}
