import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { enroll, openConsole } from './console.js'
import { type Portraits, portraits } from './portraits.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

/** Brightness of the four edges of a picture on a page, from 0 to 255. */
const edges = (page: Page, selector: string) =>
  page.locator(selector).evaluate((image: HTMLImageElement) => {
    const { naturalWidth: width, naturalHeight: height } = image
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext('2d')!
    context.drawImage(image, 0, 0)
    const mean = (x: number, y: number, w: number, h: number) => {
      const { data } = context.getImageData(x, y, w, h)
      return data.reduce((sum, value, i) => (i % 4 === 3 ? sum : sum + value), 0) / (3 * w * h)
    }
    return [
      mean(0, 0, width, 1),
      mean(0, height - 1, width, 1),
      mean(0, 0, 1, height),
      mean(width - 1, 0, 1, height),
    ]
  })

describe.skipIf(lacks('chromium'))('stored faces', () => {
  test('are shown without the black bands beside their photo', async () => {
    const at = await openConsole()
    const { page } = at
    // A photo that ends above and beside the face.
    const tight = join(await temporaryFolder(), 'tight.jpg')
    await sharp(people.anna)
      .extract({ left: 100, top: 100, width: 280, height: 280 })
      .jpeg()
      .toFile(tight)
    const { status } = await ask(at, '/v1/galleries/default/subjects/Anna/faces', {
      method: 'POST',
      body: new Uint8Array(await readFile(tight)),
      headers: { 'content-type': 'image/jpeg' },
    })
    expect(status).toBe(201)
    await page.goto(`${at.url}/people`)
    await page.locator('img.portrait').waitFor()
    for (const brightness of await edges(page, 'img.portrait')) {
      expect(brightness).toBeGreaterThan(20)
    }
    expect(at.errors).toEqual([])
  })

  test('stand beside their corrections', async () => {
    const at = await openConsole()
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await page.goto(`${at.url}/identify`)
    await page.locator('input[type=file]').setInputFiles(people.annaAgain)
    await page.getByRole('button', { name: 'Not Anna' }).click()
    await page.getByText('Correction saved').waitFor()
    await page.goto(`${at.url}/corrections`)
    const row = page.getByRole('row', { name: /Not Anna/ })
    await row.getByAltText(/^Corrected face in /).waitFor()
    const { items } = (await ask(at, '/v1/galleries/default/corrections')).body
    expect(items).toMatchObject([{ kind: 'not', subject: { name: 'Anna' } }])
    expect(at.errors).toEqual([])
  })
})

describe.skipIf(lacks('camera'))('people in front of the camera', () => {
  test('are listed with their faces, strangers apart, greeted over the picture', async () => {
    const at = await openConsole({
      camera: [{ seconds: 20, photos: [people.anna, people.bo, people.cid] }],
    })
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await page.goto(`${at.url}/live`)
    const rows = page.locator('.present li')
    for (const name of ['Anna', 'Unknown', 'Unknown 2']) {
      const row = rows.filter({ has: page.getByText(name, { exact: true }) })
      await row.waitFor()
      // The face is drawn, not an empty square.
      await expect
        .poll(() =>
          row.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
            const { data } = canvas
              .getContext('2d')!
              .getImageData(0, 0, canvas.width, canvas.height)
            return new Set(data).size
          }),
        )
        .toBeGreaterThan(50)
    }
    const greeting = page.locator('.greeting')
    await greeting.waitFor()
    expect(await greeting.textContent()).toMatch(/^Welcome Anna/)
    const [over, picture] = [
      await greeting.boundingBox(),
      await page.locator('.stage').boundingBox(),
    ]
    expect(over!.y + over!.height).toBeLessThan(picture!.y + picture!.height)
    expect((await ask(at, '/v1/galleries/default')).body.subjects).toBe(1)
    expect(at.errors).toEqual([])
  })
})
