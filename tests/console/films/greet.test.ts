import { beforeAll, describe, expect, test } from 'vitest'
import { lacks } from '../../requirements.js'
import { ask } from '../../server/start.js'
import { enroll, openConsole, spokenIn } from '../console.js'
import { type Portraits, portraits } from '../portraits.js'
import { film } from './film.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

const inDefault = '/v1/galleries/default'

describe.skipIf(lacks('camera'))('greeting', () => {
  test('greets no stranger, two together, and again on return; who came is kept', async () => {
    const at = await openConsole({
      camera: [
        { seconds: 4, photos: [people.annaAgain] },
        { seconds: 4, photos: [] },
        { seconds: 4, photos: [people.cid] },
        { seconds: 4, photos: [] },
        { seconds: 4, photos: [people.annaAgain, people.bo] },
        { seconds: 4, photos: [] },
      ],
    })
    const { page } = at
    const step = film('greet', page)
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Bo', people.bo)
    await ask(at, `${inDefault}/settings`, {
      method: 'PATCH',
      json: { visits: { recording: true } },
    })
    // Shorter than the time from Anna alone to the pair, and longer than that from the pair to Anna, where the film repeats.
    await ask(at, `${inDefault}/greeting`, { method: 'PATCH', json: { again_after_seconds: 6 } })
    const together = 'Welcome Anna and Bo, have a nice day!'
    await step('Anna comes, and is greeted', async () => {
      await page.goto(`${at.url}/live`)
      await page.getByText('Welcome Anna, have a nice day!').waitFor()
    })
    await step('A stranger comes, and is not', async () => {
      await page.getByRole('button', { name: 'Who is this?' }).waitFor()
      expect(await spokenIn(page)).toEqual(['Welcome Anna, have a nice day!'])
    })
    await step('Anna and Bo come, and are greeted together', () =>
      page.getByText(together).waitFor(),
    )
    await step('They come again, and are greeted again', () =>
      expect
        .poll(() => spokenIn(page), { timeout: 60_000 })
        .toEqual(['Welcome Anna, have a nice day!', together, together]),
    )
    await step('The home page says who came', async () => {
      await page.getByRole('link', { name: 'Home' }).click()
      const today = page.getByRole('region', { name: 'Today: 2 people' })
      await today.getByText('Anna', { exact: true }).waitFor()
      await today.getByText('Bo', { exact: true }).waitFor()
    })
    const visits = (await ask(at, `${inDefault}/visits`)).body.items
    const names = visits.map(({ subject }: { subject: { name: string } | null }) => subject?.name)
    expect(new Set(names)).toEqual(new Set(['Anna', 'Bo', undefined]))
    expect((await ask(at, `${inDefault}/subjects`)).body.items).toHaveLength(2)
    expect(at.errors).toEqual([])
  })
})
