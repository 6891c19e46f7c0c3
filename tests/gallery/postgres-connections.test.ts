import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { openDatabase } from '../../dist/gallery/open-gallery.js'
import { DatabaseSearch } from '../../dist/gallery/search/database-search.js'
import { PostgresDatabase } from '../../dist/gallery/sql/postgres.js'
import { readPostgresAddress } from '../../dist/gallery/sql/postgres-address.js'
import { SqlStore } from '../../dist/gallery/sql/sql-store.js'
import { startOwnPostgres, startReplica } from '../../scripts/postgres.js'
import { template, temporaryFolder } from '../fixtures.js'
import { certificate } from '../models/certificates.js'
import { lacks } from '../requirements.js'
import { type PostgresDatabaseUnderTest, startPostgres } from './postgres.js'

let server: PostgresDatabaseUnderTest
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

async function connected(url = server.url): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end().catch(() => {}))
  return client
}

async function opened(url: string, gallery = 'default'): Promise<SqlStore> {
  const store = await SqlStore.open(await PostgresDatabase.open(url), gallery)
  onTestFinished(() => store.close())
  return store
}

const withParameter = (url: string, parameter: string) => `${url}?${parameter}`

test('an address of the form "host=… password=…" is refused in one sentence without the password', async () => {
  for (const address of [
    'host=127.0.0.1 dbname=faces password=secret',
    "user='me' password='s e' host = db",
  ]) {
    const error = await openDatabase(address).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'bad-argument' })
    expect((error as Error).message).toContain('postgres://')
    expect((error as Error).message).not.toMatch(/secret|s e'/)
  }
})

test('reads hosts, parameters and certificates of an address, and refuses wrong ones', async () => {
  const { ca: authority } = await certificate(await temporaryFolder())
  const read = (rest: string) => readPostgresAddress(`postgres://me:secret@${rest}`)
  const two = read('a:1,b/faces?target_session_attrs=read-write&readers=3&statement_timeout=0')
  expect(two).toMatchObject({ place: 'a:1,b/faces', wantsPrimary: true, readers: 3, writers: 5 })
  expect(two.statementTimeoutMs).toBe(0)
  expect(two.hosts.map(({ connectionString }) => connectionString)).toEqual([
    'postgres://me:secret@a:1/faces',
    'postgres://me:secret@b/faces',
  ])
  expect(read('a/faces?sslmode=require').hosts[0]!.ssl).toMatchObject({ rejectUnauthorized: false })
  const own = read(`a/faces?sslmode=require&sslrootcert=${authority}`).hosts[0]!.ssl
  expect(own).toMatchObject({ rejectUnauthorized: true, ca: readFileSync(authority, 'utf8') })
  expect(read('a/faces?sslmode=verify-full').hosts[0]!.ssl).not.toHaveProperty(
    'checkServerIdentity',
  )
  for (const wrong of [
    'a/faces?sslmode=sometimes',
    'a/faces?readers=0',
    'a/faces?statement_timeout=soon',
    'a/faces?target_session_attrs=nice',
    'a/faces?sslmode=require&sslrootcert=missing.pem',
    'a:port/faces',
  ]) {
    expect(() => read(wrong), wrong).toThrow(expect.objectContaining({ code: 'bad-argument' }))
  }
})

test('a statement that takes longer than the limit of the address ends, and is said', async () => {
  const database = await PostgresDatabase.open(withParameter(server.url, 'statement_timeout=200'))
  onTestFinished(() => database.close())
  const { sql } = await import('kysely')
  const slow = database.read((db) => sql`select pg_sleep(60)`.execute(db))
  await expect(slow).rejects.toMatchObject({
    code: 'store-unreachable',
    message: expect.stringContaining('statement_timeout'),
  })
})

