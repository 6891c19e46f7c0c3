import pg from 'pg'
import { cosineMeasure } from '../dist/faces/similarity-measure.js'
import { DatabaseSearch } from '../dist/gallery/search/database-search.js'
import { LocalSearch } from '../dist/gallery/search/local-search.js'
import { PostgresDatabase } from '../dist/gallery/sql/postgres.js'
import { SqlStore } from '../dist/gallery/sql/sql-store.js'
import type { SubjectFilter } from '../dist/gallery/subject.js'
import type { NamedTemplate } from '../dist/gallery/template.js'
import { startPostgres } from '../tests/gallery/postgres.js'
import { postgresOfRun } from '../tests/postgres-server.js'
import { ManyFaces } from './many-faces.js'
import { postgresTime } from './processor-time.js'

const batch = 500
const templatesEach = 2
/** Searches of each kind: by a graph, of which a rate is taken, and of others. */
const [probesByGraph, probesOfOthers] = [1000, 40]
/** Tags, and each how many people one of them has it. */
const filters = { '50 %': 2, '1 %': 100, '0.01 %': 10_000 } as const
/** Galleries beside which a small one is searched, and people of each of these and of the small one. */
const [others, peopleOfOther] = [100, 50]

const show = (name: string, value: string) => console.log(`  ${name.padEnd(58)} ${value}`)
const faces = new ManyFaces(1)
const quantile = (times: readonly number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(share * times.length))]!

type Found = Awaited<ReturnType<DatabaseSearch['search']>>['candidates'][number]

/** Measures a gallery in PostgreSQL: insertion, searches of all kinds, its graph, its size. */
export async function galleryInPostgres(size: number): Promise<void> {
  const run = await postgresOfRun()
  const server = await startPostgres()
  console.log(`\n${size.toLocaleString('en')} templates × 512; ${run.line}`)
  const database = await PostgresDatabase.open(server.url)
  const store = await SqlStore.open(database, 'default')
  const people = Math.ceil(size / templatesEach)
  await timed('inserted in bulk, with tags', () => insert(store, people), size)
  for (const [name, bytes] of await sizesOf(server.url, store.id)) {
    show(`  ${name}, bytes a template`, Math.round(bytes / size).toLocaleString('en'))
  }

  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  const searches = searcher(client)
  // One that builds no graph beside its searches.
  const scanning = await PostgresDatabase.open(server.url, { readOnly: true })
  const scanned = await SqlStore.open(scanning, 'default')
  const search = new DatabaseSearch(store, database.vectors)
  const probes = probesAmong(people, probesByGraph)
  const few = probesAmong(people, probesOfOthers)
  await searches(new DatabaseSearch(scanned, scanning.vectors), few, 'search, all compared')
  await scanned.close()
  const start = performance.now()
  await database.vectors.buildGraph(store.id)
  show('graph built', `${((performance.now() - start) / 1000).toFixed(1)} s`)
  for (const [name, bytes] of await sizesOf(server.url, store.id)) {
    if (name === 'graph')
      show('  graph, bytes a person', Math.round(bytes / people).toLocaleString('en'))
  }
  const found = await searches(search, probes, 'search, by the graph')
  await recall(store, probes, found)
  for (const [share, each] of Object.entries(filters)) {
    const filter = { tags: [`one of ${each}`] }
    const own = few.map((probe) => probeOf(probe.person - (probe.person % each)))
    await searches(search, own, `search among ${share}`, filter)
  }
  await store.close()

  const beside = await PostgresDatabase.open(server.url)
  const galleries: SqlStore[] = []
  for (let i = 0; i <= others; i++) {
    const other = await SqlStore.open(beside, `other ${i}`, { actor: 'bench' }, false)
    await insert(other, peopleOfOther)
    galleries.push(other)
  }
  const small = new DatabaseSearch(galleries.at(-1)!, beside.vectors)
  const peopleThere = probesAmong(peopleOfOther, peopleOfOther)
  await searches(
    small,
    peopleThere,
    `search of ${peopleOfOther} people beside ${others + 1} galleries`,
  )
  for (const gallery of galleries) await gallery.close()
  await client.end()
  await server.stop()
  await run.stop()
}

interface Probe {
  readonly person: number
  readonly vector: Float32Array
}

const probeOf = (person: number): Probe => ({ person, vector: faces.photo(person, 99) })

