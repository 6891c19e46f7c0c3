import { type ColumnDefinitionBuilder, type Kysely, type Migration, sql } from 'kysely'
import { checksumColumn, checksumOfKept } from '../checksums.js'

/** The tables that keep crops. */
const tables = ['crops', 'corrections'] as const

/** Each face had a second crop, `aligned`, which nothing needed. */
export const oneCrop: Migration = {
  async up(db) {
    for (const name of tables) {
      const table = sql.table(name)
      await sql`alter table ${table} disable trigger keep_checksum`.execute(db)
      // A column that is only dropped stays in the rows. Damaged rows get no checksum, so that they still count as damaged.
      await sql`update ${table} set aligned = '', checksum =
        case when checksum is not distinct from agnize_checksum(${table}) then checksum end`.execute(
        db,
      )
      await db.schema.alterTable(name).dropColumn('aligned').execute()
      await sql`update ${table} set checksum = agnize_checksum(${table}) where checksum is not null`.execute(
        db,
      )
      await sql`alter table ${table} enable trigger keep_checksum`.execute(db)
    }
  },
}

/** Rows that are moved at a time, so that the file grows by no more than them. Judgment. */
const rowsAtATime = 100

/**
 * The same for SQLite files. The rows move to new tables: a page that SQLite split earlier may hold remains of rows beside the
 * rows, and only a page that is given up is overwritten whole.
 */
export const oneCropInSqlite: Migration = {
  async up(db) {
    for (const name of tables) {
      const before = await columnsOf(db, name)
      const into = `new_${name}`
      await createTable(db, name, into)
      const after = await columnsOf(db, into)
      const values = after.map((column) =>
        column === checksumColumn ? sql.raw(checksumOfKept(before, after)) : sql.ref(column),
      )
      const some = sql`select rowid from ${sql.table(name)} order by rowid limit ${rowsAtATime}`
      for (;;) {
        await sql`insert into ${sql.table(into)} (${sql.join(after.map((column) => sql.ref(column)))})
          select ${sql.join(values)} from ${sql.table(name)} where rowid in (${some}) order by rowid`.execute(
          db,
        )
        const { numAffectedRows } =
          await sql`delete from ${sql.table(name)} where rowid in (${some})`.execute(db)
        if (!numAffectedRows) break
      }
      await db.schema.dropTable(name).execute()
      await db.schema.alterTable(into).renameTo(name).execute()
      await index(db, name, 'subject', 'subject_id')
    }
    await index(db, 'crops', 'photo', 'photo_hash')
  },
}

async function columnsOf(db: Kysely<unknown>, table: string): Promise<string[]> {
  const { rows } = await sql<{
    name: string
  }>`select name from pragma_table_info(${table})`.execute(db)
  return rows.map(({ name }) => name)
}

async function createTable(
  db: Kysely<unknown>,
  name: (typeof tables)[number],
  as: string,
): Promise<void> {
  const required = (column: ColumnDefinitionBuilder) => column.notNull()
  const face = db.schema
    .createTable(as)
    .addColumn('gallery_id', 'text', (column) =>
      column.notNull().references('galleries.id').onDelete('cascade'),
    )
    .addColumn('subject_id', 'text', required)
    .addColumn('id', 'text', required)
    .addColumn('photo', 'text', required)
    .addColumn('photo_hash', 'text', required)
    .addColumn('x', 'integer', required)
    .addColumn('y', 'integer', required)
    .addColumn('width', 'integer', required)
    .addColumn('height', 'integer', required)
    .addColumn('padded', 'blob', required)
    .addColumn('created_at', 'text', required)
    .addPrimaryKeyConstraint(`${name}_key`, ['gallery_id', 'id'])
    .addForeignKeyConstraint(
      `${name}_subject`,
      ['gallery_id', 'subject_id'],
      'subjects',
      ['gallery_id', 'id'],
      (key) => key.onDelete('cascade'),
    )
  const table =
    name === 'crops'
      ? face.addColumn('skipped_by', 'text').addColumn('origin', 'text')
      : face.addColumn('kind', 'text', (column) =>
          column.notNull().check(sql`kind in ('not', 'same')`),
        )
  await table.addColumn(checksumColumn, 'integer').execute()
}

const index = (db: Kysely<unknown>, table: string, by: string, column: string) =>
  db.schema.createIndex(`${table}_by_${by}`).on(table).columns(['gallery_id', column]).execute()
