/**
 * The server's figures in docs/reference/benchmarks.md: `npm run bench:server`. The library and the server take turns at identifying the
 * same photos in the same gallery; the load comes from a separate process over the loopback address.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { createClient, photoForm } from '../dist/client/index.js'
import { defaultHome, openAgnize } from '../dist/index.js'
import { median, photosOf } from './face-sets.js'
import { startServerProcess } from './server-process.js'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const seconds = Number(process.env.BENCH_SECONDS ?? 8)
const cores = availableParallelism()
const all = await photosOf('lfw')
// Every other photo is enrolled; the rest are probes.
const enrolled = all.filter((_, i) => i % 2 === 0)
const probes = all.filter((_, i) => i % 2 === 1).map(({ photo }) => photo)

const server = await startServerProcess()
const client = createClient({ url: server.url, key: server.key })
const home = mkdtempSync(join(tmpdir(), 'agnize-bench-'))
symlinkSync(join(resolve(defaultHome()), 'models'), join(home, 'models'))
const agnize = await openAgnize({ home })
for (const { name, photo } of enrolled) {
  // The person of an LFW photo is at its center.
  await agnize.enroll(name, photo, { at: [125, 125] })
  const { error } = await client.POST('/v1/galleries/{gallery}/subjects/{subject}/faces', {
    params: { path: { gallery: 'default', subject: name }, query: { at: '125,125' } },
    ...photoForm({ photos: new Blob([await readFile(photo)]) }),
  })
  if (error) throw new Error(error.detail)
}
console.log(
  `${cpus()[0]?.model}, ${cores} cores, Node ${process.versions.node}; ${enrolled.length} LFW photos enrolled, ${probes.length} asked about\n`,
)

interface Load {
  readonly byStatus: Record<
    string,
    { count: number; perSecond: number; p50: number; p99: number; max: number }
  >
  /** Number of requests whose connection broke before the answer. */
  readonly broken: number
}

async function load(
  kind: 'closed' | 'open' | 'poisson',
  amount: number,
  duration = seconds,
): Promise<Load> {
  const child = spawn(
    process.execPath,
    [
      ...['node_modules/tsx/dist/cli.mjs', 'bench/server-load.ts', server.url, server.key],
      ...[String(duration), kind, String(amount)],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  child.stdin.end(probes.join('\n'))
  return JSON.parse(await text(child.stdout)) as Load
}

/** Photos per second that the library identifies, read from memory as in the server. */
async function library(): Promise<number> {
  const bytes = await Promise.all(probes.map((path) => readFile(path)))
  const start = performance.now()
  let count = 0
  function* endless() {
    while (performance.now() - start < seconds * 1000) yield bytes[count++ % bytes.length]!
  }
  for await (const each of agnize.identifyEach(endless(), { candidates: 1 })) {
    if ('error' in each) throw each.error
  }
  return count / ((performance.now() - start) / 1000)
}

await library()
await load('closed', 2 * cores, 3)
const ratios: number[] = []
const served: number[] = []
for (let round = 0; round < rounds; round++) {
  const inProcess = await library()
  const { byStatus } = await load('closed', 2 * cores)
  const rate = byStatus['200']!.perSecond
  served.push(rate)
  ratios.push(rate / inProcess)
  console.log(
    `identify: library ${inProcess.toFixed(1)}/s, server ${rate.toFixed(1)}/s, ${((100 * rate) / inProcess).toFixed(0)} %`,
  )
}
const most = median(served)
console.log(`server over library, median: ${(100 * median(ratios)).toFixed(0)} % (bar 90)\n`)

const show = ({ byStatus, broken }: Load) => {
  for (const [status, { count, perSecond, p50, p99, max }] of Object.entries(byStatus)) {
    console.log(
      `  ${status}: ${count} (${perSecond.toFixed(1)}/s), p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, max ${max.toFixed(1)} ms`,
    )
  }
  console.log(`  broken connections ${broken}; resident ${server.rss().toFixed(0)} MB`)
}

const before = await load('open', 0.7 * most, 2 * seconds)
console.log('at 70 % load:')
show(before)
const { p50, p99 } = before.byStatus['200']!
console.log(`  p99 over p50: ${(p99 / p50).toFixed(2)} (bar 3)\n`)

const random = await load('poisson', 0.7 * most, 2 * seconds)
console.log('at 70 % load, arriving at random:')
show(random)
console.log()

const memory = server.rss()
const overload = await load('open', 5 * most, 2 * seconds)
console.log('at five times what it can do:')
show(overload)
console.log(
  `  served ${((100 * (overload.byStatus['200']?.perSecond ?? 0)) / most).toFixed(0)} % of full speed; refusals at p99 ${overload.byStatus['503']?.p99.toFixed(1)} ms (bar 50); memory ${(server.rss() - memory).toFixed(0)} MB more\n`,
)
const after = await load('open', 0.7 * most)
console.log('at 70 % load, right after:')
show(after)
console.log(`  p50 over that before: ${(after.byStatus['200']!.p50 / p50).toFixed(2)}`)

await agnize.close()
rmSync(home, { recursive: true, force: true })
await server.stop()
