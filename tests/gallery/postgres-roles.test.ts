import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { DatabaseSearch } from '../../dist/gallery/search/database-search.js'
import { PostgresDatabase } from '../../dist/gallery/sql/postgres.js'
import { SqlStore } from '../../dist/gallery/sql/sql-store.js'
import { type OwnPostgres, startOwnPostgres } from '../../scripts/postgres.js'
import { template } from '../fixtures.js'
import { lacks } from '../requirements.js'

const script = readFileSync('deploy/postgres-roles.sql', 'utf8')
const measure = cosineMeasure
const notAllowed = {
  code: 'read-only',
  message: expect.stringContaining('as the user who owns them'),
}

// Roles belong to a whole server, so these tests have one of their own.
describe.skipIf(lacks('postgres'))('users of least privilege', () => {
  let server: OwnPostgres
  const addressOf = (user: string) => `postgres://${user}@127.0.0.1:${server.port}/postgres`

  async function run(user: string, statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: addressOf(user) })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }

  beforeAll(async () => {
    server = (await startOwnPostgres())!
    await run('postgres', script)
  })
  afterAll(() => server.stop())

  test('the server’s user may not make the tables, and is told whose work it is', async () => {
    await expect(PostgresDatabase.open(addressOf('agnize_server'))).rejects.toMatchObject(
      notAllowed,
    )
  })

  test('the owner makes the tables; the server’s user does all that serving needs', async () => {
    const owner = await PostgresDatabase.open(addressOf('agnize_owner'))
    await owner.close()
    await run('postgres', script)
    const database = await PostgresDatabase.open(addressOf('agnize_server'))
    const store = await SqlStore.open(database, 'default')
    await store.add('Anna', template(1))
    await store.add('Bea', template(2))
    await database.analyze(database.kysely, store.id)
    await database.vectors.buildGraph(store.id)
    const search = new DatabaseSearch(store, database.vectors)
    const { candidates } = await search.search([template(1).vector], { measure, limit: 1 })
    expect(candidates[0]![0]?.subject.name).toBe('Anna')
    await store.remove('Bea')
    expect(await store.check()).toEqual([])
    const other = await SqlStore.open(database, 'visitors')
    await other.add('Carl', template(3))
    await other.destroy()
    await store.close()
  })

  test('an upgrade is left to the owner', async () => {
    const undone = "delete from kysely_migration where name = '0015-vectors-apart' returning *"
    const client = new pg.Client({ connectionString: addressOf('postgres') })
    await client.connect()
    onTestFinished(() => client.end())
    const { rows } = await client.query(undone)
    expect(rows).toHaveLength(1)
    await expect(PostgresDatabase.open(addressOf('agnize_server'))).rejects.toMatchObject(
      notAllowed,
    )
    await client.query('insert into kysely_migration values ($1, $2)', Object.values(rows[0]))
  })

  test.each([
    'drop table subjects',
    'truncate subjects',
    'alter table subjects add column more text',
    'delete from kysely_migration',
    'create role intruder superuser',
    'create schema elsewhere',
  ])('the server’s user is refused: %s', async (statement) => {
    await expect(run('agnize_server', statement)).rejects.toMatchObject({ code: '42501' })
  })
})
