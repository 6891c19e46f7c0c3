import { type ColumnDefinitionBuilder, type Kysely, type Migration, sql } from 'kysely'
import { type Dialect, sqlite } from './dialect.js'

/**
 * The tables that all databases share.
 *
 * A template's model must be one of its gallery's, one of which is active, so the database itself refuses to mix models.
 */
export const oneSchema = (dialect: Dialect): Migration => ({
  up: (db) => createTables(db, dialect),
})

/** The same for an SQLite file after the first two migrations: their rows are moved into the new tables. */
export const oneSchemaFromFirst: Migration = { up: moveToOneSchema }

async function moveToOneSchema(db: Kysely<unknown>): Promise<void> {
  for (const table of rebuilt) {
    await db.schema.alterTable(table).renameTo(`old_${table}`).execute()
  }
  await createTables(db, sqlite)
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

/** Tables that are rebuilt; tables that others reference come last. */
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

async function createTables(
  db: Kysely<unknown>,
  { types: { text, integer, bytes } }: Dialect,
): Promise<void> {
  const required = (column: ColumnDefinitionBuilder) => column.notNull()
  const { schema } = db
  await schema
    .createTable('galleries')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('name', text, (column) => column.notNull().unique())
    .addColumn('version', integer, required)
    .addColumn('next_key', integer, required)
    .addColumn('people', integer, required)
    .addColumn('templates', integer, required)
    .addColumn('removals_from', integer, required)
    .addColumn('created_at', text, required)
    .execute()
  const galleryTable = (name: string) =>
    schema
      .createTable(name)
      .addColumn('gallery_id', text, (column) =>
        column.notNull().references('galleries.id').onDelete('cascade'),
      )
  const subjectTable = (name: string) =>
    galleryTable(name)
      .addColumn('subject_id', text, required)
      .addForeignKeyConstraint(
        `${name}_subject`,
        ['gallery_id', 'subject_id'],
        'subjects',
        ['gallery_id', 'id'],
        (key) => key.onDelete('cascade'),
      )
  const faceTable = (name: string) =>
    subjectTable(name)
      .addColumn('id', text, required)
      .addColumn('photo', text, required)
      .addColumn('photo_hash', text, required)
      .addColumn('x', integer, required)
      .addColumn('y', integer, required)
      .addColumn('width', integer, required)
      .addColumn('height', integer, required)
      .addColumn('aligned', bytes, required)
      .addColumn('padded', bytes, required)
      .addColumn('created_at', text, required)
      .addPrimaryKeyConstraint(`${name}_key`, ['gallery_id', 'id'])
  const index = (table: string, name: string, columns: string[]) =>
    schema.createIndex(`${table}_by_${name}`).on(table).columns(columns).execute()

  await galleryTable('gallery_models')
    .addColumn('model', text, required)
    .addColumn('dimensions', integer, required)
    .addColumn('role', text, (column) =>
      column.notNull().check(sql`role in ('active', 'next', 'previous')`),
    )
    .addPrimaryKeyConstraint('gallery_models_key', ['gallery_id', 'model'])
    .addUniqueConstraint('gallery_models_role', ['gallery_id', 'role'])
    .execute()
  await galleryTable('subjects')
    .addColumn('id', text, required)
    .addColumn('key', integer, required)
    .addColumn('name', text, required)
    .addColumn('external_id', text)
    .addColumn('metadata', text, required)
    .addColumn('purpose', text)
    .addColumn('consented_at', text)
    .addColumn('keep_until', text)
    .addColumn('templates', integer, required)
    .addColumn('changed', integer, required)
    .addColumn('created_at', text, required)
    .addPrimaryKeyConstraint('subjects_key', ['gallery_id', 'id'])
    .addUniqueConstraint('subjects_name', ['gallery_id', 'name'])
    .addUniqueConstraint('subjects_number', ['gallery_id', 'key'])
    .addUniqueConstraint('subjects_external', ['gallery_id', 'external_id'])
    .execute()
  await index('subjects', 'change', ['gallery_id', 'changed'])
  await subjectTable('subject_labels')
    .addColumn('kind', text, (column) => column.notNull().check(sql`kind in ('tag', 'field')`))
    .addColumn('label', text, required)
    .addPrimaryKeyConstraint('subject_labels_key', ['gallery_id', 'subject_id', 'kind', 'label'])
    .execute()
  await index('subject_labels', 'label', ['gallery_id', 'kind', 'label'])
  await galleryTable('removed_subjects')
    .addColumn('key', integer, required)
    .addColumn('version', integer, required)
    .addPrimaryKeyConstraint('removed_subjects_key', ['gallery_id', 'key'])
    .execute()
  await index('removed_subjects', 'version', ['gallery_id', 'version'])
  await faceTable('crops').execute()
  await index('crops', 'subject', ['gallery_id', 'subject_id'])
  await index('crops', 'photo', ['gallery_id', 'photo_hash'])
  await subjectTable('templates')
    .addColumn('id', text, required)
    .addColumn('key', integer, required)
    .addColumn('crop_id', text, required)
    .addColumn('model', text, required)
    .addColumn('vector', bytes, (column) => column.notNull().check(sql`length(vector) > 0`))
    .addColumn('quality', sql`double precision`, required)
    .addColumn('created_at', text, required)
    .addPrimaryKeyConstraint('templates_key', ['gallery_id', 'id'])
    .addUniqueConstraint('templates_number', ['gallery_id', 'key'])
    .addUniqueConstraint('templates_crop_model', ['gallery_id', 'crop_id', 'model'])
    .addForeignKeyConstraint(
      'templates_crop',
      ['gallery_id', 'crop_id'],
      'crops',
      ['gallery_id', 'id'],
      (key) => key.onDelete('cascade'),
    )
    .addForeignKeyConstraint('templates_model', ['gallery_id', 'model'], 'gallery_models', [
      'gallery_id',
      'model',
    ])
    .execute()
  await index('templates', 'subject', ['gallery_id', 'subject_id'])

  await galleryTable('calibrations')
    .addColumn('model', text, required)
    .addColumn('calibration', text, required)
    .addColumn('created_at', text, required)
    .addPrimaryKeyConstraint('calibrations_key', ['gallery_id', 'model'])
    .execute()
  await faceTable('corrections')
    .addColumn('kind', text, (column) => column.notNull().check(sql`kind in ('not', 'same')`))
    .execute()
  await index('corrections', 'subject', ['gallery_id', 'subject_id'])
  await galleryTable('correction_vectors')
    .addColumn('correction_id', text, required)
    .addColumn('model', text, required)
    .addColumn('vector', bytes, required)
    .addPrimaryKeyConstraint('correction_vectors_key', ['gallery_id', 'correction_id', 'model'])
    .addForeignKeyConstraint(
      'correction_vectors_correction',
      ['gallery_id', 'correction_id'],
      'corrections',
      ['gallery_id', 'id'],
      (key) => key.onDelete('cascade'),
    )
    .execute()
  await schema
    .createTable('decision_logs')
    .addColumn('gallery_id', text, (column) =>
      column.primaryKey().references('galleries.id').onDelete('cascade'),
    )
    .addColumn('recording', integer, required)
    .addColumn('days', integer)
    .addColumn('faces', integer, required)
    .addColumn('anchor', text, required)
    .addColumn('newest', integer, required)
    .execute()
  await galleryTable('decisions')
    .addColumn('number', integer, required)
    .addColumn('at', text, required)
    .addColumn('payload', text)
    .addColumn('face', bytes)
    .addColumn('payload_hash', text, required)
    .addColumn('hash', text, required)
    .addPrimaryKeyConstraint('decisions_key', ['gallery_id', 'number'])
    .execute()
  await galleryTable('decision_subjects')
    .addColumn('number', integer, required)
    .addColumn('subject_id', text, required)
    .addPrimaryKeyConstraint('decision_subjects_key', ['gallery_id', 'number', 'subject_id'])
    .execute()
  await index('decision_subjects', 'subject', ['gallery_id', 'subject_id'])
}
