/**
 * Compares this build with another, such as an older commit's: `npm run bench:against -- FOLDER`, where FOLDER is a checkout
 * with installed dependencies and a build. Both alternate in one run, so that the ratios hold on a noisy machine.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { defaultHome } from '../dist/index.js'
import { median, photosOf } from './face-sets.js'
import { enrollMadeUpPeople } from './made-up-people.js'

const other = process.argv[2]
if (!other) {
  console.error('Give the folder of another build: npm run bench:against -- FOLDER')
  process.exit(2)
}
const rounds = Number(process.env.BENCH_ROUNDS ?? 7)
const cores = availableParallelism()
const photos = (await photosOf('lfw')).map(({ photo }) => photo)
const bytes = photos.map((photo) => new Uint8Array(readFileSync(photo)))
const home = resolve(defaultHome())

type Library = typeof import('../dist/index.js')
const builds = {
  this: await buildIn('.'),
  other: await buildIn(other),
}

async function buildIn(folder: string) {
  const load = <T>(file: string) => import(pathToFileURL(resolve(folder, 'dist', file)).href) as T
  const { openAgnize } = await load<Promise<Library>>('index.js')
  const empty = mkdtempSync(join(tmpdir(), 'agnize-bench-'))
  symlinkSync(join(home, 'models'), join(empty, 'models'))
  const { SqlStore } = await load<Promise<typeof import('../dist/gallery/sql/sql-store.js')>>(
    'gallery/sql/sql-store.js',
  )
  const { SqliteDatabase } =
    await load<Promise<typeof import('../dist/gallery/sql/sqlite.js')>>('gallery/sql/sqlite.js')
  // A gallery in the schema of the build under test, with a thousand synthetic people.
  const store = await SqlStore.open(
    await SqliteDatabase.open(join(empty, 'gallery.sqlite')),
    'default',
  )
  await enrollMadeUpPeople(store, 1000)
  await store.close()
  const open = (threads: number) => openAgnize({ home: empty, store: ':memory:', threads })
  return {
    ...{ folder, home: empty, main: resolve(folder, 'dist/cli/main.js') },
    ...{ one: await open(1), all: await open(cores) },
  }
}

type Build = (typeof builds)['this']

const measures: Record<string, (build: Build) => number | Promise<number>> = {
  'photos a second, one worker, by path': ({ one }) => rate(one, photos),
  'photos a second, one worker, by bytes': ({ one }) => rate(one, bytes),
  'photos a second, all cores, by path': ({ all }) => rate(all, [...photos, ...photos]),
  'seconds of processor, identify as a process': (build) => identify(build).processor,
  'seconds, identify as a process with 1,000 people': (build) => identify(build).seconds,
}

async function rate(agnize: Build['one'], list: readonly (string | Uint8Array)[]): Promise<number> {
  const start = performance.now()
  for await (const each of agnize.analyzeEach(list)) if ('error' in each) throw each.error
  return (1000 * list.length) / (performance.now() - start)
}

function identify({ main, home }: Build): { seconds: number; processor: number } {
  const report =
    'data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write("cpu "+(user+system))})'
  const start = performance.now()
  const { stderr, status } = spawnSync(
    process.execPath,
    ['--import', report, main, 'identify', '--home', home, photos[0]!],
    { encoding: 'utf8' },
  )
  const seconds = (performance.now() - start) / 1000
  // None of the synthetic people is in the photo.
  if (status !== 1) throw new Error(stderr)
  return {
    seconds,
    processor: Number(/cpu (\d+)/.exec(stderr)![1]) / 1e6,
  }
}

console.log(
  `${cpus()[0]?.model}, ${cores} cores, Node ${process.versions.node}, ${photos.length} LFW photos, ${rounds} rounds; medians, and of the ratios round by round\n`,
)
for (const [name, measure] of Object.entries(measures)) {
  const seen: [number, number][] = []
  for (let round = -1; round < rounds; round++) {
    // The order alternates, so that noise from other processes affects both builds alike.
    const order = round % 2 === 0 ? (['this', 'other'] as const) : (['other', 'this'] as const)
    const values = { this: 0, other: 0 }
    for (const build of order) values[build] = await measure(builds[build])
    if (round >= 0) seen.push([values.this, values.other])
  }
  const [own, others] = [median(seen.map(([a]) => a)), median(seen.map(([, b]) => b))]
  const ratio = median(seen.map(([a, b]) => a / b))
  console.log(
    `${name.padEnd(50)} ${own.toFixed(2)} against ${others.toFixed(2)}: ${ratio.toFixed(3)} ×`,
  )
}
for (const { one, all, home } of Object.values(builds)) {
  await one.close()
  await all.close()
  rmSync(home, { recursive: true })
}
process.exit(0)
