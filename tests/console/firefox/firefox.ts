import { readFile } from 'node:fs/promises'
import puppeteer, { type ElementHandle, type Page } from 'puppeteer-core'
import { expect, onTestFinished } from 'vitest'
import type { GivenSettings } from '../../../dist/server/settings.js'
import { firefoxPath } from '../../firefox.js'
import { temporaryFolder } from '../../fixtures.js'
import { type Started, startServer } from '../../server/start.js'

/** A server with its console, and a Firefox that shows it, driven by WebDriver BiDi. */
export interface FirefoxTest extends Started {
  readonly page: Page
  /** Folder of its downloads. */
  readonly downloads: string
  /** Errors in the page so far. */
  readonly errors: string[]
}

/** Starts a server and Firefox; both end with the test. */
export async function openFirefox({
  server = { insecureLocal: true },
  camera,
}: {
  readonly server?: GivenSettings
  /** Photo that its camera shows; without it Firefox makes up a picture without faces. */
  readonly camera?: string
} = {}): Promise<FirefoxTest> {
  const started = await startServer(server)
  const downloads = await temporaryFolder()
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxPath!,
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'browser.download.alwaysOpenPanel': false,
    },
  })
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  await page.setViewport({ width: 1280, height: 800 })
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.evaluateOnNewDocument(recordSpeech)
  if (camera) {
    await page.evaluateOnNewDocument(showPhoto, (await readFile(camera)).toString('base64'))
  }
  return { ...started, page, downloads, errors }
}

/** In the page: a headless Firefox has no voices, so that utterances are recorded, and end. */
function recordSpeech(): void {
  window.spoken = []
  Object.defineProperty(window.speechSynthesis, 'speak', {
    value: (utterance: SpeechSynthesisUtterance) => {
      const { text, lang } = utterance
      window.spoken.push({ text, lang, at: performance.now() })
      setTimeout(() => utterance.onend?.(new Event('end') as SpeechSynthesisEvent), 300)
    },
  })
}

/** In the page: the camera shows a photo that moves slightly, as people do. */
function showPhoto(base64: string): void {
  // Pages that are not secure have no cameras, such as the first, empty one.
  if (!navigator.mediaDevices) return
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  navigator.mediaDevices.getUserMedia = async () => {
    const photo = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }))
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 480
    const context = canvas.getContext('2d')!
    const draw = () => {
      const t = performance.now() / 1000
      context.fillStyle = '#707880'
      context.fillRect(0, 0, 640, 480)
      context.drawImage(photo, 100 + 6 * Math.sin(2 * t), 20 + 4 * Math.sin(3 * t), 440, 440)
    }
    draw()
    setInterval(draw, 66)
    return canvas.captureStream(15)
  }
}

type Role = 'button' | 'heading' | 'link' | 'option' | 'tab'

/** Waits for an element by its role and its accessible name, as Firefox computes them, which takes seconds on a page with a video. */
export const named = (page: Page, role: Role, name: string) =>
  page.locator(`::-p-aria([name="${name}"][role="${role}"])`).setTimeout(30_000)

/** Clicks an element. */
export const click = (page: Page, role: Role, name: string) => named(page, role, name).click()

/** Waits until the page says something, in one piece. */
export const sees = (page: Page, text: string) =>
  page.locator(`::-p-text(${text})`).setTimeout(60_000).wait()

/** How often an element is there now. */
export const count = async (page: Page, role: Role, name: string) =>
  (await page.$$(`::-p-aria([name="${name}"][role="${role}"])`)).length

/** Types into the field of a label. */
export async function fill(page: Page, label: string, text: string): Promise<void> {
  const field = async () => {
    const handle = await page.evaluateHandle(
      (label) =>
        [...document.querySelectorAll('label')].find((each) => each.textContent?.trim() === label)
          ?.control ?? null,
      label,
    )
    return handle.asElement() as ElementHandle<HTMLInputElement> | null
  }
  await expect.poll(field, { timeout: 30_000 }).not.toBeNull()
  const found = (await field())!
  await found.focus()
  await found.evaluate((element) => element.select())
  await found.type(text)
}

/** Chooses files in the page's field for them. */
export async function choose(page: Page, ...paths: string[]): Promise<void> {
  const input = await page.waitForSelector('input[type=file]')
  await (input as ElementHandle<HTMLInputElement>).uploadFile(...paths)
}

/** Utterances spoken in the page so far. */
export const spokenIn = (page: Page) => page.evaluate(() => window.spoken.map(({ text }) => text))
