import type { Migration } from 'kysely'
import type { Dialect } from './dialect.js'

/** Name of the detector that a gallery's faces are found with; null in galleries of earlier versions, which had one detector. */
export const detector = ({ types }: Dialect): Migration => ({
  async up(db) {
    await db.schema.alterTable('galleries').addColumn('detector', types.text).execute()
  },
})
