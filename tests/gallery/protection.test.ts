import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SyntheticFaces } from '../../bench/synthetic-faces.js'
import { Blinding } from '../../dist/gallery/blinding.js'
import { SqliteFile } from '../../dist/gallery/sql/sqlite-file.js'
import { masterKey, newMasterKey } from '../../dist/gallery/vault.js'
import { template, temporaryFolder, unitVector } from '../fixtures.js'
import { openSqlite } from './sqlite.js'

const key = masterKey(newMasterKey())
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)

test.each([
  2, 16, 128, 300, 511, 512,
])('blinding leaves lengths and similarities of %i dimensions, and can be undone', (dimensions) => {
  const blinding = new Blinding(randomBytes(32))
  for (let i = 0; i < 20; i++) {
    const [a, b] = [unitVector(2 * i + 1, dimensions), unitVector(2 * i + 2, dimensions)]
    const [p, q] = [blinding.apply(a), blinding.apply(b)]
    expect(dot(p, p)).toBeCloseTo(1, 5)
    expect(Math.abs(dot(p, q) - dot(a, b))).toBeLessThan(1e-5)
    const back = blinding.revert(p)
    expect(Math.max(...back.map((x, k) => Math.abs(x - a[k]!)))).toBeLessThan(1e-5)
  }
})

test('the same person in two galleries is no more similar than strangers', () => {
  const faces = new SyntheticFaces({
    dimensions: 512,
    ofPerson: 0.72,
    ofFamily: 0.12,
    families: 40,
    seed: 5,
  })
  const [here, there] = [new Blinding(randomBytes(32)), new Blinding(randomBytes(32))]
  const people = Array.from({ length: 300 }, () => faces.person())
  const ones = people.map((photo) => here.apply(photo()))
  const others = people.map((photo) => there.apply(photo()))
  const genuine = ones.map((vector, i) => dot(vector, others[i]!))
  const impostors = ones.flatMap((vector, i) =>
    others.flatMap((other, k) => (i === k || k % 30 !== 0 ? [] : [dot(vector, other)])),
  )
  // How often a genuine pair is more similar than an impostor pair: 0.5 if they cannot be told apart. The standard
  // error with 300 genuine pairs is 1/√(12·300) = 0.017.
  const sorted = impostors.sort((a, b) => a - b)
  const below = (value: number) => sorted.filter((x) => x < value).length / sorted.length
  const auc = genuine.reduce((sum, value) => sum + below(value), 0) / genuine.length
  expect(auc).toBeGreaterThan(0.43)
  expect(auc).toBeLessThan(0.57)
  // Within one gallery they are as similar as before.
  const again = people.map((photo) => here.apply(photo()))
  expect(Math.min(...ones.map((vector, i) => dot(vector, again[i]!)))).toBeGreaterThan(0.5)
})

test('accepts keys in hexadecimal or base64 only', () => {
  const bytes = randomBytes(32)
  expect(Buffer.from(masterKey(bytes.toString('hex'))).equals(bytes)).toBe(true)
  expect(Buffer.from(masterKey(` ${bytes.toString('base64')}\n`)).equals(bytes)).toBe(true)
  for (const bad of ['', 'secret', bytes.toString('hex').slice(2), 'x'.repeat(64)]) {
    expect(() => masterKey(bad)).toThrowError(expect.objectContaining({ code: 'wrong-key' }))
  }
})

const mark = Buffer.from('a mark that is nowhere else')

async function withSomebody(path: string): Promise<void> {
  const store = await openSqlite(path)
  const crop = Buffer.concat([mark, Buffer.alloc(3000)])
  await store.add('Anna', template(1, { crop }))
  const { quality: _, ...face } = template(2, { crop })
  await store.corrections.add('Anna', { ...face, kind: 'not' })
  await store.decisions.configure({ recording: true, days: null, faces: true })
  const [anna] = await store.subjects()
  const at = '2026-01-01T00:00:00.000Z'
  await store.decisions.append([{ at, payload: '{}', face: mark, subjects: [anna!.id] }])
  await store.close()
}

/** Whether a gallery's files contain given bytes. */
function holds(path: string, bytes: Uint8Array): boolean {
  return [path, `${path}-wal`].some(
    (file) => existsSync(file) && readFileSync(file).includes(Buffer.from(bytes)),
  )
}

test('protecting a gallery keeps its content and leaves no plaintext in its file', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  await withSomebody(path)
  const vectors = [template(1), template(2)].map(({ vector }) => new Uint8Array(vector.buffer))
  expect(holds(path, mark)).toBe(true)
  expect(vectors.map((bytes) => holds(path, bytes))).toEqual([true, true])
  const store = await openSqlite(path, 'default', key)
  await store.protection.protect(key)
  await store.close()
  expect(holds(path, mark)).toBe(false)
  expect(vectors.map((bytes) => holds(path, bytes))).toEqual([false, false])

  const again = await openSqlite(path, 'default', key)
  const [kept] = await again.templates()
  expect(
    Math.max(...kept!.vector.map((x, i) => Math.abs(x - template(1).vector[i]!))),
  ).toBeLessThan(1e-6)
  expect((await again.crops([kept!.id])).get(kept!.id)!.toString()).toContain(mark.toString())
  const [correction] = await again.corrections.embedded('test@1')
  expect(dot(correction!.vector!, template(2).vector)).toBeCloseTo(1, 5)
  expect(Buffer.from(await again.corrections.crop(correction!.id)).includes(mark)).toBe(true)
  for await (const { face } of again.decisions.entries())
    expect(Buffer.from(face!).equals(mark)).toBe(true)
  expect(await again.decisions.verify()).toMatchObject({ entries: 1, broken: null })
  await again.close()
})

