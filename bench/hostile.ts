/**
 * The figures on hostile requests in docs/reference/benchmarks.md: `npm run bench:hostile`. One key sends the most expensive requests, one
 * at a time and then as many at once as there are workers, while another key identifies plain photos and /v1/health is polled.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import { cpus, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import sharp from 'sharp'
import { WebSocket } from 'ws'
import { photosOf } from './face-sets.js'
import { startServerProcess } from './server-process.js'

const plainPhotos = Number(process.env.BENCH_PHOTOS ?? 200)
const workers = 2
const photoSeconds = 10
const chosen = process.argv.slice(2)

/** The message to the attacking process. */
interface Order {
  readonly url: string
  readonly adminKey: string
  readonly hostileKey: string
}

if (process.send) await attackAsTold()

const server = await startServerProcess([
  ...['--threads', String(workers), '--photo-seconds', String(photoSeconds), '--urls'],
  ...['--log-level', 'silent'],
])
const target = { url: server.url, adminKey: server.key, hostileKey: '' }
const plainKey = await makeKey('plain', ['identify'])
target.hostileKey = await makeKey('hostile', ['identify', 'enroll'])
const gallery = `${server.url}/v1/galleries/default`
const photos = await Promise.all(
  (await photosOf('lfw')).slice(0, 50).map(({ photo }) => readFile(photo)),
)
const enrolled = await send(
  'POST',
  `${gallery}/subjects/somebody/faces?at=125,125`,
  server.key,
  form('photos', photos[0]!),
)
if (enrolled.status >= 300) throw new Error(await enrolled.text())
const attacker = fork(process.argv[1]!, { serialization: 'advanced' })
const tell = (message: unknown) => {
  attacker.send(message as object)
  return once(attacker, 'message') as Promise<[unknown]>
}
const [names] = (await tell(target)) as [string[]]

console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.versions.node}; ${workers} workers, ${photoSeconds} s a photo, ${plainPhotos} plain photos each, a tenth where every worker is attacked`,
)
console.log(`the server states: at most ${stated().toFixed(0)} MB\n`)

const usual = await measure(undefined, 0)
console.log(line('nothing else', usual))
const limit = { one: 2 * usual.p99, all: photoSeconds * 1000 + 2 * usual.p99 }
let failures = 0
for (const name of names) {
  if (chosen.length > 0 && !chosen.some((word) => name.includes(word))) continue
  for (const width of [1, workers]) {
    const seen = await measure(name, width)
    const bar = width === 1 ? limit.one : limit.all
    const ok = seen.p99 <= bar && seen.health <= 250 && seen.peak <= stated() && seen.refused === 0
    if (!ok) failures++
    console.log(`${line(`${name}, ${width} at a time`, seen)}${ok ? '' : '   OVER THE BAR'}`)
  }
}
console.log(`\n${failures} over a bar`)
attacker.disconnect()
await once(attacker, 'exit')
await server.stop()
process.exit(failures > 0 ? 1 : 0)

interface Seen {
  readonly p50: number
  readonly p99: number
  /** Number of plain photos not answered with 200. */
  readonly refused: number
  /** p99 of /v1/health, in milliseconds. */
  readonly health: number
  /** Peak resident memory of the server and its children, in MB. */
  readonly peak: number
  /** Answers to the hostile requests with their times. */
  readonly hostile: string
}

/** Identifies plain photos, one at a time, beside `width` concurrent hostile requests. */
async function measure(attack: string | undefined, width: number): Promise<Seen> {
  // When every worker is occupied, each photo may wait until its deadline.
  const count = width === workers ? Math.ceil(plainPhotos / 10) : plainPhotos
  let isOver = false
  let peak = 0
  const health: number[] = []
  if (attack) await tell({ attack, width })
  const prober = (async () => {
    while (!isOver) {
      const start = performance.now()
      await (await fetch(`${server.url}/v1/health`)).arrayBuffer()
      health.push(performance.now() - start)
      peak = Math.max(peak, memory())
      await pause(50)
    }
  })()
  if (attack) await pause(1000)
  const times: number[] = []
  let refused = 0
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    const body = form('photo', photos[i % photos.length]!)
    const response = await send('POST', `${gallery}/identify`, plainKey, body)
    await response.arrayBuffer()
    if (response.status !== 200) refused++
    times.push(performance.now() - start)
  }
  const hostile = attack ? String((await tell('stop'))[0]) : ''
  isOver = true
  await prober
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    refused,
    health: quantile(health, 0.99),
    peak,
    hostile,
  }
}

/** Attacks as the parent process orders, at low priority, since real attackers use their own processors. */
async function attackAsTold(): Promise<never> {
  setPriority(10)
  const [order] = (await once(process, 'message')) as [Order]
  const folder = await mkdtemp(join(tmpdir(), 'agnize-hostile-'))
  const attacks = await attacksOn(order, folder)
  process.send!(Object.keys(attacks))
  let isOver = false
  let answers = new Map<string, number>()
  let waits: number[] = []
  let attackers: Promise<void>[] = []
  process.on('message', async (message: { attack: string; width: number } | 'stop') => {
    if (message === 'stop') {
      isOver = true
      await Promise.all(attackers)
      const told = [...answers].map(([status, count]) => `${count} × ${status}`).join(', ')
      process.send!(`${told}, p50 ${quantile(waits, 0.5).toFixed(0)} ms`)
      return
    }
    isOver = false
    answers = new Map()
    waits = []
    attackers = Array.from({ length: message.width }, async () => {
      while (!isOver) {
        const start = performance.now()
        const answer = await attacks[message.attack]!().catch((error: Error) => error.message)
        waits.push(performance.now() - start)
        const told = typeof answer === 'string' ? answer : String(answer.status)
        answers.set(told, (answers.get(told) ?? 0) + 1)
        await pause(20)
      }
    })
    process.send!('begun')
  })
  await once(process, 'disconnect')
  await rm(folder, { recursive: true, force: true })
  process.exit(0)
}

function line(name: string, { p50, p99, refused, health, peak, hostile }: Seen): string {
  return `${name.padEnd(58)} plain p50 ${p50.toFixed(0)}, p99 ${p99.toFixed(0)} ms${refused > 0 ? `, ${refused} refused` : ''}; health p99 ${health.toFixed(0)} ms; ${peak.toFixed(0)} MB; ${hostile}`
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

/** Resident memory of the server and of its children, in MB. */
function memory(): number {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const status = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/status`, 'utf8')
    } catch {
      return ''
    }
  }
  const own = all.filter(
    (pid) =>
      Number(pid) === server.child.pid ||
      Number(/PPid:\s+(\d+)/.exec(status(pid))?.[1]) === server.child.pid,
  )
  return own.reduce(
    (sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(status(pid))?.[1] ?? 0) / 1000,
    0,
  )
}

