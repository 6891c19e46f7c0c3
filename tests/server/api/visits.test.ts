import sharp from 'sharp'
import { expect, onTestFinished, test, vi } from 'vitest'
import WebSocket from 'ws'
import { sampleBytes } from '../start.js'
import { call, enrollAnna, gallery, started, testCoverage, useApiServer } from './api.js'

useApiServer('visits')

test('records visits only where enabled, and names strangers', async () => {
  const own = { gallery: await gallery() }
  await enrollAnna(own)
  const watch = async (camera: string, frames: number) => {
    const group = await sampleBytes(3)
    const url = `${started.url.replace('http', 'ws')}/v1/galleries/${own.gallery}/live?camera=${camera}`
    const socket = new WebSocket(url, ['agnize', `agnize.key.${started.key}`])
    onTestFinished(() => socket.terminate())
    const messages: any[] = []
    await new Promise<void>((done, fail) => {
      socket.on('error', fail)
      socket.on('open', () => socket.send(group))
      socket.on('message', (data) => {
        messages.push(JSON.parse(String(data)))
        if (messages.length < frames) socket.send(group)
        else done()
      })
    })
    socket.close()
    await new Promise((done) => socket.once('close', done))
    return messages.at(-1).faces
  }
  await watch('door', 8)
  expect((await call('listVisits', own)).body.items).toEqual([])
  const { body: settings } = await call('updateGallerySettings', own, {
    json: { visits: { recording: true, keep_days: 7 } },
  })
  expect(settings.visits).toEqual({ recording: true, keep_days: 7 })
  const faces = await watch('door', 8)
  const anna = faces.find(({ track }: any) => track.subject)
  expect(anna.track.sighting).toMatchObject({ visitor: null, before: null })
  const { body: visits } = await call('listVisits', own, { query: { limit: '2' } })
  const rest = await call('listVisits', own, { query: { cursor: visits.next } })
  const all = [...visits.items, ...rest.body.items]
  expect(all.map(({ subject, camera }: any) => [subject?.name ?? null, camera]).sort()).toEqual([
    [null, 'door'],
    [null, 'door'],
    ['Anna', 'door'],
  ])
  const { items: cameras } = (await call('listCameras', own)).body
  expect(cameras).toMatchObject([{ camera: 'door', visits: 3, watch: null }])
  expect(cameras[0].first_at <= cameras[0].last_at).toBe(true)
  const { items: strangers } = (await call('listVisitors', own)).body
  expect(strangers).toHaveLength(2)
  // The same people at another camera: the visitors are recognized by their stored faces.
  const again = await watch('gate', 8)
  expect((await call('listVisitors', own)).body.items.map(({ visits }: any) => visits)).toEqual([
    2, 2,
  ])
  for (const { track } of again) expect(track.sighting.before.camera).toBe('door')
  // Back at the same camera at once: the visit continues.
  await watch('gate', 8)
  expect((await call('listVisits', own)).body.items).toHaveLength(6)
  const filtered = async (query: Record<string, string>) =>
    (await call('listVisits', own, { query })).body.items.length
  expect(await filtered({ camera: 'gate' })).toBe(3)
  expect(await filtered({ unknown: 'true' })).toBe(4)
  expect(await filtered({ since: '2100-01-01T00:00:00Z' })).toBe(0)
  expect(await filtered({ until: '2100-01-01T00:00:00Z', camera: 'door' })).toBe(3)
  const alike = await call('searchVisits', own, {
    json: { photo: (await sampleBytes(1)).toString('base64') },
  })
  expect(alike.body.items.map(({ visit }: any) => visit.subject.name)).toEqual(['Anna', 'Anna'])
  expect((await call('regroupVisitors', own)).body).toEqual({ strangers: 2, changed: 0 })
  const [stranger, other] = strangers
  const face = await call('getVisitFace', { ...own, visit: stranger.best_visit })
  expect((await sharp(face.bytes).metadata()).format).toBe('jpeg')
  const named = await call(
    'nameVisitor',
    { ...own, visitor: stranger.id },
    { json: { name: 'Bo' } },
  )
  expect(named.body).toEqual({ visits: 2, faces: 1 })
  expect((await call('getSubject', { ...own, subject: 'Bo' })).body.templates).toBe(1)
  const bo = (await call('getSubject', { ...own, subject: 'Bo' })).body.id
  const past = await call('listVisits', own, { query: { subject_id: bo } })
  expect(past.body.items.map(({ subject }: any) => subject.name)).toEqual(['Bo', 'Bo'])
  const image = await call('getSubjectImage', { ...own, subject: 'Bo' })
  expect((await sharp(image.bytes).metadata()).format).toBe('jpeg')
  expect((await call('forgetVisitor', { ...own, visitor: other.id })).body).toEqual({
    deleted: 2,
  })
  for (const visitor of [stranger.id, other.id]) {
    const gone = [
      await call('forgetVisitor', { ...own, visitor }),
      await call('nameVisitor', { ...own, visitor }, { json: { name: 'Cid' } }),
    ]
    expect(gone.map(({ body }) => body.code)).toEqual(['unknown-visitor', 'unknown-visitor'])
  }
  // Deleting a subject deletes the subject's visits.
  await call('deleteSubject', { ...own, subject: 'Bo' })
  const left = await call('listVisits', own, { query: { visitor: stranger.id } })
  expect(left.body.items).toEqual([])
  expect((await call('getVisitFace', { ...own, visit: stranger.best_visit })).body.code).toBe(
    'unknown-face',
  )
})

test('watched cameras: how they are, and since when one was not heard of', async () => {
  const name = await gallery()
  const { agnize } = await started.server.galleries.get(name)
  const since = new Date(Date.now() - 60_000).toISOString()
  const report = { since, frameAt: since, framesPerSecond: 9.5, error: null }
  await agnize.cameras.report('a', [{ camera: 'door', state: 'online', ...report }])
  await agnize.cameras.report('b', [
    { camera: 'yard', state: 'failed', ...report, error: 'photo-not-found' },
  ])
  const watched = async () =>
    (await call('listCameras', { gallery: name })).body.items.map(
      ({ camera, visits, last_at, watch }: any) => [camera, visits, last_at, watch],
    )
  const [door, yard] = await watched()
  expect(door.slice(0, 3)).toEqual(['door', 0, null])
  expect(door[3]).toMatchObject({ state: 'online', since, frames_per_second: 9.5, error: null })
  expect(yard[3]).toMatchObject({ state: 'failed', error: 'photo-not-found' })
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 40_000 })
  onTestFinished(() => void vi.useRealTimers())
  const [lost, failed] = await watched()
  expect(lost[3]).toMatchObject({ state: 'lost', since: door[3].heard_at, frames_per_second: null })
  expect(failed[3].state).toBe('failed')
})

testCoverage()
