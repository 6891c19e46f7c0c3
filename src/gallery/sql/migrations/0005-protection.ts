import type { ColumnDefinitionBuilder, Kysely, Migration } from 'kysely'
import type { ColumnTypes, Dialect } from './dialect.js'

/** Keys, the audit log, and the retention of subjects. */
export const protection = ({ types }: Dialect): Migration => ({
  up: (db) => addProtection(db, types),
})

async function addProtection(
  db: Kysely<unknown>,
  { text, integer, bytes }: ColumnTypes,
): Promise<void> {
  const required = (column: ColumnDefinitionBuilder) => column.notNull()
  await db.schema.alterTable('crops').addColumn('skipped_by', text).execute()
  const galleries = db.schema.alterTable('galleries')
  await galleries.addColumn('protection', text).execute()
  await galleries.addColumn('purpose', text).execute()
  await galleries.addColumn('keep_days', integer).execute()
  const galleryTable = (name: string) =>
    db.schema
      .createTable(name)
      .addColumn('gallery_id', text, (column) =>
        column.notNull().references('galleries.id').onDelete('cascade'),
      )
  await galleryTable('subject_keys')
    .addColumn('subject_id', text, required)
    .addColumn('sealed', bytes, required)
    .addPrimaryKeyConstraint('subject_keys_key', ['gallery_id', 'subject_id'])
    .addForeignKeyConstraint(
      'subject_keys_subject',
      ['gallery_id', 'subject_id'],
      'subjects',
      ['gallery_id', 'id'],
      (key) => key.onDelete('cascade'),
    )
    .execute()
  await galleryTable('audit_log')
    .addColumn('number', integer, required)
    .addColumn('at', text, required)
    .addColumn('actor', text, required)
    .addColumn('action', text, required)
    .addColumn('subject_id', text)
    .addColumn('details', text, required)
    .addColumn('hash', text, required)
    .addPrimaryKeyConstraint('audit_log_key', ['gallery_id', 'number'])
    .execute()
  await db.schema
    .createIndex('audit_log_by_subject')
    .on('audit_log')
    .columns(['gallery_id', 'subject_id'])
    .execute()
  await galleryTable('backups')
    .addColumn('id', text, required)
    .addColumn('path', text, required)
    .addColumn('at', text, required)
    .addColumn('version', integer, required)
    .addPrimaryKeyConstraint('backups_key', ['gallery_id', 'id'])
    .execute()
}
