/** Films of people and of prints of NUAA before the kiosk and the live page of a server that requires live faces. */
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { photosOf } from '../liveness/presentations.js'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { type ConsoleTest, openConsole, spokenIn } from './console.js'

const person = '0011'
const greeting = 'Welcome skuli, have a nice day!'
const advice = 'This looks like a picture of a face.'

describe.skipIf(lacks('pad') || lacks('camera'))('a server that requires live faces', () => {
  const [enrolled, ...live] = photosOf('live', person, 4)
  const print = photosOf('print', person, 3)

  /** A browser whose camera films each photo for a while, with its background. */
  async function filmed(photos: readonly string[]): Promise<ConsoleTest> {
    const at = await openConsole({
      server: { insecureLocal: true, liveness: 'require' },
      camera: photos.map((photo) => ({ seconds: 3, photos: [photo], isFrame: true })),
    })
    const { status } = await ask(at, '/v1/galleries/default/subjects/skuli/faces', {
      ...{ method: 'POST', headers: { 'content-type': 'image/jpeg' } },
      body: new Uint8Array(await readFile(enrolled!)),
    })
    expect(status).toBe(201)
    return at
  }
  const audited = async (at: ConsoleTest) => {
    const { store } = await at.server.root.session.gallery()
    return (await store.audit.latest({ limit: 10 })).filter(({ action }) => action === 'attack')
  }

  test('the kiosk greets the person', async () => {
    const at = await filmed(live)
    await at.page.goto(`${at.url}/kiosk`)
    await at.page.getByText(greeting).waitFor()
    expect(await spokenIn(at.page)).toEqual([greeting])
    expect([await audited(at), at.errors]).toEqual([[], []])
  })

  test('the kiosk does not greet a print of the person, and says what to do', async () => {
    const at = await filmed(print)
    const { page } = at
    await page.goto(`${at.url}/kiosk`)
    await page.getByRole('status').getByText(advice).waitFor()
    // The whole film.
    await page.evaluate(() => Object.assign(window.agnizeLive!, { results: 0 }))
    await page.waitForFunction(() => window.agnizeLive!.results > 60)
    expect(await spokenIn(page)).toEqual([])
    expect(await page.locator('body').innerText()).not.toContain('skuli')
    // The operator learns whose picture it was, once.
    const attacks = await audited(at)
    const { body } = await ask(at, '/v1/galleries/default/subjects/skuli')
    expect(attacks).toMatchObject([{ subjectId: body.id, details: { score: expect.any(Number) } }])
    const { body: metrics } = await ask(at, '/v1/metrics')
    expect(metrics).toMatch(/^agnize_live_attacks_total 1$/m)
  })

  test('the live page sends pictures, names the person, and of the print says what it is', async () => {
    const at = await filmed(live)
    const { page } = at
    await page.addInitScript(() => localStorage.setItem('agnize.way', '"browser"'))
    await page.goto(`${at.url}/live`)
    await page.locator('.present .match', { hasText: 'skuli' }).waitFor()
    await page.getByText('The server judges whether faces are live').waitFor()
    await page.getByText('When a picture of a face is held up, the time').waitFor()
    expect(await page.getByText('Nothing is stored').count()).toBe(0)
    expect(await page.getByText('In this browser').count()).toBe(0)
    const other = await filmed(print)
    await other.page.goto(`${other.url}/live`)
    await other.page.locator('.present .not_judgeable', { hasText: advice }).waitFor()
    expect(await other.page.locator('.live').innerText()).not.toContain('skuli')
    await expect.poll(() => audited(other)).toHaveLength(1)
    expect([at.errors, other.errors]).toEqual([[], []])
  })
})
