import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { sample } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { enroll, openConsole } from './console.js'
import { type Portraits, portraits } from './portraits.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

/** Keeps the requests of a path back until they are released, in order. */
async function heldRequests(page: Page, path: RegExp) {
  const held: (() => void)[] = []
  const arrivals: (() => void)[] = []
  await page.route(path, async (route) => {
    await new Promise<void>((release) => {
      held.push(release)
      arrivals.shift()?.()
    })
    await route.continue().catch(() => {})
  })
  return {
    /** Resolves when the next request has arrived. */
    arrival: () => new Promise<void>((done) => arrivals.push(done)),
    release: () => held.shift()!(),
  }
}

describe.skipIf(lacks('chromium'))('the page that identifies', () => {
  test('shows the answer of the last photo only', async () => {
    const at = await openConsole()
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await page.goto(`${at.url}/identify`)
    const input = page.locator('input[type=file]')
    const requests = await heldRequests(page, /\/identify$/)
    const first = requests.arrival()
    await input.setInputFiles(sample(3))
    await first
    // The photo stands there before its answer.
    await page.getByAltText('The photo with a numbered box around each face').waitFor()
    const second = requests.arrival()
    await input.setInputFiles(people.bo)
    await second
    requests.release()
    requests.release()
    await page.getByRole('heading', { name: '1 face', exact: true }).waitFor()
    await page.waitForLoadState('networkidle')
    expect(await page.getByRole('heading', { name: 'Anna' }).count()).toBe(0)

    // The match comes first, with its name on its box.
    const third = requests.arrival()
    await input.setInputFiles(sample(3))
    await third
    requests.release()
    await page.getByRole('heading', { name: '3 faces', exact: true }).waitFor()
    expect(await page.locator('.answer h3').first().textContent()).toMatch(/Anna$/)
    expect(await page.locator('.photo .box.match').textContent()).toMatch(/^\d Anna$/)

    // No old answer under an error.
    const fourth = requests.arrival()
    await input.setInputFiles({
      name: 'x.jpg',
      mimeType: 'image/jpeg',
      buffer: Buffer.from('rubbish'),
    })
    await fourth
    requests.release()
    await page.getByText('This is not a photo agnize can read').waitFor()
    expect(await page.locator('.answer').count()).toBe(0)
    expect(at.errors).toEqual([])
  })

  test('can be cancelled', async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/identify`)
    const requests = await heldRequests(page, /\/identify$/)
    const arrival = requests.arrival()
    await page.locator('input[type=file]').setInputFiles(sample(3))
    await arrival
    await page.getByRole('button', { name: 'Cancel' }).click()
    requests.release()
    await page.getByText('Identifying…').waitFor({ state: 'detached' })
    await page.waitForLoadState('networkidle')
    expect(await page.locator('.identified').count()).toBe(0)
    expect(at.errors).toEqual([])
  })

  test('names files that are not photos', async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/identify`)
    await page.locator('input[type=file]').setInputFiles({
      name: 'notes.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('notes'),
    })
    await page.getByText('notes.txt is not a photo.').waitFor()
  })

  test('stays when a photo is dropped beside the zone', async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/identify`)
    await page.locator('input[type=file]').waitFor({ state: 'attached' })
    const isLeftToBrowser = await page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['x'], 'x.jpg', { type: 'image/jpeg' }))
      const init = { dataTransfer, bubbles: true, cancelable: true }
      return ['dragover', 'drop'].map((type) =>
        document.body.dispatchEvent(new DragEvent(type, init)),
      )
    })
    expect(isLeftToBrowser).toEqual([false, false])
  })

  test('keeps the focus on a button while it is busy', async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/identify`)
    await page.locator('input[type=file]').setInputFiles(people.bo)
    await page.getByRole('button', { name: 'Who is this?' }).click()
    await page.getByLabel('Name').fill('Bo')
    const requests = await heldRequests(page, /\/subjects/)
    const arrival = requests.arrival()
    await page.getByRole('button', { name: 'Add', exact: true }).focus()
    await page.keyboard.press('Enter')
    await arrival
    await page.getByRole('button', { name: 'Adding…' }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Adding…')
  })
})
