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

describe.skipIf(lacks('camera'))('enrolling by camera', () => {
  test('guides until the photos are good, and the person is known from then on', async () => {
    const at = await openConsole({
      camera: [
        { seconds: 2, photos: [] },
        { seconds: 8, photos: [people.anna] },
      ],
    })
    const { page } = at
    const step = film('enroll by camera', page)
    await step('The page of people says that there are none', async () => {
      await page.goto(`${at.url}/people`)
      await page.getByText('No people added yet.').waitFor()
    })
    await step('An empty room gives no photo, but advice', async () => {
      await page.getByRole('button', { name: 'Add person' }).click()
      await page.getByLabel('Name').fill('Anna')
      await page.getByText('Step in front of the camera.').waitFor()
    })
    await step('Photos are taken by themselves, and one is removed', async () => {
      await page.getByRole('img', { name: 'Photo 2' }).waitFor()
      await page.getByRole('button', { name: 'Remove photo 1' }).click()
    })
    expect((await ask(at, '/v1/galleries/default/subjects')).body.items).toEqual([])
    await step('The others are added', async () => {
      await page.getByRole('button', { name: /^Add \d photos?$/ }).click()
      await page.getByRole('link', { name: 'Anna' }).waitFor()
    })
    const { body } = await ask(at, '/v1/galleries/default/subjects/Anna')
    expect(body.templates).toBeGreaterThanOrEqual(1)
    expect(await namesIn(at, people.annaAgain)).toEqual(['Anna'])
    expect(await namesIn(at, people.bo)).toEqual([undefined])
    expect(at.errors).toEqual([])
  })
})
