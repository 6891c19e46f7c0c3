/** Galleries of before, which kept two crops of each face. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely, SqliteDialect } from 'kysely'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { readArchive } from '../../dist/gallery/archive/archive-file.js'
import { fillSqliteChecksums, SqliteChecksums } from '../../dist/gallery/sql/checksums.js'
import { PostgresDatabase } from '../../dist/gallery/sql/postgres.js'
import { SqlStore } from '../../dist/gallery/sql/sql-store.js'
import { SqliteFile } from '../../dist/gallery/sql/sqlite-file.js'
import { repair } from '../../dist/gallery/sql/sqlite-repair.js'
import { masterKey, newMasterKey } from '../../dist/gallery/vault.js'
import { openWithSession, seeded, sessionOf, template, temporaryFolder } from '../fixtures.js'
import { startPostgres } from './postgres.js'
import { openSqlite } from './sqlite.js'

const key = masterKey(newMasterKey())
const mark = 'A MARK. '

/** Makes a gallery file what the version before made: with a second crop in each row, of which checksums take account. */
async function asBefore(path: string, aligned: () => Buffer): Promise<SqliteFile> {
  const file = new SqliteFile(path)
  onTestFinished(() => void file.close())
  file.exec('pragma secure_delete = ON')
  new SqliteChecksums(file)
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: file }) })
  for (const table of ['crops', 'corrections'] as const) {
    file.exec(`alter table ${table} add column aligned blob not null default x''`)
    for (const row of file.column(`select rowid from ${table}`))
      file.run(`update ${table} set aligned = ? where rowid = ?`, aligned(), row)
    await fillSqliteChecksums(db, table)
  }
  file.exec(
    'alter table galleries drop column detector; alter table gallery_models drop column cohort',
  )
  file.exec(
    'drop table different_people; drop table watched_cameras; drop table challenges; drop table server_secrets',
  )
  file.exec('drop table account_sessions; drop table accounts; drop table sign_in_attempts')
  file.exec("delete from kysely_migration where name >= '0012'")
  return file
}

/** A gallery of some faces and a correction. */
async function furnished(path: string, faces: number, isProtected = false): Promise<void> {
  const random = seeded(3)
  const store = await openSqlite(path, 'default', key)
  const crop = () => Buffer.alloc(20 + random() * 800, 'padded')
  await store.addEach(
    Array.from({ length: faces }, (_, i) => ({
      name: `Person ${i}`,
      template: template(i, { crop: crop() }),
    })),
  )
  const { quality: _, ...face } = template(faces, { crop: crop() })
  await store.corrections.add('Person 0', { ...face, kind: 'not' })
  if (isProtected) await store.protection.protect(key)
  await store.close()
}

const columns = (file: SqliteFile, table: string) =>
  file.column('select name from pragma_table_info(?)', table)

test('intact rows stay intact, and damaged ones are still reported', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'gallery.sqlite')
  await furnished(path, 6)
  const file = await asBefore(path, () => Buffer.from(mark))
  const ids = file.column('select id from crops order by rowid') as string[]
  file.run("update crops set aligned = x'01' where id = ?", ids[0]!)
  file.run("update crops set padded = x'01' where id = ?", ids[1]!)
  file.run('update crops set checksum = null where id = ?', ids[2]!)
  file.close()
  copyFileSync(path, join(folder, 'unopened.sqlite'))

  const store = await openSqlite(path)
  const named = async () =>
    (await store.gallery.database.damaged(store.gallery.database.kysely))
      .map(({ table, key }) => [table, key.id])
      .sort()
  const damaged = ids.slice(0, 3).map((id) => ['crops', id])
  expect(await named()).toEqual(damaged.sort())
  expect(await store.check()).toEqual([expect.stringContaining('3 of the rows of crops')])
  // A later change of the rows does not hide the damage.
  await store.gallery.database.transact((db) =>
    db.updateTable('crops').set({ photo: 'another.jpg' }).execute(),
  )
  expect(await named()).toEqual(damaged.sort())
  expect((await store.enrolled.crop(ids[5]!)).length).toBeGreaterThan(0)
  await store.close()
  const after = new SqliteFile(path)
  onTestFinished(() => void after.close())
  expect(columns(after, 'crops')).not.toContain('aligned')
  expect(columns(after, 'corrections')).not.toContain('aligned')
  expect(after.rows('pragma foreign_key_check')).toEqual([])

  // A file that the newer version has not opened is repaired to the same.
  expect(await repair(join(folder, 'unopened.sqlite'))).toMatchObject({
    people: 6,
    templates: 3,
    changed: 3,
    doubtful: [],
  })
  const repaired = await openSqlite(join(folder, 'unopened.sqlite'))
  onTestFinished(() => repaired.close())
  expect(await repaired.check()).toEqual([])
  expect(await repaired.corrections.list()).toHaveLength(1)
})

