import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { DatabaseSearch } from '../../dist/gallery/search/database-search.js'
import { PostgresDatabase } from '../../dist/gallery/sql/postgres.js'
import { SqlStore } from '../../dist/gallery/sql/sql-store.js'
import { template } from '../fixtures.js'
import { explainStatements } from './explained.js'
import {
  type PostgresDatabaseUnderTest,
  startPostgres,
  startStoppablePostgres,
} from './postgres.js'
import { expectExact, madeUpPeople, searchContract } from './search-contract.js'
import { storeContract } from './store-contract.js'

let server: PostgresDatabaseUnderTest
const opened: SqlStore[] = []
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(async () => {
  for (const store of opened) await store.close()
  await server.stop()
})

async function open(place: string, gallery: string): Promise<SqlStore> {
  const store = await SqlStore.open(await PostgresDatabase.open(server.url), `${place}/${gallery}`)
  opened.push(store)
  return store
}

async function query<Row extends pg.QueryResultRow>(statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  try {
    return (await client.query<Row>(statement)).rows
  } finally {
    await client.end()
  }
}

const graphsOf = ({ id }: SqlStore) =>
  query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
      where indexname like 'graph_${id.replaceAll('-', '')}_%'`,
  )

/** Searches in another process's connections, which count what they used when they close. */
async function expectByGraph(gallery: string, probes: readonly Float32Array[], graph: string) {
  const database = await PostgresDatabase.open(server.url)
  const other = await SqlStore.open(database, gallery)
  const search = new DatabaseSearch(other, database.vectors)
  await expectExact({ store: other, search }, probes, 'mean', undefined, 1)
  const { explained, end } = explainStatements()
  try {
    await search.search(probes.slice(0, 1), { measure: cosineMeasure, limit: 1 })
  } finally {
    end()
  }
  const searches = [...explained].filter(([text]) => text.includes('search_vectors'))
  expect(searches.map(([, { bad }]) => [...bad])).toEqual([[]])
  await other.close()
  await expect
    .poll(() =>
      query(
        `select idx_scan::int as scans from pg_stat_user_indexes where indexrelname = '${graph}'`,
      ),
    )
    .toEqual([{ scans: probes.length + 2 }])
}

describe('the contract of stores', () => {
  storeContract(open)
})

describe('the contract of searches', () => {
  searchContract(async (place) => {
    const store = await open('searched', place)
    const search = new DatabaseSearch(store, store.gallery.database.vectors!)
    return { store, search }
  })
})

describe('the contract of searches, in protected galleries', () => {
  searchContract(async (place) => {
    const key = Buffer.alloc(32, 7)
    const database = await PostgresDatabase.open(server.url)
    const store = await SqlStore.open(database, `protected/${place}`, { actor: 'tests', key })
    opened.push(store)
    if (!(await store.protection.isProtected())) await store.protection.protect(key)
    return { store, search: new DatabaseSearch(store, database.vectors) }
  })
})

test('reports an unreachable server in one sentence, without the password', async () => {
  const error = await PostgresDatabase.open('postgres://me:secret@127.0.0.1:9/faces').catch(
    (error: unknown) => error,
  )
  expect(error).toMatchObject({ code: 'store-unreachable' })
  expect((error as Error).message).toContain('127.0.0.1:9/faces')
  expect((error as Error).message).not.toContain('secret')
})

test('continues after the server closes its connections, and repeats no change', async () => {
  const store = await open('broken off', 'default')
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  onTestFinished(() => client.end().catch(() => {}))
  for (let i = 0; i < 5; i++) {
    if (server.isReal) {
      await client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'agnize'",
      )
    }
    await store.add(`P${i}`, template(i))
  }
  expect(await store.state()).toMatchObject({ people: 5, templates: 5 })
  expect((await store.audit.verify()).entries).toBe(5)
})

test('two servers that change one gallery wait for each other', async () => {
  const one = await open('together', 'default')
  const other = await open('together', 'default')
  const adding = (store: SqlStore, from: number) =>
    Promise.all(Array.from({ length: 10 }, (_, i) => store.add(`P${from + i}`, template(from + i))))
  await Promise.all([adding(one, 0), adding(other, 100)])
  expect(await one.state()).toMatchObject({ people: 20, templates: 20, version: 20 })
  expect(await one.check()).toEqual([])
  expect(await one.audit.verify()).toMatchObject({ entries: 20, broken: null })
})

test('a server whose tables are upgraded while it runs waits for that, and refuses from then on', async () => {
  const database = await startPostgres()
  onTestFinished(() => database.stop())
  const old = await SqlStore.open(await PostgresDatabase.open(database.url), 'default')
  onTestFinished(() => old.close())
  await old.add('Before', template(2))
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  onTestFinished(() => client.end())
  const upgrade = `lock table kysely_migration in access exclusive mode;
    alter table subjects add column hologram text not null default 'none';
    insert into kysely_migration (name, timestamp) values ('9999-holograms', 'now')`
  const refused = {
    code: 'gallery-too-new',
    message: expect.stringContaining('start it with that version'),
  }
  if (database.isReal) {
    await client.query(`begin; ${upgrade}`)
    const change = old.add('During', template(3))
    const waits = `select count(*)::int as count from pg_locks where not granted
      and relation = 'kysely_migration'::regclass`
    await vi.waitFor(async () => expect((await client.query(waits)).rows).toEqual([{ count: 1 }]), {
      timeout: 20_000,
    })
    await client.query('commit')
    await expect(change).rejects.toMatchObject(refused)
  } else await client.query(`begin; ${upgrade}; commit`)
  await expect(old.add('After', template(4))).rejects.toMatchObject(refused)
  await vi.waitFor(() => expect(old.subjects()).rejects.toMatchObject(refused), { timeout: 20_000 })
  const { rows } = await client.query('select name from subjects')
  expect(rows).toEqual([{ name: 'Before' }])
})

test('an upgrade waits for the changes that servers are making', async ({ skip }) => {
  const database = await startPostgres()
  onTestFinished(() => database.stop())
  skip(!database.isReal, 'PGlite has one connection')
  const old = await PostgresDatabase.open(database.url)
  onTestFinished(() => old.close())
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  onTestFinished(() => client.end())
  // The last upgrade, which has nothing else to wait for.
  await client.query("delete from kysely_migration where name = '0021-different-people'")
  await client.query('drop table different_people')
  let goOn = () => {}
  const going = new Promise<void>((done) => (goOn = done))
  const change = old.transact(() => going)
  const upgraded = vi.fn()
  const upgrade = PostgresDatabase.open(database.url).then((opened) => opened.close())
  // A failure counts, too, and is reported where the upgrade is awaited.
  void upgrade.then(upgraded, upgraded)
  const waits = `select count(*)::int as count from pg_locks where not granted
    and relation = 'kysely_migration'::regclass`
  await vi.waitFor(async () => expect((await client.query(waits)).rows).toEqual([{ count: 1 }]), {
    timeout: 20_000,
  })
  expect(upgraded).not.toHaveBeenCalled()
  goOn()
  await change
  await upgrade
  const { rows } = await client.query('select count(*)::int as count from different_people')
  expect(rows).toEqual([{ count: 0 }])
})

test('retries serialization failures and no others', async () => {
  const database = await PostgresDatabase.open(server.url)
  onTestFinished(() => database.close())
  const fail = (code: string) => Object.assign(new Error('refused'), { code })
  for (const [code, tries] of [
    ['40001', 3],
    ['40P01', 3],
    ['57P01', 3],
    ['23505', 1],
  ] as const) {
    let count = 0
    const work = database.transact(async () => {
      count++
      if (count < 3) throw fail(code)
      return count
    })
    await (tries === 3 ? work : work.catch(() => {}))
    expect([code, count]).toEqual([code, tries])
  }
})

describe.each([
  ['the signs of long vectors', 512, /using hnsw .*bit_hamming_ops\) with \(m='32'/i],
  ['short vectors', 64, /using hnsw .*halfvec_ip_ops\) with \(m='24'/i],
] as const)('a graph over %s', (_, dimensions, definition) => {
  test('finds the same people', async () => {
    const store = await open(`graph-${dimensions}`, 'default')
    const database = store.gallery.database as PostgresDatabase
    const search = new DatabaseSearch(store, database.vectors)
    const people = madeUpPeople(400, 11, dimensions)
    await store.addEach(people.flatMap(({ entries }) => entries))
    await database.vectors.buildGraph(store.id)
    const graphs = await graphsOf(store)
    expect(graphs).toEqual([
      { name: expect.any(String), definition: expect.stringMatching(definition) },
    ])
    const probes = [3, 200, 399].map((i) => people[i]!.photo())
    await expectByGraph(`graph-${dimensions}/default`, probes, graphs[0]!.name)
    const some = new Set(people.filter((_, i) => i % 40 === 0).map(({ name }) => name))
    await expectExact({ store, search }, probes, 'mean', some)
    await store.remove(people[3]!.name)
    await expectExact({ store, search }, probes, 'mean', undefined, 1)
  })
})

test('a graph of an earlier version is searched until one over signs replaces it', async () => {
  const store = await open('earlier-graph', 'default')
  const database = store.gallery.database as PostgresDatabase
  const search = new DatabaseSearch(store, database.vectors)
  const people = madeUpPeople(400, 14, 512)
  await store.addEach(people.flatMap(({ entries }) => entries))
  await database.vectors.buildGraph(store.id)
  const [signs] = await graphsOf(store)
  const earlier = signs!.name.replace(/_signs$/, '')
  await query(`drop index ${signs!.name}`)
  const create = `create index ${earlier} on search_vectors_${store.id.replaceAll('-', '')}
    using hnsw ((vector::halfvec(512)) halfvec_ip_ops) where as_mean and model = 'test@1'`
  await query(create)
  await expectByGraph('earlier-graph/default', [people[7]!.photo()], earlier)
  await database.vectors.buildGraph(store.id)
  expect((await graphsOf(store)).map(({ name }) => name)).toEqual([signs!.name])
  // As a process leaves it that ends between the two.
  await query(create)
  const other = await open('earlier-graph', 'default')
  const { vectors } = other.gallery.database as PostgresDatabase
  await new DatabaseSearch(other, vectors).search([people[7]!.photo()], {
    ...{ measure: cosineMeasure, limit: 1 },
  })
  await vectors.settled()
  expect((await graphsOf(store)).map(({ name }) => name)).toEqual([signs!.name])
  await expectExact({ store, search }, [people[7]!.photo()], 'mean', undefined, 1)
})

test('a change of details leaves the vectors and the indexes alone', async () => {
  const store = await open('details', 'default')
  await store.addEach(madeUpPeople(20, 12).flatMap(({ entries }) => entries))
  const [first] = await store.subjects({ limit: 1 })
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  onTestFinished(() => client.end())
  const vectors = async () =>
    (
      await client.query(
        'select ctid, xmin from search_vectors where gallery_id = $1 order by ctid',
        [store.id],
      )
    ).rows
  const before = await vectors()
  await store.update(first!.name, { metadata: { floor: 3 }, tags: ['staff'], purpose: 'access' })
  expect(before.length).toBeGreaterThan(0)
  expect(await vectors()).toEqual(before)
  // A row that changes no indexed column stays in its place in the indexes (HOT).
  const { rows } = await client.query(`select distinct attname as column from pg_index
    join pg_attribute on attrelid = indrelid and attnum = any (indkey)
    where indrelid = 'subjects'::regclass order by 1`)
  expect(rows.map(({ column }) => column)).toEqual([
    'external_id',
    'gallery_id',
    'id',
    'key',
    'name',
  ])
})

test('a connection that breaks within a transaction ends neither the process nor the next transaction', async () => {
  const own = await startStoppablePostgres()
  const database = await PostgresDatabase.open(own.url)
  onTestFinished(() => database.close())
  let broke = 0
  const work = database.transact(async (db) => {
    await db.selectFrom('galleries').selectAll().execute()
    if (broke++ === 0) await own.stop()
    // Longer than the error takes to arrive: without a listener it would end the process here.
    await new Promise((done) => setTimeout(done, 200))
    await db.selectFrom('galleries').selectAll().execute()
  })
  await expect(work).rejects.toMatchObject({ code: 'store-unreachable' })
}, 60_000)

test('recognizes errors of the server by their codes', async () => {
  const store = await open('words', 'default')
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  onTestFinished(async () => {
    await client.query('drop trigger fails on subjects; drop function fails; drop sequence tries')
    await client.end()
  })
  await client.query('create sequence tries')
  const failing = (code: string, message: string) =>
    client.query(`create or replace function fails() returns trigger language plpgsql as $$ begin
      perform nextval('tries');
      raise exception '${message}' using errcode = '${code}'; end $$;
      create or replace trigger fails before insert on subjects for each row execute function fails()`)
  const outcome = () =>
    store.create('Anna').then(
      () => 'done',
      (error: { code?: string }) => error.code,
    )
  await failing('XX001', 'invalid page in block 7')
  expect(await outcome()).toBe('gallery-damaged')
  await failing('XX002', 'index is not in order')
  expect(await outcome()).toBe('gallery-damaged')
  await failing('XX000', 'tuple concurrently updated')
  expect(await outcome()).toBe('XX000')
  await failing('58030', 'could not read block')
  expect(await outcome()).toBe('store-unreachable')
  // Not a connection error, whatever its message says: it is not retried.
  await client.query("select setval('tries', 1, false)")
  await failing('P0001', 'Connection terminated, client has encountered a connection error')
  expect(await outcome()).toBe('P0001')
  const { rows } = await client.query('select last_value from tries')
  expect(Number(rows[0].last_value)).toBe(1)
})
