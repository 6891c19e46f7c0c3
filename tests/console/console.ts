import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import type { GivenSettings } from '../../dist/server/settings.js'
import { chromiumOptions } from '../chromium.js'
import { facesFolder, temporaryFolder } from '../fixtures.js'
import { ask, type Started, startServer } from '../server/start.js'
import { cameraVideo, type Scene } from './camera-video.js'

/** A photo of a person in shared/faces/lfw. */
export function lfw(name: string, n: number): string {
  const folder = join(facesFolder, 'lfw', name)
  return join(folder, readdirSync(folder).sort()[n]!)
}

declare global {
  interface Window {
    /** Utterances spoken in all pages of this browser window. */
    spoken: { text: string; lang: string; at: number }[]
    /** Violations of the page's content security policy. */
    violations: string[]
  }
}

/** Options of a test's browser. */
export interface BrowserSetup {
  /** Video of the camera, in a loop; without it there is no camera. */
  readonly camera?: readonly Scene[]
  /** Duration of a spoken greeting, in milliseconds. */
  readonly speech?: number
  readonly server?: GivenSettings
  readonly viewport?: { readonly width: number; readonly height: number }
}

/** A server with its console, and a browser that shows it. */
export interface ConsoleTest extends Started {
  readonly browser: Browser
  readonly context: BrowserContext
  readonly page: Page
  /** Errors in the page so far. */
  readonly errors: string[]
}

/** Starts a server and a browser; both end with the test. */
export async function openConsole({
  server: settings = { insecureLocal: true },
  ...setup
}: BrowserSetup = {}): Promise<ConsoleTest> {
  const started = await startServer(settings)
  return { ...started, ...(await openBrowser(setup)) }
}

/** Starts a browser, which ends with the test. */
export async function openBrowser({
  camera,
  speech = 300,
  viewport = { width: 1280, height: 800 },
}: Omit<BrowserSetup, 'server'> = {}): Promise<Omit<ConsoleTest, keyof Started>> {
  const flags = ['--use-fake-ui-for-media-stream']
  if (camera) {
    const video = cameraVideo(await temporaryFolder(), 'camera', camera)
    flags.push('--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${video}`)
  }
  const browser = await chromium.launch({
    ...chromiumOptions,
    args: [...chromiumOptions.args, ...flags],
  })
  onTestFinished(() => browser.close())
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' })
  const errors: string[] = []
  const page = await context.newPage()
  context.on('weberror', (error) => errors.push(error.error().message))
  context.on('console', (message) => {
    // Failed requests are not collected here: the page shows them, and the tests check the page.
    const isNetwork = /Failed to load resource|WebSocket connection/.test(message.text())
    if (message.type() === 'error' && !isNetwork) errors.push(message.text())
  })
  await context.addInitScript((speech) => {
    window.spoken = []
    window.violations = []
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      window.violations.push(`${violatedDirective} ${blockedURI}`)
    })
    // Headless Chromium has no voices: utterances are recorded, and end after their duration.
    speechSynthesis.speak = (utterance) => {
      const { text, lang } = utterance
      window.spoken.push({ text, lang, at: performance.now() })
      setTimeout(() => utterance.onend?.(new Event('end') as SpeechSynthesisEvent), speech)
    }
  }, speech)
  return { browser, context, page, errors }
}

/** Enrolls the face in the middle of a portrait. */
export async function enroll(at: Started, name: string, photo: string): Promise<void> {
  const { status } = await ask(
    at,
    `/v1/galleries/default/subjects/${encodeURIComponent(name)}/faces?at=240,240`,
    {
      method: 'POST',
      body: new Uint8Array(await readFile(photo)),
      headers: { 'content-type': 'image/jpeg' },
    },
  )
  expect(status).toBe(201)
}

/** Who the server says is in a photo, by the name or undefined, largest face first. */
export async function namesIn(at: Pick<Started, 'url' | 'key'>, photo: string) {
  const { body } = await ask(at, '/v1/galleries/default/identify', {
    method: 'POST',
    body: new Uint8Array(await readFile(photo)),
    headers: { 'content-type': 'image/jpeg' },
  })
  return body.faces.map(({ subject }: { subject: { name: string } | null }) => subject?.name)
}

/** Chooses a person in a dialog that asks for one. */
export async function choosePerson(page: Page, name: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Person' }).fill(name)
  await page.getByRole('option', { name, exact: true }).click()
}

/** Utterances spoken in a page so far. */
export const spokenIn = (page: Page) => page.evaluate(() => window.spoken.map(({ text }) => text))

/** Signs in with a key. */
export async function signIn(page: Page, key: string): Promise<void> {
  await page.locator('main.sign-in form').waitFor()
  const byKey = page.getByRole('button', { name: 'Sign in with a key' })
  if (await byKey.isVisible()) await byKey.click()
  await page.getByLabel('Key', { exact: true }).fill(key)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Signs in with a name and a password. */
export async function signInAs(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What axe finds on a page, from moderate on. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  // Evaluated in the page, since its content security policy forbids adding a script.
  await page.evaluate(await readFile(axe, 'utf8'))
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    // The announcer keeps an announcement for seven seconds, also after the busy button that it names is gone.
    const { violations } = await axe.run({ exclude: ['[data-live-announcer]'] })
    return violations
      .filter(({ impact }) => impact !== 'minor')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  })
}
