import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { SqliteFile, type SqliteValue } from '../../dist/gallery/sql/sqlite-file.js'
import { clusterPhotos } from '../../dist/index.js'
import {
  homeWithModels,
  inSample1,
  openWithSession,
  sample,
  sessionOf,
  template,
  temporaryFolder,
  unitVector,
} from '../fixtures.js'

async function opened(home?: string) {
  const agnize = await openWithSession({ home: home ?? (await temporaryFolder()), offline: true })
  onTestFinished(() => agnize.close())
  return agnize
}

type Line = Record<string, unknown>

/** Writes an archive of these lines with a valid end line. */
function writeLines(path: string, lines: readonly Line[]): void {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  const sha256 = createHash('sha256').update(text).digest('hex')
  const end = { type: 'end', lines: lines.length, sha256, signature: null }
  writeFileSync(path, `${text}${JSON.stringify(end)}\n`)
}

const at = '2026-01-01T00:00:00.000Z'
const base64 = (vector: Float32Array) => Buffer.from(vector.buffer).toString('base64')
const vector = base64(unitVector(1, 1024))

const head = { type: 'agnize export', version: 2, at, gallery: 'default', model: 'other@1' }
const anna = {
  ...{ type: 'subject', name: 'Anna', externalId: null, metadata: {}, tags: [], purpose: null },
  ...{ consentedAt: null, keepUntil: null, createdAt: at },
}
const face = {
  ...{ type: 'face', subject: 'Anna', photo: 'a.jpg', photoHash: 'hash', createdAt: at },
  ...{ box: { x: 1, y: 2, width: 3, height: 4 }, padded: null },
  templates: [{ model: 'other@1', quality: 0.5, vector }],
}
const later = { ...face, subject: 'Bea', photoHash: 'another' }

/** Invalid lines after valid people and faces. */
const badLines: [string, Line][] = [
  ['a calibration that is a number', { type: 'calibration', model: 'other@1', calibration: 42 }],
  [
    'a calibration of one threshold',
    {
      type: 'calibration',
      model: 'other@1',
      calibration: {
        basis: { data: '', subjects: 1, genuinePairs: 1, impostorPairs: 1 },
        ...{ method: '', thresholds: [{ fmr: 0.1, similarity: 0.4 }], tail: null, ambiguity: 0 },
      },
    },
  ],
  ['a name with a slash', { ...anna, name: 'a/b' }],
  ['no name', { ...anna, name: '  ' }],
  ['a time that is none', { ...anna, name: 'Bea', createdAt: 'yesterday' }],
  ['a keep-until that is none', { ...anna, name: 'Bea', keepUntil: 'soon' }],
  ['a tag of nothing', { ...anna, name: 'Bea', tags: [''] }],
  ['a zero in a text', { ...later, photo: 'a\0b' }],
  ['a box of fractions', { ...later, box: { x: 0.5, y: 2, width: 3, height: 4 } }],
  ['a quality of 7', { ...later, templates: [{ model: 'other@1', quality: 7, vector }] }],
  [
    'a vector of another length',
    {
      ...later,
      templates: [{ model: 'other@1', quality: 0.5, vector: base64(unitVector(1, 512)) }],
    },
  ],
  [
    'a vector that is no number',
    {
      ...later,
      templates: [
        { model: 'other@1', quality: 0.5, vector: base64(new Float32Array(1024).fill(Number.NaN)) },
      ],
    },
  ],
  [
    'a correction of nobody',
    {
      ...{ ...later, type: 'correction', kind: 'not', subject: 'Cleo' },
      templates: [{ model: 'other@1', vector }],
    },
  ],
  ['no object', [] as unknown as Line],
  ['no type', { name: 'Anna' }],
]

test.each(
  badLines,
)('an export with %s is refused before anything is taken from it', async (_, bad) => {
  const agnize = await opened()
  const path = join(await temporaryFolder(), 'export.jsonl')
  writeLines(path, [head, anna, face, later, bad])
  await expect(agnize.gallery.import(path)).rejects.toMatchObject({ code: 'archive-damaged' })
  const { store } = await sessionOf(agnize).gallery()
  expect(await store.subjects()).toEqual([])
  expect(await store.calibrations.get('other@1')).toBeNull()
  // Without the invalid line, the archive is imported.
  writeLines(path, [head, anna, face, later])
  expect(await agnize.gallery.import(path)).toMatchObject({ added: 2, refused: [] })
})

