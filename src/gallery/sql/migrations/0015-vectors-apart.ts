import { type Migration, sql } from 'kysely'

/**
 * PostgreSQL only. A partition with foreign keys can only be made under a lock that stops every writer, so a trigger deletes
 * the vectors of a subject in their place. The index by change, which only searches in memory use, made every change of a
 * subject write to all indexes of the table; statistics of vectors and pictures serve no query.
 */
export const vectorsApart: Migration = {
  async up(db) {
    const { rows } = await sql<{ name: string }>`select conname as name from pg_constraint
      where conrelid = 'search_vectors'::regclass and contype = 'f' and conparentid = 0`.execute(db)
    for (const { name } of rows) {
      await sql`alter table search_vectors drop constraint ${sql.id(name)}`.execute(db)
    }
    await sql`create function agnize_delete_vectors() returns trigger language plpgsql as $$
      declare
        own regclass := to_regclass(quote_ident('search_vectors_' || replace(old.gallery_id, '-', '')));
      begin
        -- A gallery that is deleted has lost its partition before its subjects.
        if own is not null then
          execute format('delete from %s where gallery_id = $1 and subject_id = $2', own) using old.gallery_id, old.id;
        end if;
        return null;
      end $$`.execute(db)
    await sql`create trigger delete_vectors after delete on subjects
      for each row execute function agnize_delete_vectors()`.execute(db)
    await sql`drop index subjects_by_change`.execute(db)
    for (const [table, column] of [
      ['templates', 'vector'],
      ['crops', 'padded'],
      ['search_vectors', 'vector'],
    ] as const) {
      await sql`alter table ${sql.table(table)} alter column ${sql.ref(column)} set statistics 0`.execute(
        db,
      )
    }
  },
}
