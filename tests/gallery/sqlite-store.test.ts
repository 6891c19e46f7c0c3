import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { LocalSearch } from '../../dist/gallery/search/local-search.js'
import { SqlStore } from '../../dist/gallery/sql/sql-store.js'
import { SqliteFile } from '../../dist/gallery/sql/sqlite-file.js'
import { smallDisk, template, temporaryFolder, unitVector } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { searchContract } from './search-contract.js'
import { openSqlite } from './sqlite.js'
import { storeContract } from './store-contract.js'

const folder = mkdtempSync(join(tmpdir(), 'agnize-store-'))
const opened: SqlStore[] = []
afterAll(async () => {
  for (const store of opened) await store.close()
  rmSync(folder, { recursive: true })
})

describe('the contract of stores', () => {
  storeContract(async (place, gallery) => {
    const store = await openSqlite(join(folder, place, 'gallery.sqlite'), gallery)
    opened.push(store)
    return store
  })
})

describe('the contract of stores, in protected galleries', () => {
  storeContract((place, gallery) => openProtected(join(folder, `p-${place}.sqlite`), gallery))
})

describe('the contract of searches, in protected galleries', () => {
  searchContract(async (place) => {
    const store = await openProtected(join(folder, `s-${place}.sqlite`), 'default')
    return { store, search: new LocalSearch(store, { cache: null }) }
  })
})

const key = randomBytes(32)

async function openProtected(path: string, gallery: string): Promise<SqlStore> {
  const store = await openSqlite(path, gallery, key)
  opened.push(store)
  if (!(await store.protection.isProtected())) await store.protection.protect(key)
  return store
}

async function somebody(): Promise<string> {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  const store = await openSqlite(path, 'default')
  await store.add('Somebody', template(1))
  await store.close()
  return path
}

test('the file is readable by its owner only', async () => {
  const path = await somebody()
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('the files contain no trace of a removed person', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  const store = await openSqlite(path, 'default')
  const mark = 'a mark that is nowhere else'
  await store.add('Visitor Unmistakable', template(1, { crop: Buffer.from(mark.repeat(50)) }))
  await store.remove('Visitor Unmistakable')
  for (const file of [path, `${path}-wal`]) {
    if (!existsSync(file)) continue
    const bytes = readFileSync(file)
    expect(bytes.includes(mark)).toBe(false)
    expect(bytes.includes('Unmistakable')).toBe(false)
    expect(bytes.includes(Buffer.from(template(1).vector.buffer))).toBe(false)
  }
  await store.close()
})

test('refuses a file that is not SQLite, and leaves it unchanged', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  await writeFile(path, 'this is no database, it is a letter to my aunt '.repeat(100))
  await expect(openSqlite(path, 'default')).rejects.toMatchObject({ code: 'gallery-damaged' })
  expect(readFileSync(path, 'utf8')).toContain('letter to my aunt')
})

test('refuses another program’s database, and leaves it unchanged', async () => {
  const path = join(await temporaryFolder(), 'other.sqlite')
  const other = new SqliteFile(path)
  other.exec('create table recipes (name text)')
  other.close()
  await expect(openSqlite(path, 'default')).rejects.toMatchObject({ code: 'gallery-damaged' })
  const again = new SqliteFile(path)
  expect(again.column("select name from sqlite_master where type = 'table'")).toEqual(['recipes'])
  again.close()
})

test('a gallery of a newer version is refused', async () => {
  const path = await somebody()
  const file = new SqliteFile(path)
  file.exec("insert into kysely_migration (name, timestamp) values ('9999-holograms', 'now')")
  file.close()
  await expect(openSqlite(path, 'default')).rejects.toMatchObject({
    code: 'gallery-too-new',
    message: expect.stringContaining('update agnize'),
  })
})

test('a program whose gallery is upgraded while it runs refuses from then on, and damages nothing', async () => {
  const path = await somebody()
  const old = await openSqlite(path, 'default')
  await old.add('Before', template(2))
  const file = new SqliteFile(path)
  // Its own statistics change the schema too, and are no upgrade.
  file.exec('analyze')
  await old.add('Between', template(3))
  file.exec(`begin immediate;
    alter table subjects add column hologram text not null default 'none';
    insert into kysely_migration (name, timestamp) values ('9999-holograms', 'now');
    commit`)
  const refused = {
    code: 'gallery-too-new',
    message: expect.stringContaining('start it with that version'),
  }
  const rows = () => file.rows('select * from subjects order by id')
  const before = rows()
  await expect(old.add('After', template(4))).rejects.toMatchObject(refused)
  await expect(old.add('Before', template(5))).rejects.toMatchObject(refused)
  await expect(old.subjects()).rejects.toMatchObject(refused)
  expect(rows()).toEqual(before)
  file.close()
  await old.close()
})

