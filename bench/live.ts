/**
 * The console's figures in docs/reference/benchmarks.md: `npm run bench:live`. Chromium with a simulated camera of 30 frames per second
 * and 640 × 480 pixels that shows one enrolled person; the server is a separate process on the loopback address. The two ways
 * alternate within one run. `BENCH_MINUTES` (default 2) is how long memory is measured for each way.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CDPSession, chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { createClient, photoForm } from '../dist/client/index.js'
import { chromiumOptions, chromiumPath } from '../tests/chromium.js'
import { sample } from '../tests/fixtures.js'
import type {} from '../web/src/live/measure.js'
import { median } from './face-sets.js'
import { startServerProcess } from './server-process.js'

if (!chromiumPath)
  throw new Error(
    'There is no Chromium: install it (apt install chromium), or name one in CHROMIUM.',
  )
const rounds = Number(process.env.BENCH_ROUNDS ?? 3)
const seconds = Number(process.env.BENCH_SECONDS ?? 15)
const minutes = Number(process.env.BENCH_MINUTES ?? 2)
const ways = ['server', 'browser'] as const

const server = await startServerProcess()
const folder = mkdtempSync(join(tmpdir(), 'agnize-bench-'))
// The woman of the first stock photo.
const portrait = await sharp(sample(1))
  .extract({ left: 1300, top: 60, width: 520, height: 520 })
  .resize(480)
  .jpeg()
  .toBuffer()
const client = createClient({ url: server.url, key: server.key })
const { error } = await client.POST('/v1/galleries/{gallery}/subjects/{subject}/faces', {
  params: { path: { gallery: 'default', subject: 'Anna' } },
  ...photoForm({ photos: new Blob([new Uint8Array(portrait)]) }),
})
if (error) throw new Error(error.detail)
const film = join(folder, 'camera.y4m')
const photo = join(folder, 'photo.jpg')
await sharp(portrait).toFile(photo)
execFileSync('ffmpeg', [
  ...['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', 'color=c=0x707880:s=640x480:r=30:d=5'],
  ...['-loop', '1', '-framerate', '30', '-t', '5', '-i', photo, '-filter_complex'],
  "[1:v]scale=440:440[p];[0:v][p]overlay=x='100+20*sin(2.51327*t)':y='20+10*sin(5.02655*t)',format=yuv420p",
  ...['-t', '5', film],
])

const browser = await chromium.launch({
  ...chromiumOptions,
  args: [
    ...chromiumOptions.args,
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
    // Without this, a measurement waits for the next garbage collection.
    '--enable-blink-features=ForceEagerMeasureMemory',
  ],
})

/** Measurements of an open live page. */
interface Measured {
  readonly paint: number
  readonly script: number
  readonly firstResult: number
  readonly results: number
  readonly delays: number[]
  readonly boxes: number
  readonly longTasks: number[]
}

/** Opens the live page, signed in, with the given way of recognition. */
async function open(way: (typeof ways)[number]): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  await context.request.post(`${server.url}/v1/session`, { data: { key: server.key } })
  await context.addInitScript((way) => {
    localStorage.setItem('agnize.way', JSON.stringify(way))
    localStorage.setItem('agnize.sound', 'false')
    const tasks: number[] = []
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration)
    }).observe({ type: 'longtask', buffered: true })
    Object.assign(window, { tasks, frames: 0 })
    const { clearRect } = CanvasRenderingContext2D.prototype
    // Called each time that the boxes are drawn.
    CanvasRenderingContext2D.prototype.clearRect = function (...rest) {
      ;(window as unknown as { frames: number }).frames++
      clearRect.apply(this, rest)
    }
  }, way)
  const page = await context.newPage()
  await page.goto(`${server.url}/live`)
  await page.waitForFunction(() => (window.agnizeLive?.results ?? 0) > 0, undefined, {
    timeout: 60_000,
  })
  return page
}

