/**
 * The kiosk of a server that demands a challenge. The camera is a simulation: a canvas shows what a film shows at the page's instruction,
 * drawn from one photo in relief, which stands for a person, or flat (bench/challenge-films.ts).
 */
import { describe, expect, test } from 'vitest'
import { facing, filmOf, followed, jpegOf } from '../liveness/film.js'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { accessibilityFindings, openConsole, signIn, spokenIn } from './console.js'

const greeting = 'Welcome Bo, have a nice day!'

describe.skipIf(lacks('chromium') || lacks('photos'))('a kiosk with a challenge', () => {
  /** A kiosk before whose camera a body follows the instructions. */
  async function kiosk(
    body: 'relief' | 'plane',
    { isStill = false, insecureLocal = true }: { isStill?: boolean; insecureLocal?: boolean } = {},
  ) {
    const at = await openConsole({ server: { insecureLocal, challenge: true } })
    const photo = await facing.bo()
    const { status } = await ask(at, '/v1/galleries/default/subjects/Bo/faces', {
      ...{ method: 'POST', headers: { 'content-type': 'image/jpeg' } },
      body: new Uint8Array(photo),
    })
    expect(status).toBe(201)
    const film = await filmOf(photo, body)
    const frames: Record<string, string> = {}
    const movements = isStill ? [] : Object.entries(followed)
    for (const [instruction, posture] of [['rest', {}] as const, ...movements]) {
      frames[instruction] = (await jpegOf(film, posture)).toString('base64')
    }
    await at.context.addInitScript((frames) => {
      navigator.mediaDevices.getUserMedia = async () => {
        const pictures = new Map<string, ImageBitmap>()
        for (const [instruction, jpeg] of Object.entries(frames)) {
          const bytes = Uint8Array.from(atob(jpeg), (c) => c.charCodeAt(0))
          pictures.set(instruction, await createImageBitmap(new Blob([bytes])))
        }
        const canvas = document.createElement('canvas')
        Object.assign(canvas, { width: 640, height: 480 })
        const context = canvas.getContext('2d')!
        setInterval(() => {
          const { instruction = 'rest' } =
            document.querySelector<HTMLElement>('[data-instruction]')?.dataset ?? {}
          context.drawImage(pictures.get(instruction) ?? pictures.get('rest')!, 0, 0)
        }, 50)
        return canvas.captureStream(20)
      }
    }, frames)
    await at.page.goto(`${at.url}/kiosk`)
    return at
  }

  test('greets the person who follows, with instructions that are spoken, by the keyboard alone', async () => {
    const at = await kiosk('relief')
    const { page } = at
    const begin = page.getByRole('button', { name: 'Begin' })
    await begin.and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('Step 1 of 3').waitFor()
    await page.getByRole('status').getByText(greeting).waitFor()
    const spoken = await spokenIn(page)
    expect(spoken).toContain('Look straight into the camera.')
    expect(spoken.some((text) => text.startsWith('Turn your head to the '))).toBe(true)
    expect(spoken.at(-1)).toBe(greeting)
    // The next person.
    await begin.waitFor()
    await page.getByText(greeting).waitFor({ state: 'hidden' })
    expect([at.errors, await page.evaluate(() => window.violations)]).toEqual([[], []])
  })

  test('an administrator vouches for somebody who cannot move, without being signed in', async () => {
    const at = await kiosk('relief', { isStill: true, insecureLocal: false })
    const { page } = at
    const send = async (method: string, path: string, json: object) => {
      const body = JSON.stringify(json)
      const headers = { 'content-type': 'application/json' }
      return (await ask(at, path, { method, headers, body })).body
    }
    const post = (path: string, json: object) => send('POST', path, json)
    const own = { metadata: { greeting: 'There you are, {names}!' } }
    await send('PATCH', '/v1/galleries/default/subjects/Bo', own)
    const vera = { name: 'Vera', password: 'seven tall herons at dusk' }
    await post('/v1/accounts', { ...vera, role: 'administrator' })
    const door = { name: 'door', scopes: ['identify'], galleries: ['*'] }
    await signIn(page, (await post('/v1/keys', door)).key)
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByText('It took too long.').waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: 'I cannot do this' }).click()
    const dialog = page.getByRole('dialog', { name: 'Vouch for this person' })
    await dialog.getByLabel('Name').fill('Vera')
    await dialog.getByLabel('Password').fill('a wrong password')
    await dialog.getByLabel('Reason').fill('cannot turn the head')
    await dialog.getByRole('button', { name: 'Let pass' }).click()
    await dialog.getByRole('alert').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    expect(await dialog.getByLabel('Password').inputValue()).toBe('')
    await dialog.getByLabel('Password').fill(vera.password)
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('There you are, Bo!').waitFor()
    const session = await page.evaluate(async () => (await fetch('/v1/session')).json())
    expect(session.caller).toMatchObject({ name: 'door', account: null })
    expect(at.errors).toEqual([])
  })

  test('does not greet a flat photo that is turned, says why, and lets it try again', async () => {
    const at = await kiosk('plane')
    const { page } = at
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByRole('status').getByText('That did not work.').waitFor()
    expect(await spokenIn(page)).not.toContain(greeting)
    expect(await page.locator('body').innerText()).not.toContain('Bo')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('Look straight into the camera.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Begin' }).waitFor()
    expect(at.errors).toEqual([])
  })

  test('says that nobody is known, and that the server is gone', async () => {
    const at = await kiosk('relief')
    const { page } = at
    await ask(at, '/v1/galleries/default/subjects/Bo', { method: 'DELETE' })
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByText('You are not among the people who were added.').waitFor()
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByText('Look straight into the camera.').waitFor()
    await at.server.stop()
    await page.getByText('The connection to the server broke.').waitFor()
    expect(await spokenIn(page)).not.toContain(greeting)
  })
})
