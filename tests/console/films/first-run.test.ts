import { beforeAll, describe, expect, test } from 'vitest'
import { homeWithModels } from '../../fixtures.js'
import { lacks } from '../../requirements.js'
import { serve } from '../../server/serve.js'
import { ask } from '../../server/start.js'
import { openBrowser, spokenIn } from '../console.js'
import { type Portraits, portraits } from '../portraits.js'
import { film } from './film.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

describe.skipIf(lacks('camera'))('the first run', () => {
  test('leads from an empty home to the first greeting', async () => {
    const at = await serve(await homeWithModels(), ['--port', '0'])
    const { page, errors } = await openBrowser({ camera: [{ seconds: 4, photos: [people.anna] }] })
    const step = film('first run', page)
    await step('The address of the terminal asks for an administrator', async () => {
      await page.goto(at.url)
      await page.getByRole('heading', { name: 'Create the administrator' }).waitFor()
    })
    await step('The key of the terminal makes the administrator', async () => {
      await page.getByLabel('Key of the server').fill(at.key)
      await page.getByLabel('Name', { exact: true }).fill('Skuli')
      await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
      await page.getByLabel('The same password again').fill('correct horse battery')
      await page.getByRole('button', { name: 'Create and sign in' }).click()
      await page.getByRole('heading', { name: 'Be greeted in one minute' }).waitFor()
    })
    await step('The home page leads to the camera', async () => {
      await page.getByRole('link', { name: 'Start the camera' }).click()
      await page.getByText('No people added yet.').waitFor()
      await page.getByRole('button', { name: 'Who is this?' }).waitFor()
    })
    await step('A name is given', async () => {
      await page.getByRole('button', { name: 'Who is this?' }).click()
      await page.getByLabel('Name').fill('Skuli')
      await page.getByRole('button', { name: 'Add', exact: true }).click()
      await page.getByText('They will be greeted from now on.').waitFor()
    })
    await step('The greeting is shown and spoken', async () => {
      await page.getByText('Welcome Skuli, have a nice day!').waitFor()
      await expect.poll(() => spokenIn(page)).toEqual(['Welcome Skuli, have a nice day!'])
    })
    const { items } = (await ask(at, '/v1/galleries/default/subjects')).body
    expect(items).toEqual([expect.objectContaining({ name: 'Skuli', templates: 1 })])
    const accounts = (await ask(at, '/v1/accounts')).body.items
    expect(accounts).toEqual([expect.objectContaining({ name: 'Skuli', role: 'administrator' })])
    // The way is walked: the home page does not show it again.
    await step('The home page is that of a gallery with people', async () => {
      await page.getByRole('link', { name: 'Home' }).click()
      await page.getByRole('heading', { name: 'Home' }).waitFor()
      await page.getByRole('button', { name: 'Record visits' }).waitFor()
      expect(await page.getByRole('heading', { name: 'Be greeted' }).count()).toBe(0)
    })
    expect(errors).toEqual([])
  })
})
