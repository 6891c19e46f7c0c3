import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { LogCheck, LogPage } from '../chained-log.js'
import type { DecisionStore, LoggedDecision, LogSettings, NewDecision } from '../decision-store.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/** The previous hash of the first entry of a log. */
const start = '0'.repeat(64)
const day = 24 * 60 * 60 * 1000
/** Entries that are read at a time. Judgment. */
const pageSize = 500

/**
 * A gallery's decision log in a database. Each entry's hash covers the hash of its content and the hash of the previous
 * entry, so that changes are detected. The content can be erased with a subject, while its hash is kept.
 */
export class SqlDecisions implements DecisionStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  settings(): Promise<LogSettings> {
    return this.#gallery.read(async (db) => {
      const row = await this.#log(db)
      return {
        recording: row?.recording === 1,
        days: row?.days ?? null,
        faces: row?.faces === 1,
      }
    })
  }

  async configure({ recording, days, faces }: LogSettings): Promise<void> {
    const values = { recording: Number(recording), days, faces: Number(faces) }
    await this.#gallery.transact((db) =>
      db
        .insertInto('decision_logs')
        .values({ gallery_id: this.#gallery.id, ...values, anchor: start, newest: 0 })
        .onConflict((conflict) => conflict.column('gallery_id').doUpdateSet(values))
        .execute(),
    )
  }

  async append(decisions: readonly NewDecision[]): Promise<void> {
    await this.#gallery.transact(async (db) => {
      const log = await this.#log(db)
      if (!log?.recording) return
      const vault = await this.#gallery.vault(db)
      let number = log.newest
      let previous = (await this.#hashOf(db, number)) ?? log.anchor
      for (const { at, payload, face, subjects } of decisions) {
        number++
        const payload_hash = contentHash(payload, face)
        previous = chained(previous, number, at, payload_hash)
        const kept = face && vault.seal.sealBytes(face, `decision ${number}`)
        const entry = { number, at, payload, face: kept, payload_hash, hash: previous }
        await db
          .insertInto('decisions')
          .values({ gallery_id: this.#gallery.id, ...entry })
          .execute()
        for (const subject_id of new Set(subjects)) {
          await db
            .insertInto('decision_subjects')
            .values({ gallery_id: this.#gallery.id, number, subject_id })
            .execute()
        }
      }
      await db
        .updateTable('decision_logs')
        .set({ newest: number })
        .where('gallery_id', '=', this.#gallery.id)
        .execute()
      if (log.days !== null) {
        await this.#dropBefore(db, new Date(Date.now() - log.days * day).toISOString())
      }
    })
  }

  async *entries(after = 0): AsyncGenerator<LoggedDecision, void, undefined> {
    for await (const { number, at, payload, face } of this.#all(undefined, after)) {
      yield { number, at, payload, face }
    }
  }

  /** All entries, oldest first, read in pages. */
  async *#all(db?: Kysely<Schema>, from = 0): AsyncGenerator<Schema['decisions'], void, undefined> {
    const some = async (db: Kysely<Schema>, after: number) => {
      await this.#gallery.vault(db)
      return db
        .selectFrom('decisions')
        .selectAll()
        .where('gallery_id', '=', this.#gallery.id)
        .where('number', '>', after)
        .orderBy('number')
        .limit(pageSize)
        .execute()
    }
    let after = from
    for (;;) {
      const rows = await (db ? some(db, after) : this.#gallery.read((own) => some(own, after)))
      const vault = this.#gallery.knownVault
      for (const row of rows) {
        yield { ...row, face: row.face && vault.seal.openBytes(row.face, `decision ${row.number}`) }
      }
      if (rows.length < pageSize) return
      after = rows.at(-1)!.number
    }
  }

  latest({ before, limit, subjectId }: LogPage): Promise<LoggedDecision[]> {
    return this.#gallery.read(async (db) => {
      const vault = await this.#gallery.vault(db)
      let query = db
        .selectFrom('decisions')
        .select(['number', 'at', 'payload', 'face'])
        .where('gallery_id', '=', this.#gallery.id)
        .orderBy('number', 'desc')
        .limit(limit)
      if (before !== undefined) query = query.where('number', '<', before)
      if (subjectId !== undefined) {
        query = query.where('number', 'in', (expression) =>
          expression
            .selectFrom('decision_subjects')
            .select('decision_subjects.number')
            .where('decision_subjects.gallery_id', '=', this.#gallery.id)
            .where('decision_subjects.subject_id', '=', subjectId),
        )
      }
      return (await query.execute()).map(({ face, ...row }) => ({
        ...row,
        face: face && vault.seal.openBytes(face, `decision ${row.number}`),
      }))
    })
  }

  about(subjectId: string): Promise<LoggedDecision[]> {
    return this.#gallery.read(async (db) => {
      const vault = await this.#gallery.vault(db)
      const rows = await db
        .selectFrom('decisions')
        .select(['number', 'at', 'payload', 'face'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('number', 'in', (expression) =>
          expression
            .selectFrom('decision_subjects')
            .select('decision_subjects.number')
            .where('decision_subjects.gallery_id', '=', this.#gallery.id)
            .where('decision_subjects.subject_id', '=', subjectId),
        )
        .orderBy('number')
        .execute()
      return rows.map(({ face, ...row }) => ({
        ...row,
        face: face && vault.seal.openBytes(face, `decision ${row.number}`),
      }))
    })
  }

  verify(): Promise<LogCheck> {
    return this.#gallery.read(async (db) => {
      const log = await this.#log(db)
      let previous = log?.anchor ?? start
      let [entries, erased, last] = [0, 0, 0]
      let broken: number | null = null
      for await (const { number, at, payload, face, payload_hash, hash } of this.#all(db)) {
        entries++
        if (payload === null) erased++
        const whole =
          (payload === null || contentHash(payload, face) === payload_hash) &&
          chained(previous, number, at, payload_hash) === hash &&
          (last === 0 || number === last + 1)
        if (!whole) broken ??= number
        previous = hash
        last = number
      }
      // Entries were cut off the end.
      if (log && entries > 0 && last !== log.newest) broken ??= last + 1
      return { entries, erased, broken, head: previous }
    })
  }

  clear(): Promise<number> {
    return this.#gallery.transact((db) => this.#dropBefore(db, '9999'))
  }

  /** Deletes the oldest entries; the hash of the last deleted one becomes the anchor. */
  async #dropBefore(db: Kysely<Schema>, time: string): Promise<number> {
    const newestKept = await db
      .selectFrom('decisions')
      .select('number')
      .where('gallery_id', '=', this.#gallery.id)
      .where('at', '>=', time)
      .orderBy('number')
      .limit(1)
      .executeTakeFirst()
    const log = await this.#log(db)
    if (!log) return 0
    const last = (newestKept?.number ?? log.newest + 1) - 1
    const anchor = await this.#hashOf(db, last)
    if (anchor === undefined) return 0
    const { numDeletedRows } = await db
      .deleteFrom('decisions')
      .where('gallery_id', '=', this.#gallery.id)
      .where('number', '<=', last)
      .executeTakeFirstOrThrow()
    await db
      .deleteFrom('decision_subjects')
      .where('gallery_id', '=', this.#gallery.id)
      .where('number', '<=', last)
      .execute()
    await db
      .updateTable('decision_logs')
      .set({ anchor })
      .where('gallery_id', '=', this.#gallery.id)
      .execute()
    return Number(numDeletedRows)
  }

  #log(db: Kysely<Schema>) {
    return db
      .selectFrom('decision_logs')
      .selectAll()
      .where('gallery_id', '=', this.#gallery.id)
      .executeTakeFirst()
  }

  async #hashOf(db: Kysely<Schema>, number: number): Promise<string | undefined> {
    const row = await db
      .selectFrom('decisions')
      .select('hash')
      .where('gallery_id', '=', this.#gallery.id)
      .where('number', '=', number)
      .executeTakeFirst()
    return row?.hash
  }
}

/** Erases the content of entries that name a removed subject; their hashes stay, and the chain stays valid. @returns How many. */
export async function forgetDecisions(
  db: Kysely<Schema>,
  galleryId: string,
  subjectId: string,
): Promise<number> {
  const named = db
    .selectFrom('decision_subjects')
    .select('number')
    .where('gallery_id', '=', galleryId)
    .where('subject_id', '=', subjectId)
  const { numUpdatedRows } = await db
    .updateTable('decisions')
    .set({ payload: null, face: null })
    .where('gallery_id', '=', galleryId)
    .where('number', 'in', named)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) return 0
  await db
    .deleteFrom('decision_subjects')
    .where('gallery_id', '=', galleryId)
    .where('number', 'in', named)
    .execute()
  return Number(numUpdatedRows)
}

/** After a merge, entries that named the first subject are deleted with the second. */
export async function renameInDecisions(
  db: Kysely<Schema>,
  galleryId: string,
  from: string,
  into: string,
): Promise<void> {
  const numbers = await db
    .selectFrom('decision_subjects')
    .select('number')
    .where('gallery_id', '=', galleryId)
    .where('subject_id', '=', from)
    .execute()
  for (const { number } of numbers) {
    await db
      .insertInto('decision_subjects')
      .values({ gallery_id: galleryId, number, subject_id: into })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  await db
    .deleteFrom('decision_subjects')
    .where('gallery_id', '=', galleryId)
    .where('subject_id', '=', from)
    .execute()
}

function contentHash(payload: string, face: Uint8Array | null): string {
  return createHash('sha256')
    .update(payload)
    .update('\0')
    .update(face ?? '')
    .digest('hex')
}

function chained(previous: string, number: number, at: string, payloadHash: string): string {
  return createHash('sha256').update(`${previous} ${number} ${at} ${payloadHash}`).digest('hex')
}
