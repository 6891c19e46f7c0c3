import type { ColumnDefinitionBuilder, Migration } from 'kysely'
import { checksumColumn } from '../checksums.js'
import type { Dialect } from './dialect.js'

/** Pairs of subjects who are different people; the smaller id comes first, so that a pair has one row. */
export const differentPeople = ({
  types: { text, integer },
  checksums: support,
}: Dialect): Migration => ({
  async up(db) {
    const required = (column: ColumnDefinitionBuilder) => column.notNull()
    const key = ['gallery_id', 'id'] as const
    await db.schema
      .createTable('different_people')
      .addColumn('gallery_id', text, (column) =>
        column.notNull().references('galleries.id').onDelete('cascade'),
      )
      .addColumn('subject_id', text, required)
      .addColumn('other_id', text, required)
      .addColumn('created_at', text, required)
      .addColumn(checksumColumn, integer)
      .addPrimaryKeyConstraint('different_people_key', ['gallery_id', 'subject_id', 'other_id'])
      .addForeignKeyConstraint(
        'different_people_subject',
        ['gallery_id', 'subject_id'],
        'subjects',
        [...key],
        (constraint) => constraint.onDelete('cascade'),
      )
      .addForeignKeyConstraint(
        'different_people_other',
        ['gallery_id', 'other_id'],
        'subjects',
        [...key],
        (constraint) => constraint.onDelete('cascade'),
      )
      .execute()
    await support.fill(db, 'different_people')
    await db.schema
      .createIndex('different_people_by_other')
      .on('different_people')
      .columns(['gallery_id', 'other_id'])
      .execute()
  },
})
