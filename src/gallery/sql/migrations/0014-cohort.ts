import type { Migration } from 'kysely'
import type { Dialect } from './dialect.js'

/** The cohort that corrects the similarities of a gallery's model; null until the gallery is next used. */
export const cohort = ({ types }: Dialect): Migration => ({
  async up(db) {
    await db.schema.alterTable('gallery_models').addColumn('cohort', types.text).execute()
  },
})
