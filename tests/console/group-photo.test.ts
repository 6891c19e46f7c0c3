import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sample, temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { namesIn, openConsole, signIn } from './console.js'

const inDefault = '/v1/galleries/default'

describe.skipIf(lacks('chromium'))('a photo of several people', () => {
  test('is chosen from by a click on the photo too', async () => {
    const at = await openConsole()
    const { page } = at
    await page.goto(`${at.url}/people`)
    await page.getByRole('button', { name: 'Add person' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Emil')
    await dialog.getByRole('tab', { name: 'Files' }).click()
    await dialog.locator('input[type=file]').setInputFiles(sample(3))
    await dialog.locator('.photo .box').nth(2).click()
    expect(await dialog.getByRole('radio', { name: 'Face 3' }).isChecked()).toBe(true)
    await dialog.getByRole('button', { name: 'Add 1 photo' }).click()
    await page.getByText('1 photo of Emil was added.').waitFor()
    expect(await namesIn(at, sample(3))).toEqual([undefined, undefined, 'Emil'])
    expect(at.errors).toEqual([])
  })
})

describe.skipIf(lacks('chromium'))('a refusal', () => {
  test('is in the language of the page, and names no option of the command', async () => {
    // A key that may enroll but not look for faces: the server refuses the group photo.
    const at = await openConsole({ server: {} })
    const { body } = await ask(at, '/v1/keys', {
      method: 'POST',
      json: { name: 'desk', scopes: ['read', 'enroll'], galleries: ['default'] },
    })
    const { page } = at
    await page.goto(`${at.url}/people`)
    await signIn(page, body.key)
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('button', { name: 'Language' }).click()
    await page.getByRole('option', { name: 'Deutsch' }).click()
    await page.getByRole('link', { name: 'Personen' }).click()
    await page.getByRole('button', { name: 'Person hinzufügen' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Dora')
    await dialog.getByRole('tab', { name: 'Dateien' }).click()
    const broken = join(await temporaryFolder(), 'broken.jpg')
    await writeFile(broken, 'rubbish')
    await dialog.locator('input[type=file]').setInputFiles([sample(3), broken])
    await dialog.getByRole('button', { name: '2 Fotos hinzufügen' }).click()
    const problems = dialog.getByRole('alert').getByRole('listitem')
    await problems.nth(1).waitFor()
    expect(await problems.allTextContents()).toEqual([
      'sample3.jpg: Das Foto zeigt mehrere Personen. Wählen Sie das Gesicht aus.',
      expect.stringMatching(/^broken\.jpg: Das ist kein Foto, das agnize lesen kann\./),
    ])
    expect((await ask(at, `${inDefault}/subjects`)).body.items).toEqual([])
    expect(at.errors).toEqual([])
  })
})
