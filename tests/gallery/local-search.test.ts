import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { Codes } from '../../dist/gallery/search/codes.js'
import { LocalSearch, type LocalSearchOptions } from '../../dist/gallery/search/local-search.js'
import { quantize } from '../../dist/gallery/search/quantize.js'
import { template, temporaryFolder, unitVector } from '../fixtures.js'
import { expectExact, madeUpPeople, searchContract } from './search-contract.js'
import { openSqlite } from './sqlite.js'

const measure = cosineMeasure

const folders = new Map<string, string>()

async function open(path: string, options: Partial<LocalSearchOptions> = {}) {
  const store = await openSqlite(path)
  const search = new LocalSearch(store, { cache: null, ...options })
  let open = true
  const close = async () => {
    if (!open) return
    open = false
    await search.close()
    await store.close()
  }
  onTestFinished(close)
  return { store, search, close }
}

async function inPlace(place: string, options: Partial<LocalSearchOptions> = {}) {
  const folder = folders.get(place) ?? (await temporaryFolder())
  folders.set(place, folder)
  return open(join(folder, 'gallery.sqlite'), options)
}

describe('the contract of searches, by comparing everybody', () => {
  searchContract((place) => inPlace(`scan ${place}`))
})

describe('the contract of searches, by a graph', () => {
  searchContract(
    async (place) => {
      const searched = await inPlace(`graph ${place}`, { graphFrom: 100 })
      // The graph answers every search as soon as it exists.
      return {
        store: searched.store,
        search: {
          method: searched.search.method,
          search: async (probes, options) => {
            await searched.search.search(probes, options)
            await searched.search.graphBuilt()
            return searched.search.search(probes, options)
          },
          forget: () => searched.search.forget(),
          drop: () => searched.search.drop(),
          close: () => searched.close(),
        },
      }
    },
    { isExact: false },
  )
})

test('8-bit codes keep similarities to a thousandth', () => {
  for (const dimensions of [128, 512]) {
    const a = unitVector(1, dimensions)
    const b = unitVector(2, dimensions).map((x, i) => 0.6 * a[i]! + 0.8 * x)
    const [p, q] = [new Int8Array(dimensions), new Int8Array(dimensions)]
    quantize(a, p)
    quantize(b, q)
    const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
      Array.from(x).reduce((sum, value, i) => sum + value * y[i]!, 0)
    const scale = ((127 / 4.5) ** 2 * dimensions) / 1
    expect(Math.abs(dot(p, q) / scale - dot(a, b))).toBeLessThan(2e-3)
  }
})

test('adds, changes and removes vectors over several blocks', () => {
  const codes = new Codes(16, undefined)
  const vectors = Array.from({ length: 70_000 }, (_, i) => unitVector(i + 1))
  for (const [i, vector] of vectors.entries()) codes.set({ key: i, owner: i % 1000, vector })
  expect(codes.nearest(vectors[66_000]!, 1)).toMatchObject([{ key: 66_000, owner: 0 }])
  codes.remove([66_000, 3, 69_999])
  expect(codes.size).toBe(69_997)
  expect(codes.nearest(vectors[66_000]!, 1)[0]!.key).not.toBe(66_000)
  expect(codes.nearest(vectors[69_998]!, 1)[0]!.key).toBe(69_998)
  codes.set({ key: 5, owner: 5, vector: vectors[3]! })
  expect(codes.nearest(vectors[3]!, 1)[0]!.key).toBe(5)
  expect(codes.keysOf(new Set([5]))).toHaveLength(70)
  expect(codes.nearestOf(new Set([7]), vectors[3]!, 100)).toHaveLength(70)
})

