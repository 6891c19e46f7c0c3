import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../fixtures.js'
import { lacks } from '../../requirements.js'
import { ask } from '../../server/start.js'
import { type ConsoleTest, lfw, openConsole } from '../console.js'
import { film } from './film.js'

const people = ['Ariel_Sharon', 'Colin_Powell', 'George_W_Bush', 'Hugo_Chavez', 'Jacques_Chirac']

const subjects = async (at: ConsoleTest) =>
  (await ask(at, '/v1/galleries/default/subjects?limit=100')).body.items as {
    name: string
    external_id: string | null
    templates: number
  }[]

/** A folder of 97 photos of five people in five folders, as they are and mirrored; a copy, a photo without a face, and no photo. */
async function folderOf100(): Promise<string> {
  const folder = join(await temporaryFolder(), 'people')
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
  return folder
}

describe.skipIf(lacks('chromium') || lacks('faces'))('an import of 100 photos', () => {
  test('shows a table first, and then the progress and a report', async () => {
    // A queue of one photo: the server refuses as overloaded what the console sends too fast.
    const at = await openConsole({ server: { insecureLocal: true, queue: 1 } })
    const { page } = at
    const step = film('import 100 photos', page)
    const folder = await folderOf100()
    const begin = page.getByRole('button', { name: 'Add 97 photos' })
    const row = (path: string) =>
      page.locator('.import-rows li').filter({ has: page.getByText(path) })
    await step('A folder is chosen, and looked at', async () => {
      await page.goto(`${at.url}/people?add=folder`)
      await page.locator('input[type=file]').setInputFiles(folder)
      await page.getByText('100 photos of 6 people.').waitFor()
      await page.getByText('Looking at the photos. Nothing is added yet.').waitFor()
    })
    await step('The table is complete', () => begin.waitFor({ timeout: 110_000 }))
    expect(await subjects(at)).toEqual([])
    // The numbers of badges are told from the names.
    await step('What is doubtful stands together', async () => {
      await page.getByRole('button', { name: /^To be checked/ }).click()
      await row('people/4700_Sharon_Ariel/wall.jpg').getByText('No face was found').waitFor()
      await row('people/Nobody.jpg').getByText('not a photo agnize can read').waitFor()
    })
    // Of the two that are alike, the second in the folder's order is left out.
    const twin = page.locator('.import-rows li').filter({ hasText: 'Same photo as' })
    expect(await twin.count()).toBe(1)
    expect(await twin.getByRole('checkbox').isChecked()).toBe(false)
    expect(await twin.getByRole('textbox').inputValue()).toBe('Ariel Sharon')

    await step('It begins, and is stopped', async () => {
      await begin.click()
      await page.getByRole('progressbar').waitFor()
      await page.getByText('Added', { exact: true }).first().waitFor()
      await page.getByRole('button', { name: 'Cancel' }).click()
    })
    // The server may have added photos whose answers were not waited for.
    const result = page.getByText(/^\d+ added, \d+ already there, 1 rejected\.$/)
    await step('It goes on, and ends', async () => {
      await page.getByRole('button', { name: /^Resume: add \d+ photos$/ }).click()
      await result.waitFor({ timeout: 110_000 })
    })
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

    const report = await step('The report is saved', async () => {
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Save report as CSV' }).click()
      return readFile(await (await download).path(), 'utf8')
    })
    expect(report.split('\r\n')).toHaveLength(102)
    expect(report).toMatch(/^people\/Nobody\.jpg,Nobody,Not added,"This is not a photo/m)
    expect(report.match(/,(Added|Already there),/g)).toHaveLength(97)
    expect(at.errors).toEqual([])
  }, 400_000)
})
