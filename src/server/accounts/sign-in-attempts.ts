import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import { now } from '../../gallery/sql/rows.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import type { Schema } from '../../gallery/sql/tables.js'
import { SharedSecret } from '../shared-secret.js'
import { foldedAccountName } from './account.js'
import { networksOf } from './networks.js'

/**
 * Failed attempts before further ones are refused: from a site of IPv6, from an address, for an account from one address, and for
 * an account from all addresses together. The last is what NIST SP 800-63B allows at most; the others are judgment.
 */
export const maxAttempts = { site: 250, address: 50, accountFromAddress: 10, account: 100 } as const

/** Minutes from the first failed attempt on, after which they count no more. Judgment. */
export const attemptMinutes = 15

/** Days for which an address from which an account has signed in is not refused for failures elsewhere. Judgment. */
export const knownDays = 14

/** Attempts of an address in a minute that are refused by the store; later ones are refused without asking it. Judgment. */
const maxRefusals = 30

/** Seconds after which others are likely to be checked that are still under way. Judgment. */
const underWaySeconds = 3

/** An attempt was refused. */
export class TooManyAttempts extends AgnizeError {
  readonly retryAfterSeconds: number

  constructor(seconds: number, sentence: string) {
    super('rate-limited', sentence)
    this.retryAfterSeconds = Math.max(1, Math.ceil(seconds))
  }
}

/** An attempt that is counted as failed until its end is told. */
export interface Attempt {
  /** The password was wrong: it stays counted. */
  failed(): void
  /** The password was right: failures for this account from here are forgotten, and this address is known from now on. */
  succeeded(): Promise<void>
  /** The password was not checked: nothing is counted. */
  takeBack(): Promise<void>
}

type Kind = keyof typeof maxAttempts

/** What an attempt is counted for, in the order in which every transaction takes its rows, so that two cannot wait for each other. */
type Counted = readonly (readonly [kind: Kind, id: string])[]

/**
 * Limits failed attempts to sign in, for all servers over a store together. Names that do not exist are counted too, so that the
 * limit does not tell them from others. What was typed and from where is kept as a keyed hash only: people type passwords into
 * the field of the name.
 */
export class SignInAttempts {
  readonly #database: SqlDatabase
  readonly #secret: SharedSecret
  /** Attempts that this server has begun and not ended. */
  readonly #underWay = new Map<string, number>()
  #refusals = new Map<string, number>()
  #minute = 0

  constructor(database: SqlDatabase) {
    this.#database = database
    this.#secret = new SharedSecret(database, 'sign-in attempts')
  }

  /**
   * Counts an attempt as failed before its password is looked at, so that many at once are not more than one after another. One that
   * is refused writes nothing.
   *
   * @throws TooManyAttempts
   */
  async begin(name: string, address: string): Promise<Attempt> {
    const { link, site } = networksOf(address)
    const account = await this.#mac(`account ${foldedAccountName(name)}`)
    const pair = await this.#mac(`from ${link} ${account}`)
    const known = `${account}.known.${pair}`
    const all: Counted = [
      ...(await this.#places('', address)),
      ['accountFromAddress', `${account}.${pair}`],
      ['account', account],
    ]
    return this.#begin(all, known, site ?? link)
  }

  /**
   * The same for a sign-in at a provider, whose account is not known before. Its failures are counted apart, so that a provider that
   * refuses everybody keeps nobody from signing in with a password.
   *
   * @throws TooManyAttempts
   */
  async beginAtProvider(address: string): Promise<Attempt> {
    const { link, site } = networksOf(address)
    return this.#begin(await this.#places('provider ', address), null, `provider ${site ?? link}`)
  }

  /** The networks for which an attempt is counted. */
  async #places(what: string, address: string): Promise<(readonly ['site' | 'address', string])[]> {
    const { link, site } = networksOf(address)
    return [
      ...(site === null ? [] : [['site', await this.#mac(`${what}site ${site}`)] as const]),
      ['address', await this.#mac(`${what}address ${link}`)],
    ]
  }

  /** @param known - Id under which the account knows the address; null without an account. */
  async #begin(all: Counted, known: string | null, network: string): Promise<Attempt> {
    this.#requirePatience(network)
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('sign_in_attempts')
        .selectAll()
        .where('id', 'in', [...(known === null ? [] : [known]), ...all.map(([, id]) => id)])
        .where('expires_at', '>', now())
        .execute(),
    )
    // Whoever fails elsewhere does not keep an account's owner out.
    const counted = rows.some(({ id }) => id === known)
      ? all.filter(([kind]) => kind !== 'account')
      : all
    for (const [kind, id] of counted) {
      const row = rows.find((each) => each.id === id)
      if (row && Number(row.failures) >= maxAttempts[kind]) {
        const { failures, expires_at } = row
        throw this.#refusal(kind, id, Number(failures) + 1, expires_at, network)
      }
    }
    await this.#database.transact(async (db) => {
      const [at, end] = [now(), new Date(Date.now() + attemptMinutes * 60_000).toISOString()]
      for (const [kind, id] of counted) {
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
        // Undoes the transaction.
        if (Number(row.failures) > maxAttempts[kind])
          throw this.#refusal(kind, id, Number(row.failures), row.expires_at, network)
      }
    })
    return this.#attempt(counted, known)
  }

