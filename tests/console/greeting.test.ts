import { beforeAll, describe, expect, test } from 'vitest'
import type {} from '../../web/src/live/measure.js'
import { lacks } from '../requirements.js'
import { ask, startServer } from '../server/start.js'
import { type ConsoleTest, enroll, openConsole, signIn, spokenIn } from './console.js'
import { type Portraits, portraits } from './portraits.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

/** Waits until a condition holds. */
async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  seconds = 40,
): Promise<void> {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; ) {
    if (await holds()) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`It did not come about within ${seconds} s: ${what}`)
}

/** Replaces the tab by one without memory of greetings. */
async function anotherPage({ context }: ConsoleTest) {
  const other = await context.newPage()
  for (const each of context.pages()) if (each !== other) await each.close()
  return other
}

const greetAfter = (at: ConsoleTest, seconds: number) =>
  ask(at, '/v1/galleries/default/greeting', {
    method: 'PATCH',
    json: { again_after_seconds: seconds },
  })

describe.skipIf(lacks('camera'))('greeting, in Chromium with a camera', () => {
  test('greets a person once after one enrollment, in the exact words, in both modes', async () => {
    const at = await openConsole({ camera: [{ seconds: 4, photos: [people.anna] }] })
    const { page } = at
    await page.goto(`${at.url}/live`)
    await page.getByText('No people added yet.').waitFor()
    await page.getByRole('button', { name: 'Who is this?' }).click()
    await page.getByLabel('Name').fill('skuli')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('Welcome skuli, have a nice day!').waitFor()
    await until('spoken', async () => (await spokenIn(page)).length === 1)
    expect(await spokenIn(page)).toEqual(['Welcome skuli, have a nice day!'])
    expect(await page.evaluate(() => window.spoken[0]!.lang)).toBe('en')
    // A person who stays is not greeted again, even after a reload.
    await page.waitForTimeout(3000)
    expect(await spokenIn(page)).toHaveLength(1)
    await page.reload()
    await page.locator('.present .match', { hasText: 'skuli' }).waitFor()
    await page.waitForTimeout(1500)
    expect(await spokenIn(page)).toEqual([])
    // Recognition in the browser: no picture leaves the page, and the name is still shown.
    await page.evaluate(() => localStorage.setItem('agnize.way', '"browser"'))
    const other = await anotherPage(at)
    const sent: string[] = []
    other.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => sent.push(typeof payload)),
    )
    await other.goto(`${at.url}/live`)
    await other.getByText('Welcome skuli, have a nice day!').waitFor()
    await other.getByText('Faces are recognized in this browser.').waitFor()
    expect(await spokenIn(other)).toEqual(['Welcome skuli, have a nice day!'])
    expect(new Set(sent)).toEqual(new Set(['string']))
    expect([at.errors, await other.evaluate(() => window.violations)]).toEqual([[], []])
  })

  test('starts no greeting while another is spoken', async () => {
    const at = await openConsole({
      speech: 6000,
      camera: [
        { seconds: 3, photos: [people.annaAgain] },
        { seconds: 3, photos: [people.bo] },
      ],
    })
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await enroll(at, 'Bo', people.bo)
    await page.goto(`${at.url}/live`)
    await until('two greetings', async () => (await spokenIn(page)).length >= 2, 60)
    const [first, second] = await page.evaluate(() => window.spoken)
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(6000)
    expect(second!.text).not.toBe(first!.text)
  })

  test('uses the general phrase and one per person, and survives a browser whose speech never ends', async () => {
    const at = await openConsole({ camera: [{ seconds: 4, photos: [people.annaAgain] }] })
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await ask(at, '/v1/galleries/default/greeting', {
      method: 'PATCH',
      json: { phrase: 'Good day, {names}!' },
    })
    await page.goto(`${at.url}/live`)
    await page.getByText('Good day, Anna!').waitFor()
    await ask(at, '/v1/galleries/default/subjects/Anna', {
      method: 'PATCH',
      json: { metadata: { greeting: 'Ahoy {names}.' } },
    })
    await at.context.addInitScript(() => {
      speechSynthesis.speak = ({ text, lang }) => {
        window.spoken.push({ text, lang, at: performance.now() })
      }
    })
    const never = await anotherPage(at)
    await never.goto(`${at.url}/live`)
    await never.getByText('Ahoy Anna.').waitFor()
    // With the sound off, the greeting is shown, not spoken.
    await never.getByText('Speak greetings').click()
    const silent = await anotherPage(at)
    await silent.goto(`${at.url}/live`)
    await silent.getByText('Ahoy Anna.').waitFor()
    expect(await spokenIn(silent)).toEqual([])
  })

  test('the kiosk greets, and reconnects by itself', async () => {
    const at = await openConsole({
      camera: [
        { seconds: 4, photos: [people.annaAgain] },
        { seconds: 4, photos: [] },
      ],
    })
    const { page } = at
    await enroll(at, 'Anna', people.anna)
    await greetAfter(at, 3)
    await page.goto(`${at.url}/kiosk`)
    await page.getByText('Welcome Anna, have a nice day!').waitFor()
    const { port } = at.server
    await at.server.stop()
    await page.getByText('Connecting to the server…').waitFor()
    const before = (await spokenIn(page)).length
    await startServer({ insecureLocal: true, port, home: at.home })
    await until('a greeting after the restart', async () => (await spokenIn(page)).length > before)
    expect((await spokenIn(page)).at(-1)).toBe('Welcome Anna, have a nice day!')
  })
})