test('a program that has written nothing yet refuses a gallery that is upgraded, whatever the upgrade changed', async () => {
  const path = await somebody()
  const old = await openSqlite(path, 'default')
  const file = new SqliteFile(path)
  // Its triggers, which it creates before it writes for the first time, cannot be created on these tables.
  file.exec(`begin immediate;
    alter table subjects rename to persons;
    insert into kysely_migration (name, timestamp) values ('9999-persons', 'now');
    commit`)
  file.close()
  await expect(old.add('After', template(2))).rejects.toMatchObject({
    code: 'gallery-too-new',
    message: expect.stringContaining('start it with that version'),
  })
  await old.close()
})

test('reports a damaged page with its own code', async () => {
  const path = await somebody()
  const store = await openSqlite(path, 'default')
  for (let i = 2; i < 40; i++)
    await store.add(`P${i}`, template(i, { crop: new Uint8Array(10000) }))
  await store.close()
  const bytes = readFileSync(path)
  bytes.fill(0xab, 4096 * 3, bytes.length)
  await writeFile(path, bytes)
  const outcome = openSqlite(path, 'default').then(async (damaged) => {
    try {
      return (await damaged.check()).length > 0 ? 'reported' : await damaged.templates()
    } finally {
      await damaged.close()
    }
  })
  const result = await outcome.catch((error) => error.code)
  expect(['reported', 'gallery-damaged']).toContain(result)
})

test('reports a file that another process locks', async () => {
  const path = await somebody()
  const holder = new SqliteFile(path)
  holder.exec('begin exclusive')
  const store = await openSqlite(path, 'default').catch((error) => error)
  const error =
    store instanceof SqlStore ? await store.add('B', template(2)).catch((e) => e) : store
  expect(error).toMatchObject({ code: 'gallery-locked' })
  holder.close()
})

test.skipIf(lacks('mount'))(
  'reports a full disk in one sentence, and keeps the gallery (mounting one takes root)',
  async () => {
    const path = join(await smallDisk(1024), 'gallery.sqlite')
    const store = await openSqlite(path, 'default')
    await store.add('Somebody', template(1))
    const crop = new Uint8Array(2e6)
    await expect(store.add('B', template(2, { crop }))).rejects.toMatchObject({
      code: 'disk-full',
    })
    expect(await store.subjects()).toMatchObject([{ name: 'Somebody', templates: 1 }])
    await expect(store.add('B', template(2))).resolves.toMatchObject({ outcome: 'added' })
    expect(await store.check()).toEqual([])
    await store.close()
  },
)

test('reports a home that is a file', async () => {
  const taken = join(await temporaryFolder(), 'taken')
  await writeFile(taken, '')
  await expect(openSqlite(join(taken, 'gallery.sqlite'), 'default')).rejects.toMatchObject({
    code: 'read-only',
  })
})

test('keeps acknowledged changes, and no partial ones, when killed at any moment', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  const script = `
    import { openGallery } from ${JSON.stringify(resolve('dist/gallery/open-gallery.js'))}
    const { store } = await openGallery(${JSON.stringify(path)}, 'default')
    const from = (await store.templates()).length
    for (let i = from; ; i++) {
      const vector = Float32Array.from({ length: 16 }, () => 0.25)
      const crop = new Uint8Array(40000)
      await store.add('P' + i, { model: 'm@1', vector, quality: 1, photo: '', photoHash: String(i), box: { x: 0, y: 0, width: 9, height: 9 }, crop })
      process.stdout.write(i + '\\n')
    }`
  let acknowledged = -1
  for (let round = 0; round < 8; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const target = acknowledged + 2 + round * 3
    child.stdout.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString().trim().split('\n'))
        acknowledged = Math.max(acknowledged, Number(line))
      if (acknowledged >= target) child.kill('SIGKILL')
    })
    await once(child, 'exit')
    const store = await openSqlite(path, 'default')
    const subjects = await store.subjects()
    expect(subjects.length).toBeGreaterThan(acknowledged)
    expect(subjects.every(({ templates }) => templates === 1)).toBe(true)
    expect(await store.check()).toEqual([])
    await store.close()
  }
})

