import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { SqliteFile } from '../../dist/gallery/sql/sqlite-file.js'
import { repair } from '../../dist/gallery/sql/sqlite-repair.js'
import type { AgnizeError } from '../../dist/index.js'
import {
  openWithSession,
  seeded,
  sessionOf,
  template,
  temporaryFolder,
  unitVector,
} from '../fixtures.js'
import { startPostgres } from './postgres.js'
import { openSqlite } from './sqlite.js'

const measure = cosineMeasure

/** Bytes that a seed decides, so that every run flips bits of the same file content. */
const noise = (seed: number, length: number) => {
  const random = seeded(seed)
  return Uint8Array.from({ length }, () => random() * 256)
}

const enrolled = (seed: number, change = {}) =>
  template(seed, {
    vector: unitVector(seed, 128),
    crop: noise(seed, 3200),
    ...change,
  })

/** A gallery file with every kind of data and an empty write-ahead log. */
async function createFilledGallery(folder: string): Promise<string> {
  const path = join(folder, 'gallery.sqlite')
  const store = await openSqlite(path)
  await store.addEach(
    Array.from({ length: 30 }, (_, i) => ({ name: `Person ${i % 20}`, template: enrolled(i) })),
  )
  await store.update('Person 3', { externalId: 'E-3', tags: ['a'], metadata: { room: 12 } })
  const { quality: _, ...face } = enrolled(99)
  await store.corrections.add('Person 4', { ...face, kind: 'not' })
  await store.decisions.configure({ recording: true, days: null, faces: true })
  await store.decisions.append([
    { at: '2026-01-01T00:00:00.000Z', payload: '{}', face: noise(7, 800), subjects: [] },
  ])
  await store.close()
  const file = new SqliteFile(path)
  file.exec('pragma journal_mode = delete')
  file.close()
  return path
}

/** Every row of every table of galleries. */
function content(path: string): string {
  const file = new SqliteFile(path, { readOnly: true })
  try {
    const tables = file.column(
      "select name from sqlite_master where type = 'table' and name not like 'kysely%'",
    ) as string[]
    return JSON.stringify(
      tables
        .sort()
        .map((table) => [table, file.rows(`select * from "${table}"`).map(Object.values)]),
    )
  } finally {
    file.close()
  }
}

test('reports every file with flipped bits as damaged, unless its content is unchanged', async () => {
  const folder = await temporaryFolder()
  const path = await createFilledGallery(folder)
  const bytes = readFileSync(path)
  const whole = content(path)
  const copy = join(folder, 'flipped.sqlite')
  const found = { damaged: 0, unharmed: 0 }
  for (let seed = 0; seed < 300; seed++) {
    const random = seeded(seed)
    const flipped = Buffer.from(bytes)
    const places = Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
      Math.floor(random() * bytes.length),
    )
    for (const place of places) flipped[place]! ^= 1 << Math.floor(random() * 8)
    for (const suffix of ['-wal', '-shm']) rmSync(`${copy}${suffix}`, { force: true })
    writeFileSync(copy, flipped)
    const isNamed = await openSqlite(copy)
      .then(async (store) => {
        try {
          const logs = [await store.audit.verify(), await store.decisions.verify()]
          const problems = await store.check()
          return problems.length > 0 || logs.some(({ broken }) => broken !== null)
        } finally {
          await store.close()
        }
      })
      .catch((error: AgnizeError) => {
        expect(error.code, `${places}: ${error.message}`).toMatch(
          /^(gallery-damaged|gallery-too-new)$/,
        )
        return true
      })
    if (isNamed) found.damaged++
    else {
      found.unharmed++
      expect(content(copy), `bits at ${places} were not noticed`).toBe(whole)
    }
  }
  // Bits between the rows are harmless; most bits lie in rows.
  expect(found.damaged).toBeGreaterThan(150)
})

