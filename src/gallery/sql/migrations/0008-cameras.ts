import type { ColumnDefinitionBuilder, Kysely, Migration } from 'kysely'
import type { ColumnTypes, Dialect } from './dialect.js'

/** Explanations of visits, undelivered events, and adaptive references. */
export const cameras = ({ types }: Dialect): Migration => ({
  async up(db) {
    await db.schema.alterTable('visits').addColumn('told_as', types.text).execute()
    await db.schema.alterTable('visits').addColumn('explanation', types.text).execute()
    await addDeliveries(db, types)
    await db.schema.alterTable('crops').addColumn('origin', types.text).execute()
    for (const column of ['references_most', 'references_adapting']) {
      await db.schema.alterTable('galleries').addColumn(column, types.integer).execute()
    }
  },
})

/** Undelivered events. */
async function addDeliveries(db: Kysely<unknown>, { text, bytes }: ColumnTypes): Promise<void> {
  const required = (column: ColumnDefinitionBuilder) => column.notNull()
  await db.schema
    .createTable('deliveries')
    .addColumn('gallery_id', text, (column) =>
      column.notNull().references('galleries.id').onDelete('cascade'),
    )
    .addColumn('id', text, required)
    .addColumn('output', text, required)
    .addColumn('camera', text, required)
    .addColumn('subject_id', text)
    .addColumn('visit_id', text)
    .addColumn('body', bytes, required)
    .addColumn('created_at', text, required)
    .addPrimaryKeyConstraint('deliveries_key', ['gallery_id', 'id'])
    .addForeignKeyConstraint(
      'deliveries_subject',
      ['gallery_id', 'subject_id'],
      'subjects',
      ['gallery_id', 'id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute()
  await db.schema
    .createIndex('deliveries_by_output')
    .on('deliveries')
    .columns(['gallery_id', 'output', 'id'])
    .execute()
  await db.schema
    .createIndex('deliveries_by_subject')
    .on('deliveries')
    .columns(['gallery_id', 'subject_id'])
    .execute()
}
