import type { ColumnDefinitionBuilder, Kysely, Migration } from 'kysely'
import { sql } from 'kysely'
import { addChecksums, type CheckedTable } from './checksums.js'

/** What a database calls the types of columns. */
export interface ColumnTypes {
  /** Compared byte by byte, whatever the database's language. */
  readonly text: ReturnType<typeof sql>
  readonly integer: ReturnType<typeof sql>
  readonly bytes: ReturnType<typeof sql>
}

/** How a database computes checksums of rows. */
export interface ChecksumSupport {
  /** Makes what it takes. */
  prepare(db: Kysely<unknown>): Promise<void>
  /** Computes those of all rows of a table. */
  fill(db: Kysely<unknown>, table: CheckedTable): Promise<void>
}

/**
 * Every change of the schema that all databases share, in order, each one for good: a released one is never edited.
 *
 * A template's model must be one of its gallery's, of which one is active, so the database itself refuses to mix models.
 */
export function migrations(
  types: ColumnTypes,
  checksums: ChecksumSupport,
): Record<string, Migration> {
  return {
    '0003-one-schema': {
      async up(db) {
        await createTables(db, types)
      },
    },
    '0005-protection': {
      async up(db) {
        await addProtection(db, types)
      },
    },
    '0006-server': {
      async up(db) {
        await addServerTables(db, types)
      },
    },
    '0007-console': {
      async up(db) {
        await addSessions(db, types)
        await addGreeting(db, types)
        await addVisits(db, types)
      },
    },
    '0008-cameras': {
      async up(db) {
        await db.schema.alterTable('visits').addColumn('told_as', types.text).execute()
        await db.schema.alterTable('visits').addColumn('explanation', types.text).execute()
        await addDeliveries(db, types)
        await db.schema.alterTable('crops').addColumn('origin', types.text).execute()
        for (const column of ['references_most', 'references_adapting']) {
          await db.schema.alterTable('galleries').addColumn(column, types.integer).execute()
        }
      },
    },
    '0009-job-attempts': {
      async up(db) {
        await db.schema
          .alterTable('jobs')
          .addColumn('attempts', types.integer, (column) => column.notNull().defaultTo(0))
          .execute()
      },
    },
    '0010-checksums': {
      async up(db) {
        await checksums.prepare(db)
        await addChecksums(db, types.integer, (table) => checksums.fill(db, table))
      },
    },
    '0011-exports': {
      async up(db) {
        await db.schema.alterTable('backups').addColumn('kind', types.text).execute()
      },
    },
  }
}

/** What `0007-console` adds to galleries: how people are greeted. */
async function addGreeting(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('galleries').addColumn('greeting_phrase', text).execute()
  await db.schema.alterTable('galleries').addColumn('greeting_again', integer).execute()
}

/** What `0007-console` adds to galleries: who came when. */
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
    // What is kept of a person goes with them.
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

/** What `0008-cameras` adds: events that are still to be sent somewhere. */
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

/** What `0007-console` adds: sessions of browsers. */
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

/** What `0006-server` adds: keys, jobs and answered requests of servers. */
async function addServerTables(
  db: Kysely<unknown>,
  { text, integer, bytes }: ColumnTypes,
): Promise<void> {
  const required = (column: ColumnDefinitionBuilder) => column.notNull()
  await db.schema
    .createTable('api_keys')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('hash', text, (column) => column.notNull().unique())
    .addColumn('name', text, required)
    .addColumn('scopes', text, required)
    .addColumn('galleries', text, required)
    .addColumn('service', text)
    .addColumn('requests_per_minute', integer)
    .addColumn('photos_per_day', integer)
    .addColumn('created_at', text, required)
    .addColumn('expires_at', text)
    .execute()
  await db.schema
    .createTable('key_usage')
    .addColumn('key_id', text, (column) =>
      column.notNull().references('api_keys.id').onDelete('cascade'),
    )
    .addColumn('day', text, required)
    .addColumn('photos', integer, required)
    .addPrimaryKeyConstraint('key_usage_key', ['key_id', 'day'])
    .execute()
  await db.schema
    .createTable('jobs')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('gallery', text, required)
    .addColumn('kind', text, required)
    .addColumn('owner', text, required)
    .addColumn('state', text, required)
    .addColumn('done', integer, required)
    .addColumn('total', integer)
    .addColumn('parameters', text, required)
    .addColumn('result', text)
    .addColumn('error', text)
    .addColumn('created_at', text, required)
    .addColumn('finished_at', text)
    .execute()
  await db.schema.createIndex('jobs_by_gallery').on('jobs').columns(['gallery', 'id']).execute()
  await db.schema
    .createTable('idempotent_requests')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('request', text, required)
    .addColumn('answer', bytes)
    .addColumn('at', text, required)
    .execute()
  await db.schema
    .createIndex('idempotent_requests_by_time')
    .on('idempotent_requests')
    .column('at')
    .execute()
}

/** What `0005-protection` adds: keys, the log of what was done, and how long people are kept. */
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

/** The tables of `0003-one-schema`. */
export async function createTables(
  db: Kysely<unknown>,
  { text, integer, bytes }: ColumnTypes,
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
