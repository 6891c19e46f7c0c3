-- Two users of least privilege for galleries in PostgreSQL: agnize_owner upgrades the tables, agnize_server serves.
-- Run it in agnize's database as a superuser, before agnize opens it; again after agnize_owner has made or upgraded the tables:
--
--   psql -f postgres-roles.sql faces
--   agnize --store postgres://agnize_owner@db/faces gallery list
--   psql -f postgres-roles.sql faces
--   agnize --store postgres://agnize_server@db/faces serve
--
-- Give both a password ("alter role agnize_server password '…'") or a certificate. agnize_server reads and changes rows, and owns the
-- vectors that searches compare, since each gallery has a partition and graphs of its own. It cannot change, empty or drop any other
-- table, nor run a migration.

create extension if not exists vector;

do $$
begin
  if not exists (select from pg_roles where rolname = 'agnize_owner') then
    create role agnize_owner login;
  end if;
  if not exists (select from pg_roles where rolname = 'agnize_server') then
    create role agnize_server login;
  end if;
end $$;

-- The owner's migrations may change the vectors too.
grant agnize_server to agnize_owner;

do $$
declare
  place text := current_schema();
begin
  execute format('revoke create on schema %I from public', place);
  execute format('grant usage, create on schema %I to agnize_owner', place);
  execute format('grant usage on schema %I to agnize_server', place);
  execute format(
    'alter default privileges for role agnize_owner in schema %I
      grant select, insert, update, delete on tables to agnize_server', place);
  execute format(
    'alter default privileges for role agnize_owner in schema %I
      grant usage on sequences to agnize_server', place);
  if to_regclass('kysely_migration') is not null then
    revoke insert, update, delete on kysely_migration, kysely_migration_lock from agnize_server;
    execute format('grant create on schema %I to agnize_server', place);
    alter table search_vectors owner to agnize_server;
  end if;
end $$;
