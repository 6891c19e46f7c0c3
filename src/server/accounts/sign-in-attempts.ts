import { sql } from 'kysely'
import { now } from '../../gallery/sql/rows.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import { SharedSecret } from '../shared-secret.js'
import { foldedAccountName } from './account-store.js'

/** Failed attempts before further ones are refused: for one account, and from one address. Judgment. */
export const maxAttempts = { account: 10, address: 50 } as const

/** Minutes from the first failed attempt on, after which they count no more. Judgment. */
export const attemptMinutes = 15

/** An attempt that is refused, and when another is not. */
interface Refusal {
  readonly retryAfterSeconds: number
}

/**
 * Limits failed attempts to sign in, for all servers over a store together. Names that do not exist are counted too, so that the
 * limit does not tell them from others. What was typed and from where is kept as a keyed hash only: people type passwords into
 * the field of the name.
 */
export class SignInAttempts {
  readonly #database: SqlDatabase
  readonly #secret: SharedSecret

  constructor(database: SqlDatabase) {
    this.#database = database
    this.#secret = new SharedSecret(database, 'sign-in attempts')
  }

  /**
   * Counts an attempt as failed before its password is looked at, so that many at once are not more than one after another.
   *
   * @returns Null where the attempt may be made.
   */
  async begin(name: string, address: string): Promise<Refusal | null> {
    const counted = [
      [await this.#idOf('account', foldedAccountName(name)), maxAttempts.account],
      [await this.#idOf('address', networkOf(address)), maxAttempts.address],
    ] as const
    return this.#database.transact(async (db) => {
      const [at, end] = [now(), new Date(Date.now() + attemptMinutes * 60_000).toISOString()]
      // Names before addresses, in every transaction, so that two cannot wait for each other.
      for (const [id, most] of counted) {
        const row = await db
          .insertInto('sign_in_attempts')
          .values({ id, failures: 1, expires_at: end })
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet({
              failures: sql<number>`case when sign_in_attempts.expires_at <= ${at} then 1
                else sign_in_attempts.failures + 1 end`,
              expires_at: sql<string>`case when sign_in_attempts.expires_at <= ${at} then ${end}
                else sign_in_attempts.expires_at end`,
            }),
          )
          .returning(['failures', 'expires_at'])
          .executeTakeFirstOrThrow()
        if (Number(row.failures) > most) {
          const seconds = Math.ceil((Date.parse(row.expires_at) - Date.now()) / 1000)
          return { retryAfterSeconds: Math.max(1, seconds) }
        }
      }
      return null
    })
  }

  /** Takes an attempt back that succeeded: the account's are forgotten, the address's count one less. */
  async succeeded(name: string, address: string): Promise<void> {
    const account = await this.#idOf('account', foldedAccountName(name))
    const from = await this.#idOf('address', networkOf(address))
    await this.#database.transact(async (db) => {
      await db.deleteFrom('sign_in_attempts').where('id', '=', account).execute()
      await db
        .updateTable('sign_in_attempts')
        .set({ failures: sql<number>`failures - 1` })
        .where('id', '=', from)
        .where('failures', '>', 0)
        .execute()
    })
  }

  /** Forgets the failed attempts for an account, such as when it got a new password. */
  async forget(name: string): Promise<void> {
    const id = await this.#idOf('account', foldedAccountName(name))
    await this.#database.transact((db) =>
      db.deleteFrom('sign_in_attempts').where('id', '=', id).execute(),
    )
  }

  /** Deletes what counts no more. */
  async expire(): Promise<void> {
    await this.#database.transact((db) =>
      db.deleteFrom('sign_in_attempts').where('expires_at', '<=', now()).execute(),
    )
  }

  async #idOf(kind: 'account' | 'address', value: string): Promise<string> {
    return (await this.#secret.mac(`${kind} ${value}`)).toString('hex')
  }
}

/** An address, of IPv6 the network of its site: whoever has one address there has all. */
function networkOf(address: string): string {
  const bare = address.replace(/^::ffff:/i, '').replace(/%.*$/, '')
  if (!bare.includes(':')) return bare
  const [head = '', tail = ''] = bare.split('::')
  const [before, after] = [head.split(':').filter(Boolean), tail.split(':').filter(Boolean)]
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((part) => part.toLowerCase())
    .join(':')
}