test('an invalid crop refuses only its face', async () => {
  const agnize = await opened(await homeWithModels())
  const { name, sha256, dimensions } = await agnize.embeddingCard()
  const model = `${name}@${sha256.slice(0, 16)}`
  const path = join(await temporaryFolder(), 'export.jsonl')
  const padded = Buffer.from('no picture').toString('base64')
  const good = { model, quality: 0.5, vector: base64(unitVector(1, dimensions)) }
  const lines = [
    { ...face, templates: [], padded },
    { ...later, templates: [good] },
  ]
  writeLines(path, [{ ...head, model }, anna, ...lines])
  expect(await agnize.gallery.import(path)).toMatchObject({
    added: 1,
    refused: [{ what: 'a.jpg of Anna', reason: expect.any(String) }],
  })
})

test('refuses descriptors with an invalid name before importing anything', async () => {
  const agnize = await opened()
  const path = join(await temporaryFolder(), 'faces.json')
  for (const bad of [
    { label: 'a/b', descriptors: [[1, 2, 3]] },
    { label: 'Bea', descriptors: [[0, 0, 0]] },
  ]) {
    writeFileSync(path, JSON.stringify([{ label: 'Anna', descriptors: [[1, 2, 3]] }, bad]))
    await expect(agnize.gallery.importFaceApi(path)).rejects.toMatchObject({
      code: expect.stringMatching(/^(bad-name|archive-damaged)$/),
    })
    expect(await agnize.people.list()).toEqual([])
  }
})

/** Lines of a backup of one subject. */
async function backupLines(folder: string): Promise<Line[]> {
  const agnize = await opened()
  const { store } = await sessionOf(agnize).gallery()
  await store.addEach([
    { name: 'Anna', template: template(1) },
    { name: 'Bea', template: template(2) },
  ])
  const path = join(folder, 'backup.agnize')
  await agnize.gallery.backup(path)
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n')
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Line)
}

const key = { id: 'k', hash: 'h', name: 'a way in', scopes: '["admin"]', galleries: '["*"]' }

const badBackups: [string, (lines: Line[]) => unknown][] = [
  [
    'a key of the server',
    (lines) => lines.push({ ...key, type: 'api_keys', created_at: at, expires_at: null }),
  ],
  ['a table that is not there', (lines) => lines.push({ type: 'recipes', id: 'x' })],
  ['a column that is not there', (lines) => Object.assign(lines.at(-1)!, { color: 'red' })],
  ['a number for a name', (lines) => Object.assign(of(lines, 'subjects'), { name: 42 })],
  ['a text for a key', (lines) => Object.assign(of(lines, 'subjects'), { key: 'one' })],
  [
    'metadata that is no object',
    (lines) => Object.assign(of(lines, 'subjects'), { metadata: '7' }),
  ],
  ['a number for bytes', (lines) => Object.assign(of(lines, 'templates'), { 'vector:base64': 42 })],
  [
    'a template that is cut short',
    (lines) => Object.assign(of(lines, 'templates'), { 'vector:base64': 'AAAA' }),
  ],
  [
    'a calibration that is a number',
    (lines) =>
      lines.push({ type: 'calibrations', model: 'test@1', calibration: '42', created_at: at }),
  ],
  [
    'a template of no crop',
    (lines) => Object.assign(of(lines, 'templates'), { crop_id: 'nowhere' }),
  ],
  [
    'an id that is a path',
    (lines) => Object.assign(lines[0]!.gallery as Line, { id: '../../outside' }),
  ],
  [
    'a protection that is none',
    (lines) => Object.assign(lines[0]!.gallery as Line, { protection: '42' }),
  ],
  ['no gallery', (lines) => Object.assign(lines[0]!, { gallery: null })],
]

