import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { sample, temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { accessibilityFindings, choosePerson, enroll, openConsole, signIn } from './console.js'
import { type Portraits, portraits } from './portraits.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

/** Folder for screenshots of the pages; without it none are made. */
const pictures = process.env.AGNIZE_SCREENSHOTS

const every = [
  ['wide light', 1280, 'light'],
  ['narrow dark', 390, 'dark'],
  ['wide dark', 1280, 'dark'],
  ['narrow light', 390, 'light'],
] as const
const looks = pictures ? every : every.slice(0, 2)

const addresses = [
  '/',
  '/live',
  '/identify',
  '/compare',
  '/people',
  '/visitors',
  '/events',
  '/cameras',
  '/corrections',
  '/reports',
  '/models',
  '/keys',
  '/privacy',
  '/diagnostics',
  '/settings',
  '/kiosk',
  '/nothing-here',
]

/** Drops a file or a folder of this machine on a page, as a file manager does. */
async function drop(page: Page, selector: string, path: string): Promise<void> {
  const { x, y, width, height } = (await page.locator(selector).boundingBox())!
  const session = await page.context().newCDPSession(page)
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', {
      ...{ type, x: x + width / 2, y: y + height - 8 },
      data: { items: [], files: [path], dragOperationsMask: 1 },
    })
  }
}

