import type { Kysely } from 'kysely'
import { isObject, schemaOf } from '../../base/checked-json.js'
import type {
  ChallengedFace,
  ChallengeStore,
  StoredChallenge,
  TakenResult,
} from '../challenge-store.js'
import { columnOf } from '../json-columns.js'
import { toBytes, toFloats } from '../vault.js'
import { appendToAuditLog } from './audit-chain.js'
import { now } from './rows.js'
import type { SqlDatabase } from './sql-database.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/** The challenges of a gallery in a database. */
export class SqlChallenges implements ChallengeStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  async add({ id, keyId, nonce, steps, passive, expiresAt }: StoredChallenge): Promise<void> {
    await this.#gallery.transact(async (db) => {
      await db
        .insertInto('challenges')
        .values({
          ...{ gallery_id: this.#gallery.id, id, key_id: keyId, nonce, face: null },
          ...{ steps: JSON.stringify(steps), passive: passive ? 1 : 0, state: 'open' },
          ...{ created_at: now(), expires_at: expiresAt },
        })
        .execute()
    })
  }

  async begin(id: string, keyId: string | null): Promise<StoredChallenge | 'taken' | 'unknown'> {
    return this.#gallery.transact(async (db) => {
      const row = await this.#row(db, id)
      if (!row || row.key_id !== keyId) return 'unknown'
      const { numUpdatedRows } = await this.#update(db, id)
        .set({ state: 'running' })
        .where('state', '=', 'open')
        .executeTakeFirst()
      if (Number(numUpdatedRows) === 0) return 'taken'
      return {
        ...{ id, keyId, nonce: row.nonce, passive: Number(row.passive) === 1 },
        ...{ steps: columnOf(row.steps, stepsShape, 'a challenge'), expiresAt: row.expires_at },
      }
    })
  }

  async keepFace(id: string, { width, height, face }: ChallengedFace): Promise<void> {
    await this.#gallery.transact(async (db) => {
      const { seal } = await this.#gallery.vault(db)
      const { embedding, ...rest } = face
      const vector = Buffer.from(toBytes(embedding.vector)).toString('base64')
      const kept = { ...{ width, height, face: rest }, model: embedding.model, vector }
      const bytes = seal.sealBytes(new TextEncoder().encode(JSON.stringify(kept)), label(id))
      await this.#update(db, id).set({ face: bytes }).where('state', '=', 'running').execute()
    })
  }

  async end(id: string, state: 'passed' | 'failed', expiresAt: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#gallery.transact((db) =>
      this.#update(db, id)
        .set({ state, expires_at: expiresAt })
        .where('state', '=', 'running')
        .where('expires_at', '>', now())
        .executeTakeFirst(),
    )
    return Number(numUpdatedRows) > 0
  }

  async override(
    id: string,
    reason: string,
    expiresAt: string,
    keyId?: string | null,
  ): Promise<'passed' | 'no-face' | 'unknown'> {
    return this.#gallery.transact(async (db) => {
      await this.#gallery.database.lock(db, this.#gallery.id)
      const row = await this.#row(db, id)
      if (!row || row.state === 'used' || row.state === 'passed') return 'unknown'
      if (keyId !== undefined && row.key_id !== keyId) return 'unknown'
      if (!row.face) return 'no-face'
      await this.#update(db, id).set({ state: 'passed', expires_at: expiresAt }).execute()
      await appendToAuditLog(db, this.#gallery, [
        { action: 'liveness-override', subjectId: null, details: { challenge: id, reason } },
      ])
      return 'passed'
    })
  }

  async take(id: string): Promise<TakenResult> {
    return this.#gallery.transact(async (db): Promise<TakenResult> => {
      const row = await this.#row(db, id)
      if (row?.state === 'used') return { outcome: 'used' }
      if (!row?.face || row.state !== 'passed') return { outcome: 'unknown' }
      const { numUpdatedRows } = await this.#update(db, id)
        .set({ state: 'used', face: null })
        .where('state', '=', 'passed')
        .executeTakeFirst()
      // Another server was faster.
      if (Number(numUpdatedRows) === 0) return { outcome: 'used' }
      const { seal } = await this.#gallery.vault(db)
      const json = new TextDecoder().decode(seal.openBytes(row.face, label(id)))
      const { width, height, face, model, vector } = columnOf(json, faceShape, 'a challenge')
      const embedding = { model, vector: toFloats(Buffer.from(vector, 'base64')) }
      return { outcome: 'taken', face: { width, height, face: { ...face, embedding } } }
    })
  }

  /** The row of a challenge that has not expired. */
  #row(db: Kysely<Schema>, id: string) {
    return db
      .selectFrom('challenges')
      .selectAll()
      .where('gallery_id', '=', this.#gallery.id)
      .where('id', '=', id)
      .where('expires_at', '>', now())
      .executeTakeFirst()
  }

  #update(db: Kysely<Schema>, id: string) {
    return db
      .updateTable('challenges')
      .where('gallery_id', '=', this.#gallery.id)
      .where('id', '=', id)
  }
}

/**
 * Deletes the expired challenges of all galleries of a database, with their faces.
 *
 * @returns When the next one expires, in ISO 8601; null where there is none.
 */
export async function deleteExpiredChallenges(database: SqlDatabase): Promise<string | null> {
  const first = () =>
    database.read(async (db) => {
      const row = await db
        .selectFrom('challenges')
        .select(({ fn }) => fn.min('expires_at').as('at'))
        .executeTakeFirst()
      return row?.at ?? null
    })
  const next = await first()
  // A server without challenges writes nothing.
  if (next === null || next > now()) return next
  await database.transact((db) =>
    db.deleteFrom('challenges').where('expires_at', '<=', now()).execute(),
  )
  await database.scrub()
  return first()
}

/** Deletes the challenges of a gallery that is being protected, whose faces are not sealed. */
export async function forgetChallenges(db: Kysely<Schema>, galleryId: string): Promise<void> {
  await db.deleteFrom('challenges').where('gallery_id', '=', galleryId).execute()
}

const label = (id: string) => `challenge ${id}`

const stepsShape = schemaOf(
  (value): value is string[] =>
    Array.isArray(value) && value.every((step) => typeof step === 'string'),
)

type Kept = Omit<ChallengedFace, 'face'> & {
  readonly face: Omit<ChallengedFace['face'], 'embedding'>
  readonly model: string
  readonly vector: string
}

/** What is written above, and sealed or the store's own. */
const faceShape = schemaOf(
  (value): value is Kept =>
    isObject(value) && typeof value.model === 'string' && typeof value.vector === 'string',
)
