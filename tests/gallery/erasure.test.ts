import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Kysely } from 'kysely'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { erase } from '../../dist/application/erasure.js'
import { Signer } from '../../dist/base/signing.js'
import { reservePart } from '../../dist/base/write-file-atomically.js'
import { Gallery } from '../../dist/gallery/gallery.js'
import type { Fusion, Search } from '../../dist/gallery/search/candidate.js'
import { LocalSearch } from '../../dist/gallery/search/local-search.js'
import { personalData, tablesOfPairs } from '../../dist/gallery/sql/personal-data.js'
import { SqliteFile } from '../../dist/gallery/sql/sqlite-file.js'
import type { Schema } from '../../dist/gallery/sql/tables.js'
import { type Agnize, isGenuineReceipt } from '../../dist/index.js'
import { JobStore } from '../../dist/server/jobs/job-store.js'
import {
  agnize as command,
  openWithSession,
  seeded,
  sessionOf,
  template,
  temporaryFolder,
  unitVector,
} from '../fixtures.js'
import { startPostgres } from './postgres.js'
import { openSqlite } from './sqlite.js'

const name = 'Zebulon Quux'
const externalId = 'staff-90210'
const reference = 'letter 2026/117'
/** Byte strings that no file may contain after the erasure. */
const marks = [
  ...[name, externalId, reference, 'zebulon-passport.jpg', 'faceofzebulon'].map((text) =>
    Buffer.from(text),
  ),
  Buffer.from(unitVector(1).buffer),
]

/** Fills a gallery with every kind of data of one subject, and of another one. */
async function fillGallery(agnize: Agnize): Promise<string> {
  const { store } = await sessionOf(agnize).gallery()
  const crop = Buffer.from('faceofzebulon')
  const [{ subject }] = (await store.addEach([
    { name, template: template(1, { photo: 'zebulon-passport.jpg', crop }) },
    { name: 'Anna', template: template(2) },
  ])) as [{ subject: { id: string } }, unknown]
  await store.update(name, { externalId, tags: [externalId], metadata: { said: name } })
  const { quality: _, ...face } = template(3, { crop, photo: 'zebulon-passport.jpg' })
  await store.corrections.add(name, { ...face, kind: 'not' })
  await store.different.add('Anna', name)
  await store.decisions.configure({ recording: true, days: null, faces: true })
  await store.decisions.append([
    {
      at: '2026-01-01T00:00:00.000Z',
      payload: JSON.stringify({ salt: 'x', subject: { id: subject.id, name }, candidates: [] }),
      face: Buffer.from('faceofzebulon'),
      subjects: [subject.id],
    },
  ])
  const anna = await store.subject('Anna')
  const waits = { output: 'hook', camera: 'door', visitId: null }
  const named = [anna, { id: subject.id, name }].map(({ id, name }) => ({ id, name }))
  await store.deliveries.add([
    { ...waits, id: '1', subjectId: subject.id, body: JSON.stringify({ subject: named[1] }) },
    // A joint greeting: the event is stored under the first subject.
    {
      ...{ ...waits, id: '2', subjectId: anna.id },
      body: JSON.stringify({ text: `Hello Anna and ${name}`, subjects: named }),
    },
    { ...waits, id: '3', subjectId: anna.id, body: JSON.stringify({ subject: named[0] }) },
  ])
  const jobs = new JobStore(await sessionOf(agnize).engine.database(), 'here')
  const id = jobs.newId()
  await jobs.create(id, 'default', 'enroll', { folder: name })
  await jobs.finish(id, 'done', {
    result: {
      refused: 3,
      refusals: [
        { photo: `${name}/IMG_1.jpg`, code: 'no-face' },
        { photo: 'all/zebulon-passport.jpg', code: 'no-face' },
        { photo: 'all/anna.jpg', code: 'no-face' },
      ],
    },
  })
  return subject.id
}

