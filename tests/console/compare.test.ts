import { beforeAll, describe, expect, test } from 'vitest'
import { sample } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { accessibilityFindings, openConsole } from './console.js'
import { type Portraits, portraits } from './portraits.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

describe.skipIf(lacks('chromium'))('two photos', () => {
  test('are compared, with the explanation, and nothing is kept', async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/compare`)
    const side = (n: 'First' | 'Second') =>
      page.getByRole('region', { name: `${n} photo` }).locator('input[type=file]')
    await side('First').setInputFiles(people.anna)
    await side('Second').setInputFiles(sample(1))
    await page.getByRole('heading', { name: 'The same person' }).waitFor()
    await page.getByText(/Similarity 0\.\d{3}, which reaches the threshold of 0\.\d{3}\./).waitFor()
    await page.getByText(/^Threshold: card of fr_feature/).waitFor()
    // The compared face of each photo is marked.
    expect(await page.locator('.compare .box').count()).toBe(2)
    await side('Second').setInputFiles(people.bo)
    await page.getByRole('heading', { name: 'Different people' }).waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await side('First').setInputFiles({
      name: 'wall.jpg',
      mimeType: 'image/jpeg',
      buffer: Buffer.from('rubbish'),
    })
    await page.getByText('This is not a photo agnize can read').waitFor()
    expect(await page.getByRole('heading', { name: 'Different people' }).count()).toBe(0)
    expect((await ask(at, '/v1/galleries/default/subjects')).body.items).toEqual([])
    expect(at.errors).toEqual([])
  })
})
