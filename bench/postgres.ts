/**
 * Galleries in PostgreSQL under load, for docs/scaling.md: `npm run bench:postgres [-- SECTIONS…]`, of `bulk`, `second`,
 * `creation`, `kills` and `types`, on the server that AGNIZE_TEST_POSTGRES_URL names or on one of scripts/postgres.ts. Nothing is
 * analyzed by hand, and autovacuum is off where the section says so.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { cosineMeasure } from '../dist/faces/similarity-measure.js'
import { writeArchive } from '../dist/gallery/archive/archive-file.js'
import { DatabaseSearch } from '../dist/gallery/search/database-search.js'
import { PostgresDatabase } from '../dist/gallery/sql/postgres.js'
import { SqlStore } from '../dist/gallery/sql/sql-store.js'
import { openAgnize } from '../dist/index.js'
import { startPostgres } from '../tests/gallery/postgres.js'
import { postgresOfRun } from '../tests/postgres-server.js'
import { idTypes } from './id-types.js'
import { ManyFaces } from './many-faces.js'
import { postgresTime } from './processor-time.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { people: { type: 'string', default: '50000' } },
})
const people = Number(values.people)
const sections = { bulk, second, creation, kills, types }
const faces = new ManyFaces(1)
const model = 'made-up@1'
const show = (name: string, value: string) => console.log(`  ${name.padEnd(58)} ${value}`)
const quantile = (times: readonly number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(share * times.length))]!

/** Prints the time of some work, and the processor's, which other programs of the machine do not lengthen. */
async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: process.env.AGNIZE_TEST_POSTGRES_URL })
  await client.connect()
  try {
    const before = [performance.now(), process.cpuUsage().user, await postgresTime(client)] as const
    const result = await work()
    const [all, own, server] = [
      performance.now() - before[0],
      (process.cpuUsage().user - before[1]) / 1000,
      (await postgresTime(client)) - before[2],
    ].map((ms) => (ms / 1000).toFixed(2))
    show(name, `${all} s; of the processor ${own} s here, ${server} s in the server`)
    return result
  } finally {
    await client.end()
  }
}

const folder = mkdtempSync(join(tmpdir(), 'agnize-bench-'))
const run = await postgresOfRun()
console.log(`${cpus()[0]!.model}, ${availableParallelism()} cores, Node ${process.versions.node}`)
console.log(run.line)
try {
  for (const name of positionals.length > 0 ? positionals : Object.keys(sections)) {
    await sections[name as keyof typeof sections]()
  }
} finally {
  rmSync(folder, { recursive: true })
  await run.stop()
}

/** Entry of a face of a person, for `addEach`. */
function entry(person: number, photo: number) {
  return {
    name: `P${person}`,
    template: {
      ...{ model, vector: faces.photo(person, photo), quality: 0.9 },
      ...{ photo: `${person}-${photo}.jpg`, photoHash: `${person}-${photo}` },
      box: { x: 1, y: 1, width: 100, height: 100 },
      crop: Uint8Array.of(1),
    },
  }
}

/** An export of people with a tag of half of them, three fields, and three faces of every two people. */
async function* exported(): AsyncGenerator<{ type: string; [column: string]: unknown }> {
  const at = new Date().toISOString()
  yield { type: 'agnize export', version: 2, at, gallery: 'default', model }
  for (let person = 0; person < people; person++) {
    const name = `P${person}`
    yield {
      ...{ type: 'subject', name, externalId: `x${person}`, purpose: null, createdAt: at },
      ...{ consentedAt: null, keepUntil: null, metadata: { floor: person % 40 } },
      tags: [person % 2 ? 'odd' : 'even', `site ${person % 100}`],
    }
    for (let photo = 0; photo < 1 + (person % 2); photo++) {
      const { template } = entry(person, photo)
      const { vector, quality, crop: _, ...face } = template
      yield {
        ...{ type: 'face', subject: name, photo: face.photo, photoHash: face.photoHash },
        ...{ box: face.box, createdAt: at, padded: null },
        templates: [{ model, quality, vector: Buffer.from(vector.buffer).toString('base64') }],
      }
    }
  }
}

/** Import and restore into databases that nobody has analyzed, and the first search by a tag of half the people. */
async function bulk(): Promise<void> {
  console.log(
    `\n${people.toLocaleString('en')} people, ${(people * 1.5).toLocaleString('en')} templates`,
  )
  const path = join(folder, 'export.agnize')
  await writeArchive(path, exported())
  const home = resolve('.cache/home')
  const first = await startPostgres()
  const backup = join(folder, 'backup.agnize')
  {
    await using agnize = await openAgnize({ home, store: first.url })
    const { added } = await timed('import', () => agnize.gallery.import(path))
    show('  faces', String(added))
    await searchByTag(first.url)
    await timed('backup', () => agnize.gallery.backup(backup))
    show('  size of the backup', `${Math.round(statSync(backup).size / 1e6)} MB`)
  }
  await first.stop()
  const other = await startPostgres()
  {
    await using agnize = await openAgnize({ home, store: other.url })
    await timed('restore', () => agnize.gallery.restore(backup))
    await searchByTag(other.url)
  }
  await other.stop()
}

async function searchByTag(url: string): Promise<void> {
  const database = await PostgresDatabase.open(url)
  const store = await SqlStore.open(database, 'default')
  const search = new DatabaseSearch(store, database.vectors)
  const options = { measure: cosineMeasure, limit: 5, filter: { tags: ['odd'] } }
  for (const name of ['first search by a tag of half of them', 'second search by it']) {
    const found = await timed(name, () => search.search([faces.photo(7, 99)], options))
    show('  the right person first', String(found.candidates[0]![0]?.subject.name === 'P7'))
  }
  await store.close()
}

