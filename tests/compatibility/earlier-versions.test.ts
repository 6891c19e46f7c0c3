/** Files of an earlier version are read as they are: its field names, its schema, its formats. */
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { type Agnize, openAgnize } from '../../dist/index.js'
import { modelCardSchema } from '../../dist/models/card-schema.js'
import { JobStore } from '../../dist/server/jobs/job-store.js'
import { KeyStore } from '../../dist/server/keys/key-store.js'
import { readConfiguration } from '../../dist/watch/configuration.js'
import { parseEvent } from '../../dist/watch/outputs/output.js'
import { openWithSession, agnize as run, sessionOf, temporaryFolder } from '../fixtures.js'

const made = (name: string) => resolve('tests/compatibility/2a0c639', name)

/** The gallery that commit 2a0c639 made, in a folder of its own. */
async function gallery() {
  const home = await temporaryFolder()
  const bytes = gunzipSync(await readFile(made('gallery.sqlite.gz')))
  await writeFile(join(home, 'gallery.sqlite'), bytes)
  const agnize = await openWithSession({ home, offline: true, actor: 'tests' })
  onTestFinished(() => agnize.close())
  return { agnize, home, session: sessionOf(agnize) }
}

/** The crops of Anna's faces; that version kept a second crop of each. */
const cropsOfAnna = async (agnize: Agnize) =>
  (await agnize.people.keptFaces('Anna')).map(({ crop }) => [...crop!])

const cropsMade = [
  [4, 5, 1],
  [4, 5, 2],
]

test('opens a gallery, and verifies its log with the old words', async () => {
  const { agnize } = await gallery()
  const people = await agnize.people.list()
  expect(people.map(({ name, templates }) => [name, templates])).toEqual([
    ['Anna', 2],
    ['Bo', 1],
  ])
  expect(people[0]).toMatchObject({ tags: ['staff'], metadata: { room: 12 }, externalId: 'a-1' })
  const { problems, audit } = await agnize.gallery.verify()
  expect({ problems, broken: audit.broken }).toEqual({ problems: [], broken: null })
  expect(await cropsOfAnna(agnize)).toEqual(cropsMade)
  const actions = []
  for await (const { action } of agnize.gallery.auditLog()) actions.push(action)
  expect(actions.slice(0, 4)).toEqual(['enroll', 'enroll', 'enroll', 'update'])
  expect(actions).not.toContain('enrol')
  const [latest] = await agnize.gallery.latestAudit({ limit: 100, subjectId: people[1]!.id })
  expect(latest!.action).toBe('enroll')
})

test('reports an upgrade once, on standard error of the command and by a callback', async () => {
  const { home } = await gallery()
  const place = join(home, 'gallery.sqlite')
  const upgraded: string[] = []
  const open = async () => {
    const agnize = await openAgnize({
      ...{ home, offline: true },
      onSchemaUpgrade: (store) => upgraded.push(store),
    })
    await agnize.people.list()
    await agnize.close()
  }
  await open()
  await open()
  expect(upgraded).toEqual([place])

  const { home: other } = await gallery()
  const first = await run(['people', 'list'], { home: other })
  expect(first.stderr).toContain(`Upgrading the gallery ${join(other, 'gallery.sqlite')}`)
  const second = await run(['people', 'list'], { home: other })
  expect(second).toMatchObject({ stdout: first.stdout, stderr: '' })
})

test('does not rewrite stored data', async () => {
  const { agnize, home } = await gallery()
  await agnize.people.list()
  await agnize.close()
  const { SqliteFile } = await import('../../dist/gallery/sql/sqlite-file.js')
  const file = new SqliteFile(join(home, 'gallery.sqlite'), { readOnly: true })
  onTestFinished(() => void file.close())
  const stored = (text: string) => file.column(text)
  expect(stored("select action from audit_log where action like 'enrol%'")).toEqual([
    ...['enrol', 'enrol', 'enrol'],
  ])
  expect(stored('select scopes from api_keys')).toEqual(['["identify","enrol"]'])
  expect(stored('select kind from jobs')).toEqual(['enrol'])
})

test('gives keys and jobs the current words', async () => {
  const { session } = await gallery()
  const database = await session.engine.database()
  const keys = new KeyStore(database)
  expect((await keys.list()).map(({ scopes }) => scopes)).toEqual([['identify', 'enroll']])
  const key = (await readFile(made('key.txt'), 'utf8')).trim()
  expect((await keys.find(key))?.scopes).toEqual(['identify', 'enroll'])
  const [job] = await new JobStore(database, 'here').list('default', undefined, 10)
  expect(job).toMatchObject({ kind: 'enroll', state: 'done', result: { enrolled: 3 } })
})

test('sends a waiting event in the current words', async () => {
  const { session } = await gallery()
  const { store } = await session.gallery()
  const [waiting] = await store.deliveries.waiting('command test', 10)
  expect(parseEvent(waiting!.body)).toMatchObject({ type: 'recognized', camera: 'door' })
})

test.each(['export.agnize', 'export.jsonl'])('%s is imported', async (file) => {
  const home = await temporaryFolder()
  const agnize = await openWithSession({ home, offline: true })
  onTestFinished(() => agnize.close())
  expect(await agnize.gallery.import(made(file))).toMatchObject({ added: 3, refused: [] })
  expect((await agnize.people.get('Anna')).tags).toEqual(['staff'])
  expect(await cropsOfAnna(agnize)).toEqual(cropsMade)
})

test('a backup is restored', async () => {
  const home = await temporaryFolder()
  const agnize = await openWithSession({ home, offline: true })
  onTestFinished(() => agnize.close())
  await agnize.gallery.restore(made('backup.agnize'))
  expect((await agnize.people.list()).map(({ name }) => name)).toEqual(['Anna', 'Bo'])
  expect((await agnize.gallery.verify()).audit.broken).toBeNull()
  expect(await cropsOfAnna(agnize)).toEqual(cropsMade)
})

test('a model card is read', () => {
  const card = modelCardSchema.parse({
    ...{ name: 'mine', task: 'landmarks', sha256: '0'.repeat(64), bytes: 1 },
    input: { width: 64, height: 64, channels: 'grey', mean: 0, scale: 256 },
    ...{ source: { from: 'mine.onnx' }, licence: 'MIT', use: '' },
  })
  expect([card.license, card.input.channels]).toEqual(['MIT', 'gray'])
  expect(card).not.toHaveProperty('licence')
})

test('a configuration of cameras is read', async () => {
  const path = join(await temporaryFolder(), 'watch.yaml')
  await writeFile(
    path,
    'rules: [{ who: known, do: tell }]\ncommands: [{ run: "true", events: [recognised] }]\n',
  )
  expect(await readConfiguration(path)).toMatchObject({
    rules: [{ do: 'notify' }],
    commands: [{ events: ['recognized'] }],
  })
})

test('the command accepts the old words', async () => {
  const home = await temporaryFolder()
  await copyFile(made('key.txt'), join(home, 'key.txt'))
  const { stdout, stderr, code } = await run(
    ['keys', 'create', 'door', '--scope', 'enrol', '--json', '--for', '*'],
    { home },
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ scopes: ['enroll'], schema_version: 2 })
})
