import { type Migration, sql } from 'kysely'

/** The first schema, which existed in SQLite only. */
export const galleries: Migration = {
  async up(db) {
    await db.schema
      .createTable('galleries')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull().unique())
      .addColumn('model', 'text')
      .addColumn('version', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addUniqueConstraint('galleries_id_model', ['id', 'model'])
      .execute()
    await db.schema
      .createTable('subjects')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('gallery_id', 'text', (column) =>
        column.notNull().references('galleries.id').onDelete('cascade'),
      )
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addUniqueConstraint('subjects_gallery_name', ['gallery_id', 'name'])
      .execute()
    await db.schema
      .createTable('crops')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('subject_id', 'text', (column) =>
        column.notNull().references('subjects.id').onDelete('cascade'),
      )
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
    await db.schema.createIndex('crops_subject').on('crops').column('subject_id').execute()
    await db.schema.createIndex('crops_photo').on('crops').column('photo_hash').execute()
    await db.schema
      .createTable('templates')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('gallery_id', 'text', (column) => column.notNull())
      .addColumn('subject_id', 'text', (column) =>
        column.notNull().references('subjects.id').onDelete('cascade'),
      )
      .addColumn('crop_id', 'text', (column) =>
        column.notNull().references('crops.id').onDelete('cascade'),
      )
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('vector', 'blob', (column) => column.notNull())
      .addColumn('quality', 'real', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addUniqueConstraint('templates_crop_model', ['crop_id', 'model'])
      .addForeignKeyConstraint('templates_gallery_model', ['gallery_id', 'model'], 'galleries', [
        'id',
        'model',
      ])
      .addCheckConstraint('templates_floats', sql`length(vector) > 0 and length(vector) % 4 = 0`)
      .execute()
    await db.schema
      .createIndex('templates_gallery_subject')
      .on('templates')
      .columns(['gallery_id', 'subject_id'])
      .execute()
  },
}
