import { createHash, randomBytes } from 'node:crypto'
import { now } from '../../gallery/sql/rows.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import type { ApiKey, KeyStore } from './key-store.js'

/** Days for which a session lasts since it was last used. */
export const sessionDays = 30

/** Tokens are 256 random bits, so that a plain hash is as hard to undo as the token is to guess. */
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

/**
 * Sessions of browsers: each stands for a key, whose rights it has for as long as that key is good. They lie in the store, so
 * that a server that starts again, or another over the same store, knows them.
 */
export class SessionStore {
  readonly #database: SqlDatabase
  readonly #keys: KeyStore

  constructor(database: SqlDatabase, keys: KeyStore) {
    this.#database = database
    this.#keys = keys
  }

  /** @returns The token, which is not kept. */
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

  /** The key that a session stands for; undefined when either is no longer good. */
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
    await this.#database.transact((db) =>
      db.updateTable('sessions').set({ expires_at: later() }).where('hash', '=', hash).execute(),
    )
  }
}

const later = (days = sessionDays) => new Date(Date.now() + days * 86_400_000).toISOString()
