import type { ColumnDefinitionBuilder, Kysely, Migration } from 'kysely'
import { sql } from 'kysely'
import { fillSqliteChecksums } from './checksums.js'
import { type ColumnTypes, createTables, migrations } from './migrations.js'

/** SQLite's types: integers hold 64 bits, and text is compared byte by byte unless told otherwise. */
const types: ColumnTypes = { text: sql`text`, integer: sql`integer`, bytes: sql`blob` }

/** The first schemas, which only SQLite has seen; a released one is never edited. */
const first: Record<string, Migration> = {
  '0001-galleries': {
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
  },
  '0002-decisions': {
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
  },
}

/** Tables that `0003-one-schema` makes anew, those that others point to last. */
const rebuilt = [
  'decision_subjects',
  'decisions',
  'decision_logs',
  'correction_vectors',
  'corrections',
  'calibrations',
  'templates',
  'crops',
  'subjects',
  'galleries',
]

/** What the first schemas held goes into the one that all databases share. */
async function moveToOneSchema(db: Kysely<unknown>): Promise<void> {
  for (const table of rebuilt) {
    await db.schema.alterTable(table).renameTo(`old_${table}`).execute()
  }
  await createTables(db, types)
  const copies = [
    sql`insert into galleries (id, name, version, next_key, people, templates, removals_from, created_at) select id, name, version,
      1 + (select count(*) from old_subjects where gallery_id = g.id) + (select count(*) from old_templates where gallery_id = g.id),
      (select count(distinct subject_id) from old_templates where gallery_id = g.id),
      (select count(*) from old_templates where gallery_id = g.id), version, created_at from old_galleries g`,
    sql`insert into gallery_models select gallery_id, model, min(length(vector)) / 4, 'active' from old_templates group by gallery_id, model`,
    sql`insert into subjects select gallery_id, id, row_number() over (partition by gallery_id order by created_at, id), name,
      null, '{}', null, null, null, (select count(*) from old_templates where subject_id = s.id),
      (select version from old_galleries where id = s.gallery_id), created_at from old_subjects s`,
    sql`insert into crops (gallery_id, subject_id, id, photo, photo_hash, x, y, width, height, aligned, padded, created_at)
      select s.gallery_id, c.subject_id, c.id, photo, photo_hash, x, y, width, height, aligned, padded, c.created_at
      from old_crops c join old_subjects s on s.id = c.subject_id`,
    sql`insert into templates (gallery_id, subject_id, id, key, crop_id, model, vector, quality, created_at)
      select gallery_id, subject_id, id, (select count(*) from old_subjects s where s.gallery_id = t.gallery_id)
        + row_number() over (partition by gallery_id order by created_at, id), crop_id, model, vector, quality, created_at
      from old_templates t`,
    sql`insert into calibrations select * from old_calibrations`,
    sql`insert into corrections (gallery_id, subject_id, id, kind, photo, photo_hash, x, y, width, height, aligned, padded, created_at)
      select gallery_id, subject_id, id, kind, photo, photo_hash, x, y, width, height, aligned, padded, created_at from old_corrections`,
    sql`insert into correction_vectors select c.gallery_id, v.correction_id, v.model, v.vector
      from old_correction_vectors v join old_corrections c on c.id = v.correction_id`,
    sql`insert into decision_logs select * from old_decision_logs`,
    sql`insert into decisions select * from old_decisions`,
    sql`insert into decision_subjects select * from old_decision_subjects`,
  ]
  for (const copy of copies) await copy.execute(db)
  for (const table of rebuilt) await db.schema.dropTable(`old_${table}`).execute()
}

/** Every change of an SQLite file's schema, in order. The connection knows `row_checksum`. */
export const sqliteMigrations: Record<string, Migration> = {
  ...first,
  ...migrations(types, { prepare: async () => {}, fill: fillSqliteChecksums }),
  '0003-one-schema': { up: moveToOneSchema },
}