test('an unknown kind of row is reported as damage, and the file is unchanged', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  await furnished(path, 3)
  const file = await asBefore(path, () => Buffer.from(mark))
  file.close()
  const [strict, lax] = ['"photo" text not null', '"photo" text         ']
  writeFileSync(path, readFileSync(path, 'latin1').replaceAll(strict, lax), 'latin1')
  const changed = new SqliteFile(path)
  changed.exec('update crops set photo = null')
  changed.close()
  await expect(openSqlite(path)).rejects.toMatchObject({ code: 'gallery-damaged' })
  const after = new SqliteFile(path)
  onTestFinished(() => void after.close())
  expect(columns(after, 'crops')).toContain('aligned')
  expect(after.column('select count(*) from crops')).toEqual([3])
})

test.each([
  false,
  true,
])('nothing of the crop is left in the files; protected: %s', async (isProtected) => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  await furnished(path, 1200, isProtected)
  const random = seeded(7)
  const file = await asBefore(path, () => Buffer.from(mark.repeat(1 + random() * 60)))
  // Rows that grow split pages of the file, and leave remains of other rows in them.
  const grow = 'update crops set photo = ? where rowid = ?'
  for (let i = 0; i < 2400; i++) {
    file.run(grow, 'x'.repeat(random() * 200), 1 + Math.floor(random() * 1200))
  }
  file.close()
  const holds = () =>
    [path, `${path}-wal`].some((each) => existsSync(each) && readFileSync(each).includes(mark))
  expect(holds()).toBe(true)
  const { size } = { size: readFileSync(path).length }

  const store = await openSqlite(path, 'default', key)
  await store.gallery.database.scrub()
  expect(holds()).toBe(false)
  await store.close()
  expect(holds()).toBe(false)
  expect(readFileSync(path).length).toBeLessThan(1.3 * size)
})

test('PostgreSQL: intact rows stay intact, and damaged ones are still reported', async () => {
  const server = await startPostgres()
  onTestFinished(() => server.stop())
  const open = async () => SqlStore.open(await PostgresDatabase.open(server.url), 'default')
  const before = await open()
  await before.addEach([1, 2, 3].map((i) => ({ name: `P${i}`, template: template(i) })))
  const { quality: _, ...face } = template(4)
  await before.corrections.add('P1', { ...face, kind: 'not' })
  await before.close()
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  for (const table of ['crops', 'corrections']) {
    await client.query(`alter table ${table} disable trigger keep_checksum;
      alter table ${table} add column aligned bytea not null default '\\x01';
      update ${table} set checksum = agnize_checksum(${table})`)
  }
  const { rows } = await client.query('select id from crops order by id')
  await client.query(`update crops set aligned = '' where id = '${rows[0].id}';
    update crops set checksum = null where id = '${rows[1].id}';
    alter table crops enable trigger keep_checksum; alter table corrections enable trigger keep_checksum;
    alter table galleries drop column detector;
    alter table gallery_models drop column cohort;
    drop trigger delete_vectors on subjects;
    drop function agnize_delete_vectors;
    create index subjects_by_change on subjects (gallery_id, changed);
    drop table different_people;
    drop table watched_cameras;
    drop table challenges;
    drop table server_secrets;
    drop table account_sessions;
    drop table accounts;
    drop table sign_in_attempts;
    delete from kysely_migration where name >= '0012'`)
  await client.end()

  const store = await open()
  onTestFinished(() => store.close())
  const { database } = store.gallery
  const named = async () =>
    (await database.damaged(database.kysely)).map(({ key }) => key.id).sort()
  expect(await named()).toEqual([rows[0].id, rows[1].id])
  await database.transact((db) => db.updateTable('crops').set({ photo: 'x.jpg' }).execute())
  expect(await named()).toEqual([rows[0].id, rows[1].id])
  expect([...(await store.enrolled.crop(rows[2].id))]).toEqual([4, 5, 6])
})

test('neither backups nor exports hold a second crop', async () => {
  const home = await temporaryFolder()
  const agnize = await openWithSession({ home, offline: true })
  onTestFinished(() => agnize.close())
  const { store } = await sessionOf(agnize).gallery()
  await store.add('Anna', template(1))
  const { quality: _, ...face } = template(2)
  await store.corrections.add('Anna', { ...face, kind: 'not' })
  const [backup, exported] = [join(home, 'backup.agnize'), join(home, 'export.agnize')]
  await agnize.gallery.backup(backup)
  await agnize.gallery.export(exported)
  const lines = []
  for (const path of [backup, exported]) {
    for await (const line of readArchive(path)) lines.push(line)
  }
  const withCrops = lines.filter(({ type }) => /^(crops|corrections|face|correction)$/.test(type))
  expect(
    withCrops.map((line) => Object.keys(line).filter((name) => /aligned|padded/.test(name))),
  ).toEqual([['padded:base64'], ['padded:base64'], ['padded'], ['padded']])
  expect(lines.filter(({ type }) => type.startsWith('agnize'))).toMatchObject([
    { version: 1, schema: 8 },
    { version: 2 },
  ])
})