function probesAmong(people: number, most: number): Probe[] {
  const count = Math.min(most, people)
  return Array.from({ length: count }, (_, i) => probeOf(Math.floor((i * people) / count)))
}

async function insert(store: SqlStore, people: number): Promise<void> {
  for (let first = 0; first < people; first += batch) {
    const some = Array.from({ length: Math.min(batch, people - first) }, (_, i) => first + i)
    await store.createEach(
      some.map((person) => ({ name: `P${person}`, details: detailsOf(person) })),
    )
    await store.addEach(
      some.flatMap((person) =>
        Array.from({ length: templatesEach }, (_, photo) => entry(person, photo)),
      ),
    )
  }
}

function detailsOf(person: number) {
  const tags = Object.values(filters).filter((each) => person % each === 0)
  return { tags: tags.map((each) => `one of ${each}`) }
}

function entry(person: number, photo: number): NamedTemplate {
  return {
    name: `P${person}`,
    template: {
      ...{ model: 'made-up@1', vector: faces.photo(person, photo), quality: 0.9 },
      ...{ photo: `${person}-${photo}.jpg`, photoHash: `${person}-${photo}` },
      box: { x: 1, y: 1, width: 100, height: 100 },
      crop: Uint8Array.of(1),
    },
  }
}

async function timed(name: string, work: () => Promise<void>, count: number): Promise<void> {
  const start = performance.now()
  await work()
  const seconds = (performance.now() - start) / 1000
  show(name, `${Math.round(count / seconds).toLocaleString('en')} templates/s`)
}

/** Times searches on the clock, and the server's processor time, which other programs of the machine lengthen less. */
function searcher(client: pg.Client) {
  return async (
    search: DatabaseSearch,
    probes: readonly Probe[],
    name: string,
    filter?: SubjectFilter,
  ): Promise<Found[]> => {
    const times: number[] = []
    const found: Found[] = []
    let right = 0
    const before = await postgresTime(client)
    for (const { person, vector } of probes) {
      const start = performance.now()
      const { candidates } = await search.search([vector], {
        measure: cosineMeasure,
        limit: 10,
        ...(filter && { filter }),
      })
      times.push(performance.now() - start)
      found.push(candidates[0]!)
      if (candidates[0]![0]?.subject.name === `P${person}`) right++
    }
    const processor = ((await postgresTime(client)) - before) / probes.length
    const ms = (share: number) => `${quantile(times, share).toFixed(1)} ms`
    show(
      name,
      `p50 ${ms(0.5)}, p99 ${ms(0.99)}, processor ${processor.toFixed(1)} ms; the right person first: ${right} of ${probes.length}`,
    )
    return found
  }
}

/** Compares what a graph found with what comparing all in this process finds. */
async function recall(store: SqlStore, probes: readonly Probe[], found: readonly Found[]) {
  const whole = new LocalSearch(store, { cache: null, graphFrom: Infinity })
  let [first, ten] = [0, 0]
  for (const [i, { vector }] of probes.entries()) {
    const { candidates } = await whole.search([vector], { measure: cosineMeasure, limit: 10 })
    const ids = found[i]!.map(({ subject }) => subject.id)
    const expected = candidates[0]!.map(({ subject }) => subject.id)
    if (expected[0] === ids[0]) first++
    ten += expected.filter((id) => ids.includes(id)).length / expected.length
  }
  await whole.close()
  show('  recall@1 against comparing all', (first / probes.length).toFixed(4))
  show('  recall@10', (ten / probes.length).toFixed(4))
}

/** Bytes of the tables with their indexes, of the vectors to search by, and of a gallery's graph. */
async function sizesOf(url: string, galleryId: string): Promise<Map<string, number>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const own = galleryId.replaceAll('-', '')
  const { rows } = await client.query<{ name: string; bytes: string }>(
    `select relname as name, pg_total_relation_size(oid) as bytes from pg_class
      where relname in ('subjects', 'subject_labels', 'crops', 'templates', 'search_vectors_${own}')
    union all select 'graph', pg_relation_size(oid) from pg_class where relname like 'graph_${own}_%'`,
  )
  await client.end()
  const sizes = new Map(rows.map(({ name, bytes }) => [name.split(`_${own}`)[0]!, Number(bytes)]))
  // The size of a partition includes its indexes, of which the graph is one.
  sizes.set('search_vectors', sizes.get('search_vectors')! - (sizes.get('graph') ?? 0))
  return sizes
}
