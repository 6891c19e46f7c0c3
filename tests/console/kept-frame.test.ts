import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { openConsole, spokenIn } from './console.js'
import { type Portraits, portraits } from './portraits.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

/** A slow network between the browser and the server. */
interface SlowNetwork {
  readonly url: string
  /** While true, answers to frames are kept back. */
  isHeld: boolean
  /** Delay of each answer to a frame, in milliseconds. */
  delay: number
  /** While true, WebSockets are refused. */
  isDown: boolean
  /** Breaks the WebSockets that are open. */
  readonly breakOff: () => void
}

/**
 * Puts a slow network before a server. It delays the bytes of WebSockets, which the page opens in a worker, where the browser's own
 * interception does not reach.
 */
async function slowNetwork(target: string): Promise<SlowNetwork> {
  const live = new Set<Socket>()
  const breakOff = () => {
    for (const socket of live) socket.destroy()
    live.clear()
  }
  const answers = { isHeld: false, delay: 0, isDown: false, breakOff }
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const server = createServer((browser) => {
    const upstream = connect(Number(port), hostname)
    let isLive = false
    browser.on('data', (bytes) => {
      if (bytes.includes('Upgrade: websocket')) {
        if (answers.isDown) {
          browser.destroy()
          return
        }
        isLive = true
        live.add(browser)
      }
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (!isLive) browser.write(bytes)
      else if (!answers.isHeld) setTimeout(() => browser.write(bytes), answers.delay)
    })
    for (const [one, other] of [
      [browser, upstream],
      [upstream, browser],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(answers, { url })
}

/** Waits until the video shows the empty room, which is a plain gray, or somebody in it. */
const roomIsEmpty = (page: Page, isEmpty = true) =>
  page.waitForFunction((isEmpty) => {
    const video = document.querySelector('video')!
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
    const context = canvas.getContext('2d')!
    context.drawImage(video, 0, 0)
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    let isGray = true
    for (let i = 0; i < data.length; i += 4000) {
      if (Math.abs(data[i]! - data[0]!) > 12) isGray = false
    }
    return isGray === isEmpty
  }, isEmpty)

const visit = [
  { seconds: 5, photos: [] as string[] },
  { seconds: 5, photos: [] as string[] },
]

describe.skipIf(lacks('camera'))('the frame that was judged is the one that is kept', () => {
  test('by "Who is this?", when the room is empty by then', async () => {
    const at = await openConsole({
      camera: [{ ...visit[0]!, photos: [people.anna] }, visit[1]!],
    })
    const { page } = at
    const answers = await slowNetwork(at.url)
    await page.goto(`${answers.url}/live`)
    const who = page.getByRole('button', { name: 'Who is this?' })
    await who.waitFor()
    answers.isHeld = true
    await roomIsEmpty(page)
    await who.click()
    await page.getByLabel('Name').fill('Anna')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('Anna was added.').waitFor()
    const { body } = await ask(at, '/v1/galleries/default/subjects/Anna')
    expect(body.templates).toBe(1)
  })

  test('when the connection breaks and somebody else gets the same track', async () => {
    const at = await openConsole({
      camera: [
        { seconds: 6, photos: [people.anna] },
        { seconds: 6, photos: [] },
        { seconds: 12, photos: [people.bo] },
      ],
    })
    const { page } = at
    const network = await slowNetwork(at.url)
    await page.goto(`${network.url}/live`)
    const who = page.getByRole('button', { name: 'Who is this?' })
    await who.waitFor()
    network.isDown = true
    network.breakOff()
    await who.waitFor({ state: 'detached' })
    await roomIsEmpty(page)
    await roomIsEmpty(page, false)
    network.isDown = false
    await who.click()
    await page.getByLabel('Name').fill('Bo')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('Bo was added.').waitFor()
    const { body } = await ask(at, '/v1/galleries/default/identify', {
      method: 'POST',
      body: new Uint8Array(await readFile(people.bo)),
      headers: { 'content-type': 'image/jpeg' },
    })
    expect(body.faces[0].subject?.name).toBe('Bo')
  })
})

test.skipIf(lacks('camera'))(
  'at one frame a second people are boxed and greeted, and the page says it is slow',
  async () => {
    const at = await openConsole({ camera: [{ seconds: 5, photos: [people.anna] }] })
    const { page } = at
    const answers = await slowNetwork(at.url)
    answers.delay = 1600
    await page.goto(`${answers.url}/live`)
    await page.getByRole('button', { name: 'Who is this?' }).click()
    await page.getByLabel('Name').fill('Anna')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('Slow:').waitFor()
    await page.getByText('Welcome Anna, have a nice day!').waitFor()
    expect(await spokenIn(page)).toEqual(['Welcome Anna, have a nice day!'])
    // The box is drawn at any moment between two answers.
    const colored = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('.stage canvas')!
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
        return data.some((value) => value > 0)
      })
    for (let i = 0; i < 8; i++) {
      expect(await colored()).toBe(true)
      await page.waitForTimeout(250)
    }
  },
)

test.skipIf(lacks('camera'))('a gallery that is gone is told while the page connects', async () => {
  const at = await openConsole({ camera: [{ seconds: 5, photos: [people.anna] }] })
  await at.page.goto(`${at.url}/g/gone/live`)
  const trouble = at.page.locator('.trouble')
  await trouble.getByText('Connecting').waitFor()
  await expect.poll(() => trouble.locator('p').count()).toBe(2)
})
