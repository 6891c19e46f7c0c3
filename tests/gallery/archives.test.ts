import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { expect, onTestFinished, test } from 'vitest'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { SqliteFile } from '../../dist/gallery/sql/sqlite-file.js'
import { repair } from '../../dist/gallery/sql/sqlite-repair.js'
import type { Store } from '../../dist/gallery/store.js'
import { isGenuineReceipt } from '../../dist/index.js'
import { embeddingCard } from '../../dist/models/builtin.js'
import { modelId } from '../../dist/models/card.js'
import {
  homeWithModels,
  openWithSession,
  sessionOf,
  template,
  temporaryFolder,
  unitVector,
} from '../fixtures.js'
import { startPostgres } from './postgres.js'
import { madeUpPeople } from './search-contract.js'

const measure = cosineMeasure

/** An agnize with a home of its own, whose gallery accepts synthetic templates. */
async function fresh(options: Parameters<typeof openWithSession>[0] = {}) {
  const home = options.home ?? (await temporaryFolder())
  const agnize = await openWithSession({ home, actor: 'tests', offline: true, ...options })
  onTestFinished(() => agnize.close())
  const { store } = await sessionOf(agnize).gallery()
  return { agnize, store, home }
}

/** A gallery with every kind of data. */
async function fillGallery(store: Store): Promise<void> {
  await store.addEach([
    { name: 'Anna', template: template(1, { crop: Buffer.from('anna 1') }) },
    { name: 'Anna', template: template(2, { crop: Buffer.from('anna 2') }) },
    { name: 'Bea', template: template(3, { crop: Buffer.from('bea') }) },
  ])
  await store.update('Anna', {
    externalId: 'a-1',
    tags: ['staff'],
    metadata: { room: 12 },
    purpose: 'door',
    consentedAt: '2026-01-02T00:00:00.000Z',
  })
  const { quality: _, ...face } = template(4, { crop: Buffer.from('not bea') })
  await store.corrections.add('Bea', { ...face, kind: 'not' })
  await store.different.add('Bea', 'Anna')
  await store.calibrations.set('test@1', {
    basis: { data: 'made up', subjects: 3, genuinePairs: 1, impostorPairs: 2 },
    method: 'made up',
    thresholds: [
      { fmr: 0.1, similarity: 0.4 },
      { fmr: 0.01, similarity: 0.5 },
    ],
    tail: null,
    ambiguity: 0.05,
  })
  await store.decisions.configure({ recording: true, days: null, faces: true })
  const anna = await store.subject('Anna')
  await store.decisions.append([
    {
      at: '2026-01-01T00:00:00.000Z',
      payload: '{"who":"Anna"}',
      face: Buffer.from('seen'),
      subjects: [anna.id],
    },
    { at: '2026-01-01T00:00:01.000Z', payload: '{"who":null}', face: null, subjects: [] },
  ])
}

/** The content by which two galleries are compared. */
async function content(store: Store) {
  const people = await store.subjects()
  const faces = []
  for (const { name } of people) {
    for (const { crop, templates, photo, photoHash, box } of await store.faces(name)) {
      faces.push({
        ...{ name, photo, photoHash, box, crop: crop && Buffer.from(crop).toString() },
        templates: templates.map(({ model, vector }) => [
          model,
          ...vector.map((x) => Math.round(x * 1e5)),
        ]),
      })
    }
  }
  const corrections = (await store.corrections.list()).map(({ kind, subject, photo }) => [
    kind,
    subject.name,
    photo,
  ])
  const calibration = await store.calibrations.get('test@1')
  const details = people.map(({ id: _, ...rest }) => rest)
  return { details, faces, corrections, calibration }
}