test('reports a changed template, neither searches nor backs it up, and removes it by a repair', async () => {
  const home = await temporaryFolder()
  const path = join(home, 'gallery.sqlite')
  const store = await openSqlite(path)
  const [, changed] = await store.addEach([
    { name: 'Anna', template: enrolled(1) },
    { name: 'Bea', template: enrolled(2) },
    { name: 'Cleo', template: enrolled(3) },
  ])
  await store.close()
  const { templateId } = changed!
  const file = new SqliteFile(path)
  // Anna's face now identifies Bea.
  file.exec(`update templates set vector = (select vector from templates order by key limit 1)
    where id = '${templateId}'`)
  file.close()

  const agnize = await openWithSession({ home, offline: true })
  onTestFinished(() => agnize.close())
  const { problems } = await agnize.gallery.verify()
  expect(problems).toEqual([expect.stringContaining(templateId)])
  const gallery = await sessionOf(agnize).gallery()
  const search = gallery.search('test@1', [unitVector(1, 128)], {
    measure,
    fusion: 'mean',
    limit: 5,
  })
  await expect(search).rejects.toMatchObject({ code: 'gallery-damaged' })
  await expect(agnize.gallery.backup(join(home, 'copy.agnize'))).rejects.toMatchObject({
    code: 'gallery-damaged',
    message: expect.stringContaining(templateId),
  })
  // A later change of the row does not hide the damage.
  await agnize.people.merge('Bea', 'Cleo')
  expect((await agnize.gallery.verify()).problems).toEqual([expect.stringContaining(templateId)])
  await agnize.close()

  const repaired = await repair(path)
  expect(repaired).toMatchObject({ people: 2, templates: 2, changed: 1, doubtful: [] })
  const again = await openSqlite(path)
  onTestFinished(() => again.close())
  expect(await again.check()).toEqual([])
  expect((await again.templates()).map(({ subject }) => subject.name)).toEqual(['Anna', 'Cleo'])
})

test('a repair reports a changed name and keeps it', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  const store = await openSqlite(path)
  await store.add('Anna', enrolled(1))
  await store.close()
  const file = new SqliteFile(path)
  file.exec("update subjects set name = 'Hanna'")
  file.close()
  const { doubtful, people } = await repair(path)
  expect(people).toBe(1)
  expect(doubtful).toEqual([expect.stringContaining('subjects')])
})

test('opens a gallery of the previous version with all its content', async () => {
  const folder = await temporaryFolder()
  const path = await createFilledGallery(folder)
  const store = await openSqlite(path)
  await store.rename('Person 5', 'Somebody else')
  await store.close()
  // The file as the previous version made it.
  const file = new SqliteFile(path)
  file.exec('pragma journal_mode = delete')
  const tables = file.column(
    "select m.name from sqlite_master m, pragma_table_info(m.name) c where c.name = 'checksum'",
  )
  for (const table of tables) file.exec(`alter table "${table}" drop column checksum`)
  file.exec(
    "alter table crops add column aligned blob not null default x'01'; alter table corrections add column aligned blob not null default x'01'; alter table backups drop column kind; alter table galleries drop column detector; alter table gallery_models drop column cohort; drop table different_people; drop table watched_cameras; drop table challenges; drop table server_secrets; drop table account_sessions; drop table accounts; drop table sign_in_attempts; delete from kysely_migration where name >= '0010'",
  )
  file.close()
  const before = content(path)
  copyFileSync(path, join(folder, 'old.sqlite'))

  const opened = await openSqlite(path)
  expect(await opened.check()).toEqual([])
  await opened.add('New', enrolled(50))
  expect(await opened.check()).toEqual([])
  await opened.remove('New')
  await opened.close()
  const repaired = await repair(join(folder, 'old.sqlite'))
  expect(repaired).toMatchObject({ people: 20, templates: 30, changed: 0, doubtful: [] })
  const people = (text: string) =>
    (JSON.parse(text) as [string, unknown[][]][]).find(([table]) => table === 'subjects')![1]
  const names = (text: string) => people(text).map(([, , , name]) => name)
  expect(names(content(path))).toEqual(names(before))
})

test('PostgreSQL maintains checksums too', async () => {
  const server = await startPostgres()
  onTestFinished(() => server.stop())
  const agnize = await openWithSession({
    home: await temporaryFolder(),
    store: server.url,
    offline: true,
  })
  onTestFinished(() => agnize.close())
  const { store } = await sessionOf(agnize).gallery()
  const { templateId } = await store.add('Anna', enrolled(1))
  await store.rename('Anna', 'Hanna')
  expect(await store.check()).toEqual([])
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query('alter table templates disable trigger keep_checksum')
  await client.query(`update templates set vector = set_byte(vector, 5, 1)`)
  await client.query('alter table templates enable trigger keep_checksum')
  expect(await store.check()).toEqual([expect.stringContaining(templateId)])
  await client.query(`update templates set quality = 0.25`)
  await client.end()
  expect(await store.check()).toEqual([expect.stringContaining(templateId)])
})
