/**
 * The speed figures in docs/reference/benchmarks.md: `npm run bench`. All contenders are measured in the same run, alternating photo by
 * photo, so that the ratios hold on a noisy machine even if the times do not.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'
import { SqlStore } from '../dist/gallery/sql/sql-store.js'
import { SqliteDatabase } from '../dist/gallery/sql/sqlite.js'
import { defaultHome, openAgnize, type Timings } from '../dist/index.js'
import { embeddingCard } from '../dist/models/builtin.js'
import { descriptorSimilarity, openFaceApi } from './face-api.js'
import { balancedAccuracy, median, photosOf } from './face-sets.js'
import { enrollMadeUpPeople } from './made-up-people.js'
import { openRawModels } from './raw-models.js'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const photos = await photosOf('lfw')
const home = resolve(defaultHome())
const cores = availableParallelism()
const main = resolve('dist/cli/main.js')

await using single = await openAgnize({ threads: 1 })
await single.models.pull()
const raw = await openRawModels(single.models)
const faceApi = await openFaceApi()
const inputs = await Promise.all(photos.map(({ photo }) => raw.prepare(photo)))

console.log(
  `${cpus()[0]?.model}, ${cores} cores, Node ${process.versions.node}, ${photos.length} LFW photos, ${rounds} rounds\n`,
)

// One photo at a time; the contenders alternate on each photo.
const times = { raw: [], decode: [], ours: [], tiny: [], ssd: [] } as Record<string, number[]>
const stages: Timings[] = []
const vectors = { ours: [], tiny: [], ssd: [] } as Record<string, (Float32Array | null)[]>
for (let round = -1; round < rounds; round++) {
  for (const [i, { photo }] of photos.entries()) {
    const measured: Record<string, number> = {}
    measured.raw = await raw.run(inputs[i]!)
    measured.decode = await timed(async () =>
      sharp(await readFile(photo))
        .raw()
        .toBuffer(),
    )
    const start = performance.now()
    for await (const each of single.analyzeEach([photo])) {
      if ('error' in each) throw each.error
      if (round >= 0) stages.push(each.result.timings)
      if (round === 0) vectors.ours!.push(each.result.faces[0]?.embedding.vector ?? null)
    }
    measured.ours = performance.now() - start
    // The peers are slow: one warm-up photo and two rounds are enough.
    if (round < 2 && (round >= 0 || i === 0)) {
      for (const setting of ['tiny', 'ssd'] as const) {
        measured[setting] = await timed(async () => {
          const [descriptor = null] = await faceApi(photo, setting, 1)
          if (round === 0) vectors[setting]!.push(descriptor)
        })
      }
    }
    if (round < 0) continue
    for (const [name, ms] of Object.entries(measured)) times[name]!.push(ms)
  }
}

// The embedding network as published, and as agnize opens it.
const embedding: Record<string, number[]> = { as_it_comes: [], without_tiny_weights: [] }
const asItComes = await InferenceSession.create(await single.models.read(embeddingCard), {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
})
for (const { chip } of inputs) {
  const input = new Tensor('float32', chip, [1, 3, 112, 112])
  embedding.as_it_comes!.push(
    await timed(() => asItComes.run({ [asItComes.inputNames[0]!]: input })),
  )
  embedding.without_tiny_weights!.push(await timed(() => raw.embed(chip)))
}

// All cores: the same photos several times, each in a separate call.
await using every = await openAgnize({ threads: cores })
const many = Array.from({ length: 4 }, () => photos.map(({ photo }) => photo)).flat()
const rates: { all: number[]; one: number[] } = { all: [], one: [] }
for (let round = -1; round < 3; round++) {
  for (const [name, agnize] of [
    ['one', single],
    ['all', every],
  ] as const) {
    const start = performance.now()
    for await (const each of agnize.analyzeEach(many)) if ('error' in each) throw each.error
    if (round >= 0) rates[name].push((1000 * many.length) / (performance.now() - start))
  }
}

// Whole processes.
const folder = mkdtempSync(join(tmpdir(), 'agnize-bench-'))
symlinkSync(join(home, 'models'), join(folder, 'models'))
const store = await SqlStore.open(
  await SqliteDatabase.open(join(folder, 'gallery.sqlite')),
  'default',
)
await enrollMadeUpPeople(store, 1000)
await store.close()
const identify = Array.from({ length: 7 }, () => run(['identify', photos[0]!.photo]).ms)
const large = join(folder, 'large.jpg')
await sharp({ create: { width: 5472, height: 3648, channels: 3, background: '#777777' } })
  .composite([{ input: await sharp(photos[0]!.photo).resize(2000).toBuffer() }])
  .jpeg()
  .toFile(large)
const memory = {
  auto: run(['identify', large]).mb,
  full: run(['identify', large, '--detail', 'full']).mb,
}
rmSync(folder, { recursive: true })

const ms = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]))
const stage = (name: keyof Timings) => median(stages.map((timings) => timings[name]))
const accuracy = {
  ours: balancedAccuracy(named(vectors.ours!), (a, b) =>
    a.reduce((sum, x, i) => sum + x * b[i]!, 0),
  ),
  tiny: balancedAccuracy(named(vectors.tiny!), descriptorSimilarity),
  ssd: balancedAccuracy(named(vectors.ssd!), descriptorSimilarity),
}
const report = {
  date: new Date().toISOString(),
  machine: { cpu: cpus()[0]?.model, cores, node: process.versions.node },
  photos: photos.length,
  rounds,
  median_ms: ms,
  stages_ms: Object.fromEntries(
    (['decode', 'detect', 'landmarks', 'align', 'embed', 'quality'] as const).map((name) => [
      name,
      stage(name),
    ]),
  ),
  embedding_network_ms: Object.fromEntries(
    Object.entries(embedding).map(([name, list]) => [name, median(list)]),
  ),
  ratio_to_raw_and_decode: ms.ours! / (ms.raw! + ms.decode!),
  faster_than: { ssd: ms.ssd! / ms.ours!, tiny: ms.tiny! / ms.ours! },
  photos_per_second: { one: median(rates.one), all: median(rates.all) },
  scaling_per_core: median(rates.all) / median(rates.one) / cores,
  event_loop_delay_ms: eventLoopDelay(),
  balanced_accuracy: Object.fromEntries(
    Object.entries(accuracy).map(([name, { accuracy }]) => [name, accuracy]),
  ),
  faces_found: Object.fromEntries(
    Object.entries(vectors).map(([name, list]) => [name, list.filter(Boolean).length]),
  ),
  identify_process_ms: median(identify),
  peak_memory_mb_20_megapixels: memory,
}
console.log(JSON.stringify(report, null, 2))
if (process.argv[2]) writeFileSync(process.argv[2], `${JSON.stringify(report, null, 2)}\n`)
process.exit(0)

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function named(list: readonly (Float32Array | null)[]) {
  return list.map((vector, i) => ({ name: photos[i]!.name, vector }))
}

/** Event loop delay of the calling thread, in a process that does nothing else. */
function eventLoopDelay(): unknown {
  const script = `
    import { monitorEventLoopDelay } from 'node:perf_hooks'
    import { openAgnize } from ${JSON.stringify(resolve('dist/index.js'))}
    const photos = process.argv.slice(1)
    const agnize = await openAgnize({ home: ${JSON.stringify(home)}, threads: ${Math.max(1, cores - 1)} })
    const work = async () => { for await (const each of agnize.analyzeEach(photos)) if ('error' in each) throw each.error }
    await work()
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    for (let i = 0; i < 4; i++) await work()
    delay.disable()
    const ms = (ns) => Number((ns / 1e6).toFixed(2))
    console.log(JSON.stringify({ p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) }))
    await agnize.close()`
  const files = photos.map(({ photo }) => photo)
  const args = ['--input-type=module', '-e', script, '--', ...files]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (!stdout) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** Runs the command in a separate process. */
function run(args: string[]): { ms: number; mb: number } {
  const start = performance.now()
  // The child's own peak memory (VmHWM): getrusage's value for a child includes the parent that it was forked from.
  const memory =
    'data:text/javascript,import{readFileSync}from"node:fs";process.on("exit",()=>process.stderr.write("rss "+/VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status","utf8"))[1]))'
  const { stderr, status } = spawnSync(
    process.execPath,
    ['--import', memory, main, '--home', folder, ...args],
    { encoding: 'utf8' },
  )
  const ms = performance.now() - start
  const kilobytes = Number(/rss (\d+)/.exec(stderr)?.[1])
  if (!kilobytes || status === 2) throw new Error(stderr)
  return { ms, mb: kilobytes / 1024 }
}
