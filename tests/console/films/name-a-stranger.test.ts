import { beforeAll, describe, expect, test } from 'vitest'
import { lacks } from '../../requirements.js'
import { ask } from '../../server/start.js'
import { namesIn, openConsole } from '../console.js'
import { type Portraits, portraits } from '../portraits.js'
import { film } from './film.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

const inDefault = '/v1/galleries/default'

describe.skipIf(lacks('camera'))('strangers', () => {
  test('are recorded when that is on, named in one step, recognized by that name, and deleted', async () => {
    const at = await openConsole({
      camera: [
        { seconds: 4, photos: [people.annaAgain] },
        { seconds: 4, photos: [people.bo] },
      ],
    })
    const { page } = at
    const step = film('name a stranger', page)
    const visitors = async () => (await ask(at, `${inDefault}/visitors`)).body.items
    await step('Visits are recorded from now on', async () => {
      await page.goto(`${at.url}/visitors`)
      await page.getByRole('button', { name: 'Record visits' }).click()
      await page.getByText('No unknown visitors yet.').waitFor()
    })
    await step('Two strangers pass the camera', async () => {
      await page.getByRole('link', { name: 'Live' }).first().click()
      await expect.poll(async () => (await visitors()).length, { timeout: 60_000 }).toBe(2)
    })
    await step('Both are shown, apart', async () => {
      await page.getByRole('link', { name: 'Unknown visitors' }).click()
      await page.locator('.card img.portrait').nth(1).waitFor()
      expect(await page.locator('.card').count()).toBe(2)
    })
    // A visit ends, and enters the list, also after the page was left: the order may change until then.
    const [last] = await visitors()
    await step('One gets a name', async () => {
      const card = page.locator('.card').first()
      await card.getByLabel('Who is this?').fill('Somebody')
      await card.getByRole('button', { name: 'Save name' }).click()
      const outcome = page.locator('.toast, .field-error').first()
      expect(await outcome.textContent()).toMatch(/Somebody: \d faces? and \d visits? added\./)
    })
    const { body: visits } = await ask(at, `${inDefault}/visits?visitor=${last.id}`)
    expect(visits.items[0].subject.name).toBe('Somebody')
    const named = [...(await namesIn(at, people.annaAgain)), ...(await namesIn(at, people.bo))]
    expect(named.filter(Boolean)).toEqual(['Somebody'])
    await step('The other is deleted', async () => {
      await page.getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
      await page.getByText('No unknown visitors yet.').waitFor()
    })
    expect(await visitors()).toEqual([])
    await step('The past visit has the name', async () => {
      await page.getByRole('link', { name: 'Events' }).click()
      await page.getByText('Somebody').first().waitFor()
    })
    const all = (await ask(at, `${inDefault}/visits`)).body.items
    expect(all.every(({ subject }: { subject: unknown }) => subject !== null)).toBe(true)
    expect(at.errors).toEqual([])
  })
})
