import { createHash, randomBytes } from 'node:crypto'
import { AgnizeError, passReadOnly } from '../../base/errors.js'
import { newId, now } from '../../gallery/sql/rows.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import { accountCaller, type Caller } from '../keys/caller.js'
import { accountOf, type IdentifiedAccount, type ProvenAccount } from './account.js'
import { wrongPassword } from './password.js'

/** Hours without a request after which a session of an account ends. Judgment: a working day. */
export const idleHours = 12

/** Days after which a session of an account ends, however it is used. Judgment. */
export const longestDays = 7

/** How often the last use of a session is noted, in milliseconds. Judgment. */
const noteEveryMs = 60_000

/** Distinguishes the tokens of accounts from those of keys, so that each is looked up in its own table. */
const prefix = 'a.'

/** Whether a token is that of an account's session. */
export const isAccountToken = (token: string) => token.startsWith(prefix)

/** Tokens are 256 random bits, so an unsalted hash is as hard to invert as the token is to guess. */
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

/** How somebody signed in: with a password, or at an OpenID Connect provider. */
export const methods = ['password', 'oidc'] as const

/** One of {@link methods}. */
export type Method = (typeof methods)[number]

/** A session as it is listed. */
export interface AccountSession {
  readonly id: string
  /** Browser and system, such as `Firefox, Windows`; empty for an unknown one. */
  readonly browser: string
  readonly method: Method
  /** ISO 8601, UTC, as are the others. */
  readonly createdAt: string
  /** To a minute. */
  readonly seenAt: string
  readonly expiresAt: string
}

/** Sessions of accounts in the store, which all servers over it share. Nothing is cached: an ended one is refused at once. */
export class AccountSessions {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  /**
   * Begins a session of an account whose owner has just proven to be it, and notes that.
   *
   * @returns Its token, which is not stored.
   * @throws AgnizeError `wrong-password` or `no-account` where the account has got another password or another owner at the
   * provider, was disabled or was removed meanwhile.
   */
  async begin(proven: ProvenAccount | IdentifiedAccount, userAgent: string): Promise<string> {
    const { account } = proven
    const isByPassword = 'hash' in proven
    const token = `${prefix}${randomBytes(32).toString('base64url')}`
    const at = now()
    await this.#database.transact(async (db) => {
      // The update keeps the row as it is until the session is there: a reset or a lock ends the session too, or comes first.
      const update = db
        .updateTable('accounts')
        .set({ signed_in_at: at })
        .where('id', '=', account.id)
        .where('disabled', '=', 0)
      const { numUpdatedRows } = await (isByPassword
        ? update.where('password', '=', proven.hash)
        : update
            .where('issuer', '=', proven.identity.issuer)
            .where('subject', '=', proven.identity.subject)
      ).executeTakeFirst()
      if (Number(numUpdatedRows) === 0) throw isByPassword ? wrongPassword() : noAccount()
      await db
        .insertInto('account_sessions')
        .values({
          ...{ hash: hashOf(token), id: newId(), account_id: account.id },
          ...{ browser: browserOf(userAgent), method: isByPassword ? 'password' : 'oidc' },
          ...{ created_at: at, seen_at: at },
          expires_at: new Date(Date.now() + longestDays * 86_400_000).toISOString(),
        })
        .execute()
    })
    return token
  }

  /** The caller of a session; undefined where it has ended, or its account is disabled. */
  async find(token: string): Promise<Caller | undefined> {
    const hash = hashOf(token)
    const row = await this.#database.read((db) =>
      db
        .selectFrom('account_sessions as session')
        .innerJoin('accounts', 'accounts.id', 'session.account_id')
        .selectAll('accounts')
        .select(['session.id as session_id', 'session.seen_at', 'session.expires_at'])
        .where('session.hash', '=', hash)
        .executeTakeFirst(),
    )
    if (!row || row.expires_at <= now() || row.seen_at <= idleLimit()) return undefined
    const account = accountOf(row)
    if (account.isDisabled) return undefined
    if (Date.parse(row.seen_at) < Date.now() - noteEveryMs) await this.#note(hash)
    return accountCaller(account, row.session_id)
  }

  /** The sessions of an account that have not ended, the last used first. */
  async list(accountId: string): Promise<AccountSession[]> {
    const rows = await this.#database.read((db) =>
      db
        .selectFrom('account_sessions')
        .select(['id', 'browser', 'method', 'created_at', 'seen_at', 'expires_at'])
        .where('account_id', '=', accountId)
        .where('expires_at', '>', now())
        .where('seen_at', '>', idleLimit())
        .orderBy('seen_at', 'desc')
        .orderBy('id', 'desc')
        .execute(),
    )
    return rows.map(({ id, browser, method, created_at, seen_at, expires_at }) => ({
      ...{ id, browser, method: method ?? 'password', createdAt: created_at, seenAt: seen_at },
      expiresAt: earlier(expires_at, new Date(Date.parse(seen_at) + idleMs).toISOString()),
    }))
  }

  /** Ends the session of a token. */
  async end(token: string): Promise<void> {
    await this.#database.transact((db) =>
      db.deleteFrom('account_sessions').where('hash', '=', hashOf(token)).execute(),
    )
  }

  /** Ends one session of an account. @throws AgnizeError `unknown-session`. */
  async endOne(accountId: string, id: string): Promise<void> {
    const { numDeletedRows } = await this.#database.transact((db) =>
      db
        .deleteFrom('account_sessions')
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirst(),
    )
    if (Number(numDeletedRows) > 0) return
    throw new AgnizeError(
      'unknown-session',
      `There is no session ${JSON.stringify(id)} of this account: it may have ended; list the sessions.`,
    )
  }

  /** Ends the sessions of an account. @param except - Id of one that goes on. @returns How many. */
  async endAll(accountId: string, except?: string): Promise<number> {
    const { numDeletedRows } = await this.#database.transact((db) => {
      const all = db.deleteFrom('account_sessions').where('account_id', '=', accountId)
      return (except === undefined ? all : all.where('id', '<>', except)).executeTakeFirst()
    })
    return Number(numDeletedRows)
  }

  /** Deletes what has ended. */
  async expire(): Promise<void> {
    await this.#database.transact((db) =>
      db
        .deleteFrom('account_sessions')
        .where(({ eb, or }) =>
          or([eb('expires_at', '<=', now()), eb('seen_at', '<=', idleLimit())]),
        )
        .execute(),
    )
  }

  async #note(hash: string): Promise<void> {
    await this.#database
      .transact((db) =>
        db
          .updateTable('account_sessions')
          .set({ seen_at: now() })
          .where('hash', '=', hash)
          .execute(),
      )
      .catch(passReadOnly)
  }
}

/** The answer to somebody whom the provider recognizes and who may not sign in here. */
export const noAccount = () =>
  new AgnizeError(
    'no-account',
    'You have no account here, or it is disabled: ask an administrator.',
  )

const idleMs = idleHours * 3_600_000
const idleLimit = () => new Date(Date.now() - idleMs).toISOString()
const earlier = (one: string, other: string) => (one < other ? one : other)

const browsers = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['FxiOS', 'Firefox'],
  ['CriOS', 'Chrome'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const

const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const

/** What people recognize their browser by; versions, which would tell people apart, are not kept. */
function browserOf(userAgent: string): string {
  const first = (names: readonly (readonly [string, string])[]) =>
    names.find(([part]) => userAgent.includes(part))?.[1]
  return [first(browsers), first(systems)].filter((part) => part !== undefined).join(', ')
}
