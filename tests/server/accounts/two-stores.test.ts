import { describe, expect, onTestFinished, test } from 'vitest'
import { PostgresDatabase } from '../../../dist/gallery/sql/postgres.js'
import type { SqlDatabase } from '../../../dist/gallery/sql/sql-database.js'
import { AccountSessions } from '../../../dist/server/accounts/account-sessions.js'
import { AccountStore } from '../../../dist/server/accounts/account-store.js'
import { maxAttempts, SignInAttempts } from '../../../dist/server/accounts/sign-in-attempts.js'
import { startPostgres } from '../../gallery/postgres.js'
import { lacks } from '../../requirements.js'

const password = 'correct horse battery'

/** Two connections of the kind that two servers have. */
async function twoDatabases(): Promise<readonly [SqlDatabase, SqlDatabase]> {
  const database = await startPostgres()
  const both = [
    await PostgresDatabase.open(database.url),
    await PostgresDatabase.open(database.url),
  ] as const
  onTestFinished(async () => {
    for (const each of both) await each.close()
    await database.stop()
  })
  return both
}

/** What becomes of work: the code of its error, or `done`. */
const outcomes = async (work: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(work)).map((each) =>
    each.status === 'fulfilled' ? 'done' : (each.reason.code as string),
  )

describe.skipIf(lacks('postgres'))('two servers on one database', () => {
  test('make the first account once', async () => {
    const stores = (await twoDatabases()).map((database) => new AccountStore(database))
    const made = await outcomes(
      [0, 1, 2, 3].map((i) => stores[i % 2]!.createFirst({ name: `Root ${i}`, password })),
    )
    expect(made.sort()).toEqual(['account-exists', 'account-exists', 'account-exists', 'done'])
    expect(await stores[0]!.list()).toHaveLength(1)
  })

  test.each([
    ['demoted', (store: AccountStore, id: string) => store.change(id, { role: 'viewer' })],
    ['disabled', (store: AccountStore, id: string) => store.change(id, { isDisabled: true })],
    ['removed', (store: AccountStore, id: string) => store.remove(id)],
  ] as const)('keep an administrator, where both are %s at the same time', async (_how, end) => {
    const [one, other] = (await twoDatabases()).map((database) => new AccountStore(database))
    for (let round = 0; round < 4; round++) {
      const accounts = await Promise.all(
        ['a', 'b'].map((name) =>
          one!.create({ name: `${name} ${round}`, role: 'administrator', password }),
        ),
      )
      // Those of the rounds before are not in the way.
      const rest = (await one!.list()).filter(
        ({ id, role, isDisabled }) =>
          role === 'administrator' && !isDisabled && !accounts.some((each) => each.id === id),
      )
      for (const { id } of rest) await one!.change(id, { role: 'viewer' })
      const ends = await outcomes([end(one!, accounts[0]!.id), end(other!, accounts[1]!.id)])
      expect(ends.sort()).toEqual(['done', 'last-administrator'])
      const left = (await other!.list()).filter(
        ({ role, isDisabled }) => role === 'administrator' && !isDisabled,
      )
      expect(left).toHaveLength(1)
    }
  })

  test('agree on names, attempts and sessions', async () => {
    const both = await twoDatabases()
    const stores = both.map((database) => new AccountStore(database))
    const created = await outcomes(
      [0, 1].map((i) => stores[i]!.create({ name: 'Anna', role: 'viewer', password })),
    )
    expect(created.sort()).toEqual(['account-exists', 'done'])

    const attempts = both.map((database) => new SignInAttempts(database))
    const begun = await outcomes(
      Array.from({ length: maxAttempts.accountFromAddress + 6 }, (_, i) =>
        attempts[i % 2]!.begin(i % 3 ? 'anna' : ' ANNA ', '10.0.0.1'),
      ),
    )
    expect(begun.filter((each) => each === 'done')).toHaveLength(maxAttempts.accountFromAddress)
    // An address of IPv6 stands for its network.
    const spread = await outcomes(
      Array.from({ length: maxAttempts.address + 5 }, (_, i) =>
        attempts[i % 2]!.begin(`name ${i}`, `2001:db8:1:2::${i.toString(16)}`),
      ),
    )
    expect(spread.filter((each) => each === 'done')).toHaveLength(maxAttempts.address)

    const proven = (await stores[0]!.withPassword('anna'))!
    const { id } = proven.account
    const sessions = both.map((database) => new AccountSessions(database))
    const token = await sessions[0]!.begin(proven, '')
    expect((await sessions[1]!.find(token))?.name).toBe('Anna')
    await stores[1]!.change(id, { isDisabled: true })
    expect(await sessions[0]!.find(token)).toBeUndefined()
    await stores[1]!.change(id, { isDisabled: false })
    // A lock ends sessions; it does not suspend them.
    expect(await sessions[0]!.find(token)).toBeUndefined()

    // A session that begins while the other server resets the password is refused, or ended by the reset.
    for (let round = 0; round < 5; round++) {
      const before = (await stores[0]!.withPassword('anna'))!
      const [begun] = await Promise.allSettled([
        sessions[0]!.begin(before, ''),
        stores[1]!.changeOwnPassword(before, `four other words ${round}`),
      ])
      if (begun.status === 'rejected') expect(begun.reason.code).toBe('wrong-password')
      expect(await sessions[0]!.list(id)).toEqual([])
    }
  })
})
