import { beforeAll, describe, expect, test } from 'vitest'
import { sample } from '../../fixtures.js'
import { lacks } from '../../requirements.js'
import { ask } from '../../server/start.js'
import { enroll, namesIn, openConsole } from '../console.js'
import { type Portraits, portraits } from '../portraits.js'
import { film } from './film.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

const corrections = '/v1/galleries/default/corrections'

describe.skipIf(lacks('chromium'))('identifying', () => {
  test('explains its answer, which a correction changes until it is removed', async () => {
    const at = await openConsole()
    const { page } = at
    const step = film('identify and correct', page)
    await enroll(at, 'Anna', people.anna)
    const answer = page.locator('.answer.match')
    await step('A photo of three people names one', async () => {
      await page.goto(`${at.url}/identify`)
      await page.locator('input[type=file]').setInputFiles(sample(3))
      await page.getByText('3 faces').waitFor()
      await answer.getByRole('heading', { name: 'Anna' }).waitFor()
    })
    await step('The answer gives its reasons', async () => {
      await answer
        .getByText(/Similarity 0\.\d{3}, which reaches the threshold of 0\.\d{3}\./)
        .waitFor()
      await answer.getByText('Most similar people').click()
      await answer.getByText(/Threshold: card of fr_feature/).waitFor()
    })
    await step('It is corrected', async () => {
      await answer.getByRole('button', { name: 'Not Anna' }).click()
      await page.getByText('Correction saved: this is not Anna.').waitFor()
      await answer.waitFor({ state: 'detached' })
      await page.getByText('ruled out by a correction').waitFor()
    })
    expect(await namesIn(at, sample(3))).not.toContain('Anna')
    await step('The correction is undone', async () => {
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('Undone.').waitFor()
      await answer.waitFor()
    })
    expect((await ask(at, corrections)).body.items).toEqual([])
    await step('It is corrected once more, and stands among the corrections', async () => {
      await answer.getByRole('button', { name: 'Not Anna' }).click()
      await answer.waitFor({ state: 'detached' })
      await page.getByRole('link', { name: 'Corrections' }).click()
      await page
        .getByRole('row', { name: /Not Anna/ })
        .locator('img.portrait')
        .waitFor()
    })
    expect((await ask(at, corrections)).body.items).toEqual([
      expect.objectContaining({ kind: 'not', photo: 'sample3.jpg' }),
    ])
    await step('It is removed there', async () => {
      await page.getByRole('button', { name: 'Remove correction' }).click()
      const dialog = page.getByRole('alertdialog')
      await dialog.getByRole('button', { name: 'Remove correction' }).click()
      await page.getByText('No corrections yet.').waitFor()
    })
    expect((await ask(at, corrections)).body.items).toEqual([])
    expect(await namesIn(at, sample(3))).toContain('Anna')
    // The photo itself was not kept.
    expect((await ask(at, '/v1/galleries/default/subjects/Anna')).body.templates).toBe(1)
    expect(at.errors).toEqual([])
  })
})
