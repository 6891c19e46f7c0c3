import type { Migration } from 'kysely'
import type { Dialect } from './dialect.js'

/** Whether a recorded file is a backup or an export. */
export const exportedFiles = ({ types }: Dialect): Migration => ({
  async up(db) {
    await db.schema.alterTable('backups').addColumn('kind', types.text).execute()
  },
})
