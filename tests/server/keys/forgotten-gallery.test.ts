import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { PostgresDatabase } from '../../../dist/gallery/sql/postgres.js'
import type { SqlDatabase } from '../../../dist/gallery/sql/sql-database.js'
import { SqliteDatabase } from '../../../dist/gallery/sql/sqlite.js'
import { KeyStore } from '../../../dist/server/keys/key-store.js'
import { temporaryFolder } from '../../fixtures.js'
import { startPostgres } from '../../gallery/postgres.js'

async function open(kind: string): Promise<SqlDatabase> {
  let database: SqlDatabase
  if (kind === 'PostgreSQL') {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    database = await PostgresDatabase.open(server.url)
  } else database = await SqliteDatabase.open(join(await temporaryFolder(), 'gallery.sqlite'))
  onTestFinished(() => database.close())
  return database
}

test.each([
  'SQLite',
  'PostgreSQL',
])('galleries that are forgotten at the same time stay forgotten in %s', async (kind) => {
  const store = new KeyStore(await open(kind))
  const names = ['garden', 'house', 'shed', 'yard']
  for (let i = 0; i < 6; i++) {
    await store.create({ name: `Key ${i}`, scopes: ['read'], galleries: [...names, 'kept'] })
  }
  await store.create({ name: 'Only', scopes: ['read'], galleries: ['garden', 'house'] })
  await store.create({ name: 'All', scopes: ['read'], galleries: ['*'] })
  await Promise.all(names.map((name) => store.forgetGallery(name)))
  // A key without another gallery is gone.
  expect((await store.list()).map(({ galleries }) => galleries)).toEqual([
    ...Array(6).fill(['kept']),
    ['*'],
  ])
})