describe.skipIf(lacks('camera'))('every page', () => {
  test.each(looks)('hinders nobody, and keeps its policy: %s', async (look, width, scheme) => {
    const viewport = { width, height: 800 }
    const at = await openConsole({
      viewport,
      camera: [{ seconds: 3, photos: [people.annaAgain, people.cid] }],
      server: {},
    })
    let { page } = at
    await page.emulateMedia({ colorScheme: scheme })
    const found: [string, string[]][] = []
    const inspect = async (name: string) => {
      await page.waitForTimeout(400)
      found.push([name, await accessibilityFindings(page)])
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      expect([name, wide <= width]).toEqual([name, true])
      if (pictures) {
        await mkdir(pictures, { recursive: true })
        await page.screenshot({ path: join(pictures, `${name} ${look}.png`) })
      }
    }
    await page.goto(at.url)
    await page.getByRole('heading', { name: 'Create the administrator' }).waitFor()
    await inspect('first run')
    await page.getByRole('button', { name: 'Sign in with a key' }).click()
    await page.getByLabel('Key', { exact: true }).waitFor()
    await inspect('sign-in')
    await signIn(page, at.key)
    await page.getByText('Be greeted in one minute').waitFor()
    await inspect('home of an empty gallery')
    for (const [name, photo] of [
      ['Anna', people.anna],
      ['Bo', people.bo],
    ] as const) {
      await enroll(at, name, photo)
    }
    await ask(at, '/v1/galleries/default/settings', {
      method: 'PATCH',
      json: { visits: { recording: true }, events: { recording: true, faces: true } },
    })
    await page.goto(`${at.url}/live`)
    await page.getByText('Welcome Anna, have a nice day!').waitFor()
    await page.waitForTimeout(4000)
    // A new tab, which has greeted nobody yet.
    await page.close()
    page = await at.context.newPage()
    await page.emulateMedia({ colorScheme: scheme })
    for (const address of addresses) {
      await page.goto(`${at.url}${address}`)
      await page.locator('h1, .empty').first().waitFor()
      if (address === '/live') await page.getByText('Welcome Anna, have a nice day!').waitFor()
      if (address === '/identify') {
        await page.locator('input[type=file]').setInputFiles(sample(3))
        await page.getByText('3 faces').waitFor()
        await page.getByText('Most similar people').first().click()
      }
      await inspect(address.slice(1) || 'home')
    }
    const { body: anna } = await ask(at, '/v1/galleries/default/subjects/Anna')
    await page.goto(`${at.url}/people/${anna.id}`)
    await page.getByRole('heading', { name: 'Anna' }).waitFor()
    await inspect('person')
    await page.getByRole('button', { name: 'Add photos' }).click()
    await page.waitForTimeout(1500)
    await inspect('webcam')
    expect(found.filter(([, list]) => list.length > 0)).toEqual([])
    expect([at.errors, await page.evaluate(() => window.violations)]).toEqual([[], []])
  })

  test('speaks another language', async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/settings`)
    await page.getByRole('button', { name: 'Language' }).click()
    await page.getByRole('option', { name: 'Deutsch' }).click()
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
    await page.reload()
    await page.getByRole('link', { name: 'Personen' }).waitFor()
    // A word of React Aria, of whose languages the build keeps only those of the console.
    await page.getByRole('button', { name: 'Sprache' }).click()
    await page.getByRole('button', { name: 'Schließen' }).first().waitFor()
  })
})

describe.skipIf(lacks('chromium'))('people', () => {
  test('are renamed, tagged, moved, merged and deleted, with undo', async () => {
    const at = await openConsole()
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Bo', people.bo)
    await enroll(at, 'Bo', people.annaAgain)
    const subject = async (name: string) =>
      (await ask(at, `/v1/galleries/default/subjects/${name}`)).body
    await page.goto(`${at.url}/people`)
    await page.getByLabel('Search by name').fill('bO')
    await page.getByRole('link', { name: 'Anna' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Bo' }).click()
    // Moves the photo of Anna back to her, by keyboard.
    await page.locator('.card').nth(1).getByRole('button', { name: 'Move' }).focus()
    await page.keyboard.press('Enter')
    await choosePerson(page, 'Anna')
    await page.getByRole('dialog').getByRole('button', { name: 'Move' }).click()
    await page.getByText('The photo was moved to Anna.').waitFor()
    expect([(await subject('Anna')).templates, (await subject('Bo')).templates]).toEqual([2, 1])
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor()
    expect([(await subject('Anna')).templates, (await subject('Bo')).templates]).toEqual([1, 2])
    await page.getByLabel('Name').fill('Björn')
    await page.getByLabel('Tags').fill('staff, night')
    await page.getByLabel('Personal greeting').fill('Ahoy {names}.')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Björn' }).waitFor()
    expect(await subject('Björn')).toMatchObject({
      ...{ tags: ['night', 'staff'], metadata: { greeting: 'Ahoy {names}.' } },
    })
    // A name that is taken is rejected with a message, and the form can be submitted again.
    await page.getByLabel('Name').fill('Anna')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('There is already a person named "Anna"').waitFor()
    await page.getByLabel('Name').fill('Bjørn')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Bjørn' }).waitFor()
    await page.getByRole('button', { name: 'Merge' }).click()
    await choosePerson(page, 'Anna')
    await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).click()
    await page.getByRole('heading', { name: 'Anna' }).waitFor()
    expect((await subject('Anna')).templates).toBe(3)
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('This deletes everything stored about this person: 3 photos').waitFor()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No people added yet.').waitFor()
    expect((await ask(at, '/v1/galleries/default/subjects')).body.items).toEqual([])
    expect(at.errors).toEqual([])
  })

  test('are enrolled from a folder that is dropped', async () => {
    const at = await openConsole()
    const { page } = at
    const folder = join(await temporaryFolder(), 'people')
    for (const [name, photo] of [
      ['Anna', people.anna],
      ['Bo', people.bo],
    ] as const) {
      await mkdir(join(folder, name), { recursive: true })
      await copyFile(photo, join(folder, name, '1.jpg'))
    }
    await writeFile(join(folder, 'Anna', 'notes.txt'), 'no photo')
    await page.goto(`${at.url}/people`)
    await page.getByRole('button', { name: 'Add folder' }).click()
    await drop(page, '.drop', folder)
    await page.getByText('2 photos of 2 people.').waitFor()
    await page.getByRole('button', { name: 'Add 2 photos' }).click()
    await page.getByText('2 added, 0 already there, 0 rejected.').waitFor()
    const { body } = await ask(at, '/v1/galleries/default/subjects')
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(['Anna', 'Bo'])
    expect(at.errors).toEqual([])
  })
})

describe.skipIf(lacks('chromium'))('keys, privacy and settings', () => {
  test('a key is created, shown once, and revoked', async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/keys`)
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByLabel('Name').fill('tablet')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    const key = await page.locator('code.secret').innerText()
    expect(key).toMatch(/^[0-9a-f-]{36}$/)
    const greeting = () => ask({ url: at.url, key }, '/v1/galleries/default/greeting')
    expect((await greeting()).status).toBe(200)
    await page.getByRole('button', { name: 'I saved the key' }).click()
    expect(await page.content()).not.toContain(key)
    await page.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('No keys yet.').waitFor()
    expect((await greeting()).status).toBe(401)
  })

  test('people are kept for as many days as the page says', async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/privacy`)
    await page.getByLabel('Keep people for (days)').fill('0')
    await page.getByText('Enter a whole number of days, 1 or more.').waitFor()
    await page.getByLabel('Keep people for (days)').fill('90')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    const { body } = await ask(at, '/v1/galleries/default/settings')
    expect(body.keep_days).toBe(90)
    expect(at.errors).toEqual([])
  })

  test('the greeting is changed and reset; a gallery is created, shown and deleted', async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/settings`)
    await page.getByLabel('Greeting text').fill('Hello {names}!')
    await page.getByText('“Hello Skuli and Anna!”').waitFor()
    await page
      .locator('section', { hasText: 'Greeting text' })
      .getByRole('button', { name: 'Save' })
      .click()
    const phrase = async () => (await ask(at, '/v1/galleries/default/greeting')).body.phrase
    await page.getByText('Saved.').waitFor()
    expect(await phrase()).toBe('Hello {names}!')
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor()
    expect(await phrase()).toBe('Welcome {names}, have a nice day!')
    await page.getByLabel('New gallery').fill('no spaces please')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.locator('.field-error').waitFor()
    await page.getByLabel('New gallery').fill('garden')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.locator('li', { hasText: 'garden' }).getByText('Current').waitFor()
    await page.locator('li', { hasText: 'garden' }).getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await page.locator('li', { hasText: 'garden' }).waitFor({ state: 'detached' })
    expect(at.errors).toEqual([])
  })

  test('thresholds are measured on the enrolled people, or the reason is shown', async () => {
    const at = await openConsole()
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await page.goto(`${at.url}/reports`)
    await page.getByText('1 in 1,000').first().waitFor()
    await page.getByRole('button', { name: 'Calibrate on this gallery' }).click()
    await page.locator('article .field-error').waitFor()
    await page.goto(`${at.url}/models`)
    await page.getByRole('heading', { name: /fr_feature/ }).waitFor()
    await page.getByRole('button', { name: 'Download missing files' }).click()
    await page.getByText('All files are present and intact.').waitFor()
    expect(at.errors).toEqual([])
  })
})