/** The memory limit that the server printed at startup, in MB. */
function stated(): number {
  return Number(/at most ([\d.]+) GB of memory/.exec(server.stderr())![1]) * 1000
}

async function makeKey(name: string, scopes: readonly string[]): Promise<string> {
  const body = JSON.stringify({ name, scopes, galleries: ['default'] })
  const response = await send('POST', `${server.url}/v1/keys`, server.key, body, 'application/json')
  return ((await response.json()) as { key: string }).key
}

function send(
  method: string,
  url: string,
  key: string,
  body: FormData | string,
  type?: string,
): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, ...(type && { 'content-type': type }) }
  return fetch(url, { method, headers, body })
}

function form(part: string, photo: Uint8Array): FormData {
  const form = new FormData()
  form.set(part, new Blob([Uint8Array.from(photo)]))
  return form
}

function strip(width: number, height: number): Promise<Buffer> {
  return sharp({
    create: { width, height, channels: 3, background: '#777' },
    limitInputPixels: false,
  })
    .png({ compressionLevel: 9 })
    .toBuffer()
}

/** A file that libvips read as an SVG although the first check accepted it as a WebP. */
function disguisedSvg(): Uint8Array {
  const filters = Array.from({ length: 40 }, () => '<feTurbulence numOctaves="9"/>').join('')
  return Buffer.from(
    `<svg a="WEBP" xmlns="http://www.w3.org/2000/svg" width="7000" height="7000"><filter id="f">${filters}</filter><rect width="7000" height="7000" filter="url(#f)"/></svg>`,
  )
}

