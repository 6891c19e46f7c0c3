import type { Calibration } from '../../models/card.js'
import type { CalibrationStore } from '../calibration-store.js'
import { objectOf } from '../json-columns.js'
import { now } from './rows.js'
import type { SqlGallery } from './sql-gallery.js'
import { noCohort } from './tables.js'

/** A gallery's calibrations in a database. */
export class SqlCalibrations implements CalibrationStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  get(model: string): Promise<Calibration | null> {
    return this.#gallery.read(async (db) => {
      const row = await db
        .selectFrom('calibrations')
        .select('calibration')
        .where('gallery_id', '=', this.#gallery.id)
        .where('model', '=', model)
        .executeTakeFirst()
      return row ? objectOf<Calibration>(row.calibration, `the calibration of ${model}`) : null
    })
  }

  async set(model: string, calibration: Calibration): Promise<void> {
    const values = { calibration: JSON.stringify(calibration), created_at: now() }
    await this.#gallery.change((db) =>
      db
        .insertInto('calibrations')
        .values({ gallery_id: this.#gallery.id, model, ...values })
        .onConflict((conflict) => conflict.columns(['gallery_id', 'model']).doUpdateSet(values))
        .execute(),
    )
  }

  remove(model: string): Promise<boolean> {
    return this.#gallery.change(async (db) => {
      const { numDeletedRows } = await db
        .deleteFrom('calibrations')
        .where('gallery_id', '=', this.#gallery.id)
        .where('model', '=', model)
        .executeTakeFirstOrThrow()
      return numDeletedRows > 0n
    })
  }

  cohort(model: string): Promise<string | null | 'unknown' | undefined> {
    return this.#gallery.read(async (db) => {
      const row = await db
        .selectFrom('gallery_models')
        .select('cohort')
        .where('gallery_id', '=', this.#gallery.id)
        .where('model', '=', model)
        .executeTakeFirst()
      if (!row) return undefined
      return row.cohort === noCohort ? null : (row.cohort ?? 'unknown')
    })
  }

  async recordCohort(model: string, sha256: string | null): Promise<void> {
    await this.#gallery.change(async (db, change) => {
      await db
        .updateTable('gallery_models')
        .set({ cohort: sha256 ?? noCohort })
        .where('gallery_id', '=', this.#gallery.id)
        .where('model', '=', model)
        .execute()
      change.record('migrate', null, { cohort: sha256 ?? noCohort })
    })
  }

  expectCohort(model: string, sha256: string | null): void {
    this.#gallery.expectCohort(model, sha256)
  }
}
