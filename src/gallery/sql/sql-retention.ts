import type { DueSubject, Retention, RetentionStore } from '../retention-store.js'
import { galleryGone, type SqlGallery } from './sql-gallery.js'

const day = 24 * 60 * 60 * 1000

/** Purpose and retention period of a gallery in a database. */
export class SqlRetention implements RetentionStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  get(): Promise<Retention> {
    return this.#gallery.read((db) =>
      db
        .selectFrom('galleries')
        .select(['purpose', 'keep_days as days'])
        .where('id', '=', this.#gallery.id)
        .executeTakeFirstOrThrow(galleryGone),
    )
  }

  async set({ purpose, days }: Retention): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      await db
        .updateTable('galleries')
        .set({ purpose, keep_days: days })
        .where('id', '=', this.#gallery.id)
        .execute()
      change.record('retention', null, { days })
    })
  }

  async due(at: Date): Promise<DueSubject[]> {
    const { days } = await this.get()
    const time = at.toISOString()
    const oldest = days === null ? '' : new Date(at.getTime() - days * day).toISOString()
    return this.#gallery.read(async (db) => {
      const rows = await db
        .selectFrom('subjects')
        .select(['id', 'name', 'created_at as createdAt', 'keep_until as keepUntil'])
        .where('gallery_id', '=', this.#gallery.id)
        .where((expression) =>
          expression.or([
            expression('keep_until', '<=', time),
            expression.and([
              expression('keep_until', 'is', null),
              expression('created_at', '<=', oldest),
            ]),
          ]),
        )
        .orderBy('created_at')
        .execute()
      return rows.map(({ id, name, createdAt, keepUntil }) => ({
        subject: { id, name },
        since: createdAt,
        until: keepUntil ?? new Date(Date.parse(createdAt) + days! * day).toISOString(),
      }))
    })
  }
}
