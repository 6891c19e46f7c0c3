import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { sample, temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { type ConsoleTest, lfw, openConsole } from './console.js'

const inDefault = '/v1/galleries/default'
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
    await row(page, 'inbox/group.jpg').getByText('Not added').waitFor()
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
