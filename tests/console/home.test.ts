import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { enroll, openConsole, signIn } from './console.js'
import { type Portraits, portraits } from './portraits.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

const inDefault = '/v1/galleries/default'

describe.skipIf(lacks('camera'))('the home page', () => {
  test('leads from an empty gallery to a greeting, and then says who came', async () => {
    const at = await openConsole({ camera: [{ seconds: 4, photos: [people.anna, people.cid] }] })
    const { page } = at
    await page.goto(at.url)
    await page.getByRole('heading', { name: 'Be greeted in one minute' }).waitFor()
    await ask(at, `${inDefault}/settings`, {
      method: 'PATCH',
      json: { visits: { recording: true } },
    })
    await enroll(at, 'Anna', people.anna)
    await page.getByRole('link', { name: 'Start the camera' }).click()
    await page.getByText('Welcome Anna, have a nice day!').waitFor()
    // The camera stops with the page: both have come before it is left.
    const isKnown = async () =>
      (await ask(at, `${inDefault}/visits`)).body.items.map(
        ({ subject }: { subject: unknown }) => subject !== null,
      )
    await expect.poll(isKnown, { timeout: 120_000 }).toEqual(expect.arrayContaining([true, false]))
    await page.getByRole('link', { name: 'Home' }).click()
    await page.getByRole('heading', { name: 'Today: 1 person' }).waitFor()
    await page.getByRole('heading', { name: '1 unknown visitor' }).waitFor()
    const today = page.getByRole('region', { name: 'Today: 1 person' })
    await today.locator('img.portrait').waitFor()
    const cameras = page.getByRole('region', { name: 'Cameras' })
    await cameras.getByText(/Last visit .*, \d visits/).waitFor()
    expect(await page.getByRole('heading', { name: 'Be greeted' }).count()).toBe(0)
    const [{ camera }] = (await ask(at, `${inDefault}/cameras`)).body.items
    await cameras.getByRole('listitem').getByRole('link').click()
    await page
      .getByRole('button', { name: /Camera/ })
      .getByText(camera)
      .waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save as CSV' }).click()
    const csv = await readFile(await (await download).path(), 'utf8')
    expect(csv).toMatch(/^\uFEFFfirst seen,last seen,person,camera,similarity\r\n/)
    expect(csv).toContain(',Anna,')
    expect(csv).toContain(',Unknown,')
    await page.getByLabel('From').first().waitFor()
    // The way to an unknown visitor has a name, also while there is no picture.
    await page.route('**/pictures?*', (route) => route.fulfill({ json: { items: [] } }))
    await page.goto(at.url)
    await page.getByRole('link', { name: 'Face of an unknown visitor' }).waitFor()
    expect(at.errors).toEqual([])
  })

  test('names what needs care, and has administration apart', async () => {
    const at = await openConsole()
    const { page } = at
    await ask(at, `${inDefault}/subjects`, {
      json: { name: 'Anna', keep_until: '2020-01-01T00:00:00.000Z' },
    })
    await page.goto(at.url)
    await page.getByRole('link', { name: '1 person is due for erasure' }).click()
    await page.getByRole('heading', { name: 'Privacy' }).waitFor()
    const administration = page.getByRole('list', { name: 'Administration' })
    expect(await administration.getByRole('link').allInnerTexts()).toEqual([
      ...[
        'Corrections',
        'Calibration & reports',
        'Models',
        'Accounts',
        'Keys',
        'Privacy',
        'Diagnostics',
        'Settings',
      ],
    ])
    expect(at.errors).toEqual([])
  })

  test('is the live page for a key that may only identify', async () => {
    const at = await openConsole({ server: {} })
    const { body } = await ask(at, '/v1/keys', {
      json: { name: 'tablet', scopes: ['identify'], galleries: ['default'] },
    })
    await at.page.goto(at.url)
    await signIn(at.page, body.key)
    await at.page.waitForURL(`${at.url}/live`)
    await at.page.locator('.stage').waitFor()
  })
})

describe.skipIf(lacks('chromium'))('several people at once', () => {
  test('are tagged, merged and deleted; a photo is made the portrait', async () => {
    const at = await openConsole()
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Anna again', people.annaAgain)
    await enroll(at, 'Bo', people.bo)
    const names = async () =>
      (await ask(at, `${inDefault}/subjects`)).body.items.map(({ name }: { name: string }) => name)
    await page.goto(`${at.url}/people`)
    await page.getByRole('button', { name: 'Select', exact: true }).click()
    const box = (name: string) => page.getByRole('checkbox', { name, exact: true })
    // By keyboard, too.
    await box('Anna').focus()
    await page.keyboard.press('Space')
    await box('Anna again').check({ force: true })
    await page.getByText('2 people selected.').waitFor()
    await page.getByLabel('Tag to add').fill('staff')
    await page.getByRole('button', { name: 'Add tag' }).click()
    await page.getByText('2 people: tag “staff” added.').waitFor()
    await page.getByRole('button', { name: 'staff 2' }).waitFor()
    await page.getByRole('button', { name: 'Merge' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Merge' }).click()
    await page.getByText('2 people', { exact: true }).waitFor()
    expect(await names()).toEqual(['Anna', 'Bo'])

    await page.getByRole('link', { name: 'Anna' }).click()
    const cards = page.locator('.card')
    await cards.nth(1).waitFor()
    await cards.nth(1).getByRole('button', { name: 'Use as portrait' }).click()
    await page.getByText('stands for the person from now on').waitFor()
    const { body: anna } = await ask(at, `${inDefault}/subjects/Anna`)
    const { body: faces } = await ask(at, `${inDefault}/subjects/Anna/faces`)
    expect(anna.metadata.portrait).toBe(faces.items[1].id)

    await page.goto(`${at.url}/people`)
    await page.getByRole('button', { name: 'Select', exact: true }).click()
    await box('Bo').check({ force: true })
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('1 person', { exact: true }).waitFor()
    expect(await names()).toEqual(['Anna'])
    expect(at.errors).toEqual([])
  })

  test('are not deleted where a colleague changed one of them meanwhile', async () => {
    const at = await openConsole()
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await page.goto(`${at.url}/people`)
    await page.getByRole('button', { name: 'Select', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Anna', exact: true }).check({ force: true })
    await page.getByRole('button', { name: 'Delete' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('everything stored about this person: 1 photo,').waitFor()
    await enroll(at, 'Anna', people.annaAgain)
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByText('Somebody else changed this meanwhile.').waitFor()
    // The dialog then tells what would be deleted now.
    await dialog.getByText('everything stored about this person: 2 photos,').waitFor()
    expect((await ask(at, `${inDefault}/subjects/Anna`)).body.templates).toBe(2)
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No people added yet.').waitFor()
    expect((await ask(at, `${inDefault}/subjects`)).body.items).toEqual([])
  })
  test('are not merged into somebody whom a colleague changed meanwhile', async () => {
    const at = await openConsole()
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Bo', people.bo)
    await page.goto(`${at.url}/people`)
    await page.getByRole('button', { name: 'Select', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Anna', exact: true }).check({ force: true })
    await page.getByRole('checkbox', { name: 'Bo', exact: true }).check({ force: true })
    await page.getByRole('button', { name: 'Merge' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByRole('button', { name: 'Merge' }).waitFor()
    // The one who stays.
    await enroll(at, 'Anna', people.annaAgain)
    await dialog.getByRole('button', { name: 'Merge' }).click()
    await dialog.getByText('Somebody else changed this meanwhile.').waitFor()
    expect((await ask(at, `${inDefault}/subjects`)).body.items).toHaveLength(2)
  })
})
