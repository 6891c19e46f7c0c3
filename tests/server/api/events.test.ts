import sharp from 'sharp'
import { expect, test } from 'vitest'
import { sample } from '../../fixtures.js'
import { form } from '../start.js'
import { call, enrollAnna, gallery, testCoverage, useApiServer } from './api.js'

useApiServer('events')

test('records events only where enabled', async () => {
  const own = { gallery: await gallery() }
  await enrollAnna(own)
  const look = async () => call('identify', own, { body: await form({ photo: sample(3) }) })
  await look()
  expect((await call('listEvents', own)).body.items).toEqual([])
  expect((await call('getGallerySettings', own)).body.events.recording).toBe(false)
  const { body } = await call('updateGallerySettings', own, {
    json: { purpose: 'the door', keep_days: 90, events: { recording: true, faces: true } },
  })
  expect(body).toEqual({
    ...{ purpose: 'the door', keep_days: 90 },
    events: { recording: true, keep_days: 30, faces: true },
    visits: { recording: false, keep_days: 30 },
  })
  await look()
  const first = await call('listEvents', own, { query: { limit: '2' } })
  const rest = await call('listEvents', own, { query: { cursor: first.body.next } })
  expect([...first.body.items, ...rest.body.items].map(({ number }: any) => number)).toEqual([
    1, 2, 3,
  ])
  const newest = await call('listEvents', own, { query: { order: 'newest', limit: '2' } })
  const older = await call('listEvents', own, {
    query: { order: 'newest', cursor: newest.body.next },
  })
  expect([...newest.body.items, ...older.body.items]).toEqual(
    [...first.body.items, ...rest.body.items].reverse(),
  )
  const { id } = (await call('getSubject', { ...own, subject: 'Anna' })).body
  const about = await call('listEvents', own, { query: { subject_id: id } })
  expect(about.body.items.some(({ subject }: any) => subject?.id === id)).toBe(true)
  const face = await call('getEventFace', { ...own, number: '1' })
  expect((await sharp(face.bytes).metadata()).format).toBe('jpeg')
  expect((await call('getEventFace', { ...own, number: '99' })).body.code).toBe('unknown-face')
  expect((await call('clearEvents', own)).body).toEqual({ deleted: 3 })
})

testCoverage()
