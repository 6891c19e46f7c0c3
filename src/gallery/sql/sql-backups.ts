import type { BackupRecord, BackupStore } from '../backup-store.js'
import { newId, now } from './rows.js'
import type { SqlGallery } from './sql-gallery.js'

/** Records of a gallery's backups, in a database. */
export class SqlBackups implements BackupStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  async record(path: string, kind: BackupRecord['kind'] = 'backup'): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      await db
        .insertInto('backups')
        .values({
          gallery_id: this.#gallery.id,
          id: newId(),
          path,
          at: now(),
          version: change.version,
          kind,
        })
        .execute()
      if (kind === 'backup') change.record('backup', null)
    })
  }

  list(): Promise<BackupRecord[]> {
    return this.#gallery.read(async (db) => {
      const rows = await db
        .selectFrom('backups')
        .select(['path', 'at', 'kind'])
        .where('gallery_id', '=', this.#gallery.id)
        .orderBy('at')
        .execute()
      return rows.map(({ path, at, kind }) => ({
        ...{ path, at },
        kind: kind === 'export' ? 'export' : 'backup',
      }))
    })
  }
}
