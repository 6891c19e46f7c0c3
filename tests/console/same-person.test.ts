import { beforeAll, describe, expect, test } from 'vitest'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { accessibilityFindings, enroll, openConsole, signIn } from './console.js'
import { type Portraits, portraits } from './portraits.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

const inDefault = '/v1/galleries/default'

describe.skipIf(lacks('chromium'))('Are these the same person?', () => {
  test('is asked once of people who only look alike, with undo, and merges those who are one', async () => {
    const at = await openConsole()
    const { page } = at
    const card = page.getByRole('region', { name: 'Are these the same person?' })
    const button = (name: string) => card.getByRole('button', { name, exact: true })
    const duplicates = async () => (await ask(at, `${inDefault}/duplicates`)).body.total
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Bo', people.bo)
    await page.goto(`${at.url}/people`)
    await page.getByText('2 people', { exact: true }).waitFor()
    expect(await duplicates()).toBe(0)
    expect(await card.count()).toBe(0)

    await enroll(at, 'Anna again', people.annaAgain)
    await page.reload()
    await card.getByText('Anna and Anna again look').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    // Skipped for this visit; asked again by the next one.
    await button('Skip').click()
    await page.getByText('That was the last pair.').waitFor()
    await page.reload()
    // By keyboard.
    await button('Different people').focus()
    await page.keyboard.press('Enter')
    await page.getByText('That was the last pair.').waitFor()
    expect(await duplicates()).toBe(0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await card.waitFor()
    expect(await duplicates()).toBe(1)
    await button('Different people').click()
    await page.getByText('That was the last pair.').waitFor()
    await page.reload()
    await page.getByText('3 people', { exact: true }).waitFor()
    expect((await ask(at, `${inDefault}/different-people`)).body.items).toHaveLength(1)
    expect(await card.count()).toBe(0)

    const pair = `${inDefault}/subjects/Anna/different-from/Anna%20again`
    await ask(at, pair, { method: 'DELETE' })
    await page.reload()
    await button('Same person').click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('move to Anna,').waitFor()
    // A colleague is faster.
    await ask(at, `${inDefault}/subjects/Anna`, { method: 'PATCH', json: { tags: ['night'] } })
    await dialog.getByRole('button', { name: 'Merge' }).click()
    await dialog.getByText('Somebody else changed this meanwhile.').waitFor()
    await dialog.getByRole('button', { name: 'Merge' }).click()
    await page.getByText('2 people', { exact: true }).waitFor()
    expect((await ask(at, `${inDefault}/subjects/Anna`)).body.templates).toBe(2)
    expect(at.errors).toEqual([])
  })

  test('is not asked of somebody who may not change people', async () => {
    const at = await openConsole({ server: {} })
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Anna again', people.annaAgain)
    const { body } = await ask(at, '/v1/keys', {
      json: { name: 'viewer', scopes: ['read'], galleries: ['default'] },
    })
    await at.page.goto(`${at.url}/people`)
    await signIn(at.page, body.key)
    await at.page.goto(`${at.url}/people`)
    await at.page.getByText('2 people', { exact: true }).waitFor()
    expect(await at.page.getByText('Are these the same person?').count()).toBe(0)
  })
})