/** Sends an archive and waits for the result of its job. */
function archive(path: string, { gallery, adminKey, hostileKey }: Target): Attack {
  return async () => {
    const { size } = await stat(path)
    const response = await fetch(`${gallery}/jobs/archive`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${hostileKey}`,
        'content-type': 'application/gzip',
        'content-length': String(size),
      },
      body: Readable.toWeb(createReadStream(path)) as ReadableStream,
      duplex: 'half',
    } as RequestInit)
    if (!response.ok) return response
    const { id } = (await response.json()) as { id: string }
    for (;;) {
      const asked = await fetch(`${gallery}/jobs/${id}`, {
        headers: { authorization: `Bearer ${adminKey}` },
      })
      const { state, error } = (await asked.json()) as { state: string; error?: { code: string } }
      if (!['waiting', 'running'].includes(state)) return error?.code ?? state
      await pause(200)
    }
  }
}

/** Creates a compressed tar with 4 GB of zeros. */
async function bomb(folder: string): Promise<string> {
  const path = join(folder, 'bomb.tar.gz')
  const megabyte = Buffer.alloc(1e6)
  const file = await open(path, 'w')
  const header = Buffer.alloc(512)
  header.write('a.jpg')
  header.write('0000644\0', 100)
  header.write('77777777777\0', 124)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  header.write('        ', 148)
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  const contents = Readable.from(
    (function* () {
      yield header
      for (let i = 0; i < 4000; i++) yield megabyte
    })(),
  )
  await new Promise<void>((done, failed) => {
    contents
      .pipe(createGzip({ level: 1 }))
      .pipe(file.createWriteStream())
      .on('close', done)
      .on('error', failed)
  })
  return path
}

/** A live connection that sends each frame of faces as soon as the previous one is answered. */
async function liveFrames({ gallery, adminKey, hostileKey }: Target): Promise<Attack> {
  const vector = new Float32Array(512).fill(1 / Math.sqrt(512))
  const embedding = Buffer.from(vector.buffer).toString('base64')
  const { model } = (await (
    await fetch(gallery, { headers: { authorization: `Bearer ${adminKey}` } })
  ).json()) as { model: string }
  return async () => {
    const face = { quality: { score: 1, reasons: [] }, embedding }
    const frame = JSON.stringify({
      ...{ width: 6400, height: 100, model },
      faces: Array.from({ length: 64 }, (_, i) => ({
        ...face,
        box: { x: 100 * i, y: 0, width: 90, height: 90 },
      })),
    })
    const socket = new WebSocket(`${gallery.replace('http', 'ws')}/live`, {
      headers: { authorization: `Bearer ${hostileKey}` },
    })
    let told = 'no answer'
    await new Promise<void>((done, failed) => {
      socket.on('open', () => socket.send(frame))
      socket.on('error', failed)
      let count = 0
      socket.on('message', (message: Buffer) => {
        const answer = JSON.parse(message.toString()) as { code?: string }
        told = answer.code ?? 'frames answered'
        if (++count < 20) socket.send(frame)
        else socket.close()
      })
      socket.on('close', () => done())
    })
    return told
  }
}

/** The target of the attacks. */
interface Target {
  readonly gallery: string
  readonly adminKey: string
  readonly hostileKey: string
}

type Attack = () => Promise<Response | string>

/** The most expensive requests, including some that used to be. */
async function attacksOn(
  { url, adminKey, hostileKey }: Order,
  folder: string,
): Promise<Record<string, Attack>> {
  const gallery = `${url}/v1/galleries/default`
  const photo =
    (bytes: Uint8Array, query = ''): Attack =>
    () =>
      send('POST', `${gallery}/identify?${query}`, hostileKey, form('photo', bytes))
  const json =
    (text: string): Attack =>
    () =>
      send('POST', `${gallery}/identify`, hostileKey, text, 'application/json')
  const addresses = Array.from({ length: 300 }, (_, i) => ({
    photo_url: `http://192.0.2.${i % 255}/`,
  }))
  const huge = `{"key":"${'x'.repeat(50e6 - 10)}"}`
  return {
    'a photo that takes all the time it may': photo(await everyTile(), 'detail=full'),
    'a PNG of 16 bits, 49 megapixels, turned': photo(await deepAndTurned(), 'detail=full'),
    'a PNG of 50,000,000 × 1': photo(await strip(50_000_000, 1)),
    'a PNG of 1 × 5,000,000': photo(await strip(1, 5_000_000)),
    'an SVG that passes for WebP': photo(disguisedSvg()),
    '50 MB to POST /v1/session': () =>
      send('POST', `${url}/v1/session`, '', huge, 'application/json'),
    'a million values of JSON': json(`[${'[],'.repeat(1e6)}[]]`),
    'an archive that inflates a thousand times': archive(await bomb(folder), {
      gallery,
      adminKey,
      hostileKey,
    }),
    '300 addresses': json(JSON.stringify(addresses)),
    'live frames of 64 embeddings': await liveFrames({ gallery, adminKey, hostileKey }),
  }
}

/** A picture with 48 megapixels of noise. */
function everyTile(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const
  return sharp({ create: { width: 1000, height: 750, channels: 3, background: '#777', noise } })
    .resize(8000, 6000)
    .jpeg({ quality: 50 })
    .toBuffer()
}

function deepAndTurned(): Promise<Buffer> {
  return sharp({ create: { width: 7000, height: 7000, channels: 3, background: '#456' } })
    .toColourspace('rgb16')
    .withMetadata({ orientation: 6 })
    .png({ compressionLevel: 1 })
    .toBuffer()
}
