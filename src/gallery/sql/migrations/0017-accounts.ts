import type { ColumnDefinitionBuilder, Migration } from 'kysely'
import { checksumColumn } from '../checksums.js'
import type { Dialect } from './dialect.js'

/** Accounts of people who sign in to the console, their sessions, and the attempts that failed. */
export const accounts = ({ types: { text, integer }, checksums: support }: Dialect): Migration => ({
  async up(db) {
    const required = (column: ColumnDefinitionBuilder) => column.notNull()
    await db.schema
      .createTable('accounts')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('name', text, required)
      .addColumn('folded_name', text, (column) => column.notNull().unique())
      .addColumn('role', text, required)
      .addColumn('galleries', text, required)
      .addColumn('password', text, required)
      .addColumn('disabled', integer, required)
      .addColumn('created_at', text, required)
      .addColumn('signed_in_at', text)
      .addColumn(checksumColumn, integer)
      .execute()
    await db.schema
      .createTable('account_sessions')
      .addColumn('hash', text, (column) => column.primaryKey())
      .addColumn('id', text, (column) => column.notNull().unique())
      .addColumn('account_id', text, (column) =>
        column.notNull().references('accounts.id').onDelete('cascade'),
      )
      .addColumn('browser', text, required)
      .addColumn('created_at', text, required)
      .addColumn('seen_at', text, required)
      .addColumn('expires_at', text, required)
      .addColumn(checksumColumn, integer)
      .execute()
    await support.fill(db, 'accounts')
    await support.fill(db, 'account_sessions')
    await db.schema
      .createIndex('account_sessions_by_account')
      .on('account_sessions')
      .column('account_id')
      .execute()
    await db.schema
      .createTable('sign_in_attempts')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('failures', integer, required)
      .addColumn('expires_at', text, required)
      .execute()
  },
})
