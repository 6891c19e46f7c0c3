import { execFileSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../fixtures.js'
import { form, startServer } from '../start.js'
import { anna, call, enrollAnna, gallery, started, testCoverage, useApiServer } from './api.js'

useApiServer('subjects')

test('are created, listed with a cursor that survives changes, searched, updated, merged and deleted', async () => {
  const own = { gallery: await gallery() }
  const names = ['Ann', 'Björn', 'Cid', 'Dora', 'Émile']
  for (const name of names) {
    const { status, headers, body } = await call('createSubject', own, {
      json: { name, tags: name < 'C' ? ['early'] : [], metadata: { room: name.length } },
    })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`/v1/galleries/${own.gallery}/subjects/${body.id}`)
  }
  const first = await call('listSubjects', own, { query: { limit: '2' } })
  expect(first.body.items.map(({ name }: any) => name)).toEqual(['Ann', 'Björn'])
  // The last subject of the page is deleted and one before it is added: the next page neither skips nor repeats a subject.
  await call('deleteSubject', { ...own, subject: 'Björn' })
  await call('createSubject', own, { json: { name: 'Aaron' } })
  const rest = await call('listSubjects', own, { query: { cursor: first.body.next } })
  expect(rest.body.items.map(({ name }: any) => name)).toEqual(['Cid', 'Dora', 'Émile'])
  expect(rest.body.next).toBeNull()
  const found = async (query: Record<string, string>) =>
    (await call('listSubjects', own, { query })).body.items.map(({ name }: any) => name)
  expect(await found({ search: 'émi' })).toEqual(['Émile'])
  expect(await found({ tag: 'early' })).toEqual(['Ann'])
  expect(await found({ where: 'room=4' })).toEqual(['Dora'])
  expect(await found({ subject: 'Cid' })).toEqual(['Cid'])

  const { body: cid } = await call('getSubject', { ...own, subject: 'Cid' })
  const renamed = await call(
    'updateSubject',
    { ...own, subject: cid.id },
    {
      json: { name: 'Sid', tags: ['x'], consented_at: '2026-01-01' },
    },
  )
  expect(renamed.body).toMatchObject({
    ...{ id: cid.id, name: 'Sid', tags: ['x'], metadata: { room: 3 } },
    consented_at: '2026-01-01T00:00:00.000Z',
  })
  const taken = await call(
    'updateSubject',
    { ...own, subject: 'Sid' },
    {
      json: { name: 'Dora', tags: ['not kept'] },
    },
  )
  expect(taken.body.code).toBe('subject-exists')
  expect((await call('getSubject', { ...own, subject: 'Sid' })).body.tags).toEqual(['x'])
  const merged = await call('mergeSubject', { ...own, subject: 'Sid' }, { json: { into: 'Dora' } })
  expect(merged.body.name).toBe('Dora')
  expect((await call('getSubject', { ...own, subject: cid.id })).body.code).toBe('unknown-subject')
})

test('an ETag saves a download, and If-Match prevents a lost update', async () => {
  const own = { gallery: await gallery(), subject: 'Ann' }
  await call('createSubject', own, { json: { name: 'Ann' } })
  const read = await call('getSubject', own)
  const etag = read.headers.get('etag')!
  const again = await call('getSubject', own, { headers: { 'if-none-match': etag } })
  expect([again.status, again.bytes.length]).toEqual([304, 0])
  const change = (tags: string[]) =>
    call('updateSubject', own, { json: { tags }, headers: { 'if-match': etag } })
  expect((await change(['one'])).status).toBe(200)
  const second = await change(['two'])
  expect([second.status, second.body.code]).toEqual([412, 'changed-meanwhile'])
  expect((await call('getSubject', own)).body.tags).toEqual(['one'])
  const removed = await call('deleteSubject', own, { headers: { 'if-match': etag } })
  expect(removed.body.code).toBe('changed-meanwhile')
})

