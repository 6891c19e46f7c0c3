import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ErasureReceipt, isGenuineReceipt } from '../../../dist/index.js'
import { lacks } from '../../requirements.js'
import { ask } from '../../server/start.js'
import { choosePerson, enroll, namesIn, openConsole } from '../console.js'
import { type Portraits, portraits } from '../portraits.js'
import { film } from './film.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

const inDefault = '/v1/galleries/default'

describe.skipIf(lacks('chromium'))('a person who asks for it', () => {
  test('gets an export, and is erased with a receipt', async () => {
    const at = await openConsole()
    const { page } = at
    const step = film('erase with a receipt', page)
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Bo', people.bo)
    const { body: anna } = await ask(at, `${inDefault}/subjects/Anna`)
    const act = async (label: string) => {
      await page.getByRole('button', { name: label, exact: true }).click()
      await choosePerson(page, 'Anna')
      const download = page.waitForEvent('download')
      await page.getByRole('dialog').getByRole('button', { name: label }).click()
      return readFile(await (await download).path())
    }
    const archive = await step('All about her is exported', async () => {
      await page.goto(`${at.url}/privacy`)
      return act('Export a person')
    })
    expect(archive.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
    const receipt = await step('She is erased, with a receipt', async () => {
      const receipt = await act('Erase a person')
      await page.getByText('Anna was erased. No backup contains their data.').waitFor()
      return JSON.parse(receipt.toString()) as ErasureReceipt
    })
    expect(receipt.checks).toMatchObject({ notFound: true, rows: 0 })
    expect(isGenuineReceipt(receipt)).toBe(true)
    expect(isGenuineReceipt({ ...receipt, reference: 'another' })).toBe(false)
    await step('The people are those who are left', async () => {
      await page.getByRole('link', { name: 'People', exact: true }).click()
      await page.getByText('1 person', { exact: true }).waitFor()
      await page.getByRole('link', { name: 'Bo' }).waitFor()
      expect(await page.getByRole('link', { name: 'Anna' }).count()).toBe(0)
    })
    await step('Her page is gone', async () => {
      await page.goto(`${at.url}/people/${anna.id}`)
      await page.getByText('This person is not here any more.').waitFor()
    })
    const names = (await ask(at, `${inDefault}/subjects`)).body.items
    expect(names.map(({ name }: { name: string }) => name)).toEqual(['Bo'])
    expect((await ask(at, `${inDefault}/subjects/${anna.id}/faces`)).status).toBe(404)
    expect(await namesIn(at, people.annaAgain)).toEqual([undefined])
    // What is left is the fact that somebody was erased.
    const { items } = (await ask(at, `${inDefault}/audit?erased=Anna`)).body
    expect(items.map(({ action }: { action: string }) => action)).toEqual(['erase'])
    expect(at.errors).toEqual([])
  })
})
