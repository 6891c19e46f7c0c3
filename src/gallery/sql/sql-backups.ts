import type { BackupRecord, BackupStore } from '../store.js'
import { newId, now } from './rows.js'
import type { SqlGallery } from './sql-gallery.js'

/** Where backups of a gallery in a database were written. */
export class SqlBackups implements BackupStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  async record(path: string): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      await db
        .insertInto('backups')
        .values({
          gallery_id: this.#gallery.id,
          id: newId(),
          path,
          at: now(),
          version: change.version,
        })
        .execute()
      change.record('backup', null)
    })
  }

  list(): Promise<BackupRecord[]> {
    return this.#gallery.read((db) =>
      db
        .selectFrom('backups')
        .select(['path', 'at'])
        .where('gallery_id', '=', this.#gallery.id)
        .orderBy('at')
        .execute(),
    )
  }
}