test('a repeated write is executed once', async () => {
  const own = { gallery: await gallery() }
  const create = (name: string, key: string) =>
    call('createSubject', own, { json: { name }, headers: { 'idempotency-key': key } })
  const first = await create('Ann', 'one')
  const again = await create('Ann', 'one')
  expect([first.status, again.status]).toEqual([201, 201])
  expect(again.body).toEqual(first.body)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect((await create('Bo', 'one')).body.code).toBe('idempotency-conflict')
  expect((await create('Ann', 'two')).body.code).toBe('subject-exists')
  // A failed request may be retried with the same idempotency key.
  await call('deleteSubject', { ...own, subject: 'Ann' })
  expect((await create('Ann', 'two')).status).toBe(201)
  const many = await Promise.all(Array.from({ length: 8 }, () => create('Cid', 'three')))
  expect(many.every(({ status }) => [201, 422].includes(status))).toBe(true)
  expect(many.filter(({ status }) => status === 201).length).toBeGreaterThan(0)
  const { body } = await call('listSubjects', own)
  expect(body.items.map(({ name }: any) => name)).toEqual(['Ann', 'Cid'])
  // The answer with a new API key is not stored for replay: the key is shown once.
  const keyed = {
    json: { name: 'k', scopes: ['read'], galleries: ['*'] },
    headers: { 'idempotency-key': 'four' },
  }
  const keys = [await call('createKey', {}, keyed), await call('createKey', {}, keyed)]
  expect(keys[0]!.body.key).not.toBe(keys[1]!.body.key)
  // So may a request that was rejected before it began.
  const missing = { json: { name: 'X' }, headers: { 'idempotency-key': 'five' } }
  for (let i = 0; i < 2; i++) {
    expect((await call('createSubject', { gallery: 'nothing' }, missing)).body.code).toBe(
      'unknown-gallery',
    )
  }
  // The stored answer cannot be read without the client's idempotency key.
  const file = await readFile(join(started.home, 'gallery.sqlite-wal'), 'latin1')
  expect(file).not.toContain('"name":"Cid"')
})

test('have a picture as soon as they have a face', async () => {
  const own = { gallery: await gallery(), subject: 'Anna' }
  await call('createSubject', own, { json: { name: 'Anna' } })
  expect((await call('getSubjectImage', own)).body.code).toBe('unknown-face')
  await enrollAnna(own)
  const { bytes } = await call('getSubjectImage', own)
  expect((await sharp(bytes).metadata()).format).toBe('jpeg')
  // Another face stands for them once their metadata name it; a face that is gone does not count.
  const photo = await sharp(anna).resize(300).blur(1).jpeg().toBuffer()
  await call('addFaces', own, { body: await form({ photos: photo }) })
  const { items } = (await call('listFaces', own)).body
  const pictures = await Promise.all(
    items.map(({ id }: any) => call('getFaceImage', { ...own, face: id })),
  )
  for (const [i, { id }] of items.entries()) {
    await call('updateSubject', own, { json: { metadata: { portrait: id } } })
    expect((await call('getSubjectImage', own)).bytes.equals(pictures[i].bytes)).toBe(true)
  }
  await call('updateSubject', own, { json: { metadata: { portrait: 'gone' } } })
  expect((await call('getSubjectImage', own)).status).toBe(200)
})

test('are found by words of their name, and counted by tag', async () => {
  const own = { gallery: await gallery() }
  await call('createSubject', own, { json: { name: 'Anna Müller', tags: ['staff'] } })
  await call('createSubject', own, { json: { name: 'Bo', tags: ['staff', 'night'] } })
  const { body } = await call('listSubjects', own, { query: { search: 'muller anna' } })
  expect(body.items.map(({ name }: any) => name)).toEqual(['Anna Müller'])
  expect((await call('listTags', own)).body.items).toEqual([
    { tag: 'night', subjects: 1 },
    { tag: 'staff', subjects: 2 },
  ])
})