test('a backup restores everything, logs included, elsewhere', async () => {
  const { agnize, store } = await fresh()
  await fillGallery(store)
  const file = join(await temporaryFolder(), 'gallery.agnize')
  const { keys, rows } = await agnize.gallery.backup(file, { sign: true })
  expect(keys).toBeNull()
  expect(rows).toBeGreaterThan(10)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await agnize.gallery.inspect(file)).toMatchObject({
    kind: 'agnize backup',
    people: 2,
    faces: 3,
  })
  const { agnize: other } = await fresh()
  expect(await other.gallery.restore(file)).toMatchObject({
    ...{ gallery: 'default', people: 2, templates: 3, erased: 0 },
  })
  const restored = (await sessionOf(other).gallery()).store
  expect(await content(restored)).toEqual(await content(store))
  expect(await restored.different.list()).toEqual(await store.different.list())
  expect(await restored.different.list()).toHaveLength(1)
  expect(await restored.check()).toEqual([])
  expect(await restored.audit.verify()).toMatchObject({ broken: null })
  expect(await restored.decisions.verify()).toMatchObject({ entries: 2, broken: null })
  const found = await (await sessionOf(other).gallery()).search('test@1', [template(3).vector], {
    measure,
    limit: 1,
  })
  expect(found.candidates[0]![0]!.subject.name).toBe('Bea')
  // A backup is not restored over existing people.
  await expect(other.gallery.restore(file)).rejects.toMatchObject({ code: 'subject-exists' })
  expect(await other.people.list()).toHaveLength(2)
})

test('a backup is a snapshot despite concurrent changes', async () => {
  const { agnize, store } = await fresh()
  await store.addEach(madeUpPeople(600, 1).flatMap(({ entries }) => entries))
  const file = join(await temporaryFolder(), 'gallery.agnize')
  let stop = false
  const changing = (async () => {
    for (let i = 0; !stop && i < 290; i++) {
      // SQLite's calls never yield to the event loop by themselves.
      await setImmediate()
      await store.rename(`Person ${String(i).padStart(5, '0')}`, `Renamed ${i}`)
      await store.remove(`Person ${String(599 - i).padStart(5, '0')}`)
    }
  })()
  await agnize.gallery.backup(file)
  stop = true
  await changing
  const { agnize: other } = await fresh()
  const { people } = await other.gallery.restore(file)
  const names = (await other.people.list()).map(({ name }) => name)
  const renamed = names.filter((name) => name.startsWith('Renamed')).length
  // Each round renames one and then removes one, so a consistent snapshot has as many of both, or one rename more.
  expect([renamed, renamed - 1]).toContain(600 - people)
  expect((await other.gallery.verify()).problems).toEqual([])
})

test.each(['cut', 'changed', 'other'])('a damaged backup (%s) restores nothing', async (how) => {
  const { agnize, store } = await fresh()
  await fillGallery(store)
  const file = join(await temporaryFolder(), 'gallery.jsonl')
  await agnize.gallery.backup(file)
  const text = readFileSync(file, 'utf8')
  const damaged = {
    cut: text.slice(0, text.length * 0.7),
    changed: text.replace('"Anna"', '"Hanna"'),
    other: '{"type":"letter"}\n',
  }[how]!
  writeFileSync(file, damaged)
  const { agnize: other } = await fresh()
  await expect(other.gallery.inspect(file)).rejects.toMatchObject({ code: 'archive-damaged' })
  await expect(other.gallery.restore(file)).rejects.toMatchObject({ code: 'archive-damaged' })
  expect(await other.people.list()).toEqual([])
  expect((await other.gallery.verify()).problems).toEqual([])
})

