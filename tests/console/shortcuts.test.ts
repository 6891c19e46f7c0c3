import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lacks } from '../requirements.js'
import { accessibilityFindings, enroll, openConsole } from './console.js'
import { portraits } from './portraits.js'

describe.skipIf(lacks('chromium'))('the keyboard', () => {
  test('opens pages and the search, lists how, and can be let alone', async () => {
    const at = await openConsole()
    const { page } = at
    await enroll(at, 'Anna', (await portraits()).anna)
    await page.goto(at.url)
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await page.keyboard.press('?')
    const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await list.getByText('This list').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await list.waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('p')
    await page.getByRole('link', { name: 'Anna' }).waitFor()
    await page.keyboard.press('/')
    // What is typed into a field is text.
    await page.keyboard.type('gp?/')
    expect(await page.getByLabel('Search by name').inputValue()).toBe('gp?/')
    await page.getByRole('heading', { name: 'People' }).click()
    await page.keyboard.press('?')
    await list.getByText('Use shortcuts').click()
    await list.getByRole('button', { name: 'Close' }).click()
    await page.keyboard.press('g')
    await page.keyboard.press('s')
    expect(new URL(page.url()).pathname).toMatch(/^\/people/)
    expect(at.errors).toEqual([])
  })

  test('every folder of texts is a language that the settings offer', async () => {
    const folders = readdirSync('web/src/texts').filter((name) => name.length === 2)
    const at = await openConsole()
    await at.page.goto(`${at.url}/settings`)
    await at.page.getByRole('button', { name: 'Language' }).click()
    // One more: as the browser wants it.
    expect(await at.page.getByRole('option').count()).toBe(folders.length + 1)
  })
})
