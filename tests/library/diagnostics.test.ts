import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { type Agnize, openAgnize } from '../../dist/index.js'
import { annaPhoto, homeWithModels } from '../fixtures.js'
import { startPostgres } from '../gallery/postgres.js'

afterEach(() => {
  vi.useRealTimers()
})

async function opened(home: string, store?: string): Promise<Agnize> {
  const agnize = await openAgnize({ home, threads: 1, ...(store && { store }) })
  onTestFinished(() => agnize.close())
  return agnize
}

const codesOf = async (agnize: Agnize) => (await agnize.diagnose()).map(({ code }) => code)

test('a fresh home is in order, and stays as it is', async () => {
  const home = await homeWithModels()
  const agnize = await opened(home)
  const checks = await agnize.diagnose()
  expect(checks.filter(({ state }) => state === 'wrong' || state === 'warning')).toEqual([])
  expect(checks.map(({ code }) => code)).toEqual(
    expect.arrayContaining([
      'versions',
      'machine',
      'runtime',
      'home',
      'disk',
      'model',
      'gallery-new',
    ]),
  )
  expect(existsSync(join(home, 'gallery.sqlite'))).toBe(false)
})

test('a gallery: search, encryption, retention and clock; facts hold no path', async () => {
  const home = await homeWithModels()
  const agnize = await opened(home)
  await agnize.enroll('Anna', await annaPhoto())
  expect(await codesOf(agnize)).toEqual(
    expect.arrayContaining([
      'gallery',
      'store',
      'search-unused',
      'unprotected',
      'retention-none',
      'clock',
    ]),
  )
  await agnize.identify(await annaPhoto())
  expect(await codesOf(agnize)).toContain('search-scan')
  await agnize.gallery.setRetention({ days: 30 })
  expect(await codesOf(agnize)).toContain('retention')
  const now = Date.now()
  vi.useFakeTimers({ toFake: ['Date'], now: now + 31 * 86_400_000 })
  const late = await agnize.diagnose()
  expect(late.find(({ code }) => code === 'retention-due')).toMatchObject({
    state: 'warning',
    facts: { days: 30, due: 1 },
  })
  // A clock that went back is before what it wrote.
  vi.setSystemTime(now - 3_600_000)
  const early = await agnize.diagnose()
  const clock = early.find(({ name }) => name === 'clock')!
  expect([clock.code, clock.state]).toEqual(['clock-differs', 'warning'])
  expect(clock.facts.seconds).toBeGreaterThanOrEqual(3600)
  for (const { facts } of early) expect(JSON.stringify(facts)).not.toContain(home)
  expect(JSON.stringify(early)).not.toContain('Anna')
})

test('a gallery in PostgreSQL has its own search and clock', async () => {
  const database = await startPostgres()
  onTestFinished(() => database.stop())
  const agnize = await opened(await homeWithModels(), database.url)
  await agnize.people.create('Anna')
  const checks = await agnize.diagnose()
  const store = checks.find(({ name }) => name === 'store')!
  expect(store.facts).toMatchObject({ kind: 'PostgreSQL' })
  expect(checks.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['search-database', 'clock']),
  )
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
  const [clock] = (await agnize.diagnose()).filter(({ name }) => name === 'clock')
  expect([clock!.code, clock!.facts.seconds]).toEqual(['clock-differs', 60])
})

test('a gallery that this program cannot compare with', async () => {
  const home = await homeWithModels()
  const agnize = await opened(home)
  await agnize.enroll('Anna', await annaPhoto())
  await agnize.close()
  const commercial = await openAgnize({ home, threads: 1, use: 'commercial' })
  onTestFinished(() => commercial.close())
  const decides = (await commercial.diagnose()).filter(({ name }) => name === 'decides')
  expect(decides).toMatchObject([
    { state: 'wrong', code: 'gallery-unusable', facts: { error: 'wrong-cohort' } },
  ])
  expect(decides[0]!.detail).toMatch(/gallery migrate --cohort/)
})
