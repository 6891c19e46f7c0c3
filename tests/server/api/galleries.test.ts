import { expect, test } from 'vitest'
import { call, enrollAnna, gallery, testCoverage, useApiServer } from './api.js'

useApiServer('galleries')

test('are created, described and deleted; names that need escaping are refused', async () => {
  const own = await gallery()
  expect((await call('getGallery', { gallery: own })).body).toEqual({
    ...{ name: own, people: 0, subjects: 0, templates: 0, model: null, protected: false },
  })
  expect((await call('createGallery', {}, { json: { name: own } })).body.code).toBe(
    'gallery-exists',
  )
  const asked = Array.from({ length: 8 }, () => call('listSubjects', { gallery: 'nothing' }))
  for (const { body } of await Promise.all(asked)) expect(body.code).toBe('unknown-gallery')
  expect((await call('createGallery', {}, { json: { name: 'a b' } })).body.code).toBe('bad-name')
  await enrollAnna({ gallery: own })
  // A person without a photo is not recognized, but is there, and would be deleted.
  await call('createSubject', { gallery: own }, { json: { name: 'Bo' } })
  expect((await call('getGallery', { gallery: own })).body).toMatchObject({
    ...{ people: 1, subjects: 2 },
  })
  expect((await call('deleteGallery', { gallery: own }, { query: { confirm: 'x' } })).status).toBe(
    400,
  )
  const gone = await call('deleteGallery', { gallery: own }, { query: { confirm: own } })
  expect(gone.status).toBe(204)
  expect((await call('getGallery', { gallery: own })).body.code).toBe('unknown-gallery')
  // The default gallery exists again after its deletion, empty.
  const before = await call('listAuditLog', {}, { query: { order: 'newest', limit: '1' } })
  expect(before.body.items[0]).toMatchObject({
    action: 'gallery-delete',
    details: { gallery: own, entries: expect.any(Number) },
  })
  await call('deleteGallery', {}, { query: { confirm: 'default' } })
  expect((await call('getGallery')).body.people).toBe(0)
  // Who deleted its audit log, and how much of it, stands in the new one.
  const { items } = (await call('listAuditLog')).body
  expect(items).toEqual([
    expect.objectContaining({
      actor: before.body.items[0].actor,
      action: 'gallery-delete',
      details: { gallery: 'default', entries: before.body.items[0].number },
    }),
  ])
  expect((await call('getReady')).status).toBe(200)
  expect((await call('listGalleries')).body.items.map(({ name }: any) => name)).not.toContain(own)
})

test('have settings, and an audit log of their changes', async () => {
  const own = { gallery: await gallery() }
  const { body: before } = await call('getGallerySettings', own)
  expect(before).toMatchObject({ purpose: null, keep_days: null })
  const json = { purpose: 'the door', keep_days: 90 }
  expect((await call('updateGallerySettings', own, { json })).body).toEqual({ ...before, ...json })
  const { body: now, headers } = await call('getGallerySettings', own)
  expect(now).toEqual({ ...before, ...json })
  const match = { headers: { 'if-match': headers.get('etag')! } }
  const change = (keep_days: number) =>
    call('updateGallerySettings', own, { json: { keep_days }, ...match })
  expect((await change(30)).status).toBe(200)
  expect((await change(60)).body.code).toBe('changed-meanwhile')
  expect((await call('getGallerySettings', own)).body.keep_days).toBe(30)
  await enrollAnna(own)
  const { items } = (await call('listAuditLog', own)).body
  expect(items.map(({ action }: any) => action)).toEqual(
    expect.arrayContaining(['retention', 'enroll']),
  )
  expect(JSON.stringify(items)).not.toContain('Anna')
})

testCoverage()
