import type { CameraReport, CameraStore, WatchedCamera } from '../camera-store.js'
import { now } from './rows.js'
import type { SqlGallery } from './sql-gallery.js'

/** Time after which a camera that nobody was heard of is forgotten, in milliseconds. Judgment. */
const forgetAfter = 7 * 86_400_000

const longAgo = () => new Date(Date.now() - forgetAfter).toISOString()

/** The watched cameras of a gallery in a database. */
export class SqlCameras implements CameraStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  async report(watcher: string, cameras: readonly CameraReport[]): Promise<void> {
    const heardAt = now()
    await this.#gallery.transact(async (db) => {
      await db
        .deleteFrom('watched_cameras')
        .where('gallery_id', '=', this.#gallery.id)
        .where('heard_at', '<', longAgo())
        .execute()
      for (const { camera, state, since, frameAt, framesPerSecond, error } of cameras) {
        const row = {
          ...{ watcher, state, since, frame_at: frameAt, error, heard_at: heardAt },
          frames_per_minute: framesPerSecond === null ? null : Math.round(60 * framesPerSecond),
        }
        await db
          .insertInto('watched_cameras')
          .values({ gallery_id: this.#gallery.id, camera, ...row })
          .onConflict((conflict) => conflict.columns(['gallery_id', 'camera']).doUpdateSet(row))
          .execute()
      }
    })
  }

  async withdraw(watcher: string): Promise<void> {
    await this.#gallery.transact((db) =>
      db
        .deleteFrom('watched_cameras')
        .where('gallery_id', '=', this.#gallery.id)
        .where('watcher', '=', watcher)
        .where('state', '!=', 'failed')
        .execute(),
    )
  }

  list(): Promise<WatchedCamera[]> {
    return this.#gallery.read(async (db) => {
      const rows = await db
        .selectFrom('watched_cameras')
        .selectAll()
        .where('gallery_id', '=', this.#gallery.id)
        .where('heard_at', '>=', longAgo())
        .orderBy('camera')
        .execute()
      return rows.map(({ camera, state, since, frame_at, frames_per_minute, error, heard_at }) => ({
        ...{ camera, state, since, frameAt: frame_at, error, heardAt: heard_at },
        framesPerSecond: frames_per_minute === null ? null : Number(frames_per_minute) / 60,
      }))
    })
  }
}
