import pg from 'pg'
import { PostgresDatabase } from '../dist/gallery/sql/postgres.js'
import { SqlStore } from '../dist/gallery/sql/sql-store.js'
import { startPostgres } from '../tests/gallery/postgres.js'

const tables = ['subjects', 'subject_labels', 'crops', 'templates', 'audit_log', 'search_vectors']
const isId = (column: string) => /^(id|gallery_id|subject_id|crop_id)$/.test(column)
const isTime = (column: string) => /(^|_)at$/.test(column)

/**
 * What ids as `uuid` and times as `timestamptz` would save, in bytes of a row and of its entries in indexes, beside what a change
 * of metadata writes to the log today.
 *
 * @param fill - Enrolls people, the first of whom are named P0, P1 and so on.
 */
export async function idTypes(
  fill: (store: SqlStore) => Promise<void>,
  show: (name: string, value: string) => void,
): Promise<void> {
  const server = await startPostgres()
  const store = await SqlStore.open(await PostgresDatabase.open(server.url), 'default')
  await fill(store)
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  const query = async <Row extends object>(text: string, values?: string[]) =>
    (await client.query<Row & pg.QueryResultRow>(text, values)).rows
  await query('vacuum analyze')
  await logged(store, query, show)
  for (const table of tables) {
    const [{ name }] = (await query<{ name: string }>(
      "select relname as name from pg_class where relkind = 'r' and (relname = $1 or relname like $1 || '\\_%')  order by relname = $1 desc",
      [table],
    )) as [{ name: string }]
    const [{ count }] = (await query<{ count: number }>(
      `select count(*)::int as count from ${name}`,
    )) as [{ count: number }]
    const columns = (
      await query<{ column: string }>(
        `select attname as column from pg_attribute
          where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
        [name],
      )
    ).map(({ column }) => column)
    const sizes: string[] = []
    for (const [id, time] of [
      ['text', 'text'],
      ['uuid', 'text'],
      ['uuid', 'timestamptz'],
    ]) {
      const typed = columns.map((column) =>
        isId(column) ? `${column}::${id}` : isTime(column) ? `${column}::${time}` : column,
      )
      await query(`create table copied as select ${typed} from ${name}`)
      const indexes = await query<{ definition: string }>(
        'select indexdef as definition from pg_indexes where tablename = $1',
        [name],
      )
      for (const { definition } of indexes) {
        await query(definition.replace(/INDEX \S+ ON (ONLY )?\S+/, 'INDEX ON copied'))
      }
      await query('vacuum full copied')
      const [size] = (await query<{ rows: number; indexes: number }>(
        `select pg_table_size('copied')::int as rows, pg_indexes_size('copied')::int as indexes`,
      )) as [{ rows: number; indexes: number }]
      const each = (bytes: number) => Math.round(bytes / count)
      sizes.push(`${id}, ${time}: ${each(size.rows)} + ${each(size.indexes)}`)
      await query('drop table copied')
    }
    show(table, sizes.join('; '))
  }
  await client.end()
  await store.close()
  await server.stop()
}

/** Bytes that a change of metadata writes to the log, and whether it is written to indexes. */
async function logged(
  store: SqlStore,
  query: <Row extends object>(text: string, values?: string[]) => Promise<Row[]>,
  show: (name: string, value: string) => void,
): Promise<void> {
  const changes = 400
  const place = async () =>
    (await query<{ place: string }>('select pg_current_wal_insert_lsn() as place'))[0]!.place
  for (const name of ['changes of metadata', 'again, of the same people']) {
    // The first change of a page after a checkpoint writes the page as a whole.
    const before = await place()
    for (let i = 0; i < changes; i++) await store.update(`P${i}`, { metadata: { floor: i, name } })
    const [{ bytes }] = (await query<{ bytes: number }>(
      'select ($1::pg_lsn - $2::pg_lsn)::int as bytes',
      [await place(), before],
    )) as [{ bytes: number }]
    show(name, `${Math.round(bytes / changes)} bytes of log each`)
  }
}
