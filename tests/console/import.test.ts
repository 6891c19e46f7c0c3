import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { sample, temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { type ConsoleTest, lfw, openConsole } from './console.js'

const inDefault = '/v1/galleries/default'
const people = ['Ariel_Sharon', 'Colin_Powell', 'George_W_Bush', 'Hugo_Chavez', 'Jacques_Chirac']

const subjects = async (at: ConsoleTest) =>
  (await ask(at, `${inDefault}/subjects?limit=100`)).body.items as {
    name: string
    external_id: string | null
    templates: number
  }[]

/** Opens the import with a folder. */
async function open(at: ConsoleTest, folder: string): Promise<void> {
  const { page } = at
  await page.goto(`${at.url}/people?add=folder`)
  await page.locator('input[type=file]').setInputFiles(folder)
}

const row = (page: Page, path: string) =>
  page.locator('.import-rows li').filter({ has: page.getByText(path) })

describe.skipIf(lacks('chromium') || lacks('faces'))('an import', () => {
  test('of 100 photos shows a table first, and then the progress and a report', async () => {
    // A queue of one photo: the server refuses as overloaded what the console sends too fast.
    const at = await openConsole({ server: { insecureLocal: true, queue: 1 } })
    const { page } = at
    const folder = join(await temporaryFolder(), 'people')
    // 97 photos of five people in twenty folders, as they are and mirrored; one without a face, a copy, and no photo.
    for (let i = 0; i < 97; i++) {
      const name = `${4700 + (i % 5)}_${people[i % 5]!.split('_').toReversed().join('_')}`
      await mkdir(join(folder, name), { recursive: true })
      const photo = lfw(people[i % 5]!, Math.floor(i / 5) % 10)
      const copy = join(folder, name, `${i}.jpg`)
      if (i < 50) await copyFile(photo, copy)
      else await sharp(photo).flop().jpeg().toFile(copy)
    }
    await copyFile(lfw(people[0]!, 0), join(folder, '4700_Sharon_Ariel', 'copy.jpg'))
    const wall = sharp({ create: { width: 400, height: 300, channels: 3, background: '#789' } })
    await wall.jpeg().toFile(join(folder, '4700_Sharon_Ariel', 'wall.jpg'))
    await writeFile(join(folder, 'Nobody.jpg'), 'no photo')
    await open(at, folder)
    await page.getByText('100 photos of 6 people.').waitFor()
    await page.getByText('Looking at the photos. Nothing is added yet.').waitFor()
    const begin = page.getByRole('button', { name: 'Add 97 photos' })
    await begin.waitFor({ timeout: 110_000 })
    expect(await subjects(at)).toEqual([])

    // The numbers of badges are told from the names, and what is doubtful stands together.
    await page.getByRole('button', { name: /^To be checked/ }).click()
    await row(page, 'people/4700_Sharon_Ariel/wall.jpg').getByText('No face was found').waitFor()
    await row(page, 'people/Nobody.jpg').getByText('not a photo agnize can read').waitFor()
    // Of the two that are alike, the second in the folder's order is left out.
    const twin = page.locator('.import-rows li').filter({ hasText: 'Same photo as' })
    expect(await twin.count()).toBe(1)
    expect(await twin.getByRole('checkbox').isChecked()).toBe(false)
    expect(await twin.getByRole('textbox').inputValue()).toBe('Ariel Sharon')

    await begin.click()
    await page.getByRole('progressbar').waitFor()
    // What is stopped goes on later.
    await page.getByText('Added', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: /^Resume: add \d+ photos$/ }).click()
    // The server may have added photos whose answers were not waited for.
    const result = page.getByText(/^\d+ added, \d+ already there, 1 rejected\.$/)
    await result.waitFor({ timeout: 110_000 })
    const [added, there] = (await result.textContent())!.match(/\d+/g)!.map(Number)
    expect(added! + there!).toBe(97)
    const known = await subjects(at)
    expect(known.map(({ name, external_id }) => [name, external_id])).toEqual([
      ['Ariel Sharon', '4700'],
      ['Colin Powell', '4701'],
      ['Hugo Chavez', '4703'],
      ['Jacques Chirac', '4704'],
      ['W George Bush', '4702'],
    ])
    expect(known.reduce((sum, { templates }) => sum + templates, 0)).toBe(97)

    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save report as CSV' }).click()
    const report = await readFile((await (await download).path())!, 'utf8')
    expect(report.split('\r\n')).toHaveLength(102)
    expect(report).toMatch(/^people\/Nobody\.jpg,Nobody,Not added,"This is not a photo/m)
    expect(report.match(/,(Added|Already there),/g)).toHaveLength(97)
    expect(at.errors).toEqual([])
  }, 400_000)

  test('says whom a face looks like, lets names and faces be chosen, and finds what is there', async () => {
    const at = await openConsole()
    const { page } = at
    const enrolled = await ask(at, `${inDefault}/subjects/Colin%20Powell/faces`, {
      method: 'POST',
      body: new Uint8Array(await readFile(lfw('Colin_Powell', 0))),
      headers: { 'content-type': 'image/jpeg' },
    })
    expect(enrolled.status).toBe(201)
    const folder = join(await temporaryFolder(), 'inbox')
    await mkdir(folder)
    await copyFile(lfw('Colin_Powell', 1), join(folder, 'Collin.jpg'))
    await copyFile(lfw('Hugo_Chavez', 1), join(folder, 'Hugo_Chavez.jpg'))
    await copyFile(sample(3), join(folder, 'group.jpg'))
    await open(at, folder)
    const like = row(page, 'inbox/Collin.jpg')
    await like.getByText('Looks like Colin Powell, who is already here.').waitFor()
    await like.getByRole('button', { name: 'Use Colin Powell' }).click()
    expect(await like.getByLabel('Name for inbox/Collin.jpg').inputValue()).toBe('Colin Powell')
    const group = row(page, 'inbox/group.jpg')
    await group.getByRole('button', { name: 'Choose one of 3 faces' }).click()
    await page.getByRole('dialog').locator('.photo .box').nth(1).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await group.getByRole('button', { name: '1 of 3 faces chosen' }).waitFor()
    await group.getByLabel('Name for inbox/group.jpg').fill('Dora')
    // A name that was typed stays when the names are read in another way.
    await page.getByRole('button', { name: /Names are written as/ }).click()
    await page.getByRole('option', { name: 'Anna_Miller', exact: true }).click()
    const hugo = row(page, 'inbox/Hugo_Chavez.jpg').getByRole('textbox')
    expect(await hugo.inputValue()).toBe('Hugo Chavez')
    expect(await group.getByRole('textbox').inputValue()).toBe('Dora')
    await page.getByRole('button', { name: 'Add 3 photos' }).click()
    await page.getByText('3 added, 0 already there, 0 rejected.').waitFor()
    expect((await subjects(at)).map(({ name, templates }) => [name, templates])).toEqual([
      ['Colin Powell', 2],
      ['Dora', 1],
      ['Hugo Chavez', 1],
    ])
    // Again: what is there is found, by the photo and the face.
    await open(at, folder)
    await page.getByRole('button', { name: 'Use Colin Powell' }).click()
    await row(page, 'inbox/group.jpg').locator('.check').click()
    await page.getByLabel('Name for inbox/Hugo_Chavez.jpg').fill('Hugo Chavez')
    await page.getByRole('button', { name: 'Add 2 photos' }).click()
    await page.getByText('0 added, 2 already there, 0 rejected.').waitFor()
    expect(at.errors).toEqual([])
  })

  test('asks before it is lost, records no decision, and gives no number to somebody else', async () => {
    const at = await openConsole()
    const { page } = at
    const enroll = async (name: string, photo: string) => {
      const { status } = await ask(at, `${inDefault}/subjects/${name}/faces`, {
        method: 'POST',
        body: new Uint8Array(await readFile(photo)),
        headers: { 'content-type': 'image/jpeg' },
      })
      expect(status).toBe(201)
    }
    await enroll('Powell', lfw('Colin_Powell', 0))
    await enroll('Sharon', lfw('Ariel_Sharon', 0))
    const change = (path: string, json: object) => ask(at, path, { method: 'PATCH', json })
    expect((await change(`${inDefault}/subjects/Sharon`, { external_id: '4703' })).status).toBe(200)
    expect((await change(`${inDefault}/settings`, { events: { recording: true } })).status).toBe(
      200,
    )
    const folder = join(await temporaryFolder(), 'inbox')
    await mkdir(folder)
    await copyFile(lfw('Colin_Powell', 1), join(folder, '4701_Powell_Collin.jpg'))
    await copyFile(lfw('Hugo_Chavez', 1), join(folder, '4703_Chavez_Hugo.jpg'))
    await open(at, folder)
    await page.getByRole('button', { name: 'Use Powell' }).waitFor()
    await page.getByRole('button', { name: 'Add 2 photos' }).waitFor()
    const { items } = (await ask(at, `${inDefault}/events`)).body
    expect(items).toEqual([])

    await page.getByRole('link', { name: 'People', exact: true }).click()
    await page.getByRole('button', { name: 'Stay on this page' }).click()
    // The person who has long been here does not get the number that the file gives to another name.
    await page.getByRole('button', { name: 'Use Powell' }).click()
    await page.getByRole('button', { name: 'Add 2 photos' }).click()
    await page.getByText('2 added, 0 already there, 0 rejected.').waitFor()
    await page.getByText('Added. The external ID 4703 was not set:').waitFor()
    expect((await subjects(at)).map(({ name, external_id }) => [name, external_id])).toEqual([
      ['Hugo Chavez', null],
      ['Powell', null],
      ['Sharon', '4703'],
    ])
    expect(at.errors).toEqual([])
  })
})
