import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { columnOf } from '../../gallery/json-columns.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'

/** Retention of responses, in milliseconds. Judgment. */
const retentionMs = 24 * 60 * 60 * 1000
/** A request without a response counts as interrupted by a crash after this many milliseconds. Judgment. */
const abandonedAfterMs = 120_000

/** Maximum number of characters of an idempotency key. Judgment. */
export const maxIdempotencyKey = 255

/** A stored response. */
export interface StoredResponse {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** Result of a lookup: the stored response, or the start of a new request. */
export type Lookup = { readonly answer: StoredResponse } | { readonly begun: string }

/**
 * Stored responses, so that a request that a client retries after it lost the response is not executed twice. Each response
 * is encrypted with the request's idempotency key, which is not stored: a reader of the store learns nothing about subjects.
 */
export class Idempotency {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  /**
   * Begins a request, or finds its stored response.
   *
   * @param caller - Id of the API key.
   * @param key - The `Idempotency-Key`.
   * @param request - Hash of the request.
   * @throws AgnizeError `idempotency-conflict` where the key was used for another request, or the first is in progress.
   */
  async begin(caller: string, key: string, request: Buffer): Promise<Lookup> {
    const id = idOf(caller, key)
    const wanted = createHash('sha256').update(request).digest('hex')
    const at = new Date()
    return this.#database.transact(async (db) => {
      await db
        .deleteFrom('idempotent_requests')
        .where('at', '<', new Date(at.getTime() - retentionMs).toISOString())
        .execute()
      const known = await db
        .selectFrom('idempotent_requests')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      if (known && known.request !== wanted) {
        throw new AgnizeError(
          'idempotency-conflict',
          'This Idempotency-Key was used for another request: use a new key for each request.',
        )
      }
      if (known?.answer) return { answer: unseal(known.answer, caller, key) }
      if (known && Date.parse(known.at) > at.getTime() - abandonedAfterMs) {
        throw new AgnizeError(
          'idempotency-conflict',
          'The first request with this Idempotency-Key is still in progress: try again in a moment.',
        )
      }
      const row = { id, request: wanted, answer: null, at: at.toISOString() }
      await db
        .insertInto('idempotent_requests')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute()
      return { begun: id }
    })
  }

  async finish(caller: string, key: string, answer: StoredResponse): Promise<void> {
    await this.#database.transact((db) =>
      db
        .updateTable('idempotent_requests')
        .set({ answer: seal(answer, caller, key) })
        .where('id', '=', idOf(caller, key))
        .execute(),
    )
  }

  /** Deletes the record of a failed request, so that it may be retried. */
  async forget(caller: string, key: string): Promise<void> {
    await this.#database.transact((db) =>
      db.deleteFrom('idempotent_requests').where('id', '=', idOf(caller, key)).execute(),
    )
  }
}

const idOf = (caller: string, key: string) =>
  createHash('sha256').update(`${caller}\0${key}`).digest('hex')

const sealingKey = (caller: string, key: string) =>
  Buffer.from(hkdfSync('sha256', key, caller, 'agnize idempotent answer', 32))

function seal(answer: StoredResponse, caller: string, key: string): Uint8Array {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(caller, key), nonce)
  const sealed = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

const storedResponseSchema: z.ZodType<StoredResponse> = z.object({
  status: z.int(),
  type: z.string(),
  body: z.string(),
})

function unseal(bytes: Uint8Array, caller: string, key: string): StoredResponse {
  const buffer = Buffer.from(bytes)
  const cipher = createDecipheriv('aes-256-gcm', sealingKey(caller, key), buffer.subarray(0, 12))
  cipher.setAuthTag(buffer.subarray(12, 28))
  const opened = Buffer.concat([cipher.update(buffer.subarray(28)), cipher.final()])
  return columnOf(opened.toString(), storedResponseSchema, 'the answer of a request')
}