const of = (lines: readonly Line[], type: string) => lines.find((line) => line.type === type)!

test.each(badBackups)('a backup with %s restores nothing', async (_, spoil) => {
  const folder = await temporaryFolder()
  const lines = await backupLines(folder)
  const path = join(folder, 'spoilt.jsonl')
  writeLines(path, lines)
  const whole = await opened()
  expect(await whole.gallery.restore(path)).toMatchObject({ people: 2, templates: 2 })
  spoil(lines)
  writeLines(path, lines)
  const agnize = await opened()
  await expect(agnize.gallery.restore(path)).rejects.toMatchObject({ code: 'archive-damaged' })
  expect(await agnize.people.list()).toEqual([])
  expect((await agnize.gallery.verify()).problems).toEqual([])
})

test('validates stored JSON by its schema', async () => {
  const home = await homeWithModels()
  const agnize = await opened(home)
  await agnize.enroll('Anna', [sample(1)], { at: inSample1 })
  const { store } = await sessionOf(agnize).gallery()
  const { model } = await store.state()
  await agnize.close()
  const file = new SqliteFile(join(home, 'gallery.sqlite'))
  const spoilt = async (statement: string, ...values: SqliteValue[]) => {
    file.run(statement, ...values)
    return opened(home)
  }
  onTestFinished(() => {
    file.close()
  })
  for (const calibration of ['42', '{}', '{', 'null']) {
    const after = await spoilt(
      'insert or replace into calibrations (gallery_id, model, calibration, created_at) select id, ?, ?, ? from galleries',
      model,
      calibration,
      at,
    )
    await expect(after.identify(sample(3))).rejects.toMatchObject({ code: 'gallery-damaged' })
    await after.setCalibration(null)
    expect((await after.identify(sample(3)))[0]?.subject?.name).toBe('Anna')
    await after.close()
  }
  const after = await spoilt("update subjects set metadata = '[]'")
  await expect(after.people.list()).rejects.toMatchObject({ code: 'gallery-damaged' })
})

test('rebuilds an invalid cache of embeddings', async () => {
  const agnize = await opened(await homeWithModels())
  const cache = join(await temporaryFolder(), 'cache.jsonl')
  const photos = [sample(1), sample(3)]
  await agnize.gallery.list()
  const { people } = await clusterPhotos(agnize, photos, { cache })
  const lines = readFileSync(cache, 'utf8').trim().split('\n').filter(Boolean)
  const spoil: ((line: { faces: Line[] }) => unknown)[] = [
    (line) => (line.faces[0]!.embedding = 'AAAA'),
    (line) => (line.faces[0]!.quality = 'good'),
    (line) => (line.faces[0]!.box = null),
    (line) => Object.assign(line, { faces: null }),
  ]
  for (const change of spoil) {
    const changed = lines.map((text) => {
      const line = JSON.parse(text)
      change(line)
      return JSON.stringify(line)
    })
    writeFileSync(cache, `${changed.join('\n')}\n`)
    expect((await clusterPhotos(agnize, photos, { cache })).people).toEqual(people)
  }
})

test('refuses an invalid key file', async () => {
  const home = await temporaryFolder()
  const masterKey = 'ab'.repeat(32)
  const agnize = await openWithSession({ home, key: masterKey, offline: true })
  onTestFinished(() => agnize.close())
  const { store } = await sessionOf(agnize).gallery()
  await store.add('Anna', template(1))
  await agnize.gallery.protect()
  const path = join(home, 'backup.agnize')
  const { keys } = await agnize.gallery.backup(path)
  mkdirSync(join(home, 'other'))
  const other = await openWithSession({ home: join(home, 'other'), key: masterKey, offline: true })
  onTestFinished(() => other.close())
  const whole = JSON.parse(readFileSync(keys!, 'utf8'))
  for (const bad of [null, 7, { ...whole, keys: null }, { ...whole, keys: { a: 7 } }]) {
    writeFileSync(keys!, JSON.stringify(bad))
    await expect(other.gallery.restore(path)).rejects.toMatchObject({ code: 'archive-damaged' })
  }
})
