import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { currentWord } from '../../base/renamed-words.js'
import { columnOf } from '../../gallery/json-columns.js'
import { newId, now } from '../../gallery/sql/rows.js'
import type { SqlDatabase } from '../../gallery/sql/sql-database.js'
import type { ServerSchema } from '../../gallery/sql/tables.js'
import { type Caller, type Scope, type Service, scopes, services } from './caller.js'

/** A key as it is listed, without its secret. */
export interface ApiKey extends Caller {
  readonly keyId: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** ISO 8601, UTC; null for a key that does not expire. */
  readonly expiresAt: string | null
}

/** A key to create. */
export interface NewApiKey {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly galleries: readonly string[]
  readonly service?: Service | null | undefined
  readonly requestsPerMinute?: number | null | undefined
  readonly photosPerDay?: number | null | undefined
  readonly expiresAt?: string | null | undefined
  /** The secret itself, to import a key from CompreFace; without it, one is generated. */
  readonly key?: string | undefined
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a string has the form of a key. */
export const isKey = (text: string) => uuid.test(text)

/** Keys are 122 random bits, so an unsalted hash is as hard to invert as the key is to guess. */
const hashOf = (key: string) => createHash('sha256').update(key.toLowerCase()).digest('hex')

/**
 * API keys in the store, shared by all servers over it. A key is a random UUID, which is the form that CompreFace clients
 * expect; only its hash is stored. Nothing is cached: revocation takes effect at once.
 */
export class KeyStore {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  /** The record of a key; undefined for an unknown, revoked or expired key. */
  async find(key: string): Promise<ApiKey | undefined> {
    if (!isKey(key)) return undefined
    const hash = hashOf(key)
    const row = await this.#database.read((db) =>
      db.selectFrom('api_keys').selectAll().where('hash', '=', hash).executeTakeFirst(),
    )
    if (!row || !timingSafeEqual(Buffer.from(row.hash), Buffer.from(hash))) return undefined
    return isGood(row) ? apiKey(row) : undefined
  }

