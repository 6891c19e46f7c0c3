import type { ColumnDefinitionBuilder, Migration } from 'kysely'
import type { Dialect } from './dialect.js'

/** Challenges of people before a camera, and the secret that signs their results. */
export const challenges = ({ types: { text, integer, bytes } }: Dialect): Migration => ({
  async up(db) {
    const required = (column: ColumnDefinitionBuilder) => column.notNull()
    await db.schema
      .createTable('challenges')
      .addColumn('gallery_id', text, (column) =>
        column.notNull().references('galleries.id').onDelete('cascade'),
      )
      .addColumn('id', text, required)
      .addColumn('key_id', text)
      .addColumn('nonce', text, required)
      .addColumn('steps', text, required)
      .addColumn('passive', integer, required)
      .addColumn('state', text, required)
      .addColumn('face', bytes)
      .addColumn('created_at', text, required)
      .addColumn('expires_at', text, required)
      .addPrimaryKeyConstraint('challenges_key', ['gallery_id', 'id'])
      .execute()
    await db.schema
      .createTable('server_secrets')
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('secret', bytes, required)
      .addColumn('created_at', text, required)
      .execute()
  },
})
