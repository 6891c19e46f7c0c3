import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, extname, join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import sharp from 'sharp'
import { build } from 'vite'
import { expect, onTestFinished, test } from 'vitest'
import { type Face, openAgnize } from '../../dist/index.js'
import { chromiumOptions } from '../chromium.js'
import { facesFolder, hasStockPhotos, sample, temporaryFolder, testHome } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { type Started, startServer } from '../server/start.js'
import type { Seen } from './parity/seen.js'

const photos = [
  ...([1, 2, 3, 4, 5, 6] as const).map((n) => sample(n)),
  ...(hasStockPhotos
    ? readdirSync(join(facesFolder, 'photos'))
        .filter((name) => name.endsWith('.jpg'))
        .map((name) => join(facesFolder, 'photos', name))
    : []),
]

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
}

/** Builds the page with the console's own configuration, and serves it with the photos and the server's networks. */
async function servePage(started: Started, folder: string): Promise<string> {
  await build({
    configFile: resolve('web/vite.config.ts'),
    root: resolve('tests/console/parity'),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  })
  const files = new Map(photos.map((path) => [`/photos/${basename(path)}`, path]))
  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname
    response.setHeader('cross-origin-opener-policy', 'same-origin')
    response.setHeader('cross-origin-embedder-policy', 'require-corp')
    if (path.startsWith('/v1/')) {
      const headers = { authorization: `Bearer ${started.key}` }
      const answer = await fetch(`${started.url}${path}`, { headers })
      response.end(Buffer.from(await answer.arrayBuffer()))
      return
    }
    const file = files.get(path) ?? join(folder, path === '/' ? 'index.html' : path)
    response.setHeader('content-type', types[extname(file)] ?? 'text/plain')
    const isCompressed = file.endsWith('.wasm')
    if (isCompressed) response.setHeader('content-encoding', 'br')
    response.end(await readFile(isCompressed ? `${file}.br` : file).catch(() => undefined))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** 1 − cosine of two normalized vectors. */
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  1 - Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0)

/** The largest embedding distance between the faces of both sides; asserts that both detect the same faces. */
function furthest(path: string, here: readonly Face[], there: Seen): number {
  expect([path, there.faces.length]).toEqual([path, here.length])
  return Math.max(
    ...here.map(({ box, embedding }) => {
      const [near] = [...there.faces].sort(
        (a, b) =>
          Math.hypot(a.box.x - box.x, a.box.y - box.y) -
          Math.hypot(b.box.x - box.x, b.box.y - box.y),
      )
      return distance(embedding.vector, near!.vector)
    }),
  )
}

test.skipIf(lacks('chromium'))(
  'Chromium and Node make the same embeddings of the same frame, of every photo',
  async () => {
    expect(photos.length).toBeGreaterThanOrEqual(hasStockPhotos ? 15 : 6)
    const started = await startServer()
    const folder = await temporaryFolder()
    const url = await servePage(started, folder)
    await using agnize = await openAgnize({ home: testHome(), threads: 2 })
    const browser = await chromium.launch(chromiumOptions)
    onTestFinished(() => browser.close())
    const page = await browser.newPage()
    await page.goto(url)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    const worst = { frame: 0, photo: 0, faces: 0 }
    for (const path of photos) {
      // First the frame as Node decoded it, losslessly; then the file as the browser itself decodes it.
      const name = `${basename(path, '.jpg')}.png`
      await sharp(path).autoOrient().toColourspace('srgb').png().toFile(join(folder, name))
      const frame = await page.evaluate((at) => window.look(at), `/${name}`)
      const faces = await agnize.analyze(join(folder, name))
      worst.frame = Math.max(worst.frame, furthest(path, faces, frame))
      const photo = await page.evaluate((at) => window.look(at), `/photos/${basename(path)}`)
      // Node decodes a JPEG at the scale that it needs, the browser always whole.
      worst.photo = Math.max(worst.photo, furthest(path, await agnize.analyze(path), photo))
      worst.faces += faces.length
    }
    console.info(
      `parity: ${photos.length} photos, ${worst.faces} faces; largest cosine distance ${worst.frame.toExponential(1)} of the same frame, ${worst.photo.toExponential(1)} where the browser decoded the file itself`,
    )
    expect(worst.frame).toBeLessThan(1e-3)
    expect(worst.photo).toBeLessThan(1e-2)
  },
)