test('backups of a protected gallery cannot reveal people erased since', async () => {
  const key = randomBytes(32).toString('hex')
  const { agnize, store } = await fresh({ key })
  await fillGallery(store)
  await agnize.gallery.protect()
  const folder = await temporaryFolder()
  const file = join(folder, 'monday.jsonl')
  const { keys } = await agnize.gallery.backup(file)
  const copyOfKeys = readFileSync(keys!, 'utf8')
  for (const secret of ['anna 1', 'seen']) {
    expect(readFileSync(file, 'utf8')).not.toContain(Buffer.from(secret).toString('base64'))
  }
  const { id } = await agnize.people.get('Anna')
  expect(copyOfKeys).toContain(id)
  const receipt = await agnize.people.erase('Anna')
  expect(receipt).toMatchObject({
    subject: id,
    removed: { templates: 2, corrections: 0, decisions: 1 },
    checks: { notFound: true, rows: 0 },
    backups: [{ path: file, readable: false }],
  })
  expect(readFileSync(keys!, 'utf8')).not.toContain(id)

  const { agnize: other, home } = await fresh({ key })
  expect(await other.gallery.restore(file)).toMatchObject({ people: 1, templates: 1, erased: 1 })
  expect((await other.people.list()).map(({ name }) => name)).toEqual(['Bea'])
  expect(await other.people.different()).toEqual([])
  expect((await other.gallery.verify()).problems).toEqual([])
  await other.close()
  // The gallery cannot be read with another key or without one.
  for (const [wrong, code] of [
    [undefined, 'key-missing'],
    [randomBytes(32).toString('hex'), 'wrong-key'],
  ] as const) {
    const stranger = await openWithSession({ home, ...(wrong && { key: wrong }) })
    await expect(stranger.people.list()).rejects.toMatchObject({ code })
    await stranger.close()
  }
  const { agnize: third } = await fresh({ key })
  await expect(
    third.gallery.restore(file, { keys: join(folder, 'nowhere') }),
  ).rejects.toMatchObject({ code: 'key-missing' })
})

test('an erasure lists the backups, and its receipt detects changes', async () => {
  const { agnize, store, home } = await fresh()
  const file = join(await temporaryFolder(), 'early.agnize')
  await agnize.gallery.backup(file)
  await new Promise((done) => setTimeout(done, 5))
  await fillGallery(store)
  const late = join(await temporaryFolder(), 'late.agnize')
  await agnize.gallery.backup(late)
  const receipt = await agnize.people.erase('Anna')
  expect(receipt.backups).toMatchObject([{ path: late, readable: true }])
  expect(isGenuineReceipt(receipt)).toBe(true)
  expect(isGenuineReceipt(JSON.parse(JSON.stringify(receipt)))).toBe(true)
  expect(isGenuineReceipt({ ...receipt, erasedAt: '2020-01-01T00:00:00.000Z' })).toBe(false)
  expect(() => isGenuineReceipt({} as never)).toThrowError(/not an erasure receipt/)
  expect(JSON.stringify(receipt)).not.toMatch(/Anna|photo/)
  expect((await stat(join(home, 'signing.key'))).mode & 0o777).toBe(0o600)
  await expect(agnize.people.erase('Anna')).rejects.toMatchObject({ code: 'unknown-subject' })
  const done = []
  for await (const entry of agnize.gallery.auditLog(receipt.subject)) done.push(entry.action)
  expect(done).toEqual(['enroll', 'update', 'mark-different', 'erase'])
})

test('an export is imported elsewhere without duplicates, and is readable', async () => {
  const { agnize, store } = await fresh()
  await fillGallery(store)
  const folder = await temporaryFolder()
  const file = join(folder, 'people.jsonl')
  await agnize.gallery.export(file, { sign: true })
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines[0]).toMatchObject({ type: 'agnize export', model: 'test@1' })
  expect(lines.find(({ type }) => type === 'subject')).toMatchObject({
    name: 'Anna',
    tags: ['staff'],
  })
  const { agnize: other, store: there } = await fresh()
  expect(await other.gallery.import(file)).toEqual({
    added: 3,
    known: 0,
    corrections: 1,
    refused: [],
  })
  expect(await content(there)).toEqual(await content(store))
  expect(await other.gallery.import(file)).toEqual({
    added: 0,
    known: 3,
    corrections: 0,
    refused: [],
  })
  expect(await content(there)).toEqual(await content(store))
  expect(await there.check()).toEqual([])
  const { publicKey } = lines.at(-1).signature
  await expect(other.gallery.import(file, { signedBy: publicKey })).resolves.toBeTruthy()
  await expect(other.gallery.import(file, { signedBy: 'x' })).rejects.toMatchObject({
    code: 'archive-damaged',
  })
  // A gallery of another model refuses each face that has no crop to embed.
  const model = modelId(embeddingCard)
  const third = await openWithSession({ home: await homeWithModels(), offline: true, threads: 1 })
  onTestFinished(() => third.close())
  const { store: elsewhere } = await sessionOf(third).gallery()
  await elsewhere.add('Zoe', template(9, { model }))
  const { refused, added } = await third.gallery.import(file)
  expect([added, refused.length]).toEqual([0, 3])
  expect(await elsewhere.state()).toMatchObject({ model, templates: 1 })
  // A gallery whose model is not on this machine cannot embed anything.
  const { agnize: fourth, store: foreign } = await fresh()
  await foreign.add('Zoe', template(9, { model: 'other@2' }))
  await expect(fourth.gallery.import(file)).rejects.toMatchObject({ code: 'model-missing' })
  expect(await foreign.state()).toMatchObject({ model: 'other@2', templates: 1 })
})

