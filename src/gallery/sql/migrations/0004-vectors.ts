import { type Migration, sql } from 'kysely'
import { AgnizeError } from '../../../base/errors.js'

/** PostgreSQL only: vectors for pgvector, one partition per gallery. */
export const vectors: Migration = {
  async up(db) {
    await sql`create extension if not exists vector`.execute(db).catch((cause: unknown) => {
      throw new AgnizeError(
        'store-unsupported',
        'The database has no pgvector, or this user may not switch it on: install it and have an administrator run "CREATE EXTENSION vector".',
        { cause },
      )
    })
    await sql`create table search_vectors (
        gallery_id text collate "C" not null references galleries (id) on delete cascade,
        subject_id text collate "C" not null,
        owner bigint not null,
        model text collate "C" not null,
        as_mean boolean not null,
        as_template boolean not null,
        vector halfvec not null,
        foreign key (gallery_id, subject_id) references subjects (gallery_id, id) on delete cascade
      ) partition by list (gallery_id)`.execute(db)
    await sql`create index search_vectors_by_subject on search_vectors (gallery_id, subject_id)`.execute(
      db,
    )
  },
}
