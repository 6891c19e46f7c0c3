import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { sample } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { enroll, openConsole } from './console.js'
import { type Portraits, portraits } from './portraits.js'

/** Folder for the pictures: `npm run docs:pictures` sets it to docs/images. Without it the pages are opened, and no pictures made. */
const folder = process.env.AGNIZE_DOCS_PICTURES

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

const inDefault = '/v1/galleries/default'

describe.skipIf(lacks('camera'))('the pictures of docs/console.md', () => {
  test('show pages as they are', async () => {
    const at = await openConsole({
      camera: [{ seconds: 6, photos: [people.cid, people.annaAgain] }],
    })
    const { page } = at
    const made: string[] = []
    const picture = async (name: string) => {
      made.push(`images/${name}.jpg`)
      const bytes = await page.screenshot()
      if (!folder) return
      await sharp(bytes)
        .resize(960)
        .jpeg({ quality: 82 })
        .toFile(join(folder, `${name}.jpg`))
    }
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Bo', people.bo)
    for (const [name, tags] of [
      ['Anna', ['staff']],
      ['Bo', ['staff', 'night']],
    ] as const) {
      await ask(at, `${inDefault}/subjects/${name}`, { method: 'PATCH', json: { tags } })
    }
    await ask(at, `${inDefault}/settings`, {
      method: 'PATCH',
      json: { visits: { recording: true } },
    })
    // The name that a camera has at a door, instead of that of the file which stands in for one.
    await page.addInitScript(() => {
      Object.defineProperty(MediaStreamTrack.prototype, 'label', { get: () => 'Front door' })
    })
    await page.goto(`${at.url}/live`)
    await page.getByText('Welcome Anna, have a nice day!').waitFor()
    await page.getByRole('button', { name: 'Who is this?' }).waitFor()
    await picture('console-live')

    const names = async () =>
      (await ask(at, `${inDefault}/visits`)).body.items.map(
        ({ subject }: { subject: { name: string } | null }) => subject?.name,
      )
    await expect
      .poll(names, { timeout: 90_000 })
      .toEqual(expect.arrayContaining(['Anna', undefined]))
    await page.getByRole('link', { name: 'Home' }).click()
    await page.getByRole('region', { name: 'Today: 1 person' }).locator('img.portrait').waitFor()
    await page
      .getByRole('region', { name: /unknown visitor/ })
      .locator('img')
      .first()
      .waitFor()
    await picture('console-home')

    await page.getByRole('link', { name: 'People', exact: true }).click()
    await page.locator('img.portrait').nth(1).waitFor()
    await page.getByRole('button', { name: /^staff/ }).waitFor()
    await picture('console-people')

    await page.getByRole('link', { name: 'Identify a photo' }).click()
    await page.locator('input[type=file]').setInputFiles(sample(3))
    await page.locator('.answer.match').getByText('Most similar people').click()
    await page.locator('.answer.match img.portrait').nth(1).waitFor()
    await picture('console-identify')

    const shown = readFileSync('docs/console.md', 'utf8').matchAll(/\]\((images\/[^)]+)\)/g)
    expect(made.sort()).toEqual([...shown].map(([, path]) => path).sort())
    expect(at.errors).toEqual([])
  })
})
