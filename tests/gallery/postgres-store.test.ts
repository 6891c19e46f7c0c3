import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DatabaseSearch } from '../../dist/gallery/search/database-search.js'
import { PostgresDatabase } from '../../dist/gallery/sql/postgres.js'
import { SqlStore } from '../../dist/gallery/sql/sql-store.js'
import { type PostgresServer, startPostgres } from './postgres.js'
import { searchContract } from './search-contract.js'
import { storeContract } from './store-contract.js'

let server: PostgresServer
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

test('a server that is not there is one sentence, without the password', async () => {
  const error = await PostgresDatabase.open('postgres://me:secret@127.0.0.1:9/faces').catch(
    (error: unknown) => error,
  )
  expect(error).toMatchObject({ code: 'store-unreachable' })
  expect((error as Error).message).toContain('127.0.0.1:9/faces')
  expect((error as Error).message).not.toContain('secret')
})
