import sharp from 'sharp'
import { expect, test, vi } from 'vitest'
import { form, sampleBytes } from '../start.js'
import { anna, call, enrollAnna, gallery, started, testCoverage, useApiServer } from './api.js'

useApiServer('faces')

test('are enrolled from every form of photo', async () => {
  const own = { gallery: await gallery(), subject: 'Anna' }
  const bare = await enrollAnna(own)
  expect(bare.body.enrolled).toMatchObject([{ outcome: 'added', warnings: [] }])
  const asForm = await call('addFaces', own, { body: await form({ photos: anna }) })
  expect(asForm.body.enrolled).toMatchObject([{ outcome: 'known', photo: 'photos.jpg' }])
  const base64 = anna.toString('base64')
  for (const photo of [base64, `data:image/jpeg;base64,${base64}`]) {
    const asJson = await call('addFaces', own, { json: { photos: [{ photo, name: 'a.jpg' }] } })
    expect(asJson.body.enrolled).toMatchObject([{ outcome: 'known', photo: 'a.jpg' }])
  }
  const photos = new FormData()
  photos.append('photos', new Blob([anna]), 'good.jpg')
  photos.append('photos', new Blob([await sampleBytes(3)]), 'group.jpg')
  photos.append('photos', new Blob(['no photo']), 'text.jpg')
  const mixed = await call('addFaces', own, { body: photos })
  expect(mixed.status).toBe(201)
  expect(mixed.body.refused.map(({ photo, code }: any) => [photo, code])).toEqual([
    ['group.jpg', 'several-faces'],
    ['text.jpg', 'not-an-image'],
  ])
  const { body } = await call('listFaces', own)
  expect(body.items).toHaveLength(1)
  const face = body.items[0].id
  const image = await call('getFaceImage', { ...own, face })
  expect((await sharp(image.bytes).metadata()).format).toBe('jpeg')
  const cached = await call(
    'getFaceImage',
    { ...own, face },
    {
      headers: { 'if-none-match': image.headers.get('etag')! },
    },
  )
  expect(cached.status).toBe(304)
  const audit = await call('listAuditLog', own)
  expect(audit.body.items.map(({ action }: any) => action)).toEqual(
    expect.arrayContaining(['enroll', 'view']),
  )
  expect(audit.body.items.at(-1).actor).toMatch(/^key /)
  await call('deleteFace', { ...own, face })
  expect((await call('getSubject', own)).body.templates).toBe(0)
  expect((await call('deleteFace', { ...own, face })).body.code).toBe('unknown-face')
})

test('pages faces and the audit log, and refuses a face of another person', async () => {
  const own = { gallery: await gallery(), subject: 'Anna' }
  for (const width of [500, 480, 460]) {
    const photo = await sharp(anna).resize(width).jpeg().toBuffer()
    await call('addFaces', own, { body: photo, headers: { 'content-type': 'image/jpeg' } })
  }
  const all = (await call('listFaces', own)).body.items
  const first = await call('listFaces', own, { query: { limit: '2' } })
  await call('deleteFace', { ...own, face: all[1].id })
  const second = await call('listFaces', own, { query: { limit: '2', cursor: first.body.next } })
  expect(second.body.items).toEqual([all[2]])
  await call('createSubject', own, { json: { name: 'Bo' } })
  const other = { ...own, subject: 'Bo', face: all[2].id }
  expect((await call('getFaceImage', other)).body.code).toBe('unknown-face')
  const audit = await call('listAuditLog', own, { query: { limit: '2' } })
  const more = await call('listAuditLog', own, { query: { cursor: audit.body.next } })
  expect(more.body.items[0].number).toBe(audit.body.items[1].number + 1)
  const moved = await call('moveFace', { ...own, face: all[0].id }, { json: { to: 'Else' } })
  expect(moved.body).toMatchObject({ id: all[0].id, subject: { name: 'Else' } })
  const there = { ...own, subject: 'Else', face: all[0].id }
  expect((await call('getFaceImage', there)).bytes.subarray(0, 2)).toEqual(Buffer.from([255, 216]))
  const nobody = '00000000-0000-4000-8000-000000000000'
  expect((await call('moveFace', there, { json: { to: nobody } })).body.code).toBe(
    'unknown-subject',
  )
  expect(
    (await call('moveFace', { ...own, face: all[0].id }, { json: { to: 'Anna' } })).body.code,
  ).toBe('unknown-face')
  await call('moveFace', there, { json: { to: 'Anna' } })
  expect((await call('getSubject', { ...own, subject: 'Else' })).body.templates).toBe(0)
  const newest = await call('listAuditLog', own, { query: { order: 'newest', limit: '1' } })
  const before = await call('listAuditLog', own, {
    query: { order: 'newest', cursor: newest.body.next, limit: '1' },
  })
  expect(before.body.items[0].number).toBe(newest.body.items[0].number - 1)
  const disowned = await call('disownFace', { ...own, face: all[0].id })
  expect(disowned.body).toMatchObject({ kind: 'not', subject: { name: 'Anna' } })
})