/** A gallery of 600 people beside an analyzed one of 10,000 templates, before anything is analyzed again. */
async function second(): Promise<void> {
  console.log('\n600 people, 1,200 faces, beside 10,000 analyzed templates; autovacuum off')
  const server = await startPostgres()
  const database = await PostgresDatabase.open(server.url)
  const big = await SqlStore.open(database, 'big', { actor: 'bench' }, false)
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  for (const table of ['subjects', 'subject_labels', 'crops', 'templates']) {
    await client.query(`alter table ${table} set (autovacuum_enabled = false)`)
  }
  for (let i = 0; i < 5000; i += 500) {
    await big.addEach(Array.from({ length: 1000 }, (_, k) => entry(i + (k >> 1), k % 2)))
  }
  await client.query('analyze')
  const small = await SqlStore.open(database, 'small')
  await small.addEach(Array.from({ length: 1200 }, (_, k) => entry(10_000 + (k >> 1), k % 2)))
  // As if nothing had been counted since: the worst that a planner can believe.
  await client.query(`delete from pg_statistic where starelid in
    ('subjects'::regclass, 'templates'::regclass, 'crops'::regclass)`)
  await timed('templates(), without statistics', () => small.templates())
  await client.query('analyze')
  await timed('templates(), with statistics', () => small.templates())
  await client.end()
  await big.close()
  await small.close()
  await server.stop()
}

/** Changes of a gallery by three writers, without and beside the creation of 20 galleries. */
async function creation(): Promise<void> {
  console.log('\nthree writers, and 20 galleries created beside them')
  const server = await startPostgres()
  const stores = await Promise.all(
    [0, 1, 2].map(async (i) => SqlStore.open(await PostgresDatabase.open(server.url), `w${i}`)),
  )
  const maker = await PostgresDatabase.open(server.url)
  let goesOn = true
  let next = 0
  const times: number[] = []
  const writers = stores.map(async (store) => {
    while (goesOn) {
      const start = performance.now()
      await store.add(`P${next}`, entry(next++, 0).template)
      times.push(performance.now() - start)
    }
  })
  await new Promise((done) => setTimeout(done, 5000))
  const alone = times.splice(0)
  const created: number[] = []
  for (let i = 0; i < 20; i++) {
    const start = performance.now()
    await SqlStore.open(maker, `gallery ${i}`, { actor: 'bench' }, false)
    created.push(performance.now() - start)
  }
  const beside = times.splice(0)
  goesOn = false
  await Promise.all(writers)
  const p99 = (some: number[]) =>
    `p50 ${quantile(some, 0.5).toFixed(1)} ms, p99 ${quantile(some, 0.99).toFixed(1)} ms of ${some.length}`
  show('changes without creations', p99(alone))
  show('changes beside them', p99(beside))
  show('creations', `at most ${Math.max(...created).toFixed(0)} ms`)
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  const { rows } = await client.query(
    'select deadlocks from pg_stat_database where datname = current_database()',
  )
  show('deadlocks', String(rows[0].deadlocks))
  await client.end()
  for (const store of stores) await store.close()
  await maker.close()
  await server.stop()
}

/** Searches and changes while every half second all connections are ended. */
async function kills(): Promise<void> {
  console.log('\nsearches and changes while connections are ended twice a second, for 20 s')
  const server = await startPostgres()
  const database = await PostgresDatabase.open(server.url)
  const store = await SqlStore.open(database, 'default')
  await store.addEach(Array.from({ length: 1000 }, (_, i) => entry(i, 0)))
  const search = new DatabaseSearch(store, database.vectors)
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  const until = Date.now() + 20_000
  const failed: string[] = []
  let [searches, changes, ended] = [0, 0, 0]
  const go = async (work: () => Promise<void>) => {
    while (Date.now() < until) {
      await work().catch((error: { code?: string }) => failed.push(String(error.code ?? error)))
    }
  }
  const searching = async () => {
    await search.search([faces.photo(searches % 1000, 99)], { measure: cosineMeasure, limit: 5 })
    searches++
  }
  const changing = async () => {
    await store.add(`Q${changes}`, entry(2000 + changes, 0).template)
    changes++
  }
  const killing = async () => {
    await new Promise((done) => setTimeout(done, 500))
    const { rowCount } = await client.query(`select pg_terminate_backend(pid)
      from pg_stat_activity where application_name = 'agnize' and datname = current_database()`)
    ended += rowCount ?? 0
  }
  await Promise.all([go(searching), go(searching), go(changing), go(killing)])
  show('searches, changes, connections ended', `${searches}, ${changes}, ${ended}`)
  show('failed', `${failed.length} ${[...new Set(failed)].join(' ')}`)
  show('changes in the gallery', String((await store.state()).people - 1000))
  await client.end()
  await store.close()
  await server.stop()
}

/** What other types of ids and times would save. */
async function types(): Promise<void> {
  console.log('\nbytes of a row and of its entries in indexes, by the types of ids and times')
  await idTypes(async (store) => {
    for (let i = 0; i < 4000; i += 500) {
      const some = Array.from({ length: 500 }, (_, k) => i + k)
      await store.createEach(
        some.map((person) => ({
          name: `P${person}`,
          details: { tags: [`floor ${person % 40}`], externalId: `x${person}` },
        })),
      )
      await store.addEach(some.flatMap((person) => [entry(person, 0), entry(person, 1)]))
    }
  }, show)
}
