import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { accessibilityFindings, openConsole, signIn, signInAs } from './console.js'

/** Folder for pictures of the pages; without it none are made. */
const pictures = process.env.AGNIZE_SCREENSHOTS

const inDefault = '/v1/galleries/default'

/** Each page in an empty gallery: what it says, and where it leads. */
const pages: readonly [
  address: string,
  says: string,
  leads: 'link' | 'button' | 'heading',
  name: string,
][] = [
  ['/', 'Be greeted in one minute', 'link', 'Start the camera'],
  ['/live', 'Choose “Who is this?” next to your face', 'button', 'Open kiosk'],
  ['/identify', 'No people added yet: every face will be unknown.', 'button', 'Choose a photo'],
  ['/compare', 'Tells whether two photos show the same person.', 'button', 'First photo'],
  ['/people', 'Add yourself with the webcam', 'button', 'Add person'],
  ['/visitors', 'You can then name unknown visitors later.', 'button', 'Record visits'],
  ['/events', 'Visits are not recorded.', 'button', 'Record visits'],
  ['/events?tab=decisions', 'Decisions are not recorded.', 'button', 'Record decisions'],
  ['/cameras', 'No camera is watched.', 'heading', 'Watch a camera'],
  ['/diagnostics', 'Copy as text', 'button', 'Run again'],
  ['/corrections', 'If a face has the wrong name', 'link', 'Identify a photo'],
  ['/reports', 'No measurements in the last seven days.', 'button', 'Calibrate on this gallery'],
  ['/accounts', 'Create the first one for yourself', 'button', 'Create account'],
  ['/keys', 'Give each program', 'button', 'Create key'],
  ['/privacy', 'Nobody is due.', 'button', 'Export a person'],
  ['/account', 'You are signed in with a key.', 'button', 'Sign out'],
]
/** The same once visits and decisions are recorded, and nobody came. */
const recording: typeof pages = [
  ['/visitors', 'No unknown visitors yet.', 'link', 'Live'],
  ['/events', 'No visits yet.', 'link', 'Live'],
  ['/events?tab=decisions', 'No decisions yet.', 'link', 'Identify a photo'],
]

async function inspect(page: Page, name: string): Promise<void> {
  for (const [width, height, scheme] of [
    [1440, 900, 'light'],
    [390, 844, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme: scheme })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect([name, wide <= width, await accessibilityFindings(page)]).toEqual([name, true, []])
    if (pictures) {
      await mkdir(pictures, { recursive: true })
      await page.screenshot({ path: join(pictures, `empty ${name} ${width} ${scheme}.png`) })
    }
  }
}

describe.skipIf(lacks('camera'))('in an empty gallery', () => {
  test('every page says what it is for, and what to do', async () => {
    const at = await openConsole({ server: {}, camera: [{ seconds: 2, photos: [] }] })
    const { page } = at
    await page.goto(at.url)
    await signIn(page, at.key)
    const visit = async (list: typeof pages, when: string) => {
      for (const [address, says, role, name] of list) {
        await page.setViewportSize({ width: 1440, height: 900 })
        await page.goto(`${at.url}${address}`)
        await page.getByText(says).first().waitFor()
        await page.getByRole(role, { name, exact: true }).first().waitFor()
        expect([address, await page.locator('main h1').count()]).toEqual([address, 1])
        await inspect(page, `${address.replace(/\W+/g, ' ').trim() || 'home'}${when}`)
      }
    }
    await visit(pages, '')
    await ask(at, `${inDefault}/settings`, {
      method: 'PATCH',
      json: { visits: { recording: true }, events: { recording: true } },
    })
    await visit(recording, ' recorded')
    expect(at.errors).toEqual([])
  }, 300_000)

  test('a viewer is told that somebody else has to begin', async () => {
    const at = await openConsole({ server: {} })
    const { page } = at
    const password = 'correct horse battery'
    await ask(at, '/v1/accounts', { json: { name: 'Vera', role: 'viewer', password } })
    await page.goto(at.url)
    await signInAs(page, 'Vera', password)
    await page.getByText('Somebody who may add people has to begin.').waitFor()
    expect(await page.getByRole('link', { name: 'Start the camera' }).count()).toBe(0)
    await page.goto(`${at.url}/events`)
    await page.getByText('Visits are not recorded.').waitFor()
    expect(await page.getByRole('button', { name: 'Record visits' }).count()).toBe(0)
    expect(at.errors).toEqual([])
  })
})