  /** Forgets the failed attempts for an account, such as when it got a new password, and the addresses that it knows. */
  async forget(name: string): Promise<void> {
    const id = await this.#mac(`account ${foldedAccountName(name)}`)
    await this.#database.transact((db) =>
      db
        .deleteFrom('sign_in_attempts')
        .where(({ eb, or }) => or([eb('id', '=', id), eb('id', 'like', `${id}.%`)]))
        .execute(),
    )
  }

  /** Deletes what counts no more. */
  async expire(): Promise<void> {
    await this.#database.transact((db) =>
      db.deleteFrom('sign_in_attempts').where('expires_at', '<=', now()).execute(),
    )
  }

  #attempt(counted: Counted, known: string | null): Attempt {
    for (const [, id] of counted) this.#underWay.set(id, (this.#underWay.get(id) ?? 0) + 1)
    const end = () => {
      for (const [, id] of counted) {
        const left = this.#underWay.get(id)! - 1
        if (left > 0) this.#underWay.set(id, left)
        else this.#underWay.delete(id)
      }
    }
    return {
      failed: end,
      takeBack: () => this.#database.transact((db) => uncount(db, counted, [])).finally(end),
      succeeded: () =>
        this.#database
          .transact(async (db) => {
            await uncount(db, counted, ['accountFromAddress'])
            if (known === null) return
            const expires_at = new Date(Date.now() + knownDays * 86_400_000).toISOString()
            await db
              .insertInto('sign_in_attempts')
              .values({ id: known, failures: 1, expires_at })
              .onConflict((conflict) => conflict.column('id').doUpdateSet({ expires_at }))
              .execute()
          })
          .finally(end),
    }
  }

  #refusal(kind: Kind, id: string, failures: number, end: string, network: string) {
    if (failures - (this.#underWay.get(id) ?? 0) <= maxAttempts[kind]) {
      return new TooManyAttempts(
        underWaySeconds,
        'Other sign-ins are in progress: try again in a few seconds.',
      )
    }
    const seconds = (Date.parse(end) - Date.now()) / 1000
    const minutes = Math.max(1, Math.ceil(seconds / 60))
    if (kind === 'account' || kind === 'accountFromAddress') {
      return new TooManyAttempts(
        seconds,
        `Too many attempts to sign in have failed: wait ${minutes} min, or ask an administrator to set a new password.`,
      )
    }
    this.#refusals.set(network, (this.#refusals.get(network) ?? 0) + 1)
    return new TooManyAttempts(
      seconds,
      `Too many attempts to sign in from this network have failed: wait ${minutes} min.`,
    )
  }

  /** Refuses a network that does not wait, without the store. */
  #requirePatience(network: string): void {
    const minute = Math.floor(Date.now() / 60_000)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#refusals = new Map()
    }
    if ((this.#refusals.get(network) ?? 0) < maxRefusals) return
    throw new TooManyAttempts(
      60 - ((Date.now() / 1000) % 60),
      'Too many attempts to sign in from this network were refused: wait a minute.',
    )
  }

  async #mac(value: string): Promise<string> {
    return (await this.#secret.mac(value)).toString('hex')
  }
}

/** Counts an attempt no more; forgets all failures of some kinds. */
async function uncount(
  db: Kysely<Schema>,
  counted: Counted,
  forgotten: readonly Kind[],
): Promise<void> {
  for (const [kind, id] of counted) {
    await db
      .updateTable('sign_in_attempts')
      .set({ failures: forgotten.includes(kind) ? 0 : sql<number>`failures - 1` })
      .where('id', '=', id)
      .execute()
  }
  const ids = counted.map(([, id]) => id)
  await db
    .deleteFrom('sign_in_attempts')
    .where('id', 'in', ids)
    .where('failures', '<=', 0)
    .execute()
}
