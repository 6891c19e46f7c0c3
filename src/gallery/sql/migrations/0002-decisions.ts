import { type ColumnDefinitionBuilder, type Migration, sql } from 'kysely'

/** Calibrations, corrections and the decision log, which existed in this form in SQLite only. */
export const decisions: Migration = {
  async up(db) {
    const gallery = (column: ColumnDefinitionBuilder) =>
      column.notNull().references('galleries.id').onDelete('cascade')
    const subject = (column: ColumnDefinitionBuilder) =>
      column.notNull().references('subjects.id').onDelete('cascade')
    await db.schema
      .createTable('calibrations')
      .addColumn('gallery_id', 'text', gallery)
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('calibration', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('calibrations_key', ['gallery_id', 'model'])
      .execute()
    await db.schema
      .createTable('corrections')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('gallery_id', 'text', gallery)
      .addColumn('subject_id', 'text', subject)
      .addColumn('kind', 'text', (column) => column.notNull().check(sql`kind in ('not', 'same')`))
      .addColumn('photo', 'text', (column) => column.notNull())
      .addColumn('photo_hash', 'text', (column) => column.notNull())
      .addColumn('x', 'integer', (column) => column.notNull())
      .addColumn('y', 'integer', (column) => column.notNull())
      .addColumn('width', 'integer', (column) => column.notNull())
      .addColumn('height', 'integer', (column) => column.notNull())
      .addColumn('aligned', 'blob', (column) => column.notNull())
      .addColumn('padded', 'blob', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('corrections_subject')
      .on('corrections')
      .columns(['gallery_id', 'subject_id'])
      .execute()
    await db.schema
      .createTable('correction_vectors')
      .addColumn('correction_id', 'text', (column) =>
        column.notNull().references('corrections.id').onDelete('cascade'),
      )
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('vector', 'blob', (column) => column.notNull())
      .addPrimaryKeyConstraint('correction_vectors_key', ['correction_id', 'model'])
      .execute()
    await db.schema
      .createTable('decision_logs')
      .addColumn('gallery_id', 'text', (column) =>
        column.primaryKey().references('galleries.id').onDelete('cascade'),
      )
      .addColumn('recording', 'integer', (column) => column.notNull())
      .addColumn('days', 'integer')
      .addColumn('faces', 'integer', (column) => column.notNull())
      .addColumn('anchor', 'text', (column) => column.notNull())
      .addColumn('newest', 'integer', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('decisions')
      .addColumn('gallery_id', 'text', gallery)
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('at', 'text', (column) => column.notNull())
      .addColumn('payload', 'text')
      .addColumn('face', 'blob')
      .addColumn('payload_hash', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('decisions_key', ['gallery_id', 'number'])
      .execute()
    await db.schema
      .createTable('decision_subjects')
      .addColumn('gallery_id', 'text', gallery)
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('subject_id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('decision_subjects_key', ['gallery_id', 'number', 'subject_id'])
      .execute()
    await db.schema
      .createIndex('decision_subjects_subject')
      .on('decision_subjects')
      .columns(['gallery_id', 'subject_id'])
      .execute()
  },
}