test.skipIf(lacks('postgres'))('the statement of a client that is gone ends', async () => {
  const url = withParameter(server.url, 'client_connection_check_interval=300')
  const script = `
    const { PostgresDatabase } = await import('./dist/gallery/sql/postgres.js')
    const { sql } = await import('kysely')
    const database = await PostgresDatabase.open(process.argv[1])
    await sql\`select pg_sleep(100000)\`.execute(database.kysely)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, url])
  const client = await connected()
  const sleeping = async () => {
    const { rows } = await client.query(`select count(*)::int as count from pg_stat_activity
      where datname = current_database() and query like 'select pg_sleep(100000)%'`)
    return rows[0].count
  }
  while ((await sleeping()) === 0) await new Promise((done) => setTimeout(done, 50))
  child.kill('SIGKILL')
  while ((await sleeping()) > 0) await new Promise((done) => setTimeout(done, 50))
})

test('a second installation lives in another schema of the search path', async () => {
  const first = await opened(server.url)
  await first.add('Anna', template(1))
  const client = await connected()
  await client.query('create schema two')
  const url = withParameter(
    server.url,
    `options=${encodeURIComponent('-c search_path=two,public')}`,
  )
  const second = await opened(url)
  expect(await second.state()).toMatchObject({ people: 0 })
  await second.add('Bea', template(2))
  await second.remove('Bea')
  expect((await first.subjects()).map(({ name }) => name)).toEqual(['Anna'])
  expect(await second.check()).toEqual([])
})

test('pgvector before 0.8 is refused', async () => {
  await opened(server.url)
  const client = await connected()
  await client.query("update pg_extension set extversion = '0.7.4' where extname = 'vector'")
  onTestFinished(async () => {
    await client.query("update pg_extension set extversion = '0.8.0' where extname = 'vector'")
  })
  await expect(PostgresDatabase.open(server.url)).rejects.toMatchObject({
    code: 'store-unsupported',
    message: expect.stringContaining('ALTER EXTENSION vector UPDATE'),
  })
})

test.skipIf(lacks('postgres'))('waiting writers leave searches their connections', async () => {
  const store = await opened(server.url, 'waiting')
  await store.add('Anna', template(1))
  const search = new DatabaseSearch(store, store.gallery.database.vectors!)
  const client = await connected()
  await client.query(`begin; select from galleries where id = '${store.id}' for update`)
  const writers = Array.from({ length: 20 }, (_, i) => store.add(`P${i}`, template(10 + i)))
  const { candidates } = await search.search([template(1).vector], {
    measure: cosineMeasure,
    limit: 1,
  })
  expect(candidates[0]![0]?.subject.name).toBe('Anna')
  await client.query('commit')
  await Promise.all(writers)
})

test.skipIf(lacks('postgres'))('searches survive connections that the server ends', async () => {
  const store = await opened(server.url, 'ended')
  await store.add('Anna', template(1))
  const search = new DatabaseSearch(store, store.gallery.database.vectors!)
  const client = await connected()
  const options = { measure: cosineMeasure, limit: 1 }
  let goesOn = true
  const searches = Array.from({ length: 4 }, async () => {
    while (goesOn) {
      const { candidates } = await search.search([template(1).vector], options)
      expect(candidates[0]![0]?.subject.name).toBe('Anna')
    }
  })
  for (let i = 0; i < 10; i++) {
    await client.query(`select pg_terminate_backend(pid), pg_sleep(0.1) from pg_stat_activity
      where application_name = 'agnize' and datname = current_database()`)
  }
  goesOn = false
  await Promise.all(searches)
})

test.skipIf(lacks('postgres'))(
  'galleries are created beside writers without a deadlock',
  async () => {
    const stores = await Promise.all([0, 1, 2].map((i) => opened(server.url, `writer ${i}`)))
    const maker = await PostgresDatabase.open(server.url)
    onTestFinished(() => maker.close())
    let goesOn = true
    const writers = stores.map(async (store) => {
      for (let i = 0; goesOn; i++) await store.add(`P${i}`, template(i))
    })
    for (let i = 0; i < 10; i++) {
      await SqlStore.open(maker, `made ${i}`, { actor: 'tests' }, false)
    }
    goesOn = false
    await Promise.all(writers)
    const client = await connected()
    const { rows } = await client.query(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    )
    expect(rows[0].deadlocks).toBe(0)
  },
)

test.skipIf(lacks('postgres'))(
  'of several hosts, the one that takes changes is found after a fail-over',
  async () => {
    const primary = await startOwnPostgres()
    // A server that AGNIZE_TEST_POSTGRES_URL names cannot be made to fail.
    if (!primary) return
    onTestFinished(() => primary.stop())
    const store = await opened(primary.url)
    await store.add('Anna', template(1))
    const replica = (await startReplica(primary))!
    onTestFinished(() => replica.stop())
    const both = `postgres://postgres@127.0.0.1:${replica.port},127.0.0.1:${primary.port}/postgres?target_session_attrs=read-write`
    const found = await opened(both)
    await found.add('Bea', template(2))
    const standby = await connected(replica.url)
    const people = async () =>
      Number((await standby.query('select count(*) from subjects')).rows[0].count)
    while ((await people()) < 2) await new Promise((done) => setTimeout(done, 50))
    await primary.kill()
    await standby.query('select pg_promote()')
    await found.add('Carl', template(3))
    expect((await found.subjects()).map(({ name }) => name)).toEqual(['Anna', 'Bea', 'Carl'])
  },
)