describe.skipIf(lacks('camera'))('what may go wrong with camera and key', () => {
  test('handles a camera that is denied, then allowed', async () => {
    const at = await openConsole({ camera: [{ seconds: 2, photos: [people.anna] }] })
    const { page, context } = at
    await context.addInitScript(() => {
      const { mediaDevices } = navigator
      const own = mediaDevices.getUserMedia.bind(mediaDevices)
      mediaDevices.getUserMedia = (constraints) =>
        sessionStorage.getItem('allowed')
          ? own(constraints)
          : Promise.reject(new DOMException('Permission denied', 'NotAllowedError'))
    })
    await page.goto(`${at.url}/live`)
    await page.getByText('Camera access was denied.').waitFor()
    await page.getByText('Allow the camera in your browser’s address bar.').waitFor()
    await page.evaluate(() => sessionStorage.setItem('allowed', 'yes'))
    await page.reload()
    await page.getByRole('button', { name: 'Who is this?' }).waitFor()
  })

  test('handles a missing camera, and one that is unplugged and plugged in again', async () => {
    const none = await openConsole()
    await none.page.goto(`${none.url}/live`)
    await none.page.getByText('No camera found.').waitFor()
    const at = await openConsole({ camera: [{ seconds: 2, photos: [people.anna] }] })
    const { page } = at
    await page.goto(`${at.url}/live`)
    await page.getByRole('button', { name: 'Who is this?' }).waitFor()
    await page.evaluate(() => {
      const [track] = (document.querySelector('video')!.srcObject as MediaStream).getTracks()
      // Ends the track as a browser does when the camera is disconnected.
      track!.stop()
      track!.dispatchEvent(new Event('ended'))
    })
    await page.getByText('The camera was disconnected.').waitFor()
    await page.getByRole('button', { name: 'Who is this?' }).waitFor()
  })

  test('opens its camera again after sleep', async () => {
    const at = await openConsole({ camera: [{ seconds: 2, photos: [people.anna] }] })
    const { page, context } = at
    await context.addInitScript(() => {
      const { mediaDevices } = navigator
      const own = mediaDevices.getUserMedia.bind(mediaDevices)
      const clock = Date.now
      const state = { opened: 0, slept: 0 }
      Object.assign(window, { state })
      Date.now = () => clock() + state.slept
      mediaDevices.getUserMedia = (constraints) => {
        state.opened++
        return own(constraints)
      }
    })
    const state = () =>
      page.evaluate(() => (window as unknown as { state: { opened: number } }).state.opened)
    await page.goto(`${at.url}/kiosk`)
    await page.waitForFunction(() => (window.agnizeLive?.results ?? 0) > 5)
    const before = await state()
    await page.evaluate(() => {
      Object.assign((window as unknown as { state: object }).state, { slept: 3_600_000 })
    })
    await until('the camera is opened again', async () => (await state()) > before)
    await page.evaluate(() => Object.assign(window.agnizeLive!, { results: 0 }))
    await page.waitForFunction(() => (window.agnizeLive?.results ?? 0) > 5)
  })

  test('handles a key that is revoked while the page is open', async () => {
    const at = await openConsole({
      server: {},
      camera: [{ seconds: 2, photos: [people.anna] }],
    })
    const { page } = at
    const { body: made } = await ask(at, '/v1/keys', {
      json: { name: 'tablet', scopes: ['identify'], galleries: ['default'] },
    })
    await page.goto(`${at.url}/live`)
    await signIn(page, '00000000-0000-4000-8000-000000000000')
    await page.getByText('This key is unknown, expired or revoked.').waitFor()
    await signIn(page, made.key)
    await page.locator('.present .unknown').waitFor()
    // The key may recognize, and nothing else.
    expect(await page.getByRole('button', { name: 'Who is this?' }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'People' }).count()).toBe(0)
    await page.goto(`${at.url}/people`)
    await page.getByText('Your key does not give access to this page.').waitFor()
    await page.goto(`${at.url}/live`)
    await page.locator('.present .unknown').waitFor()
    await ask(at, `/v1/keys/${made.id}`, { method: 'DELETE' })
    await page.locator('main.sign-in form').waitFor()
    // On another page, the next request signs out.
    const { body: reader } = await ask(at, '/v1/keys', {
      json: { name: 'office', scopes: ['read'], galleries: ['default'] },
    })
    await signIn(page, reader.key)
    // The page is still the live one, which this key may not open.
    await page.getByText('Your key does not give access to this page.').waitFor()
    await page.getByRole('link', { name: 'People' }).click()
    await page.getByRole('heading', { name: 'People' }).waitFor()
    await ask(at, `/v1/keys/${reader.id}`, { method: 'DELETE' })
    await page.getByRole('link', { name: 'Events' }).click()
    await page.locator('main.sign-in form').waitFor()
  })
})