test('encrypted exports open only with their passphrase or recipient', async () => {
  const { agnize, store } = await fresh()
  await fillGallery(store)
  const folder = await temporaryFolder()
  const identity = await generateIdentity()
  const recipient = await identityToRecipient(identity)
  const byPassphrase = join(folder, 'a.agnize')
  const byRecipient = join(folder, 'b.agnize')
  await agnize.gallery.export(byPassphrase, { passphrase: 'correct horse battery staple' })
  await agnize.gallery.export(byRecipient, { recipients: [recipient] })
  for (const file of [byPassphrase, byRecipient]) {
    expect(readFileSync(file).toString('latin1')).toMatch(/^age-encryption\.org\/v1/)
    expect(readFileSync(file).includes('Anna')).toBe(false)
  }
  const { agnize: other } = await fresh()
  await expect(other.gallery.import(byPassphrase)).rejects.toMatchObject({ code: 'wrong-key' })
  await expect(other.gallery.import(byPassphrase, { passphrase: 'wrong' })).rejects.toMatchObject({
    code: 'wrong-key',
  })
  await expect(
    other.gallery.import(byRecipient, { identities: [await generateIdentity()] }),
  ).rejects.toMatchObject({ code: 'wrong-key' })
  expect(await other.people.list()).toEqual([])
  expect(
    await other.gallery.import(byPassphrase, { passphrase: 'correct horse battery staple' }),
  ).toMatchObject({ added: 3 })
  expect(await other.gallery.import(byRecipient, { identities: [identity] })).toMatchObject({
    known: 3,
  })
  // A truncated archive is detected.
  const bytes = readFileSync(byRecipient)
  writeFileSync(byRecipient, bytes.subarray(0, bytes.length - 40))
  await expect(other.gallery.import(byRecipient, { identities: [identity] })).rejects.toMatchObject(
    { code: expect.stringMatching(/archive-damaged|wrong-key/) },
  )
  await expect(
    agnize.gallery.export(join(folder, 'c'), { recipients: ['me'] }),
  ).rejects.toMatchObject({
    code: 'bad-argument',
  })
  expect(existsSync(join(folder, 'c'))).toBe(false)
})

test('a gallery goes from SQLite to PostgreSQL and back by a backup', async () => {
  const server = await startPostgres()
  onTestFinished(() => server.stop())
  const { agnize, store } = await fresh()
  await fillGallery(store)
  const folder = await temporaryFolder()
  await agnize.gallery.backup(join(folder, 'a.agnize'))
  const postgres = await openWithSession({ home: folder, store: server.url, actor: 'tests' })
  await postgres.gallery.restore(join(folder, 'a.agnize'))
  const there = (await sessionOf(postgres).gallery()).store
  expect(await content(there)).toEqual(await content(store))
  expect(await there.different.list()).toEqual(await store.different.list())
  expect((await postgres.gallery.verify()).problems).toEqual([])
  const gallery = await sessionOf(postgres).gallery()
  const found = await gallery.search('test@1', [template(3).vector], { measure, limit: 2 })
  expect(found.candidates[0]!.map(({ subject }) => subject.name)).toEqual(['Bea', 'Anna'])
  await postgres.gallery.backup(join(folder, 'b.agnize'))
  const receipt = await postgres.people.erase('Bea')
  expect(receipt.checks).toEqual({ notFound: true, rows: 0 })
  await postgres.close()
  const { agnize: back } = await fresh()
  await back.gallery.restore(join(folder, 'b.agnize'))
  expect(await content((await sessionOf(back).gallery()).store)).toEqual(await content(store))
})

