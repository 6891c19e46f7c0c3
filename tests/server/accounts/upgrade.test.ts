import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Kysely, Migrator, PostgresDialect, SqliteDialect } from 'kysely'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { fillSqliteChecksums, SqliteChecksums } from '../../../dist/gallery/sql/checksums.js'
import { postgresMigrations, sqliteMigrations } from '../../../dist/gallery/sql/migrations/list.js'
import { SqliteFile } from '../../../dist/gallery/sql/sqlite-file.js'
import { hashPassword } from '../../../dist/server/accounts/password.js'
import { temporaryFolder } from '../../fixtures.js'
import { startPostgres } from '../../gallery/postgres.js'
import { startServer } from '../start.js'

const password = 'seven tall herons at dusk'
const token = `a.${'t'.repeat(43)}`
const at = new Date().toISOString()

/** Migrates a database to what accounts were before providers, and adds an account with a session. */
async function fillBefore(
  db: Kysely<any>,
  migrations: typeof sqliteMigrations,
  fill: (table: 'accounts' | 'account_sessions') => Promise<void>,
): Promise<void> {
  const before = Object.entries(migrations).filter(([name]) => name < '0019')
  const provider = { getMigrations: async () => Object.fromEntries(before) }
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  expect(error).toBeUndefined()
  await db
    .insertInto('accounts')
    .values({
      ...{ id: 'one', name: 'Vera', folded_name: 'vera', role: 'viewer', galleries: '["*"]' },
      ...{ password: await hashPassword(password), disabled: 0, created_at: at },
    })
    .execute()
  await db
    .insertInto('account_sessions')
    .values({
      ...{ hash: createHash('sha256').update(token).digest('hex'), id: 'two', account_id: 'one' },
      ...{ browser: 'Firefox', created_at: at, seen_at: at },
      expires_at: new Date(Date.now() + 86_400_000).toISOString(),
    })
    .execute()
  await fill('accounts')
  await fill('account_sessions')
}

async function inSqlite(): Promise<string> {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  const file = new SqliteFile(path)
  new SqliteChecksums(file)
  const db = new Kysely<any>({ dialect: new SqliteDialect({ database: file }) })
  await fillBefore(db, sqliteMigrations, (table) => fillSqliteChecksums(db, table))
  await db.destroy()
  return path
}

async function inPostgres(): Promise<string> {
  const database = await startPostgres()
  onTestFinished(() => database.stop())
  const pool = new pg.Pool({ connectionString: database.url })
  const db = new Kysely<any>({ dialect: new PostgresDialect({ pool }) })
  // Its migration made the triggers that fill checksums.
  await fillBefore(db, postgresMigrations, async () => {})
  await db.destroy()
  return database.url
}

test.each([
  ['SQLite', inSqlite],
  ['PostgreSQL', inPostgres],
])('accounts and sessions of a %s store from before providers go on', async (_, made) => {
  const store = await made()
  const { url, server } = await startServer({ store })
  const session = await fetch(`${url}/v1/session`, {
    headers: { cookie: `agnize_session=${token}` },
  })
  expect(await session.json()).toMatchObject({
    caller: { name: 'Vera', account: { id: 'one' } },
  })
  const signIn = (password: string) =>
    fetch(`${url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'vera', password }),
    })
  expect((await signIn(password)).status).toBe(201)
  expect((await signIn('another long password')).status).toBe(401)
  const { store: opened } = await server.root.session.gallery()
  expect(await opened.check()).toEqual([])
})
