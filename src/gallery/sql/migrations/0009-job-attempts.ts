import type { Migration } from 'kysely'
import type { Dialect } from './dialect.js'

/** The number of attempts at a job. */
export const jobAttempts = ({ types }: Dialect): Migration => ({
  async up(db) {
    await db.schema
      .alterTable('jobs')
      .addColumn('attempts', types.integer, (column) => column.notNull().defaultTo(0))
      .execute()
  },
})
