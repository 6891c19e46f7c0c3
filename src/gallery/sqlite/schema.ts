import type { ColumnDefinitionBuilder, Migration } from 'kysely'
import { sql } from 'kysely'

/** The tables, as Kysely's typed queries see them. */
export interface Schema extends DecisionSchema {
  galleries: {
    id: string
    name: string
    /** Null while it has no templates. */
    model: string | null
    version: number
    created_at: string
  }
  subjects: { id: string; gallery_id: string; name: string; created_at: string }
  /** What is kept of a photo: the face aligned, and with its surroundings. */
  crops: {
    id: string
    subject_id: string
    photo: string
    photo_hash: string
    x: number
    y: number
    width: number
    height: number
    aligned: Uint8Array
    padded: Uint8Array
    created_at: string
  }
  templates: {
    id: string
    gallery_id: string
    subject_id: string
    crop_id: string
    model: string
    /** Little-endian float32. */
    vector: Uint8Array
    quality: number
    created_at: string
  }
}

/** The tables of what people and agnize decided. */
export interface DecisionSchema {
  /** Measured on the gallery's own data. */
  calibrations: { gallery_id: string; model: string; calibration: string; created_at: string }
  /** A face that is not, or is, somebody. */
  corrections: {
    id: string
    gallery_id: string
    subject_id: string
    kind: 'not' | 'same'
    photo: string
    photo_hash: string
    x: number
    y: number
    width: number
    height: number
    aligned: Uint8Array
    padded: Uint8Array
    created_at: string
  }
  correction_vectors: { correction_id: string; model: string; vector: Uint8Array }
  decision_logs: {
    gallery_id: string
    recording: number
    days: number | null
    faces: number
    /** Hash that the oldest entry's follows, since those before it have gone. */
    anchor: string
    /** Number of the newest entry. */
    newest: number
  }
  decisions: {
    gallery_id: string
    number: number
    at: string
    /** Null once it went with a person. */
    payload: string | null
    face: Uint8Array | null
    payload_hash: string
    hash: string
  }
  /** Whom a decision names, so that it goes with them. */
  decision_subjects: { gallery_id: string; number: number; subject_id: string }
}

/**
 * Every change of the schema, in order, each one for good: a released one is never edited.
 *
 * A template's (gallery, model) must be its gallery's, so the database itself refuses two models in one gallery.
 */
export const migrations: Record<string, Migration> = {
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