test('of those who change the same face at once, all but one are told', async () => {
  const own = { gallery: await gallery() }
  await enrollAnna({ ...own, subject: 'Anna' })
  let owner = 'Anna'
  const face = (await call('listFaces', { ...own, subject: owner })).body.items[0].id
  for (let round = 0; round < 5; round++) {
    const moved = await Promise.all(
      ['Bea', 'Cleo', 'Dora', 'Eve', 'Finn', 'Gus'].map((name) =>
        call('moveFace', { ...own, subject: owner, face }, { json: { to: `${name} ${round}` } }),
      ),
    )
    const done = moved.filter(({ status }) => status === 200)
    expect(done).toHaveLength(1)
    const refusals = moved.filter(({ status }) => status !== 200).map(({ body }) => body.code)
    expect(new Set(refusals)).toEqual(new Set(['unknown-face']))
    owner = done[0]!.body.subject.name
  }
  const [moved, deleted] = await Promise.all([
    call('moveFace', { ...own, subject: owner, face }, { json: { to: 'Zoe' } }),
    call('deleteFace', { ...own, subject: owner, face }),
  ])
  expect([moved.status, deleted.status].sort()).toEqual([200, 404])
  const { body } = await call('listFaces', { ...own, subject: 'Zoe' })
  expect(body.items?.length ?? 0).toBe(moved.status === 200 ? 1 : 0)
})

test('pictures for a page are fetched at once, with one entry in the audit log', async () => {
  const own = { gallery: await gallery() }
  await enrollAnna(own)
  const other = { body: await form({ photos: await sharp(anna).flop().toBuffer() }) }
  expect((await call('addFaces', { ...own, subject: 'Else' }, other)).status).toBe(201)
  await call('createSubject', own, { json: { name: 'Bo' } })
  const { items } = (await call('listSubjects', own)).body
  const [, , face] = (await call('listFaces', { ...own, subject: 'Anna' })).body.items
  expect(face).toBeUndefined()
  const [first] = (await call('listFaces', { ...own, subject: 'Anna' })).body.items
  const nobody = '00000000-0000-4000-8000-000000000000'
  const query: [string, string][] = [
    ...items.map(({ id }: any): [string, string] => ['subject', id]),
    ['subject', nobody],
    ['face', first.id],
    ['face', nobody],
  ]
  const denied = await call('addCorrection', own, {
    body: await form({ photo: anna }),
    query: { kind: 'not', subject: 'Else' },
  })
  expect(denied.status).toBe(201)
  query.push(['correction', denied.body.id], ['correction', nobody])
  const before = (await call('listAuditLog', own)).body.items.length
  const { body, headers } = await call('getPictures', own, { query })
  expect(headers.get('cache-control')).toBe('no-store')
  const ids = items.filter(({ templates }: any) => templates > 0).map(({ id }: any) => id)
  expect(body.items.map(({ kind, id }: any) => [kind, id]).sort()).toEqual(
    [
      ...ids.map((id: string) => ['subject', id]),
      ['face', first.id],
      ['correction', denied.body.id],
    ].sort(),
  )
  for (const { image } of body.items) {
    expect((await sharp(Buffer.from(image, 'base64')).metadata()).format).toBe('jpeg')
  }
  const audit = (await call('listAuditLog', own)).body.items.slice(before)
  expect(audit).toMatchObject([{ action: 'view', subject_id: null }])
  expect(audit[0].details.subjects.toSorted()).toEqual(ids.toSorted())
  // It is part of what is known about each of them.
  for (const order of ['oldest', 'newest']) {
    const about = await call('listAuditLog', own, { query: { order, subject_id: ids[0] } })
    expect(about.body.items.map(({ number }: any) => number)).toContain(audit[0].number)
    const other = await call('listAuditLog', own, { query: { order, subject_id: nobody } })
    expect(other.body.items).toEqual([])
  }
  // A correction shows its subject if it says so, and is left out where it was deleted since the list was read.
  const same = await call('addCorrection', own, {
    body: await form({ photo: anna }),
    query: { kind: 'same', subject: 'Anna' },
  })
  const shown = async (...ids: string[]) => {
    const query = ids.map((id): [string, string] => ['correction', id])
    const { body } = await call('getPictures', own, { query })
    const [last] = (await call('listAuditLog', own, { query: { order: 'newest' } })).body.items
    return [body.items.map(({ id }: any) => id), last.subject_id]
  }
  expect(await shown(denied.body.id)).toEqual([[denied.body.id], null])
  expect(await shown(same.body.id)).toEqual([[same.body.id], same.body.subject.id])
  const { corrections } = (await started.server.galleries.get(own.gallery)).agnize
  const list = corrections.list.bind(corrections)
  const spy = vi.spyOn(corrections, 'list').mockImplementation(async () => {
    const listed = await list()
    await corrections.remove(denied.body.id)
    return listed
  })
  expect(await shown(same.body.id, denied.body.id)).toEqual([[same.body.id], same.body.subject.id])
  spy.mockRestore()
  const many = Array.from({ length: 101 }, (): [string, string] => ['face', nobody])
  expect((await call('getPictures', own, { query: many })).body.code).toBe('bad-argument')
})

testCoverage()
