import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SqlDatabase } from '../../../dist/gallery/sql/sql-database.js'
import { SqliteDatabase } from '../../../dist/gallery/sql/sqlite.js'
import { AccountSessions } from '../../../dist/server/accounts/account-sessions.js'
import { AccountStore } from '../../../dist/server/accounts/account-store.js'
import { hashPassword, isPasswordOf } from '../../../dist/server/accounts/password.js'
import { temporaryFolder } from '../../fixtures.js'

const password = 'correct horse battery'

async function open(): Promise<readonly [AccountStore, AccountSessions, SqlDatabase]> {
  const database = await SqliteDatabase.open(join(await temporaryFolder(), 'gallery.sqlite'))
  onTestFinished(() => database.close())
  return [new AccountStore(database), new AccountSessions(database), database]
}

test.each([
  ['gets another password', (store, id) => store.change(id, { password: 'four other words here' })],
  ['is disabled', (store, id) => store.change(id, { isDisabled: true })],
  ['is removed', (store, id) => store.remove(id)],
] satisfies [
  string,
  (store: AccountStore, id: string) => Promise<unknown>,
][])('no session begins by a password that was right before the account %s', async (_what, change) => {
  const [store, sessions, database] = await open()
  const { id } = await store.create({ name: 'Anna', role: 'viewer', password })
  const proven = (await store.withPassword('anna'))!
  expect(await isPasswordOf(password, proven.hash)).toBe(true)
  await change(store, id)
  await expect(sessions.begin(proven, '')).rejects.toMatchObject({ code: 'wrong-password' })
  const rows = await database.read((db) => db.selectFrom('account_sessions').selectAll().execute())
  expect(rows).toEqual([])
})

test('the old password comes back neither by a better hash nor by its owner', async () => {
  const [store, sessions] = await open()
  const { id } = await store.create({ name: 'Anna', role: 'viewer', password })
  const proven = (await store.withPassword('anna'))!
  const better = await store.keepBetterHash(proven, await hashPassword(password))
  expect(better.hash).not.toBe(proven.hash)
  expect((await store.withPassword('anna'))!.hash).toBe(better.hash)
  const reset = await store.change(id, { password: 'four other words here' })
  expect(reset.signedInAt).toBeNull()
  const { hash } = (await store.withPassword('anna'))!
  expect(await store.keepBetterHash(better, await hashPassword(password))).toBe(better)
  await expect(store.changeOwnPassword(better, 'words of somebody else')).rejects.toMatchObject({
    code: 'wrong-password',
  })
  const now = (await store.withPassword('anna'))!
  expect(now.hash).toBe(hash)
  // Whoever knows the new one changes it, and begins a session with that.
  const own = await store.changeOwnPassword(now, 'words of somebody else')
  expect(await sessions.find(await sessions.begin(own, ''))).toMatchObject({ name: 'Anna' })
  expect((await store.get(id)).signedInAt).not.toBeNull()
})

test('an account that is promoted while a gallery is forgotten keeps its rights', async () => {
  const [store] = await open()
  const made = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      store.create({ name: `Gus ${i}`, role: 'viewer', galleries: ['garden', 'house'], password }),
    ),
  )
  const { id } = made[5]!
  await Promise.all([
    store.forgetGallery('garden'),
    store.change(id, { role: 'administrator', galleries: ['*'] }),
  ])
  const left = (await store.list()).map(({ galleries }) => galleries)
  expect(left).toEqual([...Array(5).fill(['house']), ['*']])
})
