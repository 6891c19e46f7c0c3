import { type Migration, sql } from 'kysely'
import type { Dialect } from './dialect.js'

/** Accounts whose owners sign in at an OpenID Connect provider, and need no password. New columns are null, so checksums stay. */
export const accountIdentities = (
  { types: { text } }: Dialect,
  withoutRequirement: Migration['up'],
): Migration => ({
  async up(db) {
    await withoutRequirement(db)
    await db.schema.alterTable('accounts').addColumn('issuer', text).execute()
    await db.schema.alterTable('accounts').addColumn('subject', text).execute()
    await db.schema.alterTable('accounts').addColumn('invitation', text).execute()
    await db.schema.alterTable('accounts').addColumn('invited_until', text).execute()
    await db.schema.alterTable('account_sessions').addColumn('method', text).execute()
    await db.schema
      .createIndex('accounts_by_identity')
      .unique()
      .on('accounts')
      .columns(['issuer', 'subject'])
      .execute()
  },
})

/** The password is required no more. */
export const optionalPassword: Migration['up'] = async (db) => {
  await db.schema
    .alterTable('accounts')
    .alterColumn('password', (column) => column.dropNotNull())
    .execute()
}

/**
 * The same for SQLite, which changes no column: another one takes its place. A new table would take the sessions along when the old
 * one goes. Rows keep name and content, so their checksums stay.
 */
export const optionalPasswordInSqlite: Migration['up'] = async (db) => {
  await db.schema.alterTable('accounts').addColumn('optional_password', 'text').execute()
  await sql`update accounts set optional_password = password`.execute(db)
  await db.schema.alterTable('accounts').dropColumn('password').execute()
  await db.schema.alterTable('accounts').renameColumn('optional_password', 'password').execute()
}
