/**
 * Search time and recall of a gallery, for docs/reference/benchmarks.md: `npm run bench:gallery [-- TEMPLATES…]`, by default
 * 10,000, 100,000 and 1,000,000 templates of synthetic faces, two per person. All measurements of one size run together,
 * side by side with a plain JavaScript scan, usearch's scan in float32 and the time that reading the same bytes takes.
 *
 * --postgres N, which may be repeated, measures N templates in PostgreSQL for docs/scaling.md (bench/gallery-postgres.ts), in the
 * server that AGNIZE_TEST_POSTGRES_URL names or one of its own; without TEMPLATES, nothing else.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import usearch from 'usearch'
import { cosineMeasure } from '../dist/faces/similarity-measure.js'
import type { Fusion } from '../dist/gallery/search/candidate.js'
import { LocalSearch } from '../dist/gallery/search/local-search.js'
import { SqlStore } from '../dist/gallery/sql/sql-store.js'
import { SqliteDatabase } from '../dist/gallery/sql/sqlite.js'
import type { NamedTemplate } from '../dist/gallery/template.js'
import { galleryInPostgres } from './gallery-postgres.js'
import { ManyFaces } from './many-faces.js'

const measure = cosineMeasure

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { postgres: { type: 'string', multiple: true }, folder: { type: 'string' } },
})
const inPostgres = values.postgres?.map(Number) ?? []
const sizes =
  positionals.length > 0 || inPostgres.length > 0
    ? positionals.map(Number)
    : [10_000, 100_000, 1_000_000]
const templatesEach = 2
const batch = 1000
const probesWanted = 1000

const quantile = (times: readonly number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(share * times.length))]!
const seconds = (start: number) => ((performance.now() - start) / 1000).toFixed(2)
const show = (name: string, value: string) => console.log(`  ${name.padEnd(58)} ${value}`)
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length
const ms = (times: readonly number[]) =>
  `p50 ${quantile(times, 0.5).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(2)} ms`

console.log(`${cpus()[0]!.model}, ${availableParallelism()} cores, Node ${process.versions.node}`)

const root = values.folder ?? mkdtempSync(join(tmpdir(), 'agnize-bench-'))
try {
  for (const size of sizes) await sqlite(size)
  for (const size of inPostgres) await galleryInPostgres(size)
} finally {
  if (!values.folder) rmSync(root, { recursive: true })
}

/** Yields entries with `size` templates in total, in batches. */
function* batches(faces: ManyFaces, size: number): Generator<NamedTemplate[]> {
  const people = Math.ceil(size / templatesEach)
  for (let person = 0; person < people; ) {
    const entries: NamedTemplate[] = []
    for (; entries.length < batch && person < people; person++) {
      for (let photo = 0; photo < templatesEach; photo++) {
        entries.push(entry(`P${person}`, faces.photo(person, photo), `${person}-${photo}`))
      }
    }
    yield entries
  }
}

function entry(name: string, vector: Float32Array, photo: string): NamedTemplate {
  return {
    name,
    template: {
      model: 'made-up@1',
      vector,
      quality: 0.9,
      photo,
      photoHash: photo,
      box: { x: 1, y: 1, width: 100, height: 100 },
      crop: Uint8Array.of(1),
    },
  }
}

async function sqlite(size: number): Promise<void> {
  console.log(`\n${size.toLocaleString('en')} templates × 512 in SQLite`)
  const faces = new ManyFaces(1)
  const path = join(root, `${size}.sqlite`)
  const store = await SqlStore.open(await SqliteDatabase.open(path), 'default')
  if ((await store.state()).templates < size) {
    let inserting = 0
    for (const entries of batches(faces, size)) {
      const start = performance.now()
      await store.addEach(entries)
      inserting += performance.now() - start
    }
    show(
      'inserted in bulk',
      `${Math.round(size / (inserting / 1000)).toLocaleString('en')} templates/s`,
    )
  }
  const single: number[] = []
  for (let i = 0; i < 100; i++) {
    const start = performance.now()
    await store.add(
      `New ${i}`,
      entry('', faces.photo(9e6 + i, 0), `new-${i}-${Date.now()}`).template,
    )
    single.push(performance.now() - start)
  }
  show(
    'one inserted, durably',
    `${ms(single)}; of it writing and flushing 4 kB ${ms(await flushes())}`,
  )
  for (let i = 0; i < 100; i++) await store.remove(`New ${i}`)

  const cache = join(`${path}.index`, store.id)
  await rm(dirname(cache), { recursive: true, force: true })
  const people = Math.ceil(size / templatesEach)
  const step = Math.max(1, Math.floor(people / probesWanted))
  const probes = Array.from({ length: Math.min(probesWanted, people) }, (_, i) => ({
    person: i * step,
    vector: faces.photo(i * step, 99),
  }))

  for (const fusion of ['mean', 'best'] as const) {
    await searching(store, cache, probes, fusion)
  }
  await store.close()
  for (const fusion of ['mean', 'best']) {
    await startAgain(path, fusion)
    await together(path, fusion)
  }
  await beside(faces, people, probes)
}

