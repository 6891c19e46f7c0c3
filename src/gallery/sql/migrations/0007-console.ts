import type { ColumnDefinitionBuilder, Kysely, Migration } from 'kysely'
import type { ColumnTypes, Dialect } from './dialect.js'

/** Browser sessions, greetings and visits. */
export const consoleTables = ({ types }: Dialect): Migration => ({
  async up(db) {
    await addSessions(db, types)
    await addGreeting(db, types)
    await addVisits(db, types)
  },
})

/** Browser sessions. */
async function addSessions(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  const required = (column: ColumnDefinitionBuilder) => column.notNull()
  await db.schema
    .createTable('sessions')
    .addColumn('hash', text, (column) => column.primaryKey())
    .addColumn('key_id', text, (column) =>
      column.notNull().references('api_keys.id').onDelete('cascade'),
    )
    .addColumn('created_at', text, required)
    .addColumn('expires_at', text, required)
    .execute()
  await db.schema.createIndex('sessions_by_key').on('sessions').column('key_id').execute()
}

/** Greeting settings. */
async function addGreeting(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('galleries').addColumn('greeting_phrase', text).execute()
  await db.schema.alterTable('galleries').addColumn('greeting_again', integer).execute()
}

/** Visits. */
async function addVisits(
  db: Kysely<unknown>,
  { text, integer, bytes }: ColumnTypes,
): Promise<void> {
  const required = (column: ColumnDefinitionBuilder) => column.notNull()
  await db.schema.alterTable('galleries').addColumn('visits_recording', integer).execute()
  await db.schema.alterTable('galleries').addColumn('visits_days', integer).execute()
  await db.schema
    .createTable('visits')
    .addColumn('gallery_id', text, (column) =>
      column.notNull().references('galleries.id').onDelete('cascade'),
    )
    .addColumn('id', text, required)
    .addColumn('camera', text, required)
    .addColumn('first_at', text, required)
    .addColumn('last_at', text, required)
    .addColumn('subject_id', text)
    .addColumn('visitor_id', text)
    .addColumn('model', text, required)
    .addColumn('vector', bytes, required)
    .addColumn('quality', 'double precision', required)
    .addColumn('similarity', 'double precision')
    .addColumn('face', bytes)
    .addPrimaryKeyConstraint('visits_key', ['gallery_id', 'id'])
    // A subject's visits are deleted with it.
    .addForeignKeyConstraint(
      'visits_subject',
      ['gallery_id', 'subject_id'],
      'subjects',
      ['gallery_id', 'id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute()
  for (const [name, columns] of [
    ['subject', ['gallery_id', 'subject_id', 'id']],
    ['visitor', ['gallery_id', 'visitor_id', 'id']],
    ['end', ['gallery_id', 'last_at']],
  ] as const) {
    await db.schema
      .createIndex(`visits_by_${name}`)
      .on('visits')
      .columns([...columns])
      .execute()
  }
}
