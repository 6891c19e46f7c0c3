import type { Kysely } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import type { ProtectionStore } from '../protection-store.js'
import { type MasterKey, type Protection, Vault } from '../vault.js'
import { batchSize } from './rows.js'
import { reseal } from './sealed-rows.js'
import { forgetChallenges } from './sql-challenges.js'
import { resealDeliveries } from './sql-deliveries.js'
import type { Change, SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'
import { resealVisits } from './visit-rows.js'

/** Protection of a gallery in a database. */
export class SqlProtection implements ProtectionStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  isProtected(): Promise<boolean> {
    return this.#gallery.read(async (db) => (await this.#gallery.vault(db)).isSealed)
  }

  async protect(key: MasterKey): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      const before = await this.#gallery.vault(db)
      if (before.isSealed) {
        throw new AgnizeError(
          'bad-argument',
          'The gallery is already protected: "agnize gallery rotate-key" changes its key.',
        )
      }
      const protection = Vault.create(this.#gallery.id, key)
      const vault = Vault.open(protection, this.#gallery.id, key)
      for await (const subject_id of this.#subjects(db)) {
        const { sealed, seal } = vault.newSubject(subject_id)
        await db
          .insertInto('subject_keys')
          .values({ gallery_id: this.#gallery.id, subject_id, sealed: sealed! })
          .execute()
        await reseal(db, this.#gallery.id, subject_id, {
          from: before.seal,
          to: seal,
          reveal: (vector) => vector,
        })
        change.touch(subject_id)
      }
      await this.#resealLog(db, before, vault)
      await resealVisits(db, this.#gallery.id, before, vault)
      await resealDeliveries(db, this.#gallery.id, before, vault)
      await forgetChallenges(db, this.#gallery.id)
      await this.#write(db, protection, change)
      change.record('protect', null)
      this.#gallery.useKey(key)
    })
    await this.#gallery.database.rewrite()
  }

  async rotate(next: MasterKey): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      const { protection } = await db
        .selectFrom('galleries')
        .select('protection')
        .where('id', '=', this.#gallery.id)
        .executeTakeFirstOrThrow()
      if (!protection) {
        throw new AgnizeError(
          'bad-argument',
          'The gallery is not protected: protect it with "agnize gallery protect".',
        )
      }
      const vault = await this.#gallery.vault(db)
      const { id, key } = this.#gallery
      const rotated = Vault.rotate(protection, id, key!, next)
      const nextVault = Vault.open(rotated, id, next)
      const rows = await db
        .selectFrom('subject_keys')
        .selectAll()
        .where('gallery_id', '=', id)
        .execute()
      for (const { subject_id, sealed } of rows) {
        await db
          .updateTable('subject_keys')
          .set({ sealed: vault.rewrap(subject_id, sealed, nextVault) })
          .where('gallery_id', '=', id)
          .where('subject_id', '=', subject_id)
          .execute()
      }
      await db.updateTable('galleries').set({ protection: rotated }).where('id', '=', id).execute()
      change.record('rotate-key', null)
      this.#gallery.useKey(next)
    })
    await this.#gallery.database.rewrite()
  }

  async #write(db: Kysely<Schema>, protection: Protection, change: Change): Promise<void> {
    await db
      .updateTable('galleries')
      .set({ protection })
      .where('id', '=', this.#gallery.id)
      .execute()
    // Cached vectors are in the previous space of comparison.
    change.forgetRemovals()
  }

  async #resealLog(db: Kysely<Schema>, before: Vault, after: Vault): Promise<void> {
    const rows = await db
      .selectFrom('decisions')
      .select(['number', 'face'])
      .where('gallery_id', '=', this.#gallery.id)
      .where('face', 'is not', null)
      .execute()
    for (const { number, face } of rows) {
      const label = `decision ${number}`
      await db
        .updateTable('decisions')
        .set({ face: after.seal.sealBytes(before.seal.openBytes(face!, label), label) })
        .where('gallery_id', '=', this.#gallery.id)
        .where('number', '=', number)
        .execute()
    }
  }

  /** Ids of all subjects. */
  async *#subjects(db: Kysely<Schema>): AsyncGenerator<string> {
    for (let after = 0; ; ) {
      const rows = await db
        .selectFrom('subjects')
        .select(['id', 'key'])
        .where('gallery_id', '=', this.#gallery.id)
        .where('key', '>', after)
        .orderBy('key')
        .limit(batchSize)
        .execute()
      yield* rows.map(({ id }) => id)
      if (rows.length < batchSize) return
      after = rows.at(-1)!.key
    }
  }
}