/** Measures searching: the default fusion compares one vector per person, `best` compares every template. */
async function searching(
  store: SqlStore,
  cache: string,
  probes: readonly Probe[],
  fusion: Fusion,
): Promise<void> {
  const search = new LocalSearch(store, { cache })
  let start = performance.now()
  const { comparisons } = await search.search([probes[0]!.vector], { measure, limit: 5, fusion })
  console.log(`  ${fusion}: ${comparisons.toLocaleString('en')} vectors`)
  show('index made from the store, to the first answer', `${seconds(start)} s`)
  const exact = await timeSearches(search, probes.slice(0, 200), 'search, comparing all', fusion)
  show('  queries a second', Math.round(1000 / mean(exact.times)).toLocaleString('en'))
  start = performance.now()
  await search.graphBuilt()
  if (search.searchesGraph(fusion)) {
    show('graph built beside it, saved', `${seconds(start)} s`)
    const approximate = await timeSearches(search, probes, 'search, by the graph', fusion)
    show('  queries a second', Math.round(1000 / mean(approximate.times)).toLocaleString('en'))
    const whole = new LocalSearch(store, { cache: null, graphFrom: Infinity })
    await whole.search([probes[0]!.vector], { measure, limit: 10, fusion })
    const truth = []
    for (const { vector } of probes) {
      truth.push((await whole.search([vector], { measure, limit: 10, fusion })).candidates[0]!)
    }
    await whole.close()
    let [first, ten] = [0, 0]
    truth.forEach((expected, i) => {
      const found = approximate.found[i]!.map(({ subject }) => subject.id)
      if (found[0] === expected[0]!.subject.id) first++
      ten += expected.filter(({ subject }) => found.includes(subject.id)).length / expected.length
    })
    show('  recall@1 against comparing all', (first / probes.length).toFixed(4))
    show('  recall@10', (ten / probes.length).toFixed(4))
  }
  await search.close()
}

interface Probe {
  readonly person: number
  readonly vector: Float32Array
}

async function timeSearches(
  search: LocalSearch,
  probes: readonly Probe[],
  name: string,
  fusion: Fusion = 'mean',
) {
  const times: number[] = []
  const found = []
  let right = 0
  for (const { person, vector } of probes) {
    const start = performance.now()
    // The limit that `identify` uses.
    const { candidates } = await search.search([vector], { measure, limit: 5, fusion })
    times.push(performance.now() - start)
    if (candidates[0]![0]?.subject.name === `P${person}`) right++
  }
  for (const { vector } of probes) {
    const { candidates } = await search.search([vector], { measure, limit: 10, fusion })
    found.push(candidates[0]!)
  }
  show(name, `${ms(times)}; the right person first: ${right} of ${probes.length}`)
  return { times, found }
}

/** Measures in a child process the time from start to the first answer, and the memory in use then. */
async function startAgain(path: string, fusion: string): Promise<void> {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'gallery-start.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, path, fusion], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await once(child, 'exit')
}

/** Measures the searches per second of one process per core, all running at once. */
async function together(path: string, fusion: string): Promise<void> {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'gallery-start.ts')
  const rates = await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', script, path, fusion, '1000'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => (text += chunk))
      await once(child, 'exit')
      return Number(text)
    }),
  )
  const sum = rates.reduce((total, rate) => total + rate, 0)
  show(
    `${fusion}: searches a second, ${rates.length} processes`,
    Math.round(sum).toLocaleString('en'),
  )
}

/** Measures other ways to compare the same vectors. */
async function beside(faces: ManyFaces, people: number, probes: readonly Probe[]): Promise<void> {
  const few = probes.slice(0, 20)
  if (people <= 100_000) {
    const vectors = new Float32Array(people * 512)
    for (let i = 0; i < people; i++) vectors.set(faces.photo(i, 0), i * 512)
    const plain = few.map(({ vector }) => timed(() => plainScan(vectors, vector)))
    show('beside: plain JavaScript, float32', ms(plain))
    const float = few.map(({ vector }) =>
      timed(() => usearch.exactSearch(vectors, vector, 512, 10, usearch.MetricKind.IP)),
    )
    show('beside: usearch exactSearch, float32', ms(float))
  }
  const bytes = new Float64Array((people * 512) / 8)
  const reading = Array.from({ length: 20 }, () => timed(() => sum(bytes)))
  show('beside: reading as many bytes as the 8-bit vectors have', ms(reading))
}

function plainScan(vectors: Float32Array, probe: Float32Array): number {
  let best = -Infinity
  for (let i = 0; i < vectors.length; i += 512) {
    let sum = 0
    for (let k = 0; k < 512; k++) sum += vectors[i + k]! * probe[k]!
    if (sum > best) best = sum
  }
  return best
}

function sum(values: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0; i + 3 < values.length; i += 4) {
    a += values[i]!
    b += values[i + 1]!
    c += values[i + 2]!
    d += values[i + 3]!
  }
  return a + b + c + d
}

function timed(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

/** Times in which the disk makes one page durable. */
async function flushes(): Promise<number[]> {
  const path = join(root, 'flush')
  const file = await open(path, 'w')
  const times: number[] = []
  for (let i = 0; i < 100; i++) {
    const start = performance.now()
    await file.write(Buffer.alloc(4096, i))
    await file.sync()
    times.push(performance.now() - start)
  }
  await file.close()
  rmSync(path)
  return times
}
