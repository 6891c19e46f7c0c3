import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { DatabaseSearch } from '../../dist/gallery/search/database-search.js'
import { PostgresDatabase } from '../../dist/gallery/sql/postgres.js'
import { SqlStore } from '../../dist/gallery/sql/sql-store.js'
import { type OwnPostgres, startOwnPostgres } from '../../scripts/postgres.js'
import { template } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { type Pooler, startPooler } from './pgbouncer.js'
import { searchContract } from './search-contract.js'
import { storeContract } from './store-contract.js'

describe.skipIf(lacks('postgres') || lacks('pgbouncer'))(
  'behind a pooler in transaction mode',
  () => {
    let server: OwnPostgres | undefined
    let pooler: Pooler | undefined
    const opened: SqlStore[] = []

    beforeAll(async () => {
      server = (await startOwnPostgres())!
      pooler = await startPooler(server.port, 8)
    })
    afterAll(async () => {
      for (const store of opened) await store.close()
      await pooler?.stop()
      await server?.stop()
    })

    async function open(gallery: string): Promise<SqlStore> {
      const store = await SqlStore.open(await PostgresDatabase.open(pooler!.url), gallery)
      opened.push(store)
      return store
    }

    test('processes that start at once make the tables once, and leave no lock behind', async () => {
      const stores = await Promise.all(['first', 'second', 'third'].map(open))
      for (const store of stores) expect(await store.state()).toMatchObject({ people: 0 })
      const { rows } = await direct(
        "select count(*)::int as locks from pg_locks where locktype = 'advisory'",
      )
      expect(rows[0].locks).toBe(0)
    })

    describe('the contract of stores', () => {
      storeContract((place, gallery) => open(`${place}/${gallery}`))
    })

    describe('the contract of searches', () => {
      searchContract(async (place) => {
        const store = await open(place)
        return { store, search: new DatabaseSearch(store, store.gallery.database.vectors!) }
      })
    })

    test('a graph is built, and the connections that others share keep the settings of the server', async () => {
      const database = await PostgresDatabase.open(pooler!.url)
      const store = await SqlStore.open(database, 'graph')
      opened.push(store)
      for (let i = 0; i < 20; i++) await store.add(`P${i}`, template(i))
      await database.vectors.buildGraph(store.id)
      const { rows } = await direct(
        "select count(*)::int as graphs from pg_class join pg_index on indexrelid = pg_class.oid where relname like 'graph_%' and indisvalid",
      )
      expect(rows[0].graphs).toBe(1)
      const search = new DatabaseSearch(store, database.vectors)
      const { candidates } = await search.search([template(7).vector], {
        measure: cosineMeasure,
        limit: 1,
      })
      expect(candidates[0]![0]?.subject.name).toBe('P7')
      for (const name of ['statement_timeout', 'maintenance_work_mem', 'agnize.own_session']) {
        const { rows } = await direct(`select current_setting('${name}', true) as value`)
        const values = await everyConnection(pooler!, name)
        expect(new Set(values), name).toEqual(new Set([rows[0].value]))
      }
    })

    async function direct(statement: string): Promise<pg.QueryResult> {
      const client = new pg.Client({ connectionString: server!.url })
      await client.connect()
      return client.query(statement).finally(() => client.end())
    }
  },
)

/** The value of a setting in each connection to the server: transactions that are open at once have one each. */
async function everyConnection({ url }: Pooler, setting: string): Promise<string[]> {
  const clients = Array.from({ length: 8 }, () => new pg.Client({ connectionString: url }))
  try {
    const values: string[] = []
    for (const client of clients) {
      await client.connect()
      await client.query('begin')
      const { rows } = await client.query(`select current_setting('${setting}', true) as value`)
      values.push(rows[0].value)
    }
    return values
  } finally {
    for (const client of clients) await client.end()
  }
}