  /** A valid key by its id; undefined for an unknown, revoked or expired one. */
  async good(id: string): Promise<ApiKey | undefined> {
    const row = await this.#database.read((db) =>
      db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst(),
    )
    return row && isGood(row) ? apiKey(row) : undefined
  }

  /** All keys, oldest first. */
  async list(): Promise<ApiKey[]> {
    const rows = await this.#database.read((db) =>
      db.selectFrom('api_keys').selectAll().orderBy('id').execute(),
    )
    return rows.map(apiKey)
  }

  /** A key by its id, valid or expired. @throws AgnizeError `unknown-key`. */
  async get(id: string): Promise<ApiKey> {
    const row = await this.#database.read((db) =>
      db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst(),
    )
    if (row) return apiKey(row)
    throw unknownKey(id)
  }

  /** Creates a key. @returns Its secret, which is not stored. @throws AgnizeError `bad-argument` for a taken key or no UUID. */
  async create(wanted: NewApiKey): Promise<{ readonly key: string; readonly apiKey: ApiKey }> {
    const key = wanted.key ?? randomUUID()
    if (!isKey(key)) {
      throw new AgnizeError(
        'bad-argument',
        'A key is a UUID: give one, or leave it out to have one created.',
      )
    }
    if (wanted.service && (wanted.galleries.length !== 1 || wanted.galleries[0] === '*')) {
      throw new AgnizeError(
        'bad-argument',
        'A key of a CompreFace service is for one gallery: name exactly one.',
      )
    }
    const row = rowOf(wanted, key)
    await this.#database.transact(async (db) => {
      const taken = await db
        .selectFrom('api_keys')
        .select('id')
        .where('hash', '=', row.hash)
        .executeTakeFirst()
      if (taken) throw new AgnizeError('bad-argument', 'This key already exists.')
      await db.insertInto('api_keys').values(row).execute()
    })
    return { key, apiKey: apiKey(row) }
  }

  /**
   * Creates an admin key for all galleries where the store has no key, exactly once even when several servers start together.
   *
   * @param galleryId - Id of a gallery, whose lock excludes the other servers.
   * @returns The key's secret; null where a key existed.
   */
  async createFirst(galleryId: string): Promise<string | null> {
    const key = randomUUID()
    const made = await this.#database.transact(async (db) => {
      await this.#database.lock(db, galleryId)
      const there = await db.selectFrom('api_keys').select('id').limit(1).executeTakeFirst()
      if (there) return false
      await db
        .insertInto('api_keys')
        .values(rowOf({ name: 'first', scopes: ['admin'], galleries: ['*'] }, key))
        .execute()
      return true
    })
    return made ? key : null
  }

  /** Replaces a key's secret; the old one is refused from now on, and its sessions end. @throws AgnizeError `unknown-key`. */
  async rotate(id: string): Promise<{ readonly key: string; readonly apiKey: ApiKey }> {
    const key = randomUUID()
    const changed = await this.#database.transact(async (db) => {
      await db.deleteFrom('sessions').where('key_id', '=', id).execute()
      return db
        .updateTable('api_keys')
        .set({ hash: hashOf(key) })
        .where('id', '=', id)
        .executeTakeFirst()
    })
    if (Number(changed.numUpdatedRows) === 0) throw unknownKey(id)
    return { key, apiKey: await this.get(id) }
  }

  /** Deletes a key. @throws AgnizeError `unknown-key`. */
  async revoke(id: string): Promise<void> {
    const gone = await this.#database.transact((db) =>
      db.deleteFrom('api_keys').where('id', '=', id).executeTakeFirst(),
    )
    if (Number(gone.numDeletedRows) === 0) throw unknownKey(id)
  }

  /**
   * Removes a deleted gallery from all keys, so that none opens a later gallery of the same name; a key without another
   * gallery is deleted.
   */
  async forgetGallery(gallery: string): Promise<void> {
    await this.#database.transact(async (db) => {
      // Two galleries that are forgotten at the same time do not bring each other back.
      await this.#database.lockTable(db, 'api_keys')
      const rows = await db.selectFrom('api_keys').selectAll().execute()
      for (const { keyId, galleries } of rows.map(apiKey)) {
        if (!galleries.includes(gallery)) continue
        const left = galleries.filter((name) => name !== gallery)
        if (left.length === 0) await db.deleteFrom('api_keys').where('id', '=', keyId).execute()
        else {
          await db
            .updateTable('api_keys')
            .set({ galleries: JSON.stringify(left) })
            .where('id', '=', keyId)
            .execute()
        }
      }
    })
  }

  /** Adds photos to the usage of keys on a day. @returns The new totals of those keys. */
  async use(day: string, photos: ReadonlyMap<string, number>): Promise<Map<string, number>> {
    const used = new Map<string, number>()
    await this.#database.transact(async (db) => {
      await db.deleteFrom('key_usage').where('day', '<', day).execute()
      for (const [key_id, count] of photos) {
        const there = await db
          .selectFrom('api_keys')
          .select('id')
          .where('id', '=', key_id)
          .executeTakeFirst()
        if (!there) continue
        const row = await db
          .insertInto('key_usage')
          .values({ key_id, day, photos: count })
          .onConflict((conflict) =>
            conflict.columns(['key_id', 'day']).doUpdateSet((expression) => ({
              photos: expression('key_usage.photos', '+', count),
            })),
          )
          .returning('photos')
          .executeTakeFirstOrThrow()
        used.set(key_id, Number(row.photos))
      }
    })
    return used
  }
}

const isGood = ({ expires_at }: ServerSchema['api_keys']) =>
  expires_at === null || expires_at > now()

function rowOf(wanted: NewApiKey, key: string): ServerSchema['api_keys'] {
  return {
    id: newId(),
    hash: hashOf(key),
    name: wanted.name,
    scopes: JSON.stringify(wanted.scopes),
    galleries: JSON.stringify(wanted.galleries),
    service: wanted.service ?? null,
    requests_per_minute: wanted.requestsPerMinute ?? null,
    photos_per_day: wanted.photosPerDay ?? null,
    created_at: now(),
    expires_at: wanted.expiresAt ?? null,
  }
}

/** Keys that earlier versions stored use the former names. */
const scopesSchema = z.array(z.string().transform(currentWord).pipe(z.enum(scopes)))
const galleriesSchema = z.array(z.string())
const serviceSchema = z.enum(services).nullable()

function apiKey(row: ServerSchema['api_keys']): ApiKey {
  const what = `the key ${row.id}`
  return {
    keyId: row.id,
    account: null,
    name: row.name,
    scopes: columnOf(row.scopes, scopesSchema, what),
    galleries: columnOf(row.galleries, galleriesSchema, what),
    service: columnOf(JSON.stringify(row.service), serviceSchema, what),
    requestsPerMinute: row.requests_per_minute,
    photosPerDay: row.photos_per_day,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

function unknownKey(id: string): AgnizeError {
  return new AgnizeError(
    'unknown-key',
    `There is no key ${JSON.stringify(id)}: list the keys to find its id.`,
  )
}

/** A key as JSON, without its secret. */
export function keyJson(key: ApiKey) {
  return {
    id: key.keyId,
    name: key.name,
    scopes: [...key.scopes],
    galleries: [...key.galleries],
    service: key.service,
    requests_per_minute: key.requestsPerMinute,
    photos_per_day: key.photosPerDay,
    created_at: key.createdAt,
    expires_at: key.expiresAt,
  }
}