test('imports descriptors of face-api.js once, as such', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'faces.json')
  const descriptor = (seed: number) => Array.from(unitVector(seed, 128).map((x) => x * 1.3))
  const people = [
    { label: 'Anna', descriptors: [descriptor(1), descriptor(2)] },
    { label: 'Bea', descriptors: [descriptor(3)] },
  ]
  writeFileSync(file, JSON.stringify(people))
  const { agnize, store } = await fresh()
  expect(await agnize.gallery.importFaceApi(file)).toMatchObject({ added: 3, known: 0 })
  expect(await agnize.gallery.importFaceApi(file)).toMatchObject({ added: 0, known: 3 })
  expect(await store.state()).toMatchObject({ model: 'face-api.js descriptor', people: 2 })
  await expect(store.add('Zoe', template(1))).rejects.toMatchObject({ code: 'wrong-model' })
  expect((await store.crops([(await store.templates())[0]!.id])).size).toBe(0)
  for (const bad of ['no json', '{"label":"A"}', '[{"label":"A","descriptors":[[1,2],[1,2,3]]}]']) {
    writeFileSync(file, bad)
    await expect(agnize.gallery.importFaceApi(file)).rejects.toMatchObject({
      code: 'archive-damaged',
    })
  }
})

test.each([
  'SQLite',
  'PostgreSQL',
])('a cancelled import (%s) writes nothing after it has ended, and goes on when it is repeated', async (kind) => {
  const file = join(await temporaryFolder(), 'faces.json')
  const people = Array.from({ length: 1500 }, (_, i) => ({
    label: `P${i}`,
    descriptors: [Array.from(unitVector(i, 8))],
  }))
  writeFileSync(file, JSON.stringify(people))
  const server = kind === 'PostgreSQL' ? await startPostgres() : undefined
  if (server) onTestFinished(() => server.stop())
  const { agnize, store } = await fresh(server && { store: server.url })
  const cancel = new AbortController()
  const onProgress = () => cancel.abort()
  await expect(
    agnize.gallery.importFaceApi(file, { signal: cancel.signal, onProgress }),
  ).rejects.toMatchObject({ code: 'cancelled' })
  const { templates, version } = await store.state()
  expect(templates % 500).toBe(0)
  expect([500, 1000]).toContain(templates)
  await new Promise((done) => setTimeout(done, 300))
  expect((await store.state()).version).toBe(version)
  expect(await agnize.gallery.importFaceApi(file)).toMatchObject({
    added: 1500 - templates,
    known: templates,
  })
})

test('exports everything about a person in one archive', async () => {
  const { agnize, store } = await fresh()
  await fillGallery(store)
  const folder = await temporaryFolder()
  const file = join(folder, 'anna.tar.gz')
  const anna = await store.subject('Anna')
  const bea = await store.subject('Bea')
  const named = ({ id, name }: { id: string; name: string }) => ({ id, name })
  const decision = (subject: object | null) => ({
    at: '2026-01-01T00:00:02.000Z',
    payload: JSON.stringify({
      subject,
      candidates: [{ subject: named(anna) }, { subject: named(bea) }],
    }),
    face: Buffer.from('whose'),
    subjects: [anna.id, bea.id],
  })
  await store.decisions.append([decision(named(anna)), decision(named(bea))])
  await agnize.people.export('Anna', file)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  execFileSync('tar', ['-xzf', file, '-C', folder])
  const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  expect(json('person.json')).toMatchObject({
    name: 'Anna',
    tags: ['staff'],
    metadata: { room: 12 },
  })
  expect(json('decisions.json')).toMatchObject([
    { decision: { who: 'Anna' } },
    { decision: { subject: { name: 'Anna' }, candidates: [{ subject: { name: 'Anna' } }] } },
    { decision: { subject: null, candidates: [{ subject: { name: 'Anna' } }] } },
  ])
  // It contains no name or face of others.
  expect(readFileSync(join(folder, 'decisions.json'), 'utf8')).not.toContain('Bea')
  expect(existsSync(join(folder, 'faces', 'decision-4.jpg'))).toBe(false)
  expect(json('audit.json').map(({ action }: { action: string }) => action)).toEqual([
    'enroll',
    'update',
    'mark-different',
  ])
  expect(json('audit.json').at(-1).details).toEqual({ subjects: [anna.id] })
  expect(json('different.json')).toEqual([{ createdAt: expect.any(String) }])
  const kept = readFileSync(join(folder, 'kept.jsonl'), 'utf8').trim().split('\n')
  expect(kept.map((line) => JSON.parse(line).type)).toEqual(['subject', 'face', 'face'])
  expect(readFileSync(join(folder, 'faces', 'face-1.jpg'), 'utf8')).toBe('anna 1')
  expect(readFileSync(join(folder, 'faces', 'decision-3.jpg'), 'utf8')).toBe('whose')
})