test('processes that create the same gallery concurrently agree on it', async () => {
  const path = join(await temporaryFolder(), 'new', 'gallery.sqlite')
  const script = (i: number) => `
    import { openGallery } from ${JSON.stringify(resolve('dist/gallery/open-gallery.js'))}
    const { store } = await openGallery(${JSON.stringify(path)}, 'default')
    await store.add('P${i}', { model: 'm@1', vector: new Float32Array(4).fill(0.5), quality: 1, photo: '', photoHash: '${i}', box: { x: 0, y: 0, width: 9, height: 9 }, crop: new Uint8Array(1) })
    await store.close()`
  const codes = await Promise.all(
    [0, 1, 2, 3].map(async (i) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script(i)], {
        stdio: 'inherit',
      })
      return (await once(child, 'exit'))[0]
    }),
  )
  expect(codes).toEqual([0, 0, 0, 0])
  const store = await openSqlite(path, 'default')
  expect(await store.subjects()).toHaveLength(4)
  await store.close()
})

test('opens a gallery of the first version with all its content', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  const { Kysely, Migrator, SqliteDialect } = await import('kysely')
  const { sqliteMigrations } = await import('../../dist/gallery/sql/migrations/list.js')
  const file = new SqliteFile(path)
  const first = Object.entries(sqliteMigrations).filter(([name]) => name < '0003')
  const old = new Kysely<unknown>({ dialect: new SqliteDialect({ database: file }) })
  const provider = { getMigrations: async () => Object.fromEntries(first) }
  const { error } = await new Migrator({ db: old, provider }).migrateToLatest()
  expect(error).toBeUndefined()
  const vector = Buffer.from(unitVector(5).buffer)
  file.exec(`
    insert into galleries values ('g', 'default', 'test@1', 7, 'then'), ('h', 'other', null, 0, 'then');
    insert into subjects values ('s', 'g', 'Skuli', 'then'), ('t', 'g', 'Anna', 'later');
    insert into crops values ('c', 's', 'skuli.jpg', 'hash', 1, 2, 30, 40, x'01', x'02', 'then');
    insert into crops values ('d', 's', 'again.jpg', 'other', 1, 2, 30, 40, x'01', x'02', 'then');
    insert into calibrations values ('g', 'test@1', '{"basis":{}}', 'then');
    insert into corrections values ('k', 'g', 't', 'not', 'door.jpg', 'door', 1, 2, 3, 4, x'01', x'02', 'then');
    insert into decision_logs values ('g', 1, 30, 0, '${'0'.repeat(64)}', 0);`)
  const insert = 'insert into templates values (?, ?, ?, ?, ?, ?, ?, ?)'
  file.run(insert, 'a', 'g', 's', 'c', 'test@1', vector, 0.5, 'then')
  file.run(insert, 'b', 'g', 's', 'd', 'test@1', vector, 0.7, 'then')
  file.run('insert into correction_vectors values (?, ?, ?)', 'k', 'test@1', vector)
  await old.destroy()

  const store = await openSqlite(path)
  expect(await store.state()).toEqual({ version: 7, model: 'test@1', people: 1, templates: 2 })
  expect((await store.subjects()).map(({ name, templates }) => [name, templates])).toEqual([
    ['Anna', 0],
    ['Skuli', 2],
  ])
  expect(await store.templatesOf('Skuli')).toMatchObject([
    { id: 'a', photo: 'skuli.jpg', box: { x: 1, y: 2, width: 30, height: 40 } },
    { id: 'b' },
  ])
  expect(await store.calibrations.get('test@1')).toEqual({ basis: {} })
  expect(await store.corrections.embedded('test@1')).toMatchObject([
    { id: 'k', subject: { name: 'Anna' }, vector: unitVector(5) },
  ])
  expect(await store.decisions.settings()).toEqual({ recording: true, days: 30, faces: false })
  await store.add('New', template(3))
  expect(await store.check()).toEqual([])
  const keys = (await store.people.matching({})).concat()
  expect(new Set(keys).size).toBe(2)
  await store.close()
})
