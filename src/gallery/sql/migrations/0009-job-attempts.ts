import type { Migration } from 'kysely'
import type { Dialect } from './dialect.js'

/** How often a job was begun. */
export const jobAttempts = ({ types }: Dialect): Migration => ({
  async up(db) {
    await db.schema
      .alterTable('jobs')
      .addColumn('attempts', types.integer, (column) => column.notNull().defaultTo(0))
      .execute()
  },
})
