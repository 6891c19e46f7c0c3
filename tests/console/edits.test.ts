import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { facesFolder, temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { type ConsoleTest, enroll, openConsole, signIn } from './console.js'
import { type Portraits, portraits } from './portraits.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

const inDefault = '/v1/galleries/default'

/** Changes something as a colleague does meanwhile. */
const elsewhere = (at: ConsoleTest, path: string, json: object) =>
  ask(at, inDefault + path, { method: 'PATCH', json })

const subject = async (at: ConsoleTest, name: string) =>
  (await ask(at, `${inDefault}/subjects/${name}`)).body

async function openAnna(at: ConsoleTest): Promise<void> {
  await enroll(at, 'Anna', people.anna)
  await at.page.goto(`${at.url}/people/${(await subject(at, 'Anna')).id}`)
  await at.page.getByRole('heading', { name: 'Anna' }).waitFor()
}

const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click()

describe.skipIf(lacks('chromium'))('changes of two people at once', () => {
  test('are both shown for a person, and one is chosen', async () => {
    const at = await openConsole()
    const { page } = at
    await openAnna(at)
    await page.getByLabel('Tags').fill('night')
    await elsewhere(at, '/subjects/Anna', { tags: ['day'], external_id: '4711' })
    await save(page)
    const conflict = page.getByRole('alert').filter({ hasText: 'Somebody else changed this' })
    await conflict.getByRole('row', { name: 'Tags day night' }).waitFor()
    expect((await subject(at, 'Anna')).tags).toEqual(['day'])
    // The field that only the colleague changed is not put back.
    await conflict.getByRole('button', { name: 'Save yours' }).click()
    await page.getByText('Saved.').waitFor()
    expect(await subject(at, 'Anna')).toMatchObject({ tags: ['night'], external_id: '4711' })

    await page.getByLabel('Tags').fill('evening')
    await elsewhere(at, '/subjects/Anna', { tags: ['day'] })
    await save(page)
    await conflict.getByRole('button', { name: 'Keep theirs' }).click()
    expect(await page.getByLabel('Tags').inputValue()).toBe('day')
    expect((await subject(at, 'Anna')).tags).toEqual(['day'])
    expect(at.errors).toEqual([])
  })

  test('of the greeting and of the settings lose nothing either', async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/settings`)
    await page.getByLabel('Greeting text').fill('Hello {names}!')
    await elsewhere(at, '/greeting', { phrase: 'Ahoy {names}!' })
    await save(page)
    await page.getByRole('row', { name: 'Greeting text Ahoy {names}! Hello {names}!' }).waitFor()
    await page.getByRole('button', { name: 'Save yours' }).click()
    await page.getByText('Saved.').waitFor()
    expect((await ask(at, `${inDefault}/greeting`)).body.phrase).toBe('Hello {names}!')

    await page.goto(`${at.url}/privacy`)
    await page.getByLabel('Keep people for (days)').fill('90')
    await elsewhere(at, '/settings', { keep_days: 30 })
    await save(page)
    await page.getByRole('row', { name: 'Keep people for (days) 30 90' }).waitFor()
    expect((await ask(at, `${inDefault}/settings`)).body.keep_days).toBe(30)
    await page.getByRole('button', { name: 'Save yours' }).click()
    await page.getByText('Saved.').waitFor()
    expect((await ask(at, `${inDefault}/settings`)).body.keep_days).toBe(90)
    expect(at.errors).toEqual([])
  })

  test('do not delete a person who gained photos unseen', async () => {
    const at = await openConsole()
    const { page } = at
    await openAnna(at)
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('everything stored about this person: 1 photo,').waitFor()
    await enroll(at, 'Anna', people.annaAgain)
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('everything stored about this person: 2 photos,').waitFor()
    expect((await subject(at, 'Anna')).templates).toBe(2)
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No people added yet.').waitFor()
  })
})

describe.skipIf(lacks('chromium'))('what is not saved', () => {
  test('is not lost by a link, the back button or a reload without a question', async () => {
    const at = await openConsole()
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await page.goto(`${at.url}/people`)
    await page.getByRole('link', { name: 'Anna' }).click()
    await page.getByLabel('Tags').fill('night')
    const question = page.getByRole('alertdialog', { name: 'Leave without saving?' })
    await page.getByRole('link', { name: 'Settings' }).click()
    await question.getByRole('button', { name: 'Stay on this page' }).click()
    await page.goBack()
    await question.waitFor()
    expect(page.url()).toMatch(/\/people\/[0-9a-f-]+$/)
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
    expect(await page.getByLabel('Tags').inputValue()).toBe('night')
    const asked = page.waitForEvent('dialog')
    const reload = page.reload({ timeout: 10_000 }).catch(() => null)
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    await reload
    await page.goBack()
    await question.getByRole('button', { name: 'Discard changes' }).click()
    await page.getByRole('button', { name: 'Add person' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/people')
    expect((await subject(at, 'Anna')).tags).toEqual([])
    expect(at.errors).toEqual([])
  })

  test('includes a new key: neither Escape nor the end of the session hides it', async () => {
    const at = await openConsole({ server: {} })
    const { page } = at
    await page.goto(`${at.url}/keys`)
    await signIn(page, at.key)
    const own = page.getByRole('row', { name: 'Your key' })
    await own.getByRole('button', { name: 'Replace' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Replace' }).click()
    const shown = page.locator('code.secret')
    await shown.waitFor()
    const key = await shown.innerText()
    // The session of the old key ends, and the pages give way to the sign-in.
    await page.locator('main.sign-in').waitFor({ state: 'attached' })
    await page.keyboard.press('Escape')
    expect(await shown.innerText()).toBe(key)
    await page.getByRole('button', { name: 'I saved the key' }).click()
    await shown.waitFor({ state: 'detached' })
    await signIn(page, key)
    await page.getByRole('heading', { name: 'Keys' }).waitFor()
    expect(at.errors).toEqual([])
  })
})

describe.skipIf(lacks('chromium'))('pages tell the truth', () => {
  test('a person deleted elsewhere is not shown from the cache', async () => {
    const at = await openConsole()
    const { page } = at
    await openAnna(at)
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await ask(at, `${inDefault}/subjects/Anna`, { method: 'DELETE' })
    // Nothing that was cached counts as fresh any more.
    await page.clock.install()
    await page.clock.fastForward(60_000)
    await page.goBack()
    await page.getByText('This person is not here any more.').waitFor()
    expect(await page.getByRole('heading', { name: 'Anna' }).count()).toBe(0)
  })

  test('a deleted person is in no list, not even while it loads', async () => {
    const at = await openConsole()
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Bo', people.bo)
    await page.goto(`${at.url}/people`)
    await page.getByRole('link', { name: 'Anna' }).click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    // The list is not answered while the test looks.
    await page.route(/\/subjects\?/, () => {})
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('link', { name: 'Bo' }).waitFor()
    expect(await page.getByRole('link', { name: 'Anna' }).count()).toBe(0)
  })

  test('a gallery of people without photos has people, and its deletion says so', async () => {
    const at = await openConsole()
    const { page } = at
    await ask(at, '/v1/galleries', { json: { name: 'garden' } })
    for (const name of ['Anna', 'Bo']) {
      await ask(at, '/v1/galleries/garden/subjects', { json: { name } })
    }
    await page.goto(`${at.url}/settings`)
    const garden = page.locator('li', { hasText: 'garden' })
    await garden.getByText('2 people, 0 photos').waitFor()
    await garden.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('deletes the gallery with 2 people, 0 photos').waitFor()
  })

  test('looking at a page of people is one entry of the audit log', async () => {
    const at = await openConsole()
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Bo', people.bo)
    await enroll(at, 'Cid', people.cid)
    await page.goto(`${at.url}/people`)
    await page.locator('img.portrait').nth(2).waitFor()
    const { body } = await ask(at, `${inDefault}/audit`)
    const views = body.items.filter(({ action }: { action: string }) => action === 'view')
    expect(views).toHaveLength(1)
    expect(views[0].details.subjects).toHaveLength(3)
    expect(at.errors).toEqual([])
  })
})

describe.skipIf(lacks('chromium') || lacks('faces'))('a calibration', () => {
  test('shows what it changes before it is used, and can be taken back', async () => {
    const at = await openConsole()
    const { page } = at
    const orl = join(facesFolder, 'orl')
    const file = join(await temporaryFolder(), 'people.tar')
    const photos = readdirSync(orl)
      .filter((name) => /^s\d+$/.test(name))
      .flatMap((name) =>
        readdirSync(join(orl, name))
          .slice(0, 3)
          .map((each) => `${name}/${each}`),
      )
    execFileSync('tar', ['cf', file, '-C', orl, ...photos])
    const { body: job } = await ask(at, `${inDefault}/jobs/archive`, {
      method: 'POST',
      body: new Uint8Array(await readFile(file)),
      headers: { 'content-type': 'application/x-tar' },
    })
    await ask(at, `${inDefault}/jobs/${job.id}/events`)
    await page.goto(`${at.url}/reports`)
    await page.getByRole('button', { name: 'Calibrate on this gallery' }).click()
    await page.getByRole('row', { name: /^Threshold of a search 0\.\d{3} 0\.\d{3}$/ }).waitFor()
    await page.getByRole('row', { name: /^Of 30 people, not recognized .* \d+ \d+$/ }).waitFor()
    const present = async () => (await ask(at, `${inDefault}/calibration`)).body.calibration
    expect(await present()).toBeNull()
    await page.getByRole('button', { name: 'Use these thresholds' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByRole('button', { name: 'Use these thresholds' }).click()
    await page.getByText('The new thresholds are in use.').waitFor()
    expect((await present()).basis.subjects).toBe(30)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor()
    expect(await present()).toBeNull()
    expect(at.errors).toEqual([])
  })
})
