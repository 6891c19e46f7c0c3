/**
 * Processor time of photos of 2 to 46 megapixels with 1, 5 and 50 faces, beside an older build, face-api and dlib, for
 * docs/reference/benchmarks.md: `npm run bench:photos -- FOLDER`, where FOLDER is a checkout of 2a0c639 with installed dependencies
 * and a build. Without FOLDER there is no older build, and without the environment of `npm run bench:peers` no dlib. Linux only.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { defaultHome, type openAgnize, type Timings } from '../dist/index.js'
import { openFaceApi } from './face-api.js'
import { median, photosOf } from './face-sets.js'
import { type Mosaic, mosaic, mosaicSizes } from './mosaics.js'
import { openNetworksAlone } from './networks-alone.js'
import { hasFaceRecognition, openFaceRecognition } from './peers/face-recognition.js'
import { processorTimeOf } from './processor-time.js'

const older = process.argv[2]
const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const home = resolve(defaultHome())
const cores = availableParallelism()

type Build = Awaited<ReturnType<typeof openAgnize>>
const builds: Record<string, { one: Build; all: Build }> = { this: await openBuild('.') }
if (older) builds.older = await openBuild(older)

async function openBuild(folder: string) {
  const { openAgnize: open } = (await import(
    pathToFileURL(resolve(folder, 'dist/index.js')).href
  )) as { openAgnize: typeof openAgnize }
  const withThreads = (threads: number) => open({ home, store: ':memory:', threads })
  return { one: await withThreads(1), all: await withThreads(cores) }
}

const alone = await openNetworksAlone(builds.this!.one.models)
const faceApi = await openFaceApi()
const dlib = hasFaceRecognition() ? openFaceRecognition() : undefined
const folder = mkdtempSync(join(tmpdir(), 'agnize-bench-'))

const listsByBuild = () =>
  Object.fromEntries(Object.keys(builds).map((name): [string, number[]] => [name, []]))

interface Seen {
  readonly faces: number
  readonly timings: Timings
}

/** Analyzes photos one after another. @returns What the last one showed. */
async function analyze(build: Build, photos: readonly Uint8Array[]): Promise<Seen> {
  let last: Seen | undefined
  for await (const each of build.analyzeEach(photos)) {
    if ('error' in each) throw each.error
    last = { faces: each.result.faces.length, timings: each.result.timings }
  }
  return last!
}

/** Processor time a photo, in milliseconds, of each build; medians, and the median of their ratios round by round. */
async function compare(photos: readonly Uint8Array[]) {
  const times = listsByBuild()
  const seen: Record<string, Seen> = {}
  for (let round = -1; round < rounds; round++) {
    const order = Object.entries(builds)
    if (round % 2 === 0) order.reverse()
    for (const [name, { one }] of order) {
      const ms = await processorTimeOf(async () => (seen[name] = await analyze(one, photos)))
      if (round >= 0) times[name]!.push(ms / photos.length)
    }
  }
  const ratio = times.older ? median(times.this!.map((ms, i) => ms / times.older![i]!)) : undefined
  return { times, seen, ratio }
}

const number = (value: number | undefined) => (value === undefined ? '' : value.toFixed(0))

async function row({ name, bytes, faceWidth }: Mosaic): Promise<void> {
  // Several at a time, since the system counts processor time in steps of 10 ms.
  const { times, seen, ratio } = await compare([bytes, bytes, bytes])
  const floor = await alone(bytes, 3)
  const found: Record<string, number> = {}
  const peers: Record<string, number> = {}
  for (const setting of ['tiny', 'ssd'] as const) {
    const start = process.cpuUsage()
    found[setting] = (await faceApi(bytes, setting, 200)).length
    const { user, system } = process.cpuUsage(start)
    peers[setting] = (user + system) / 1000
  }
  if (dlib) {
    const path = join(folder, 'photo.jpg')
    writeFileSync(path, bytes)
    const answer = await dlib.describe(path)
    peers.dlib = answer.ms
    found.dlib = answer.faces
  }
  const own = median(times.this!)
  console.log(
    `| ${name} of ${faceWidth} pixels | **${number(own)}** | ${ratio ? `${number(median(times.older!))}: ${ratio.toFixed(2)} ×` : ''} | ` +
      `${number(floor.networks + floor.decode)}: ${(own / (floor.networks + floor.decode)).toFixed(2)} × | ` +
      `${number(peers.tiny)}, ${number(peers.ssd)} | ${number(peers.dlib)} | ` +
      `${seen.this!.faces}, ${seen.older?.faces ?? '–'}, ${found.tiny}, ${found.ssd}, ${found.dlib ?? '–'} |`,
  )
}

console.log(
  `${cpus()[0]?.model}, ${cores} cores, Node ${process.versions.node}, ${rounds} rounds; milliseconds of processor time a photo, one worker with one thread\n`,
)
console.log(
  '| photo | agnize | older build: ratio | networks + decoding: ratio | face-api tiny, SSD | dlib | faces found: agnize, older, tiny, SSD, dlib |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- |')
const sizes = (process.env.BENCH_SIZES?.split(',') ??
  Object.keys(mosaicSizes)) as (keyof typeof mosaicSizes)[]
const counts = process.env.BENCH_FACES?.split(',').map(Number) ?? [1, 5, 50]
for (const size of sizes) for (const faces of counts) await row(await mosaic(size, faces))

const lfw = await Promise.all((await photosOf('lfw')).map(({ photo }) => readFile(photo)))
const small = await compare(lfw)
const floors = []
for (const photo of lfw) floors.push(await alone(photo, 2))
// The mean, as of agnize: a few photos with people in the background take several times as long as most.
const floor = floors.reduce((sum, { decode, networks }) => sum + decode + networks, 0) / lfw.length
const own = median(small.times.this!)
console.log(
  `\n${lfw.length} LFW photos, 250 × 250: ${own.toFixed(1)} ms; networks + decoding ${floor.toFixed(1)}: ${(own / floor).toFixed(2)} ×` +
    (small.ratio
      ? `; older build ${median(small.times.older!).toFixed(1)}: ${small.ratio.toFixed(2)} ×`
      : ''),
)

const rates = listsByBuild()
const many = [...lfw, ...lfw]
for (let round = -1; round < rounds; round++) {
  for (const [name, { all }] of Object.entries(builds)) {
    const start = performance.now()
    await analyze(all, many)
    if (round >= 0) rates[name]!.push((1000 * many.length) / (performance.now() - start))
  }
}
console.log(
  `photos a second, ${cores} workers: ${Object.entries(rates)
    .map(([name, list]) => `${name} ${median(list).toFixed(1)}`)
    .join(', ')}`,
)
dlib?.close()
rmSync(folder, { recursive: true })
process.exit(0)