test('loads a saved index, updates it, and rebuilds a damaged one', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'gallery.sqlite')
  const cache = join(folder, 'index', 'one')
  const options = { cache, graphFrom: 200, saveFrom: 100 }
  const people = madeUpPeople(400, 7)
  const probes = [1, 399].map((i) => people[i]!.photo())
  const first = await open(path, options)
  await first.store.addEach(people.flatMap(({ entries }) => entries))
  await expectExact(first, probes, 'mean')
  expect(first.search.searchesGraph()).toBe(false)
  await first.search.graphBuilt()
  expect(first.search.searchesGraph()).toBe(true)
  await expectExact(first, probes, 'mean', undefined, 1)
  await first.close()
  expect(readdirSync(join(folder, 'index')).sort()).toEqual(['one.mean', 'one.mean.graph'])

  const writer = await open(path)
  await writer.store.add('Late', template(0, { vector: probes[0]!, photoHash: 'late' }))
  const second = await open(path, options)
  await expectExact(second, probes, 'mean', undefined, 1)
  expect(second.search.searchesGraph()).toBe(true)
  await second.close()

  for (const damage of ['.graph', '', 'header'] as const) {
    const file = damage === 'header' ? `${cache}.mean` : `${cache}.mean${damage}`
    const bytes = readFileSync(file)
    bytes.fill(7, damage === 'header' ? 0 : 2000, damage === 'header' ? 50 : 2100)
    writeFileSync(file, bytes)
    const third = await open(path, options)
    await expectExact(third, probes, 'mean')
    expect(third.search.searchesGraph()).toBe(false)
    await third.search.graphBuilt()
    expect(third.search.searchesGraph()).toBe(true)
    await third.close()
  }
})

test('saved indexes contain no removed people', async () => {
  const folder = await temporaryFolder()
  const cache = join(folder, 'index', 'one')
  const options = { cache, graphFrom: 200, saveFrom: 100 }
  const { store, search, close } = await open(join(folder, 'gallery.sqlite'), options)
  const people = madeUpPeople(300, 8)
  await store.addEach(people.flatMap(({ entries }) => entries))
  await search.search([people[0]!.photo()], { measure, limit: 1 })
  await search.graphBuilt()
  const [kept] = people[0]!.entries
  const code = new Int8Array(64)
  quantize(kept!.template.vector, code)
  expect(readFileSync(`${cache}.mean`).includes(Buffer.from(code.buffer))).toBe(true)
  await store.remove(people[0]!.name)
  await search.forget()
  expect(readFileSync(`${cache}.mean`).includes(Buffer.from(code.buffer))).toBe(false)
  // The graph cannot delete single vectors, so it was deleted.
  expect(existsSync(`${cache}.mean.graph`)).toBe(false)
  await close()
  expect(readFileSync(`${cache}.mean`).includes(Buffer.from(code.buffer))).toBe(false)
})

test('removes files of interrupted saves, and none that are being written', async () => {
  const folder = await temporaryFolder()
  const cache = join(folder, 'index', 'one')
  mkdirSync(join(folder, 'index', 'building-old'), { recursive: true })
  const old = new Date(Date.now() - 3_600_000)
  for (const name of ['one.mean.x.part', 'one.mean.x.part.graph', 'one.mean.y.part', 'other']) {
    writeFileSync(join(folder, 'index', name), 'faces')
    if (!name.includes('.y.')) utimesSync(join(folder, 'index', name), old, old)
  }
  utimesSync(join(folder, 'index', 'building-old'), old, old)
  const { store, search } = await open(join(folder, 'gallery.sqlite'), { cache })
  await store.addEach(madeUpPeople(5, 1).flatMap(({ entries }) => entries))
  await search.search([madeUpPeople(1, 2)[0]!.photo()], { measure, limit: 1 })
  expect(readdirSync(join(folder, 'index')).sort()).toEqual(['one.mean.y.part', 'other'])
})

test('an index that cannot be saved does not stop the search', async () => {
  const folder = await temporaryFolder()
  const blocked = join(folder, 'a-file')
  writeFileSync(blocked, '')
  const options = { cache: join(blocked, 'one'), graphFrom: 100, saveFrom: 10 }
  const { close, ...searched } = await open(join(folder, 'gallery.sqlite'), options)
  const people = madeUpPeople(200, 9)
  await searched.store.addEach(people.flatMap(({ entries }) => entries))
  await expectExact(searched, [people[3]!.photo()], 'mean')
  await searched.search.graphBuilt()
  await expectExact(searched, [people[4]!.photo()], 'mean', undefined, 1)
  await close()
})

test('yields to other work between probes', async () => {
  const { store, search } = await inPlace('turns')
  const people = madeUpPeople(30, 1)
  await store.addEach(people.flatMap(({ entries }) => entries))
  const probes = people.slice(0, 20).map(({ photo }) => photo())
  await search.search(probes.slice(0, 1), { measure, limit: 1 })
  let turns = 0
  let isOver = false
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await Promise.all([1, 2, 3].map(() => search.search(probes, { measure, limit: 1 })))
  isOver = true
  expect(turns).toBeGreaterThanOrEqual(3 * probes.length - 1)
})
