import { beforeAll, describe, expect, test } from 'vitest'
import { sample } from '../../fixtures.js'
import { lacks } from '../../requirements.js'
import { ask } from '../../server/start.js'
import { namesIn, openConsole } from '../console.js'
import { type Portraits, portraits } from '../portraits.js'
import { film } from './film.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

describe.skipIf(lacks('chromium'))('enrolling by a group photo', () => {
  test('shows its faces, and the chosen one is enrolled', async () => {
    const at = await openConsole()
    const { page } = at
    const step = film('enroll by group photo', page)
    const dialog = page.getByRole('dialog')
    // The photo of one person needs no choice, but the other does.
    const add = dialog.getByRole('button', { name: 'Add 1 photo' })
    await step('A photo of three people asks which one', async () => {
      await page.goto(`${at.url}/people`)
      await page.getByRole('button', { name: 'Add person' }).click()
      await dialog.getByLabel('Name').fill('Dora')
      await dialog.getByRole('tab', { name: 'Files' }).click()
      await dialog.locator('input[type=file]').setInputFiles([people.bo, sample(3)])
      await dialog.getByText('3 faces were found. Choose the right one.').waitFor()
      expect(await add.isDisabled()).toBe(true)
    })
    await step('A photo of somebody else is left out', () =>
      dialog.getByRole('button', { name: 'Leave out bo.jpg' }).click(),
    )
    await step('The second largest face is chosen by keyboard', async () => {
      await dialog.getByRole('radio', { name: 'Face 1' }).focus()
      await page.keyboard.press('Space')
      await page.keyboard.press('ArrowRight')
      expect(await dialog.getByRole('radio', { name: 'Face 2' }).isChecked()).toBe(true)
      await dialog.locator('.face-choice .portrait:not(.none)').nth(2).waitFor()
    })
    await step('It is added', async () => {
      await add.click()
      await page.getByText('1 photo of Dora was added.').waitFor()
    })
    expect(await namesIn(at, sample(3))).toEqual([undefined, 'Dora', undefined])
    expect((await ask(at, '/v1/galleries/default/subjects/Dora')).body.templates).toBe(1)
    expect(at.errors).toEqual([])
  })
})