test('who are one person twice are merged, or recorded as different people', async () => {
  const own = { gallery: await gallery() }
  await enrollAnna(own)
  const enrollAgain = async (subject: string, quality: number) =>
    call(
      'addFaces',
      { ...own, subject },
      {
        body: await sharp(anna).jpeg({ quality }).toBuffer(),
        headers: { 'content-type': 'image/jpeg' },
      },
    )
  await enrollAgain('Anne', 70)
  await enrollAgain('Ann', 60)
  const pairs = async (query: Record<string, string> = {}) => {
    const { body } = await call('listDuplicates', own, { query })
    return {
      ...body,
      items: body.items.map(({ subjects }: any) => subjects.map(({ name }: any) => name).join()),
    }
  }
  const all = await pairs()
  expect(all).toMatchObject({ total: 3, next: null, likeness: expect.any(Number) })
  const first = await pairs({ limit: '1' })
  expect(first).toMatchObject({ total: 3, items: all.items.slice(0, 1) })
  expect((await pairs({ cursor: first.next })).items).toEqual(all.items.slice(1))

  for (const place of ['', 'x', 'NaN a b', '0.5', '0.5 a', '0.5 a b c']) {
    const cursor = Buffer.from(place || ' ').toString('base64url')
    const { body } = await call('listDuplicates', own, { query: { cursor } })
    expect(body.code, place).toBe('bad-argument')
  }
  const { body: anne } = await call('getSubject', { ...own, subject: 'Anne' })
  const pair = { ...own, subject: 'Anna', other: anne.id }
  const marked = await call('markDifferent', pair)
  expect(marked.body.subjects.map(({ name }: any) => name)).toEqual(['Anna', 'Anne'])
  expect((await call('markDifferent', pair)).body).toEqual(marked.body)
  expect((await pairs()).items.sort()).toEqual(['Anna,Ann', 'Anne,Ann'])
  const { body: log } = await call('listAuditLog', own, { query: { subject: anne.id } })
  expect(log.items.at(-1)).toMatchObject({
    action: 'mark-different',
    details: { subjects: marked.body.subjects.map(({ id }: any) => id) },
  })
  const another = { ...own, subject: 'Ann', other: 'Anne' }
  const second = await call('markDifferent', another)
  const recorded = async (query: Record<string, string>) =>
    (await call('listDifferentPeople', own, { query })).body
  const page = await recorded({ limit: '1' })
  expect(page).toEqual({ items: [marked.body], next: expect.any(String) })
  const rest = { items: [second.body], next: null }
  expect(await recorded({ limit: '1', cursor: page.next })).toEqual(rest)
  await call('unmarkDifferent', another)
  expect((await call('markDifferent', { ...pair, other: 'Anna' })).body.code).toBe('bad-argument')
  expect((await call('unmarkDifferent', { ...pair, other: 'X' })).body.code).toBe('unknown-subject')
  expect((await call('unmarkDifferent', pair)).status).toBe(204)
  expect((await call('unmarkDifferent', pair)).status).toBe(204)
  expect((await pairs()).total).toBe(3)

  // A merge of somebody who was changed since they were shown is refused.
  const read = await call('getSubject', { ...own, subject: 'Ann' })
  const merge = () =>
    call(
      'mergeSubject',
      { ...own, subject: 'Ann' },
      { json: { into: 'Anna' }, headers: { 'if-match': read.headers.get('etag')! } },
    )
  await call('updateSubject', { ...own, subject: 'Ann' }, { json: { tags: ['night'] } })
  expect((await merge()).body.code).toBe('changed-meanwhile')
  await call('updateSubject', { ...own, subject: 'Ann' }, { json: { tags: [] } })
  expect((await merge()).body).toMatchObject({ name: 'Anna', templates: 2 })
  expect((await pairs()).total).toBe(1)
})

test('who are one person twice are told of the last comparison while all are compared anew', async () => {
  const at = await startServer({}, { patience: 0 })
  const enroll = async (subject: string, quality: number) => {
    const body = await sharp(anna).jpeg({ quality }).toBuffer()
    const headers = { 'content-type': 'image/jpeg' }
    expect((await call('addFaces', { subject }, { at, body, headers })).status).toBe(201)
  }
  const list = () => call('listDuplicates', {}, { at })
  await enroll('Anna', 80)
  await enroll('Anne', 70)
  const late = await list()
  expect([late.status, late.body.code]).toEqual([503, 'overloaded'])
  expect(late.headers.get('retry-after')).toBe('1')
  // The comparison goes on without the client, who finds its answer.
  await expect.poll(async () => (await list()).status).toBe(200)
  const first = await list()
  expect(first.body.total).toBe(1)
  // Somebody is enrolled before each request.
  for (const [i, subject] of ['Ann', 'Ana', 'Anja'].entries()) {
    await enroll(subject, 60 - i)
    const { status, headers, body } = await list()
    expect([status, headers.get('retry-after')]).toEqual([200, null])
    expect(body.total).toBeGreaterThanOrEqual(1)
  }
  await expect.poll(async () => (await list()).body.total).toBe(10)
})

test('are exported in full and erased with a receipt', async () => {
  const own = { gallery: await gallery(), subject: 'Anna' }
  await enrollAnna(own)
  const archive = await call('exportSubject', own)
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'export.tar.gz'), archive.bytes)
  execFileSync('tar', ['xzf', 'export.tar.gz'], { cwd: folder })
  expect(await readdir(join(folder, 'faces'))).toEqual(['face-1.jpg'])
  const { body: receipt } = await call('eraseSubject', own)
  expect(receipt.checks).toEqual({ notFound: true, rows: 0 })
  await expect.poll(() => readdir(join(started.home, 'jobs'))).toEqual([])
})

testCoverage()