test('opens a protected gallery only with its key', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  const store = await openSqlite(path, 'default', key)
  await store.add('Anna', template(1))
  await store.protection.protect(key)
  await expect(store.protection.protect(key)).rejects.toMatchObject({ code: 'bad-argument' })
  await store.close()
  await expect(openSqlite(path)).rejects.toMatchObject({
    code: 'key-missing',
    message: expect.stringContaining('AGNIZE_KEY'),
  })
  await expect(openSqlite(path, 'default', randomBytes(32))).rejects.toMatchObject({
    code: 'wrong-key',
  })
  // Another gallery of the same file is not affected.
  const other = await openSqlite(path, 'other')
  expect(await other.subjects()).toEqual([])
  await other.close()
})

test('a connection from before the protection needs the key afterwards', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  const early = await openSqlite(path)
  await early.add('Anna', template(1))
  const store = await openSqlite(path, 'default', key)
  await store.protection.protect(key)
  await expect(early.templates()).rejects.toMatchObject({ code: 'key-missing' })
  await expect(early.add('Bea', template(2))).rejects.toMatchObject({ code: 'key-missing' })
  expect(await store.subjects()).toHaveLength(1)
  await early.close()
  await store.close()
})

test('after a key rotation the old key opens nothing', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  const next = randomBytes(32)
  const store = await openSqlite(path, 'default', key)
  await store.add('Anna', template(1))
  await expect(store.protection.rotate(next)).rejects.toMatchObject({ code: 'bad-argument' })
  await store.protection.protect(key)
  await store.protection.rotate(next)
  expect(await store.templates()).toHaveLength(1)
  await store.add('Bea', template(2))
  await store.close()
  await expect(openSqlite(path, 'default', key)).rejects.toMatchObject({ code: 'wrong-key' })
  const again = await openSqlite(path, 'default', next)
  expect(await again.templates()).toHaveLength(2)
  await again.close()
})

test('detects swapped and edited rows', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  const store = await openSqlite(path, 'default', key)
  await store.protection.protect(key)
  await store.addEach([
    { name: 'Anna', template: template(1) },
    { name: 'Anna', template: template(2) },
  ])
  const file = new SqliteFile(path)
  file.exec(
    'update templates set vector = (select vector from templates other where other.key <> templates.key)',
  )
  file.close()
  await expect(store.templates()).rejects.toMatchObject({ code: 'wrong-key' })
  await store.close()
})

test('the audit log records actions and actors, and detects changes', async () => {
  const path = join(await temporaryFolder(), 'gallery.sqlite')
  const store = await openSqlite(path)
  await store.addEach([
    { name: 'Anna', template: template(1) },
    { name: 'Anna', template: template(2) },
    { name: 'Bea', template: template(3) },
  ])
  const [anna, bea] = await store.subjects()
  await store.rename('Anna', 'Hannah')
  await store.update('Bea', { tags: ['x'] })
  await store.remove('Bea')
  await store.audit.append({ action: 'export', subjectId: anna!.id, details: { rows: 3 } })
  const list = async (id?: string) => {
    const entries = []
    for await (const entry of store.audit.entries(id)) entries.push(entry)
    return entries
  }
  const entries = await list()
  expect(entries.map(({ action, subjectId, details }) => [action, subjectId, details])).toEqual([
    ['enroll', anna!.id, { templates: 2 }],
    ['enroll', bea!.id, { templates: 1 }],
    ['rename', anna!.id, {}],
    ['update', bea!.id, { fields: ['tags'] }],
    ['remove', bea!.id, { templates: 1 }],
    ['export', anna!.id, { rows: 3 }],
  ])
  expect(new Set(entries.map(({ actor }) => actor))).toEqual(new Set(['tests']))
  expect((await list(bea!.id)).map(({ number }) => number)).toEqual([2, 4, 5])
  expect(JSON.stringify(entries)).not.toContain('Anna')
  const { head, ...check } = await store.audit.verify()
  expect(check).toEqual({ entries: 6, erased: 0, broken: null })
  expect(head).toMatch(/^[0-9a-f]{64}$/)
  for (const [statement, broken] of [
    ["update audit_log set actor = 'somebody else' where number = 4", 4],
    ['delete from audit_log where number = 3', 4],
  ] as const) {
    const file = new SqliteFile(path)
    file.exec(`begin; ${statement}`)
    file.exec('commit')
    file.close()
    expect((await store.audit.verify()).broken).toBe(broken)
  }
  await store.close()
})
