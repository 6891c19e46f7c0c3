import { createHmac, randomBytes } from 'node:crypto'
import { now } from '../gallery/sql/rows.js'
import type { SqlDatabase } from '../gallery/sql/sql-database.js'

/** A secret in the store that all servers over it share; the first server that needs it creates it. */
export class SharedSecret {
  readonly #database: SqlDatabase
  readonly #name: string
  #secret: Promise<Buffer> | undefined

  /** @param name - Name of the secret in the store. */
  constructor(database: SqlDatabase, name: string) {
    this.#database = database
    this.#name = name
  }

  /** The HMAC (SHA-256) of a text. */
  async mac(text: string): Promise<Buffer> {
    this.#secret ??= this.#read()
    this.#secret.catch(() => (this.#secret = undefined))
    return createHmac('sha256', await this.#secret)
      .update(text)
      .digest()
  }

  async #read(): Promise<Buffer> {
    const name = this.#name
    const row = { name, secret: randomBytes(32), created_at: now() }
    const { secret } = await this.#database.transact(async (db) => {
      await db
        .insertInto('server_secrets')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute()
      return db
        .selectFrom('server_secrets')
        .select('secret')
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
    })
    return Buffer.from(secret)
  }
}
