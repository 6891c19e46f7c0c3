import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Random } from '../../dist/base/random.js'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import type { Gallery } from '../../dist/gallery/gallery.js'
import { openGallery } from '../../dist/gallery/open-gallery.js'
import type { Search } from '../../dist/gallery/search/candidate.js'
import { ExactIndex } from '../../dist/gallery/search/exact-index.js'
import { LocalSearch } from '../../dist/gallery/search/local-search.js'
import { type OwnPostgres, startOwnPostgres } from '../../scripts/postgres.js'
import { after, models, type Operation, type People, vectorOf } from './model.js'

const measure = cosineMeasure

/** Result of a run. */
export interface ChaosResult {
  /** Whether a PostgreSQL server was killed; false for SQLite, and for PGlite in its place. */
  readonly isRealServer: boolean
  readonly kills: number
  /** Operations that were acknowledged. */
  readonly acknowledged: number
  /** Operations interrupted by a kill, and the number of them that took effect nevertheless. */
  readonly underWay: number
  readonly happened: number
  /** Number of interrupted operations by kind. */
  readonly kinds: Readonly<Record<string, number>>
  /** Violations found; empty where there were none. */
  readonly wrong: readonly string[]
}

/**
 * Kills processes that change a gallery at random moments, and checks after each kill that everything acknowledged is
 * there, nothing is half done, and the searches agree with the store.
 *
 * @param kind - With `postgres`, the server is sometimes killed in place of the client.
 */
