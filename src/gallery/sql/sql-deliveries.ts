import type { Kysely } from 'kysely'
import type { Delivery, DeliveryStore, NewDelivery } from '../delivery-store.js'
import type { Vault } from '../vault.js'
import { now } from './rows.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/** The undelivered events of a gallery in a database. */
export class SqlDeliveries implements DeliveryStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  async add(deliveries: readonly NewDelivery[]): Promise<void> {
    if (deliveries.length === 0) return
    await this.#gallery.transact(async (db) => {
      const { seal } = await this.#gallery.vault(db)
      const created_at = now()
      await db
        .insertInto('deliveries')
        .values(
          deliveries.map(({ id, output, camera, subjectId, visitId, body }) => ({
            ...{ gallery_id: this.#gallery.id, id, output, camera, created_at },
            ...{ subject_id: subjectId, visit_id: visitId },
            body: seal.sealBytes(new TextEncoder().encode(body), label(id)),
          })),
        )
        .execute()
    })
  }

  waiting(output: string, limit: number): Promise<Delivery[]> {
    return this.#gallery.read(async (db) => {
      const { seal } = await this.#gallery.vault(db)
      const rows = await db
        .selectFrom('deliveries')
        .selectAll()
        .where('gallery_id', '=', this.#gallery.id)
        .where('output', '=', output)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(({ id, camera, subject_id, visit_id, body, created_at }) => ({
        ...{ id, output, camera, subjectId: subject_id, visitId: visit_id, createdAt: created_at },
        body: new TextDecoder().decode(seal.openBytes(body, label(id))),
      }))
    })
  }

  async remove(id: string): Promise<void> {
    await this.#gallery.transact((db) =>
      db
        .deleteFrom('deliveries')
        .where('gallery_id', '=', this.#gallery.id)
        .where('id', '=', id)
        .execute(),
    )
  }

  async expire(output: string | null, before: string): Promise<number> {
    const done = await this.#gallery.transact((db) => {
      const old = db
        .deleteFrom('deliveries')
        .where('gallery_id', '=', this.#gallery.id)
        .where('created_at', '<', before)
      return (output === null ? old : old.where('output', '=', output)).executeTakeFirst()
    })
    return Number(done.numDeletedRows)
  }
}

/** Seals the deliveries of a gallery that is being protected. */
export async function resealDeliveries(
  db: Kysely<Schema>,
  galleryId: string,
  from: Vault,
  to: Vault,
): Promise<void> {
  const rows = await db
    .selectFrom('deliveries')
    .select(['id', 'body'])
    .where('gallery_id', '=', galleryId)
    .execute()
  for (const { id, body } of rows) {
    await db
      .updateTable('deliveries')
      .set({ body: to.seal.sealBytes(from.seal.openBytes(body, label(id)), label(id)) })
      .where('gallery_id', '=', galleryId)
      .where('id', '=', id)
      .execute()
  }
}

/** Deletes the events that name a subject, alone or with others. */
export async function forgetDeliveries(
  db: Kysely<Schema>,
  gallery: SqlGallery,
  subjectId: string,
): Promise<void> {
  const { seal } = await gallery.vault(db)
  const rows = await db
    .selectFrom('deliveries')
    .select(['id', 'body'])
    .where('gallery_id', '=', gallery.id)
    .execute()
  for (const { id, body } of rows) {
    if (!Buffer.from(seal.openBytes(body, label(id))).includes(subjectId)) continue
    await db
      .deleteFrom('deliveries')
      .where('gallery_id', '=', gallery.id)
      .where('id', '=', id)
      .execute()
  }
}

const label = (id: string) => `delivery ${id}`