test('lists people whose retention has ended, and erases them', async () => {
  const { agnize, store } = await fresh()
  for (const [i, name] of ['Old', 'New', 'Dated', 'Kept'].entries()) {
    const since = name === 'Old' || name === 'Kept' ? '2020-01-01T00:00:00.000Z' : undefined
    await store.addEach([{ name, template: template(i), ...(since && { since }) }])
  }
  await agnize.people.update('Dated', { keepUntil: '2021-06-01' })
  await agnize.people.update('Kept', { keepUntil: '2999-01-01' })
  const due = async () =>
    (await agnize.gallery.due()).map(({ subject, until }) => [subject.name, until.slice(0, 10)])
  expect(await due()).toEqual([['Dated', '2021-06-01']])
  await agnize.gallery.setRetention({ days: 365, purpose: 'door' })
  expect(await agnize.gallery.retention()).toEqual({ days: 365, purpose: 'door' })
  expect(await due()).toEqual([
    ['Old', '2020-12-31'],
    ['Dated', '2021-06-01'],
  ])
  const receipts = await agnize.gallery.expire()
  expect(receipts.map(({ checks }) => checks)).toEqual([
    { notFound: true, rows: 0 },
    { notFound: true, rows: 0 },
  ])
  expect((await agnize.people.list()).map(({ name }) => name)).toEqual(['Kept', 'New'])
})

test('recovers the readable part of a gallery with damaged pages', async () => {
  const { agnize, store, home } = await fresh()
  await store.addEach(
    madeUpPeople(300, 5).flatMap(({ entries }) =>
      entries.map((entry) => ({
        ...entry,
        template: { ...entry.template, crop: Buffer.alloc(6000, 'x') },
      })),
    ),
  )
  const { people } = await store.state()
  await agnize.close()
  const path = join(home, 'gallery.sqlite')
  const file = new SqliteFile(path)
  file.exec('pragma wal_checkpoint(truncate)')
  file.close()
  const bytes = readFileSync(path)
  const pages = bytes.length / 4096
  // Some pages in the middle, of tables and of indexes.
  for (const share of [0.3, 0.5, 0.7]) {
    const page = Math.floor(pages * share)
    bytes.fill(0xee, page * 4096, (page + 2) * 4096)
  }
  writeFileSync(path, bytes)
  const repaired = await repair(path)
  expect(repaired.people).toBeGreaterThan(people * 0.8)
  expect(repaired.people).toBeLessThanOrEqual(people)
  expect(existsSync(repaired.damaged)).toBe(true)
  const { agnize: again } = await fresh({ home })
  expect((await again.gallery.verify()).problems).toEqual([])
  expect(await again.people.list()).toHaveLength(repaired.people)
  const saved = (await sessionOf(again).gallery()).store
  await saved.add('New', template(77, { vector: unitVector(77, 64) }))
  expect(await saved.check()).toEqual([])
  await expect(repair(join(home, 'nowhere.sqlite'))).rejects.toMatchObject({ code: 'bad-argument' })
  writeFileSync(path, Buffer.alloc(100_000, 7))
  await expect(repair(path)).rejects.toMatchObject({ code: 'gallery-damaged' })
})
