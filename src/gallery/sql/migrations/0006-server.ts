import type { ColumnDefinitionBuilder, Kysely, Migration } from 'kysely'
import type { ColumnTypes, Dialect } from './dialect.js'

/** API keys, jobs and idempotent responses of servers. */
export const server = ({ types }: Dialect): Migration => ({
  up: (db) => addServerTables(db, types),
})

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