/** Every file below a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile())
}

/** Runs a program that starts a file as agnize does, reports it, and is killed. */
async function killedWriter(path: string, content: string): Promise<string> {
  const program = `
    import { writeFileSync } from 'node:fs'
    import { reservePart } from ${JSON.stringify(resolve('dist/base/write-file-atomically.js'))}
    const part = reservePart(${JSON.stringify(path)})
    writeFileSync(part, ${JSON.stringify(content)})
    console.log(part)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [part] = await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  return String(part).trim()
}

describe.each(['SQLite', 'PostgreSQL'])('in %s', (kind) => {
  async function opened(key?: string) {
    const home = await temporaryFolder()
    const server = kind === 'PostgreSQL' ? await startPostgres() : undefined
    if (server) onTestFinished(() => server.stop())
    const store = server?.url ?? join(home, 'gallery.sqlite')
    const agnize = await openWithSession({ home, store, offline: true, ...(key && { key }) })
    onTestFinished(() => agnize.close())
    /** The names of tables with their columns, and every row as text. */
    const live = async () => {
      if (!server) {
        const file = new SqliteFile(store, { readOnly: true })
        const tables = file.column(
          "select name from sqlite_master where type = 'table' and name not like 'sqlite%'",
        ) as string[]
        const found = tables.map((table) => ({
          table,
          columns: file.column('select name from pragma_table_info(?)', table) as string[],
          content: file.rows(`select * from "${table}"`).map(Object.values) as unknown[][],
        }))
        file.close()
        return found
      }
      const client = new pg.Client({ connectionString: server.url })
      await client.connect()
      const { rows } =
        await client.query(`select table_name, array_agg(column_name::text) as columns
        from information_schema.columns where table_schema = 'public' group by table_name`)
      const found = []
      for (const { table_name: table, columns } of rows) {
        const { rows } = await client.query({ text: `select * from "${table}"`, rowMode: 'array' })
        found.push({ table: table as string, columns: columns as string[], content: rows })
      }
      await client.end()
      return found
    }
    return { agnize, home, live }
  }

  test('every table states how personal data in it is deleted', async () => {
    const { agnize, live } = await opened()
    await agnize.gallery.retention()
    for (const { table, columns } of await live()) {
      if (table.startsWith('kysely_') || /^search_vectors_/.test(table)) continue
      expect(personalData, `say in personal-data.ts what ${table} holds`).toHaveProperty(table)
      const how = personalData[table as keyof typeof personalData]
      if (columns.includes('subject_id') && how !== 'pseudonyms') expect(how, table).toBe('subject')
      expect(tablesOfPairs.has(table), table).toBe(columns.includes('other_id'))
      // Every row has a checksum, but for what is kept for minutes, or is made anew.
      const kept = [
        ...['search_vectors', 'idempotent_requests', 'challenges', 'server_secrets'],
        ...['sign_in_attempts', 'watched_cameras'],
      ]
      if (!kept.includes(table)) expect(columns, table).toContain('checksum')
    }
  })

  test.each(['open', 'protected'])('nothing is left of an erased person (%s)', async (how) => {
    const { agnize, home, live } = await opened(how === 'protected' ? 'ab'.repeat(32) : undefined)
    const id = await fillGallery(agnize)
    if (how === 'protected') await agnize.gallery.protect()
    const receipt = await agnize.people.erase(name, { reference })
    expect(isGenuineReceipt(receipt)).toBe(true)
    expect(receipt).toMatchObject({ subject: id, externalId, reference, checks: { rows: 0 } })
    expect(isGenuineReceipt({ ...receipt, reference: 'another' })).toBe(false)
    for (const { table, content } of await live()) {
      for (const row of content) {
        for (const value of row) {
          const bytes =
            value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value))
          for (const mark of marks) expect(bytes.includes(mark), `${table}: ${mark}`).toBe(false)
        }
      }
    }
    for (const file of filesIn(home)) {
      const bytes = readFileSync(file)
      for (const mark of marks) expect(bytes.includes(mark), `${file}: ${mark}`).toBe(false)
    }
    // Data of others is kept.
    const { store } = await sessionOf(agnize).gallery()
    const waiting = await store.deliveries.waiting('hook', 9)
    expect(waiting.map(({ id }) => id)).toEqual(['3'])
    const [job] = await new JobStore(await sessionOf(agnize).engine.database(), 'here').list(
      'default',
      undefined,
      9,
    )
    expect(job!.result).toMatchObject({
      refused: 3,
      refusals: [{ photo: '(erased)' }, { photo: '(erased)' }, { photo: 'all/anna.jpg' }],
    })
    expect(await store.check()).toEqual([])

    // Erasures can be queried by a name or id, but do not disclose it.
    for (const who of [name, name.toUpperCase(), externalId, reference]) {
      expect(await agnize.gallery.erasuresOf(who)).toMatchObject([
        { action: 'erase', subjectId: id },
      ])
    }
    expect(await agnize.gallery.erasuresOf('Anna')).toEqual([])
    expect((await store.audit.verify()).broken).toBeNull()
  })
})

test.each<{ stale: readonly Fusion[] }>([
  { stale: [] },
  { stale: ['mean'] },
  { stale: ['best'] },
])('an erasure checks whether searches still find the person (stale: $stale)', async ({
  stale,
}) => {
  const home = await temporaryFolder()
  const place = join(home, 'gallery.sqlite')
  const copy = join(home, 'before.sqlite')
  const before = await openSqlite(place)
  await before.add(name, template(1))
  await before.add(name, template(2))
  for (let seed = 3; seed < 9; seed++) await before.add(`Other ${seed}`, template(seed))
  const { id } = await before.subject(name)
  await before.close()
  copyFileSync(place, copy)
  const store = await openSqlite(place)
  const old = await openSqlite(copy)
  // An index that missed the erasure: the same gallery before it.
  const [current, behind] = [store, old].map((of) => new LocalSearch(of, { cache: null }))
  const search: Search = {
    method: 'scan',
    search: (probes, options) =>
      (stale.includes(options.fusion ?? 'mean') ? behind! : current!).search(probes, options),
    forget: () => current!.forget(),
    drop: () => current!.drop(),
    close: () => current!.close(),
  }
  const gallery = new Gallery(store, search)
  onTestFinished(async () => {
    await gallery.close()
    await behind!.close()
    await old.close()
  })
  const signer = new Signer(join(home, 'signing.pem'))
  const session = { gallery: async () => gallery, signer, actor: 'tests' }
  const erasing = erase({ ...session, engine: { home, store: place } }, name)
  if (stale.length === 0) {
    expect(await erasing).toMatchObject({ subject: id, checks: { notFound: true, rows: 0 } })
  } else {
    await expect(erasing).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('the search still finds the person'),
    })
  }
})

test('removes leftovers of killed processes, and nothing that others are writing', async () => {
  const home = await temporaryFolder()
  const folder = join(home, 'backups')
  mkdirSync(folder)
  const agnize = await openWithSession({ home, offline: true, key: 'ab'.repeat(32) })
  onTestFinished(() => agnize.close())
  await fillGallery(agnize)
  await agnize.gallery.protect()
  await agnize.gallery.backup(join(folder, 'one.agnize'))
  mkdirSync(join(home, 'exports'))
  const exported = join(home, 'exports', 'all.jsonl')
  await agnize.gallery.export(exported)
  const left = [
    await killedWriter(join(folder, 'gallery.keys.json'), 'a key'),
    await killedWriter(join(home, 'exports', 'more.jsonl'), 'people'),
    await killedWriter(join(home, 'gallery.sqlite'), 'rows'),
  ]
  // A file of a version that put no process id into the name, from yesterday.
  const old = join(folder, 'two.agnize.0c9ea1a5-53ab-4d0a-9c2c-1c2e4b9f5b11.part')
  writeFileSync(old, 'old')
  const { utimesSync } = await import('node:fs')
  utimesSync(old, 0, 0)
  const mine = reservePart(join(folder, 'three.agnize'))
  writeFileSync(mine, 'still being written')
  const running = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  onTestFinished(() => {
    running.kill('SIGKILL')
  })
  const theirs = mine.replace(`-${process.pid}-`, `-${running.pid}-`)
  writeFileSync(theirs, 'still being written by another')
  expect(left.every((file) => existsSync(file))).toBe(true)

  const { backups } = await agnize.people.erase(name)
  expect(left.filter((file) => existsSync(file))).toEqual([])
  expect([existsSync(old), existsSync(mine), existsSync(theirs)]).toEqual([false, true, true])
  // The backup is sealed and its key is deleted; the export is still readable.
  expect(backups.map(({ path, readable }) => [basename(path), readable])).toEqual([
    ['one.agnize', false],
    ['all.jsonl', true],
  ])

  // Opening a store removes its leftover files, too.
  const again = await killedWriter(join(home, 'gallery.sqlite'), 'rows')
  const reopened = await openWithSession({ home, offline: true, key: 'ab'.repeat(32) })
  onTestFinished(() => reopened.close())
  await reopened.people.list()
  expect(existsSync(again)).toBe(false)
})

test('the receipt names a damaged file that a repair kept', async () => {
  const home = await temporaryFolder()
  const agnize = await openWithSession({ home, offline: true })
  await fillGallery(agnize)
  await agnize.close()
  const { repair } = await import('../../dist/gallery/sql/sqlite-repair.js')
  const { damaged } = await repair(join(home, 'gallery.sqlite'))
  const again = await openWithSession({ home, offline: true })
  onTestFinished(() => again.close())
  expect((await again.people.erase(name)).backups).toEqual([
    { path: damaged, at: expect.any(String), readable: true },
  ])
})

test('the command lists whose erasure it was', async () => {
  const home = await temporaryFolder()
  const agnize = await openWithSession({ home, offline: true })
  await fillGallery(agnize)
  await agnize.close()
  const erased = await command(['people', 'erase', name, '--reference', reference], { home })
  expect(JSON.parse(erased.stdout)).toMatchObject({ externalId, reference })
  for (const who of [reference, externalId, name]) {
    const { code, stdout } = await command(['audit', 'list', '--json', '--erased', who], { home })
    expect(code).toBe(0)
    const actions = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).action)
    expect(actions).toContain('enroll')
    expect(actions.at(-1)).toBe('erase')
    expect(stdout).not.toContain('who')
  }
  const nobody = await command(['audit', 'list', '--erased', 'Nobody'], { home })
  expect(nobody.stderr).toContain('[unknown-subject]')
})

test('an erasure leaves no remains in pages that were split', async () => {
  const home = await temporaryFolder()
  const agnize = await openWithSession({ home, offline: true })
  onTestFinished(() => agnize.close())
  const { store } = await sessionOf(agnize).gallery()
  const random = seeded(1)
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!
  const note = (id: string) => `note of ${id}.`
  const holds = ({ id }: { id: string }) =>
    filesIn(home).some((file) => readFileSync(file).includes(note(id)))
  await store.addEach(
    Array.from({ length: 400 }, (_, i) => ({ name: `Person ${i}`, template: template(i + 1) })),
  )
  const people = await store.subjects()
  const database = await sessionOf(agnize).engine.database()
  const setNote = (db: Kysely<Schema>, id: string, times: number) =>
    db
      .updateTable('subjects')
      .set({ metadata: JSON.stringify({ note: note(id).repeat(times) }) })
      .where('id', '=', id)
      .execute()
  const emptied = people.slice(0, 200)
  // Rows that grow and shrink split pages, and leave remains of other rows in them. Which ones depends on chance.
  for (let round = 0; round === 0 || !emptied.some(holds); round++) {
    expect(round).toBeLessThan(20)
    await database.transact(async (db) => {
      for (let k = 0; k < 8000; k++) await setNote(db, pick(people).id, 1 + random() * 20)
    })
    // Half of the people lose their notes, which only remains can then hold.
    await database.transact(async (db) => {
      for (const { id } of emptied) await setNote(db, id, 0)
    })
    await database.scrub()
  }

  const erased = people[300]!
  const { checks } = await agnize.people.erase(erased.name)
  expect(checks).toEqual({ notFound: true, rows: 0 })
  expect([...emptied, erased].filter(holds)).toEqual([])
  expect(holds(people[301]!)).toBe(true)
  expect(await store.check()).toEqual([])
})

test('reads and writes go on while the file is rewritten', async () => {
  const agnize = await openWithSession({ home: await temporaryFolder(), offline: true })
  onTestFinished(() => agnize.close())
  const { store } = await sessionOf(agnize).gallery()
  await store.addEach([{ name: 'Anna', template: template(1) }])
  let isRewritten = false
  const rewritten = store.rewrite().then(() => (isRewritten = true))
  expect(await store.subjects()).toHaveLength(1)
  expect(isRewritten).toBe(false)
  // A write waits for the end of the rewriting without holding the thread.
  await store.addEach([{ name: 'Ben', template: template(2) }])
  await Promise.all([rewritten, store.rewrite(), store.rewrite()])
  expect(await store.subjects()).toHaveLength(2)
  expect(await store.check()).toEqual([])
})
