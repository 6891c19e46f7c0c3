import { createHash, randomBytes } from 'node:crypto'
import { passReadOnly } from '../../base/errors.js'
import { now } from '../../gallery/sql/rows.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import type { ApiKey, KeyStore } from './key-store.js'

/** Days of inactivity after which a session expires. Judgment. */
export const sessionDays = 30

/** Tokens are 256 random bits, so an unsalted hash is as hard to invert as the token is to guess. */
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

/**
 * Browser sessions: each stands for a key and has its permissions while that key is valid. They are kept in the store, so
 * that they survive a restart and work with every server over it.
 */
export class SessionStore {
  readonly #database: SqlDatabase
  readonly #keys: KeyStore

  constructor(database: SqlDatabase, keys: KeyStore) {
    this.#database = database
    this.#keys = keys
  }

  /** Begins a session. @returns Its token, which is not stored. */
  async begin(key: ApiKey): Promise<string> {
    const token = randomBytes(32).toString('base64url')
    await this.#database.transact(async (db) => {
      await db.deleteFrom('sessions').where('expires_at', '<=', now()).execute()
      await db
        .insertInto('sessions')
        .values({ hash: hashOf(token), key_id: key.keyId, created_at: now(), expires_at: later() })
        .execute()
    })
    return token
  }

  /** The key that a session stands for; undefined when either is no longer valid. */
  async find(token: string): Promise<ApiKey | undefined> {
    const hash = hashOf(token)
    const row = await this.#database.read((db) =>
      db
        .selectFrom('sessions')
        .select(['key_id', 'expires_at'])
        .where('hash', '=', hash)
        .executeTakeFirst(),
    )
    if (!row || row.expires_at <= now()) return undefined
    const key = await this.#keys.good(row.key_id)
    if (key && row.expires_at < later(sessionDays / 2)) await this.#prolong(hash)
    return key
  }

  async end(token: string): Promise<void> {
    await this.#database.transact((db) =>
      db.deleteFrom('sessions').where('hash', '=', hashOf(token)).execute(),
    )
  }

  async #prolong(hash: string): Promise<void> {
    await this.#database
      .transact((db) =>
        db.updateTable('sessions').set({ expires_at: later() }).where('hash', '=', hash).execute(),
      )
      .catch(passReadOnly)
  }
}

const later = (days = sessionDays) => new Date(Date.now() + days * 86_400_000).toISOString()
