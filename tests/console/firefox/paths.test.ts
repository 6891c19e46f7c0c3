import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ErasureReceipt, isGenuineReceipt } from '../../../dist/index.js'
import { sample, temporaryFolder } from '../../fixtures.js'
import { lacks } from '../../requirements.js'
import { ask } from '../../server/start.js'
import { enroll, namesIn } from '../console.js'
import { film } from '../films/film.js'
import { type Portraits, portraits } from '../portraits.js'
import { choose, click, count, fill, named, openFirefox, sees, spokenIn } from './firefox.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

const inDefault = '/v1/galleries/default'
const password = 'correct horse battery'

describe.skipIf(lacks('firefox'))('in Firefox', () => {
  test('the first run leads to the first greeting', async () => {
    const at = await openFirefox({ server: {}, camera: people.anna })
    const { page } = at
    const step = film('Firefox, first run', page)
    await step('The key of the terminal makes the administrator', async () => {
      await page.goto(at.url)
      await fill(page, 'Key of the server', at.key)
      await fill(page, 'Name', 'Skuli')
      await fill(page, 'Password', password)
      await fill(page, 'The same password again', password)
      await click(page, 'button', 'Create and sign in')
    })
    await step('The home page leads to the camera', async () => {
      await click(page, 'link', 'Start the camera')
      await sees(page, 'No people added yet.')
    })
    await step('A name is given', async () => {
      await page.locator('.present button').setTimeout(30_000).click()
      await fill(page, 'Name', 'Skuli')
      await page.locator('[role=dialog] button[type=submit]').click()
    })
    await step('The greeting is shown and spoken', async () => {
      await sees(page, 'Welcome Skuli, have a nice day!')
      await expect.poll(() => spokenIn(page)).toEqual(['Welcome Skuli, have a nice day!'])
    })
    const { items } = (await ask(at, `${inDefault}/subjects`)).body
    expect(items).toEqual([expect.objectContaining({ name: 'Skuli', templates: 1 })])
    expect(at.errors).toEqual([])
  })

  test('an empty picture is an empty room, and not an error', async () => {
    const at = await openFirefox()
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await page.goto(`${at.url}/live`)
    await sees(page, 'frames/s')
    await sees(page, 'Nobody is in view.')
    expect(at.errors).toEqual([])
  })

  test('a face of a group photo is enrolled', async () => {
    const at = await openFirefox()
    const { page } = at
    const step = film('Firefox, enroll by group photo', page)
    await step('A photo of three people asks which one', async () => {
      await page.goto(`${at.url}/people`)
      await click(page, 'button', 'Add person')
      await fill(page, 'Name', 'Dora')
      await click(page, 'tab', 'Files')
      await choose(page, sample(3))
      await sees(page, '3 faces were found. Choose the right one.')
    })
    await step('The second largest face is added', async () => {
      await page.locator('::-p-xpath(//label[.//input[@aria-label="Face 2"]])').click()
      await click(page, 'button', 'Add 1 photo')
      await sees(page, '1 photo of Dora was added.')
    })
    expect(await namesIn(at, sample(3))).toEqual([undefined, 'Dora', undefined])
    expect(at.errors).toEqual([])
  })

  test('photos named after people are imported', async () => {
    const at = await openFirefox()
    const { page } = at
    const step = film('Firefox, import', page)
    // Its driver hands over files, and no folder.
    const folder = await temporaryFolder()
    const photos = ['4711_Miller_Anna.jpg', '4712_Berg_Bo.jpg'].map((name) => join(folder, name))
    await copyFile(people.anna, photos[0]!)
    await copyFile(people.bo, photos[1]!)
    await step('A table comes first', async () => {
      await page.goto(`${at.url}/people?add=folder`)
      await choose(page, ...photos)
      await sees(page, '2 photos of 2 people.')
      await named(page, 'button', 'Add 2 photos').wait()
    })
    expect((await ask(at, `${inDefault}/subjects`)).body.items).toEqual([])
    await step('They are added', async () => {
      await click(page, 'button', 'Add 2 photos')
      await sees(page, '2 added, 0 already there, 0 rejected.')
    })
    const { items } = (await ask(at, `${inDefault}/subjects`)).body
    expect(
      items.map(({ name, external_id }: { name: string; external_id: string }) => [
        name,
        external_id,
      ]),
    ).toEqual([
      ['Anna Miller', '4711'],
      ['Bo Berg', '4712'],
    ])
    expect(at.errors).toEqual([])
  })

  test('a photo is identified, and corrected', async () => {
    const at = await openFirefox()
    const { page } = at
    const step = film('Firefox, identify and correct', page)
    await enroll(at, 'Anna', people.anna)
    await step('A photo of three people names one', async () => {
      await page.goto(`${at.url}/identify`)
      await choose(page, sample(3))
      await named(page, 'heading', '3 faces').wait()
      await named(page, 'button', 'Not Anna').wait()
    })
    await step('It is corrected', async () => {
      await click(page, 'button', 'Not Anna')
      await sees(page, 'Correction saved: this is not Anna.')
      await sees(page, 'ruled out by a correction')
    })
    expect((await ask(at, `${inDefault}/corrections`)).body.items).toHaveLength(1)
    await step('The correction is undone', async () => {
      await click(page, 'button', 'Undo')
      await named(page, 'button', 'Not Anna').wait()
    })
    expect((await ask(at, `${inDefault}/corrections`)).body.items).toEqual([])
    expect(at.errors).toEqual([])
  })

  test('a person is erased with a receipt', async () => {
    const at = await openFirefox()
    const { page, downloads } = at
    const step = film('Firefox, erase with a receipt', page)
    await enroll(at, 'Anna', people.anna)
    await step('She is erased', async () => {
      await page.goto(`${at.url}/privacy`)
      await click(page, 'button', 'Erase a person')
      await (await page.waitForSelector('[role=dialog] [role=combobox]'))!.type('Anna')
      await click(page, 'option', 'Anna')
      await page.locator('[role=dialog] button[type=submit]').click()
      await sees(page, 'Anna was erased. No backup contains their data.')
    })
    const receipts = async () => (await readdir(downloads)).filter((name) => /json$/.test(name))
    await expect.poll(receipts, { timeout: 30_000 }).toHaveLength(1)
    const read = async () => readFile(join(downloads, (await receipts())[0]!), 'utf8')
    await expect.poll(read).toMatch(/\}\s*$/)
    expect(isGenuineReceipt(JSON.parse(await read()) as ErasureReceipt)).toBe(true)
    expect((await ask(at, `${inDefault}/subjects`)).body.items).toEqual([])
    expect(at.errors).toEqual([])
  })

  test('a viewer signs in, and changes nothing', async () => {
    const at = await openFirefox({ server: {} })
    const { page } = at
    const step = film('Firefox, sign in as viewer', page)
    await ask(at, '/v1/accounts', { json: { name: 'Vera', role: 'viewer', password } })
    await enroll(at, 'Anna', people.anna)
    await step('Name and password lead to the page that was asked for', async () => {
      await page.goto(`${at.url}/people`)
      await fill(page, 'Name', 'Vera')
      await fill(page, 'Password', password)
      await click(page, 'button', 'Sign in')
      await named(page, 'link', 'Anna').wait()
    })
    for (const name of ['Add person', 'Add folder', 'Select']) {
      expect([name, await count(page, 'button', name)]).toEqual([name, 0])
    }
    await step('Administration says why it stays closed', async () => {
      await page.goto(`${at.url}/keys`)
      await sees(page, 'Your role, Viewer, does not give access to this page.')
    })
    await step('Signed out, nothing is seen', async () => {
      await click(page, 'button', 'Sign out')
      await named(page, 'heading', 'Sign in').wait()
    })
    expect(at.errors).toEqual([])
  })
})
