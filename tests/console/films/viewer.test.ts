import { beforeAll, describe, expect, test } from 'vitest'
import { sample } from '../../fixtures.js'
import { lacks } from '../../requirements.js'
import { ask } from '../../server/start.js'
import { enroll, openConsole, signInAs } from '../console.js'
import { type Portraits, portraits } from '../portraits.js'
import { film } from './film.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

const inDefault = '/v1/galleries/default'
const password = 'correct horse battery'

describe.skipIf(lacks('chromium'))('a viewer', () => {
  test('sees people, and neither changes nor administers anything', async () => {
    const at = await openConsole({ server: {} })
    const { page } = at
    const step = film('sign in as viewer', page)
    await ask(at, '/v1/accounts', { json: { name: 'Vera', role: 'viewer', password } })
    await enroll(at, 'Anna', people.anna)
    const before = (await ask(at, `${inDefault}/subjects`)).body
    await step('A wrong password is refused', async () => {
      await page.goto(`${at.url}/people`)
      await signInAs(page, 'vera', 'a wrong password')
      await page.getByText('The name or the password is wrong').waitFor()
    })
    await step('The right one leads to the page that was asked for', async () => {
      await signInAs(page, 'vera', password)
      await page.getByRole('heading', { name: 'People' }).waitFor()
      await page.getByText('Anna', { exact: true }).first().waitFor()
      await page.getByRole('link', { name: /Vera/ }).waitFor()
    })
    // Nothing is offered that is not allowed.
    for (const name of ['Accounts', 'Keys', 'Privacy']) {
      expect(await page.getByRole('link', { name }).count()).toBe(0)
    }
    for (const name of [/Add/, /Select/, /Delete/]) {
      expect(await page.getByRole('button', { name }).count()).toBe(0)
    }
    await step('A person is seen', async () => {
      await page.getByRole('link', { name: 'Anna' }).click()
      await page.getByRole('heading', { name: 'Anna' }).waitFor()
      await page.locator('.card img.portrait').waitFor()
      for (const name of [/Save/, /Add/, /Merge/, /Delete/, /Move/]) {
        expect([name, await page.getByRole('button', { name }).count()]).toEqual([name, 0])
      }
    })
    await step('A photo is identified, and not corrected', async () => {
      await page.getByRole('link', { name: 'Identify a photo' }).click()
      await page.locator('input[type=file]').setInputFiles(sample(3))
      await page.locator('.answer.match').getByRole('heading', { name: 'Anna' }).waitFor()
      expect(await page.getByRole('button', { name: /^Not Anna|Who is this/ }).count()).toBe(0)
    })
    await step('The pages of administration say why they stay closed', async () => {
      for (const path of ['accounts', 'keys', 'privacy']) {
        await page.goto(`${at.url}/${path}`)
        await page.getByText('Your role, Viewer, does not give access to this page.').waitFor()
      }
    })
    // What the page does not offer, the server refuses.
    const tried = await page.evaluate(async () => {
      const subjects = '/v1/galleries/default/subjects'
      const send = async (path: string, method: string, body?: object) =>
        (
          await fetch(path, {
            method,
            ...(body && {
              body: JSON.stringify(body),
              headers: { 'content-type': 'application/json' },
            }),
          })
        ).status
      return [
        await send(subjects, 'POST', { name: 'Mallory' }),
        await send(`${subjects}/Anna`, 'DELETE'),
        await send('/v1/accounts', 'POST', { name: 'M', role: 'administrator', password: 'x' }),
      ]
    })
    expect(tried).toEqual([403, 403, 403])
    expect((await ask(at, `${inDefault}/subjects`)).body).toEqual(before)
    expect((await ask(at, '/v1/accounts')).body.items).toHaveLength(1)
    await step('Signed out, nothing is seen', async () => {
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
      await page.goto(`${at.url}/people`)
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    })
    expect(at.errors).toEqual([])
  })
})
