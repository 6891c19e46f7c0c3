import { expect, test } from 'vitest'
import { call, enrollAnna, gallery, testCoverage, useApiServer } from './api.js'

useApiServer('galleries')

test('are created, described and deleted; names that need escaping are refused', async () => {
  const own = await gallery()
  expect((await call('getGallery', { gallery: own })).body).toEqual({
    ...{ name: own, people: 0, templates: 0, model: null, protected: false },
  })
  expect((await call('createGallery', {}, { json: { name: own } })).body.code).toBe(
    'gallery-exists',
  )
  const asked = Array.from({ length: 8 }, () => call('listSubjects', { gallery: 'nothing' }))
  for (const { body } of await Promise.all(asked)) expect(body.code).toBe('unknown-gallery')
  expect((await call('createGallery', {}, { json: { name: 'a b' } })).body.code).toBe('bad-name')
  await enrollAnna({ gallery: own })
  expect((await call('deleteGallery', { gallery: own }, { query: { confirm: 'x' } })).status).toBe(
    400,
  )
  const gone = await call('deleteGallery', { gallery: own }, { query: { confirm: own } })
  expect(gone.status).toBe(204)
  expect((await call('getGallery', { gallery: own })).body.code).toBe('unknown-gallery')
  // The default gallery exists again after its deletion, empty.
  await call('deleteGallery', {}, { query: { confirm: 'default' } })
  expect((await call('getGallery')).body.people).toBe(0)
  expect((await call('getReady')).status).toBe(200)
  expect((await call('listGalleries')).body.items.map(({ name }: any) => name)).not.toContain(own)
})

test('have settings, and an audit log of their changes', async () => {
  const own = { gallery: await gallery() }
  const { body: before } = await call('getGallerySettings', own)
  expect(before).toMatchObject({ purpose: null, keep_days: null })
  const json = { purpose: 'the door', keep_days: 90 }
  expect((await call('updateGallerySettings', own, { json })).body).toEqual({ ...before, ...json })
  expect((await call('getGallerySettings', own)).body).toEqual({ ...before, ...json })
  await enrollAnna(own)
  const { items } = (await call('listAuditLog', own)).body
  expect(items.map(({ action }: any) => action)).toEqual(
    expect.arrayContaining(['retention', 'enroll']),
  )
  expect(JSON.stringify(items)).not.toContain('Anna')
})

testCoverage()