async function measure(way: (typeof ways)[number]): Promise<Measured> {
  const page = await open(way)
  const firstResult = await page.evaluate(() => performance.now())
  const { paint, script } = await page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]!.startTime,
    script: (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ initiatorType, name }) => initiatorType !== 'worker' && name.endsWith('.js'))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  }))
  await page.waitForTimeout(2000)
  await page.evaluate(() => {
    window.agnizeLive!.results = 0
    window.agnizeLive!.delays.length = 0
    const own = window as unknown as { tasks: number[]; frames: number }
    own.tasks.length = 0
    own.frames = 0
  })
  await page.waitForTimeout(1000 * seconds)
  const measured = await page.evaluate(() => {
    const { results, delays } = window.agnizeLive!
    const { tasks, frames } = window as unknown as { tasks: number[]; frames: number }
    return { results, delays: [...delays], longTasks: [...tasks], boxes: frames }
  })
  await page.context().close()
  return { ...measured, paint, script, firstResult }
}

const quantile = (list: readonly number[], q: number) =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(q * list.length))] ??
  Number.NaN

console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} cores, Chromium ${browser.version()}, Node ${process.versions.node}; camera 640 × 480 at 30 frames/s\n`,
)
const all = { server: [] as Measured[], browser: [] as Measured[] }
// One warm-up measurement per way, which caches the networks and WebAssembly.
for (const way of ways) await measure(way)
for (let round = 0; round < rounds; round++) {
  for (const way of ways) all[way].push(await measure(way))
}
for (const way of ways) {
  const list = all[way]
  const delays = list.flatMap((each) => each.delays)
  const tasks = list.flatMap((each) => each.longTasks)
  console.log(`${way}:
  first paint ${median(list.map(({ paint }) => paint)).toFixed(0)} ms, first result ${median(list.map(({ firstResult }) => firstResult)).toFixed(0)} ms after opening, script ${(list[0]!.script / 1000).toFixed(0)} kB compressed
  camera to screen: p50 ${quantile(delays, 0.5).toFixed(1)}, p95 ${quantile(delays, 0.95).toFixed(1)}, p99 ${quantile(delays, 0.99).toFixed(1)} ms (${delays.length} frames)
  recognized ${median(list.map(({ results }) => results / seconds)).toFixed(1)} frames/s, boxes drawn ${median(list.map(({ boxes }) => boxes / seconds)).toFixed(1)} times/s
  tasks over 50 ms on the page's thread: ${tasks.length}${tasks.length > 0 ? `, longest ${Math.max(...tasks).toFixed(0)} ms` : ''} in ${rounds * seconds} s`)
}

/** Memory of a page, in MB. */
interface Memory {
  /** Memory of its scripts and its worker after a garbage collection. */
  readonly used: number
  /** Resident memory of its process. */
  readonly resident: number
}

async function memoryOf(page: Page, session: CDPSession): Promise<Memory> {
  const bytes = await page.evaluate(async () => {
    const { performance } = window as unknown as {
      performance: { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }
    }
    return (await performance.measureUserAgentSpecificMemory()).bytes
  })
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as {
    processInfo: { type: string; id: number }[]
  }
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))![1]))
  return { used: bytes / 1e6, resident: Math.max(...sizes) / 1000 }
}

for (const way of ways) {
  const page = await open(way)
  const session = await browser.newBrowserCDPSession()
  const sizes: Memory[] = []
  await page.waitForTimeout(30_000)
  for (const end = Date.now() + 60_000 * minutes; Date.now() < end; ) {
    sizes.push(await memoryOf(page, session))
    await page.waitForTimeout(Math.min(15_000, (60_000 * minutes) / 12))
  }
  const third = Math.max(1, Math.floor(sizes.length / 3))
  const say = (what: keyof Memory) => {
    const list = sizes.map((size) => size[what])
    return `${median(list.slice(0, third)).toFixed(1)} MB in the first third, ${median(list.slice(-third)).toFixed(1)} MB in the last`
  }
  console.log(`${way}, ${minutes} min, ${sizes.length} measurements:
  held by the page and its worker ${say('used')}
  resident ${say('resident')}`)
  await page.context().close()
}

await browser.close()
await server.stop()
rmSync(folder, { recursive: true, force: true })