export async function runChaos(
  kind: 'sqlite' | 'postgres',
  kills: number,
  {
    seed = 1,
    atLeast = 0,
    onKill,
  }: {
    readonly seed?: number
    /** Operations that must have been acknowledged: a slow machine is killed more often, up to ten times as often. */
    readonly atLeast?: number
    readonly onKill?: (done: number) => void
  } = {},
): Promise<ChaosResult> {
  const random = new Random(seed)
  const folder = mkdtempSync(join(tmpdir(), 'agnize-chaos-'))
  const place =
    kind === 'sqlite'
      ? new SqlitePlace(folder)
      : ((await PostgresPlace.start()) ?? (await PglitePlace.start(join(folder, 'data'))))
  let people: People = new Map()
  let [acknowledged, underWay, happened] = [0, 0, 0]
  const kinds: Record<string, number> = {}
  const wrong: string[] = []
  try {
    const goesOn = (i: number) => i < kills || (acknowledged < atLeast && i < 10 * kills)
    for (let i = 0; goesOn(i) && wrong.length < 5; i++) {
      const { done, begun, early } = await onePass(place, `${seed}${i}`, random)
      if (early !== undefined) wrong.push(`kill ${i}: ended by itself: ${early.slice(-400)}`)
      for (const operation of done) people = after(people, operation)
      acknowledged += done.length
      await place.recover()
      const gallery = await openGallery(place.location, 'chaos', { actor: 'chaos' })
      try {
        const found = await facesOf(gallery)
        if (begun) {
          underWay++
          kinds[begun.kind] = (kinds[begun.kind] ?? 0) + 1
          const next = after(people, begun)
          if (same(found, next)) {
            if (begun.kind !== 'search') happened++
            people = next
          } else if (!same(found, people)) wrong.push(describe(i, people, found, begun))
        } else if (!same(found, people)) wrong.push(describe(i, people, found, begun))
        wrong.push(
          ...(await problems(gallery, place, `${seed}${i}`)).map((each) => `kill ${i}: ${each}`),
        )
      } finally {
        await gallery.close()
      }
      onKill?.(i + 1)
    }
  } finally {
    await place.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const isRealServer = place instanceof PostgresPlace
  return { isRealServer, kills, acknowledged, underWay, happened, kinds, wrong }
}

/** A gallery under test. */
interface Place {
  readonly location: string
  /** Folder of saved indexes; empty where the database searches. */
  readonly cache: string
  /** Kills the server in place of the client; undefined for the client. */
  victim(random: Random): (() => Promise<void>) | undefined
  recover(): Promise<void>
  stop(): Promise<void>
}

class SqlitePlace implements Place {
  readonly location: string
  readonly cache: string

  constructor(folder: string) {
    this.location = join(folder, 'gallery.sqlite')
    this.cache = join(folder, 'index', 'chaos')
    mkdirSync(join(folder, 'index'))
  }

  victim(): undefined {}
  async recover(): Promise<void> {}
  async stop(): Promise<void> {}
}

class PostgresPlace implements Place {
  readonly location: string
  readonly cache = ''
  readonly #server: OwnPostgres

  private constructor(server: OwnPostgres) {
    this.#server = server
    this.location = server.url
  }

  static async start(): Promise<PostgresPlace | undefined> {
    const server = await startOwnPostgres()
    return server && new PostgresPlace(server)
  }

  victim(random: Random): (() => Promise<void>) | undefined {
    return random.below(4) === 0 ? () => this.#server.kill() : undefined
  }

  recover(): Promise<void> {
    return this.#server.start()
  }

  stop(): Promise<void> {
    return this.#server.stop()
  }
}

/** The same on PGlite, where there is no PostgreSQL. */
class PglitePlace implements Place {
  readonly location: string
  readonly cache = ''
  readonly #folder: string
  readonly #port: number
  #server: ChildProcess | undefined

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
    this.location = `postgres://postgres@127.0.0.1:${port}/postgres`
  }

  static async start(folder: string): Promise<PglitePlace> {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as { port: number }
    probe.close()
    const place = new PglitePlace(folder, port)
    await place.recover()
    return place
  }

  victim(random: Random): (() => Promise<void>) | undefined {
    return random.below(4) === 0 ? () => this.stop() : undefined
  }

  async recover(): Promise<void> {
    if (this.#server && this.#server.exitCode === null && this.#server.signalCode === null) return
    const script = resolve('tests/chaos/pglite-server.ts')
    const server = spawn(
      process.execPath,
      ['--import', 'tsx', script, this.#folder, String(this.#port)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    this.#server = server
    await once(server.stdout!, 'data')
  }

  async stop(): Promise<void> {
    const server = this.#server
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    server.kill('SIGKILL')
    await once(server, 'exit')
  }
}

/** Runs a process that changes the gallery for a while, and kills it or its server. */
async function onePass(place: Place, seed: string, random: Random) {
  const script = resolve('tests/chaos/worker.ts')
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', script, place.location, place.cache, seed],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const ended = once(child, 'exit')
  let complaint = ''
  child.stderr!.on('data', (text: Buffer) => (complaint += text))
  const done: Operation[] = []
  let begun: Operation | undefined
  let ready = () => {}
  const first = new Promise<void>((resolve) => (ready = resolve))
  const lines = createInterface({ input: child.stdout! })
  const read = (async () => {
    for await (const line of lines) {
      // A line that the kill truncated belongs to an operation that was begun but not acknowledged.
      const message = parsed(line)
      if (message?.begin) begun = message.begin
      if (message?.done) {
        done.push(message.done)
        begun = undefined
      }
      ready()
    }
    ready()
  })()
  await first
  await new Promise((over) => setTimeout(over, random.below(300)))
  const killServer = place.victim(random)
  if (killServer) {
    await killServer()
    await new Promise((over) => setTimeout(over, 50))
  }
  // Without its server, the client may have exited by itself; otherwise only the kill may end it.
  const early = !killServer && child.exitCode !== null ? complaint : undefined
  child.kill('SIGKILL')
  await Promise.all([ended, read])
  return { done, begun, early }
}

function parsed(line: string): { begin?: Operation; done?: Operation } | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Number of faces of each person, each with a template of the searched model. */
async function facesOf({ store }: Gallery): Promise<People> {
  const { active } = await store.migration.state()
  const people = new Map<string, number>()
  for (const { name } of await store.subjects()) {
    const faces = await store.faces(name)
    const whole = faces.filter(({ templates }) => templates.some(({ model }) => model === active))
    people.set(name, whole.length)
  }
  return people
}

/** Violations in a gallery after a kill. */
async function problems(gallery: Gallery, place: Place, seed: string): Promise<string[]> {
  const { store } = gallery
  const found = [...(await store.check())]
  const audit = await store.audit.verify()
  if (audit.broken !== null) found.push(`the log was broken at ${audit.broken}`)
  const { model } = await store.state()
  const search: Search | Gallery = place.cache
    ? new LocalSearch(store, { cache: place.cache, graphFrom: 60, saveFrom: 20 })
    : gallery
  const expected = new ExactIndex(await store.templates(), 'mean', measure)
  for (let i = 0; i < 3; i++) {
    const probe = vectorOf(`${seed} probe ${i}`, model ?? models[0])
    const options = { measure, limit: 1 }
    const { candidates, comparisons } =
      search instanceof LocalSearch
        ? await search.search([probe], options)
        : await gallery.search(model ?? models[0], [probe], options)
    const [wanted] = expected.search(probe, 1)
    const [got] = candidates[0]!
    if (comparisons !== expected.comparisons) {
      found.push(`the search compared ${comparisons} and not ${expected.comparisons}`)
    }
    // The approximate index may return the second best candidate of a stranger as the best, but must return one.
    if ((got === undefined) !== (wanted === undefined)) found.push('the search found nobody')
    if (got && wanted && got.similarity < wanted.similarity - 0.15) {
      found.push(`the search found ${got.similarity} where there is ${wanted.similarity}`)
    }
  }
  if (search instanceof LocalSearch) {
    await search.close()
    const parts = readdirSync(join(place.cache, '..')).filter((name) => name.endsWith('.part'))
    if (parts.length > 60) found.push(`${parts.length} parts of files lie about`)
  }
  return found
}

function same(a: People, b: People): boolean {
  return a.size === b.size && [...a].every(([name, faces]) => b.get(name) === faces)
}

function describe(
  kill: number,
  people: People,
  found: People,
  begun: Operation | undefined,
): string {
  const lost = [...people].filter(([name, faces]) => found.get(name) !== faces)
  const extra = [...found].filter(([name, faces]) => people.get(name) !== faces)
  return `kill ${kill}: expected and not there ${JSON.stringify(lost.slice(0, 5))}, there and not expected ${JSON.stringify(extra.slice(0, 5))}, under way ${JSON.stringify(begun)?.slice(0, 200)}`
}
