import type { Kysely } from 'kysely'
import {
  type CameraReport,
  type CameraStore,
  lostAfterMs,
  type WatchedCamera,
} from '../camera-store.js'
import { now } from './rows.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/** Time after which a camera that nobody was heard of is forgotten, in milliseconds. Judgment. */
const forgetAfterMs = 7 * 86_400_000

const before = (ms: number) => new Date(Date.now() - ms).toISOString()

type CameraRow = Schema['watched_cameras']

/** The watched cameras of a gallery in a database. */
export class SqlCameras implements CameraStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  async report(watcher: string, cameras: readonly CameraReport[]): Promise<string[]> {
    const heardAt = now()
    return this.#gallery.transact(async (db) => {
      await this.#forget(db, watcher, cameras)
      for (const { camera, state, since, frameAt, framesPerSecond, error } of cameras) {
        const row = {
          ...{ state, since, frame_at: frameAt, error, heard_at: heardAt },
          frames_per_minute: framesPerSecond === null ? null : Math.round(60 * framesPerSecond),
        }
        await db
          .insertInto('watched_cameras')
          .values({ gallery_id: this.#gallery.id, camera, watcher, began_at: heardAt, ...row })
          .onConflict((conflict) =>
            conflict.columns(['gallery_id', 'camera', 'watcher']).doUpdateSet(row),
          )
          .execute()
      }
      return this.#sharedBy(db, watcher)
    })
  }

  /** Forgets what is old, and what programs that are not heard of any more said of cameras that another one reports now. */
  async #forget(
    db: Kysely<Schema>,
    watcher: string,
    cameras: readonly CameraReport[],
  ): Promise<void> {
    const names = cameras.map(({ camera }) => camera)
    await db
      .deleteFrom('watched_cameras')
      .where('gallery_id', '=', this.#gallery.id)
      .where(({ and, eb, or }) =>
        or([
          eb('heard_at', '<', before(forgetAfterMs)),
          ...(names.length === 0
            ? []
            : [
                and([
                  eb('camera', 'in', names),
                  eb('watcher', '!=', watcher),
                  or([eb('heard_at', '<', before(lostAfterMs)), eb('state', '=', 'failed')]),
                ]),
              ]),
        ]),
      )
      .execute()
  }

  /** Names of the cameras that another program has reported since this one began. */
  async #sharedBy(db: Kysely<Schema>, watcher: string): Promise<string[]> {
    const rows = await db
      .selectFrom('watched_cameras as own')
      .innerJoin('watched_cameras as other', (join) =>
        join
          .onRef('other.gallery_id', '=', 'own.gallery_id')
          .onRef('other.camera', '=', 'own.camera')
          .onRef('other.heard_at', '>', 'own.began_at'),
      )
      .select('own.camera')
      .distinct()
      .where('own.gallery_id', '=', this.#gallery.id)
      .where('own.watcher', '=', watcher)
      .where('other.watcher', '!=', watcher)
      .where('other.state', '!=', 'failed')
      .where('other.heard_at', '>=', before(lostAfterMs))
      .orderBy('own.camera')
      .execute()
    return rows.map(({ camera }) => camera)
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
        .where('heard_at', '>=', before(forgetAfterMs))
        .orderBy('camera')
        .orderBy('heard_at', 'desc')
        .orderBy('watcher')
        .execute()
      const last = rows.filter(({ camera }, i) => camera !== rows[i - 1]?.camera)
      return last.map((row) =>
        cameraOf(row, programsOf(rows.filter(({ camera }) => camera === row.camera))),
      )
    })
  }
}

/** Number of programs that report a camera at present: one that ended before the last one began is not counted. */
function programsOf(rows: readonly CameraRow[]): number {
  const recent = rows.filter(
    ({ state, heard_at }) => state !== 'failed' && heard_at >= before(lostAfterMs),
  )
  const [last = ''] = recent
    .map(({ began_at }) => began_at)
    .sort()
    .reverse()
  return recent.filter(({ began_at, heard_at }) => began_at === last || heard_at > last).length
}

function cameraOf(row: CameraRow, programs: number): WatchedCamera {
  const { camera, state, since, frame_at, frames_per_minute, error, heard_at } = row
  return {
    ...{ camera, state, since, frameAt: frame_at, error, heardAt: heard_at, programs },
    framesPerSecond: frames_per_minute === null ? null : Number(frames_per_minute) / 60,
  }
}
