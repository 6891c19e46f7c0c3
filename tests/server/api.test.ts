import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { errorCodes } from '../../dist/index.js'
import { errorsOf } from '../../dist/server/openapi.js'
import { operations } from '../../dist/server/operations.js'
import { inSample1, sample, temporaryFolder, testHome } from '../fixtures.js'
import { documented, wrongWith } from './contract.js'
import { form, type Started, sampleBytes, startServer } from './start.js'

let started: Started
let anna: Buffer
let stranger: Buffer
const exercised = new Set<string>()
const reached = new Set<string>()

beforeAll(async () => {
  started = await startServer({}, { keep: true })
  const [x, y] = inSample1
  anna = await sharp(sample(1))
    .extract({ left: x - 260, top: y - 260, width: 500, height: 520 })
    .jpeg()
    .toBuffer()
  stranger = await sampleBytes(5)
})
afterAll(() => started.stop())

type Sent = NonNullable<RequestInit['body']>

interface Init {
  readonly body?: Sent
  readonly json?: unknown
  readonly headers?: Record<string, string>
  readonly query?: Record<string, string>
  readonly key?: string
  readonly at?: Pick<Started, 'url' | 'key'>
}

/** Calls an operation of the document, and checks the answer by it. */
async function call(
  id: string,
  params: Record<string, string> = {},
  init: Init = {},
): Promise<{ status: number; headers: Headers; body: any; bytes: Buffer }> {
  const { path, method } = documented.get(id)!
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(params[name] ?? (name === 'gallery' ? 'default' : '')),
  )
  const { url, key } = init.at ?? started
  const query = init.query ? `?${new URLSearchParams(init.query)}` : ''
  const response = await fetch(`${url}${filled}${query}`, {
    method,
    ...(init.json !== undefined && { body: JSON.stringify(init.json) }),
    ...(init.body !== undefined && { body: init.body, duplex: 'half' }),
    headers: {
      ...((init.key ?? key) && { authorization: `Bearer ${init.key ?? key}` }),
      ...(init.json !== undefined && { 'content-type': 'application/json' }),
      ...init.headers,
    },
  } as RequestInit)
  const bytes = Buffer.from(await response.arrayBuffer())
  const type = response.headers.get('content-type') ?? ''
  const body =
    /json/.test(type) && bytes.length > 0 ? JSON.parse(bytes.toString()) : bytes.toString()
  if (response.status !== 304) {
    expect(wrongWith(id, { status: response.status, type, body })).toEqual([])
  }
  exercised.add(id)
  if (body?.code && response.status >= 400) reached.add(body.code)
  return { status: response.status, headers: response.headers, body, bytes }
}

const enrollAnna = (params: Record<string, string> = {}) =>
  call(
    'addFaces',
    { subject: 'Anna', ...params },
    { body: anna, headers: { 'content-type': 'image/jpeg' } },
  )

/** A gallery of its own for a test. */
let galleries = 0
async function gallery(): Promise<string> {
  const name = `g${galleries++}`
  await call('createGallery', {}, { json: { name } })
  return name
}

describe('people', () => {
  test('are made, listed with a cursor that survives changes, searched, changed, merged, deleted', async () => {
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
    const merged = await call(
      'mergeSubject',
      { ...own, subject: 'Sid' },
      { json: { into: 'Dora' } },
    )
    expect(merged.body.name).toBe('Dora')
    expect((await call('getSubject', { ...own, subject: cid.id })).body.code).toBe(
      'unknown-subject',
    )
  })

  test('an ETag spares what is known, and If-Match what somebody else changed', async () => {
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

  test('a write that is sent again is done once', async () => {
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

  test('are erased with a receipt, and shown whole', async () => {
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
})

describe('faces', () => {
  test('are enrolled in every way that a photo may come', async () => {
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

  test('pages of faces, the pages of the audit log, and a face that is somebody else’s', async () => {
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
    expect((await call('getFaceImage', there)).bytes.subarray(0, 2)).toEqual(
      Buffer.from([255, 216]),
    )
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
})

describe('recognition', () => {
  test('identify tells who is there, explained, from a photo or from embeddings', async () => {
    const own = { gallery: await gallery() }
    await enrollAnna(own)
    const group = await sampleBytes(3)
    const { body } = await call('identify', own, {
      body: group,
      headers: { 'content-type': 'image/jpeg' },
      query: { embeddings: 'true', candidates: '2' },
    })
    const answers = body.faces.map(({ answer }: any) => answer)
    expect(answers.filter((answer: string) => answer === 'match')).toHaveLength(1)
    const match = body.faces.find(({ answer }: any) => answer === 'match')
    expect(match).toMatchObject({ subject: { name: 'Anna' }, candidates: [{ photo: '' }] })
    expect(match.threshold.source).toMatch(/card of fr_feature/)
    const embedded = await call('identifyEmbeddings', own, {
      json: {
        embeddings: body.faces.map(({ embedding, model, quality }: any) => ({
          model,
          vector: embedding,
          quality: { score: quality.score, reasons: quality.reasons },
        })),
      },
    })
    expect(embedded.body.faces.map(({ answer }: any) => answer)).toEqual(answers)
    const strict = await call('identify', own, {
      body: await form({ photo: group }),
      query: { threshold: '0.99' },
    })
    expect(strict.body.faces.every(({ answer }: any) => answer !== 'match')).toBe(true)
    const among = await call('identify', own, {
      json: { photo: group.toString('base64') },
      query: { tag: 'nobody has it' },
    })
    expect(among.body.faces[0].reason).toBe('empty_gallery')
    const metrics = await call('getMetrics')
    expect(metrics.body).toMatch(/agnize_faces_total\{answer="match"\} [1-9]/)
    expect(metrics.body).toMatch(/agnize_gallery_people\{gallery="default"\}/)
    // No visit was recorded from the photos.
    expect((await call('listEvents', own)).body.items).toEqual([])
  })

  test('detect, embed and verify, by photo, embedding and subject', async () => {
    const own = { gallery: await gallery() }
    await enrollAnna(own)
    const detected = await call(
      'detect',
      {},
      { body: anna, headers: { 'content-type': 'image/jpeg' } },
    )
    expect(detected.body.faces[0]).toMatchObject({ answer: null, candidates: [] })
    const embedded = await call('embed', {}, { body: await form({ photo: anna }) })
    const { embedding: vector, model } = embedded.body.faces[0]
    expect((await call('getModel')).body.id).toBe(model)
    const pair = await call('verify', own, { body: await form({ a: anna, b: sample(3) }) })
    expect(pair.body).toMatchObject({ candidate: null, faces: [{}, {}] })
    const subject = await call('verify', own, {
      body: await form({ a: anna }),
      query: { subject: 'Anna', fmr: '0.0001' },
    })
    expect(subject.body).toMatchObject({
      ...{ match: true, candidate: { subject: { name: 'Anna' } }, faces: [{}, null] },
      threshold: { fmr: 0.0001 },
    })
    const mixed = await call('verify', own, {
      json: { a: { embedding: { model, vector } }, b: { photo: anna.toString('base64') } },
    })
    expect(mixed.body.similarity).toBeCloseTo(1, 4)
    const stranger = await call('verify', own, {
      json: { a: { photo: (await sampleBytes(5)).toString('base64') }, b: { subject: 'Anna' } },
    })
    expect(stranger.body.match).toBe(false)
  })

  test('corrections hold, and are taken back', async () => {
    const own = { gallery: await gallery() }
    await enrollAnna(own)
    const same = await sharp(anna).resize(400).jpeg().toBuffer()
    const answer = async () =>
      (await call('identify', own, { body: await form({ photo: same }) })).body.faces[0]
    expect((await answer()).answer).toBe('match')
    const { body } = await call('addCorrection', own, {
      body: await form({ photo: same }),
      query: { kind: 'not', subject: 'Anna' },
    })
    expect(await answer()).toMatchObject({ answer: 'unknown', reason: 'corrected' })
    expect((await call('listCorrections', own)).body.items).toEqual([body])
    await call('deleteCorrection', { ...own, correction: body.id })
    expect((await answer()).answer).toBe('match')
  })

  test('a calibration decides, and goes again', async () => {
    const own = { gallery: await gallery() }
    expect((await call('getCalibration', own)).body).toEqual({ calibration: null })
    const calibration = {
      basis: { data: 'made up', subjects: 3, genuinePairs: 10, impostorPairs: 10 },
      method: 'test',
      thresholds: [
        { fmr: 1e-2, similarity: 0.9 },
        { fmr: 1e-3, similarity: 0.95 },
      ],
      ...{ tail: 0.1, ambiguity: 0.01 },
    }
    await call('setCalibration', own, { json: { calibration } })
    expect((await call('getCalibration', own)).body.calibration).toMatchObject(calibration)
    await enrollAnna(own)
    const found = await call('identify', own, { body: await form({ photo: sample(3) }) })
    expect(found.body.faces.every(({ answer }: any) => answer !== 'match')).toBe(true)
    expect((await call('deleteCalibration', own)).status).toBe(204)
    expect((await call('getCalibration', own)).body).toEqual({ calibration: null })
  })

  test('events are recorded only where that is switched on', async () => {
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

  test('visits are recorded only where that is switched on, and strangers get a name', async () => {
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

  test('live: frames in, tracked names out, the newest frame wins', async () => {
    const own = await gallery()
    await enrollAnna({ gallery: own })
    await call(
      'updateSubject',
      { gallery: own, subject: 'Anna' },
      { json: { metadata: { greeting: 'Ahoy {names}.' } } },
    )
    const url = `${started.url.replace('http', 'ws')}/v1/galleries/${own}/live?candidates=1`
    const refused = new WebSocket(url)
    const status = await new Promise((done) => {
      refused.on('unexpected-response', (_request, response) => done(response.statusCode))
      refused.on('error', () => {})
    })
    expect(status).toBe(401)
    const socket = new WebSocket(url, ['agnize', `agnize.key.${started.key}`])
    onTestFinished(() => socket.terminate())
    await new Promise((done, fail) => {
      socket.once('open', done)
      socket.once('error', fail)
    })
    expect(socket.protocol).toBe('agnize')
    const messages: any[] = []
    socket.on('message', (data) => messages.push(JSON.parse(String(data))))
    const until = async (condition: () => boolean) => {
      for (let i = 0; i < 400 && !condition(); i++)
        await new Promise((done) => setTimeout(done, 25))
      expect(condition()).toBe(true)
    }
    const group = await sampleBytes(3)
    for (let i = 0; i < 20; i++) socket.send(group)
    await until(() => messages.at(-1)?.frame === 20)
    // Of twenty frames sent at once, the first, the last and perhaps a few between are processed.
    expect(messages.length).toBeLessThan(10)
    expect(messages.at(-1).dropped).toBe(20 - messages.length)
    for (let i = 0; i < 3; i++) {
      const before = messages.length
      socket.send(group)
      await until(() => messages.length > before)
    }
    const last = messages.at(-1)
    const named = last.faces.filter(({ track }: any) => track.subject)
    expect(named).toMatchObject([{ answer: 'match', track: { subject: { name: 'Anna' } } }])
    expect(
      new Set(messages.flatMap(({ faces }) => faces.map(({ track }: any) => track.id))).size,
    ).toBe(3)
    // The same faces, detected by the client.
    const embedded = await call(
      'embed',
      {},
      { body: group, headers: { 'content-type': 'image/jpeg' } },
    )
    const { width, height } = embedded.body
    const faces = embedded.body.faces.map(({ box, quality, embedding }: any) => ({
      box,
      quality: { score: quality.score, reasons: quality.reasons },
      embedding: Buffer.from(Float32Array.from(embedding).buffer).toString('base64'),
    }))
    const { model } = embedded.body.faces[0]
    const ids = new Set<number>()
    for (let i = 0; i < 3; i++) {
      const seen = messages.length
      socket.send(JSON.stringify({ width, height, model, faces }))
      await until(() => messages.length > seen)
      for (const { track } of messages.at(-1).faces) ids.add(track.id)
    }
    // Faces from pictures have tracks of their own: faces that a client claims to have detected identify nobody in a picture.
    expect(ids.size).toBe(last.faces.length)
    for (const { track } of last.faces) expect(ids).not.toContain(track.id)
    for (const [i, face] of messages.at(-1).faces.entries()) {
      expect(face).toMatchObject({
        answer: last.faces[i].answer,
        subject: last.faces[i].subject,
        box: last.faces[i].box,
      })
      if (last.faces[i].similarity !== null)
        expect(face.similarity).toBeCloseTo(last.faces[i].similarity, 3)
      expect(face.track.greeting).toBe(face.subject ? 'Ahoy {names}.' : null)
    }
    socket.send(JSON.stringify({ width, height, model: 'other@1', faces }))
    await until(() => messages.at(-1).code === 'wrong-model')
    socket.send('text')
    await until(() => messages.at(-1).code === 'bad-argument')
    socket.send(Buffer.from('no picture'))
    await until(() => messages.at(-1).code === 'not-an-image')
    exercised.add('live')
  })
})

describe('greeting', () => {
  test("is the tutorial's unless another is set", async () => {
    const own = { gallery: await gallery() }
    const { body } = await call('getGreeting', own)
    expect(body).toEqual({ phrase: 'Welcome {names}, have a nice day!', again_after_seconds: 30 })
    const json = { phrase: 'Ahoy {names}!' }
    expect((await call('updateGreeting', own, { json })).body).toEqual({ ...body, ...json })
    await call('updateGreeting', own, { json: { phrase: null, again_after_seconds: 60 } })
    expect((await call('getGreeting', own)).body).toEqual({ ...body, again_after_seconds: 60 })
    expect((await call('updateGreeting', own, { json: { phrase: '' } })).body.code).toBe(
      'bad-argument',
    )
  })
})

describe('models', () => {
  test('are listed with license and state, and fetched when they are missing', async () => {
    const { body } = await call('listModels')
    expect(body.items.filter(({ in_use }: any) => in_use)).toHaveLength(3)
    expect(body.items[0]).toMatchObject({ state: 'ready', license: 'MIT', origin: 'builtin' })
    expect((await call('pullModels')).body).toEqual({ fetched: [] })
  })
})

describe('retention', () => {
  test('who is due is listed, and erased with a receipt', async () => {
    const own = { gallery: await gallery() }
    await enrollAnna(own)
    expect((await call('listDue', own)).body.items).toEqual([])
    await call(
      'updateSubject',
      { ...own, subject: 'Anna' },
      { json: { keep_until: '2020-01-01T00:00:00Z' } },
    )
    expect((await call('listDue', own)).body.items).toMatchObject([{ subject: { name: 'Anna' } }])
    const { receipts } = (await call('eraseDue', own)).body
    expect(receipts).toMatchObject([{ checks: { notFound: true, rows: 0 } }])
    expect((await call('listSubjects', own)).body.items).toEqual([])
    await call('createSubject', own, { json: { name: 'Nobody' } })
    const picture = await call('getSubjectImage', { ...own, subject: 'Nobody' })
    expect(picture.body.code).toBe('unknown-face')
  })
})

describe('networks', () => {
  test('are those of the cards', async () => {
    const { body } = await call('listNetworks')
    expect(Object.keys(body)).toEqual(['detection', 'landmarks', 'embedding'])
    for (const { sha256, bytes } of Object.values<any>(body)) {
      const network = await call('getNetwork', { sha256 })
      expect(network.headers.get('cache-control')).toMatch(/immutable/)
      expect(network.bytes).toHaveLength(bytes)
      expect(createHash('sha256').update(network.bytes).digest('hex')).toBe(sha256)
    }
    const { status, body: problem } = await call('getNetwork', { sha256: '0'.repeat(64) })
    expect([status, problem.code]).toEqual([422, 'model-unknown'])
  })

  test('a file that was spoiled or lost is not sent', async () => {
    const home = await temporaryFolder()
    await cp(join(testHome(), 'models'), join(home, 'models'), {
      recursive: true,
      dereference: true,
    })
    const at = await startServer({ home })
    const { sha256, source } = (await call('listNetworks', {}, { at })).body.landmarks
    const files = await readdir(join(home, 'models'), { recursive: true })
    const file = files.find((each) => each.endsWith(basename(source.path)))
    const path = join(home, 'models', file!)
    const bytes = await readFile(path)
    bytes[1000]! ^= 1
    await writeFile(path, bytes)
    expect((await call('getNetwork', { sha256 }, { at })).body.code).toBe('model-corrupt')
    await rm(path, { force: true })
    expect((await call('getNetwork', { sha256 }, { at })).body.code).toBe('model-missing')
    expect((await call('listModels', {}, { at })).body.items).toContainEqual(
      expect.objectContaining({ name: 'fr_landmark', state: 'missing' }),
    )
    expect((await call('pullModels', {}, { at })).body.code).toBe('offline')
  })
})

describe('sessions', () => {
  const own = () => ({ origin: started.url, 'sec-fetch-site': 'same-origin' })
  /** Signs in with a key; the cookie. */
  async function signIn(key: string, headers: Record<string, string> = own()) {
    const answer = await call('beginSession', {}, { json: { key }, headers, key: '' })
    return { ...answer, cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0]! }
  }

  test('a cookie stands for its key, on pages of this server', async () => {
    const { body: made } = await call(
      'createKey',
      {},
      { json: { name: 'door', scopes: ['identify'], galleries: ['default'] } },
    )
    const { status, headers, body, cookie } = await signIn(made.key)
    expect(status).toBe(201)
    expect(body).toEqual({
      caller: { name: 'door', scopes: ['identify'], galleries: ['default'], key: made.id },
      signed_in: true,
    })
    expect(headers.get('set-cookie')).toMatch(
      /^agnize_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    const ask = (more: Record<string, string>) =>
      call('getGreeting', {}, { key: '', headers: { cookie, ...more } })
    expect((await ask(own())).status).toBe(200)
    expect((await ask({ 'sec-fetch-site': 'none' })).status).toBe(200)
    // Another port of this host is the same site, so the browser sends the cookie.
    for (const stranger of [
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'http://127.0.0.1:1' },
      { origin: 'null' },
    ]) {
      expect((await ask(stranger)).body.code).toBe('forbidden')
    }
    // A session has the scopes of its key and no others.
    const listed = await call('listSubjects', {}, { key: '', headers: { cookie, ...own() } })
    expect(listed.body.code).toBe('forbidden')
    await call('revokeKey', { key: made.id })
    expect((await ask(own())).body.code).toBe('unauthorized')
    expect(
      (await call('getSession', {}, { key: '', headers: { cookie, ...own() } })).body.caller,
    ).toBeNull()
  })

  test('changes take a page of this server, as far as the request says where it comes from', async () => {
    const { cookie } = await signIn(started.key)
    const create = (headers: Record<string, string>) =>
      call(
        'createSubject',
        {},
        { json: { name: `Someone ${Math.random()}` }, key: '', headers: { cookie, ...headers } },
      )
    expect((await create(own())).status).toBe(201)
    expect((await create({ origin: started.url })).status).toBe(201)
    for (const headers of [{}, { 'sec-fetch-site': 'none' }, { origin: 'https://example.org' }]) {
      expect((await create(headers as Record<string, string>)).body.code).toBe('forbidden')
    }
  })

  test('ends by signing out, and with the key that was exchanged', async () => {
    const { cookie } = await signIn(started.key)
    const state = async (with_: string) =>
      (await call('getSession', {}, { key: '', headers: { cookie: with_, ...own() } })).body
        .signed_in
    expect(await state(cookie)).toBe(true)
    const out = await call('endSession', {}, { key: '', headers: { cookie, ...own() } })
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      204,
      expect.stringMatching(/^agnize_session=; /),
    ])
    expect(await state(cookie)).toBe(false)
    const { body: made } = await call(
      'createKey',
      {},
      { json: { name: 'x', scopes: ['read'], galleries: ['*'] } },
    )
    const other = await signIn(made.key)
    expect(await state(other.cookie)).toBe(true)
    await call('rotateKey', { key: made.id })
    expect(await state(other.cookie)).toBe(false)
  })

  test('nobody is signed in by a wrong key, or by another page', async () => {
    const wrong = await signIn('00000000-0000-4000-8000-000000000000')
    expect([wrong.status, wrong.body.code, wrong.cookie]).toEqual([401, 'unauthorized', ''])
    const elsewhere = await signIn(started.key, { origin: 'https://example.org' })
    expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'forbidden'])
  })
})

describe('jobs', () => {
  const finished = async (own: Record<string, string>, job: string) => {
    for (;;) {
      const { body } = await call('getJob', { ...own, job })
      if (body.finished_at !== null) return body
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  async function archiveOf(kind: 'tar.gz' | 'tar' | 'zip'): Promise<Buffer> {
    const folder = await temporaryFolder()
    for (const [name, photos] of Object.entries({ Anna: [anna], Else: [stranger], Nobody: [] })) {
      await mkdir(join(folder, 'people', name), { recursive: true })
      for (const [i, photo] of photos.entries()) {
        await writeFile(join(folder, 'people', name, `${i}.jpg`), photo)
      }
    }
    await writeFile(join(folder, 'people', 'Nobody', 'text.jpg'), 'no photo')
    await symlink('/etc/passwd', join(folder, 'people', 'Nobody', 'link.jpg'))
    const file = join(folder, 'archive')
    if (kind === 'zip') {
      execFileSync('python3', [
        '-c',
        `import shutil; shutil.make_archive(${JSON.stringify(file)}, 'zip', ${JSON.stringify(folder)}, 'people')`,
      ])
      return readFile(`${file}.zip`)
    }
    execFileSync('tar', [kind === 'tar' ? 'cf' : 'czf', file, '-C', folder, 'people'])
    return readFile(file)
  }

  test.each(['tar.gz', 'tar', 'zip'] as const)('an archive is enrolled: %s', async (kind) => {
    const own = { gallery: await gallery() }
    const types = { 'tar.gz': 'application/gzip', tar: 'application/x-tar', zip: 'application/zip' }
    const { status, headers, body } = await call('createJobFromArchive', own, {
      body: new Uint8Array(await archiveOf(kind)),
      headers: { 'content-type': types[kind] },
    })
    expect(status).toBe(202)
    expect(headers.get('location')).toBe(`/v1/galleries/${own.gallery}/jobs/${body.id}`)
    const events = await call('followJob', { ...own, job: body.id })
    const states = [...events.body.matchAll(/^data: (.*)$/gm)].map((each) => JSON.parse(each[1]!))
    expect(states.at(-1)).toMatchObject({ state: 'done', error: null })
    const job = await finished(own, body.id)
    expect(job.result).toMatchObject({ added: 1, known: 0 })
    // Refused: a photo with several faces and a text file; a link is not unpacked.
    const refusals = job.result.refusals.map(({ photo, code }: any) => `${photo} ${code}`)
    expect(refusals).toContain('Nobody/text.jpg not-an-image')
    const people = await call('listSubjects', own)
    expect(people.body.items.map(({ name }: any) => name)).toEqual(['Anna'])
    expect((await call('listJobs', own)).body.items.map(({ id }: any) => id)).toEqual([body.id])
    // The archive and its files are deleted from the disk.
    await expect.poll(() => readdir(join(started.home, 'jobs'))).toEqual([])
  })

  test('what is no archive fails with a reason, and a job is cancelled', async () => {
    const own = { gallery: await gallery() }
    const broken = await call('createJobFromArchive', own, {
      body: 'no archive at all',
      headers: { 'content-type': 'application/zip' },
    })
    expect(await finished(own, broken.body.id)).toMatchObject({
      ...{ state: 'failed', error: { code: 'archive-damaged' } },
    })
    const { body } = await call('createJobFromArchive', own, {
      body: new Uint8Array(await archiveOf('tar')),
      headers: { 'content-type': 'application/x-tar' },
    })
    const cancelled = await call('cancelJob', { ...own, job: body.id })
    expect(['cancelled', 'done']).toContain(cancelled.body.state)
    expect((await finished(own, body.id)).state).toBe(cancelled.body.state)
    expect((await call('getJob', { ...own, job: 'nothing' })).body.code).toBe('unknown-job')
    expect((await call('cancelJob', { ...own, job: 'nothing' })).body.code).toBe('unknown-job')
  })

  test('a folder of the server is enrolled and evaluated, and nothing outside it', async () => {
    const folder = await temporaryFolder()
    for (const name of ['Anna', 'Bo', 'Cid']) {
      await mkdir(join(folder, 'people', name), { recursive: true })
      for (const width of [500, 400]) {
        const photo = name === 'Anna' ? anna : await sharp(sample(name === 'Bo' ? 2 : 6)).toBuffer()
        await writeFile(
          join(folder, 'people', name, `${width}.jpg`),
          await sharp(photo)
            .resize(2 * width)
            .jpeg()
            .toBuffer(),
        )
      }
    }
    const at = await startServer({ importFolder: folder })
    const create = (json: object) => call('createJob', {}, { json, at })
    expect((await create({ kind: 'enroll', folder: '../..' })).body.code).toBe('bad-argument')
    const { body } = await create({ kind: 'enroll', folder: 'people' })
    const done = async (job: string) => {
      for (;;) {
        const { body } = await call('getJob', { job }, { at })
        if (body.finished_at !== null) return body
        await new Promise((next) => setTimeout(next, 50))
      }
    }
    expect((await done(body.id)).result.added).toBeGreaterThan(1)
    const evaluated = await create({ kind: 'evaluate', folder: 'people' })
    const result = await done(evaluated.body.id)
    expect(result).toMatchObject({ state: 'done' })
    expect(result.result.verification.fmr).toHaveProperty('value')
    expect(JSON.stringify(result.result)).not.toContain('Anna')
    const calibrated = await create({ kind: 'calibrate', dry_run: true })
    expect(await done(calibrated.body.id)).toMatchObject({ error: { code: 'too-few-photos' } })
    const migrated = await create({ kind: 'migrate', model: 'no such model' })
    expect(await done(migrated.body.id)).toMatchObject({
      ...{ state: 'failed', error: { code: 'model-unknown' } },
    })
    expect((await call('createJob', {}, { json: { kind: 'enroll', folder: 'x' } })).body.code).toBe(
      'bad-argument',
    )
  })
})

describe('keys', () => {
  test('are made, listed, rotated and revoked, with immediate effect', async () => {
    const made = await call(
      'createKey',
      {},
      {
        json: { name: 'door', scopes: ['identify'], galleries: ['default'] },
      },
    )
    const { id, key, ...shown } = made.body
    expect(key).toMatch(/^[0-9a-f-]{36}$/)
    const listed = (await call('listKeys')).body.items.find((each: any) => each.id === id)
    expect(listed).toEqual({ id, ...shown })
    const use = async (key: string) =>
      (await call('detect', {}, { key, body: anna, headers: { 'content-type': 'image/jpeg' } }))
        .status
    expect(await use(key)).toBe(200)
    expect((await call('listKeys', {}, { key })).body.code).toBe('forbidden')
    const rotated = await call('rotateKey', { key: id })
    expect([await use(key), await use(rotated.body.key)]).toEqual([401, 200])
    await call('revokeKey', { key: id })
    expect(await use(rotated.body.key)).toBe(401)
    expect((await call('revokeKey', { key: id })).body.code).toBe('unknown-key')
    const expired = await call(
      'createKey',
      {},
      {
        json: {
          ...{ name: 'old', scopes: ['identify'], galleries: ['*'] },
          expires_at: new Date(Date.now() - 1000).toISOString(),
        },
      },
    )
    expect(await use(expired.body.key)).toBe(401)
    // The store does not contain the keys themselves.
    for (const file of ['gallery.sqlite', 'gallery.sqlite-wal']) {
      const text = await readFile(join(started.home, file), 'latin1')
      expect(text).not.toContain(rotated.body.key)
    }
  })

  test('give no more than they have', async () => {
    const own = await gallery()
    const { body } = await call(
      'createKey',
      {},
      {
        json: { name: 'admin of one', scopes: ['admin'], galleries: [own] },
      },
    )
    const create = (galleries: string[]) =>
      call('createKey', {}, { key: body.key, json: { name: 'x', scopes: ['read'], galleries } })
    expect((await create([own])).status).toBe(201)
    expect((await create(['*'])).body.code).toBe('forbidden')
    expect((await create(['default'])).body.code).toBe('forbidden')
    const { items } = (await call('listKeys', {}, { key: body.key })).body
    expect(
      items.every(({ galleries }: any) => galleries.every((name: string) => name === own)),
    ).toBe(true)
    expect(
      (await call('createGallery', {}, { key: body.key, json: { name: 'z' } })).body.code,
    ).toBe('forbidden')
    const others = (await call('listKeys')).body.items.find(({ name }: any) => name === 'first')
    expect((await call('revokeKey', { key: others.id }, { key: body.key })).body.code).toBe(
      'unknown-key',
    )
    const service = await call(
      'createKey',
      {},
      {
        json: { name: 'x', scopes: ['read'], galleries: ['*'], service: 'recognition' },
      },
    )
    expect(service.body.code).toBe('bad-argument')
    // Deleting a gallery removes it from keys, so that none opens a new gallery of the same name.
    await call('deleteGallery', { gallery: own }, { query: { confirm: own } })
    await call('createGallery', {}, { json: { name: own } })
    expect((await call('getGallery', { gallery: own }, { key: body.key })).status).toBe(401)
  })

  test('may send so many photos a day, and ask so often a minute', async () => {
    const make = async (limits: object) =>
      (
        await call(
          'createKey',
          {},
          {
            json: {
              name: 'limited',
              scopes: ['identify', 'read'],
              galleries: ['default'],
              ...limits,
            },
          },
        )
      ).body.key
    const quota = await make({ photos_per_day: 2 })
    const detect = (key: string) =>
      call('detect', {}, { key, body: anna, headers: { 'content-type': 'image/jpeg' } })
    expect([(await detect(quota)).status, (await detect(quota)).status]).toEqual([200, 200])
    const third = await detect(quota)
    expect([third.status, third.body.code]).toEqual([429, 'quota-exceeded'])
    // The quota resets at midnight UTC.
    const midnight = (Math.ceil(Date.now() / 86_400_000) * 86_400_000 - Date.now()) / 1000
    expect(Math.abs(Number(third.headers.get('retry-after')) - midnight)).toBeLessThan(10)
    const rate = await make({ requests_per_minute: 3 })
    const statuses = []
    for (let i = 0; i < 5; i++) statuses.push((await call('getGallery', {}, { key: rate })).status)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
  })
})

describe('galleries', () => {
  test('are made, described and deleted; names that would need escaping are refused', async () => {
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
    expect(
      (await call('deleteGallery', { gallery: own }, { query: { confirm: 'x' } })).status,
    ).toBe(400)
    const gone = await call('deleteGallery', { gallery: own }, { query: { confirm: own } })
    expect(gone.status).toBe(204)
    expect((await call('getGallery', { gallery: own })).body.code).toBe('unknown-gallery')
    // The default gallery exists again after its deletion, empty.
    await call('deleteGallery', {}, { query: { confirm: 'default' } })
    expect((await call('getGallery')).body.people).toBe(0)
    expect((await call('getReady')).status).toBe(200)
    expect((await call('listGalleries')).body.items.map(({ name }: any) => name)).not.toContain(own)
  })
})

describe('errors', () => {
  const image = { headers: { 'content-type': 'image/jpeg' } }

  test('of photos', async () => {
    const own = { gallery: await gallery(), subject: 'X' }
    const code = async (body: Sent, query: Record<string, string> = {}) =>
      (await call('addFaces', own, { body, ...image, query })).body.code
    expect(await code('no image')).toBe('not-an-image')
    expect(await code(new Uint8Array(anna.subarray(0, 3000)))).toBe('image-damaged')
    expect(await code(new Uint8Array(await sampleBytes(3)))).toBe('several-faces')
    const plain = sharp({ create: { width: 100, height: 100, channels: 3, background: '#888' } })
    expect(await code(new Uint8Array(await plain.jpeg().toBuffer()))).toBe('no-face')
    const vast = sharp({ create: { width: 8000, height: 7000, channels: 3, background: '#888' } })
    expect(await code(new Uint8Array(await vast.png().toBuffer()))).toBe('image-too-large')
    const tiny = await sharp(anna).resize(30).jpeg().toBuffer()
    expect(['poor-quality', 'no-face']).toContain(
      await code(new Uint8Array(tiny), { strict: 'true' }),
    )
    const small = await sharp(anna).resize(60).blur(2).jpeg().toBuffer()
    await code(new Uint8Array(small), { strict: 'true' })
    await enrollAnna(own)
    expect((await enrollAnna({ ...own, subject: 'Y' })).body.code).toBe('already-enrolled')
    const bad = await call('addFaces', { ...own, subject: 'a\nb' }, { body: anna, ...image })
    expect(bad.body.code).toBe('bad-name')
  })

  test('of addresses: nothing private is fetched, also after a redirect', async () => {
    const photos = createServer((request, response) => {
      if (request.url === '/redirect') response.writeHead(302, { location: 'http://127.0.0.2:1/' })
      else if (request.url === '/local') response.writeHead(302, { location: '/anna.jpg' })
      else if (request.url === '/anna.jpg') response.writeHead(200)
      else if (request.url === '/big') response.writeHead(200)
      else response.writeHead(404)
      response.end(
        request.url === '/anna.jpg' ? anna : request.url === '/big' ? Buffer.alloc(11e6) : '',
      )
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void photos.close())
    await new Promise((done) => photos.once('listening', done))
    const { port } = photos.address() as AddressInfo
    const code = async (at: Started, photo_url: string) => {
      const { status, body } = await call('detect', {}, { at, json: { photo_url } })
      return status === 200 ? 'fetched' : body.code
    }
    const local = `http://127.0.0.1:${port}`
    expect(await code(started, `${local}/anna.jpg`)).toBe('url-refused')
    const fetching = await startServer({ urls: true })
    for (const address of [
      `${local}/anna.jpg`,
      `http://localhost:${port}/anna.jpg`,
      `http://[::1]:${port}/`,
      `http://2130706433:${port}/anna.jpg`,
      `http://0x7f.1:${port}/anna.jpg`,
      `http://[::ffff:127.0.0.1]:${port}/`,
      'http://169.254.169.254/latest/meta-data',
      'http://10.0.0.1/',
      'http://0.0.0.0/',
      'file:///etc/passwd',
      'ftp://example.org/a.jpg',
      'http://user:secret@example.org/',
      'no address',
    ]) {
      expect([address, await code(fetching, address)]).toEqual([address, 'url-refused'])
    }
    const allowed = await startServer({ urls: true, urlHosts: ['127.0.0.1'] })
    expect(await code(allowed, `${local}/anna.jpg`)).toBe('fetched')
    expect(await code(allowed, `${local}/local`)).toBe('fetched')
    expect(await code(allowed, `${local}/redirect`)).toBe('url-refused')
    expect(await code(allowed, `${local}/missing`)).toBe('photo-not-found')
    expect(await code(allowed, `${local}/big`)).toBe('image-too-large')
  })

  test('of requests', async () => {
    const own = { gallery: await gallery() }
    const bad = await call('listSubjects', own, { query: { limit: 'x' } })
    expect(bad.body).toMatchObject({
      ...{ code: 'bad-argument', title: 'Bad Request', type: 'urn:agnize:error:bad-argument' },
      detail: expect.stringMatching(/limit: Give a number/),
    })
    const all = await call('createSubject', own, { json: { name: 7, tags: 'x', wrong: 1 } })
    expect(all.body.detail).toMatch(/name: .*tags: .*wrong/)
    expect(
      (
        await call('createSubject', own, {
          body: '{',
          headers: { 'content-type': 'application/json' },
        })
      ).body.code,
    ).toBe('bad-argument')
    expect(
      (await call('createSubject', own, { body: 'x', headers: { 'content-type': 'text/csv' } }))
        .body.code,
    ).toBe('unsupported-media-type')
    expect(
      (await call('detect', {}, { body: 'x', headers: { 'content-type': 'text/plain' } })).body
        .code,
    ).toBe('unsupported-media-type')
    expect((await call('detect', {}, { body: new Uint8Array(51e6), ...image })).body.code).toBe(
      'request-too-large',
    )
    expect((await call('getGallery', own, { key: 'no key' })).status).toBe(401)
    expect((await call('getGallery', { gallery: 'nothing' })).body.code).toBe('unknown-gallery')
    expect(
      (
        await call('identify', own, {
          body: await form({ photo: anna }),
          query: { fmr: '0.1', fpir: '0.1' },
        })
      ).body.code,
    ).toBe('bad-argument')
    const wrong = await call('identifyEmbeddings', own, {
      json: { embeddings: [{ model: 'other@1', vector: [1] }] },
    })
    expect(wrong.body.code).toBe('wrong-model')
    const nowhere = await fetch(`${started.url}/v1/nothing`)
    expect(((await nowhere.json()) as any).code).toBe('not-found')
    const method = await fetch(`${started.url}/v1/galleries/default/subjects`, { method: 'PUT' })
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET, POST'])
    expect(((await method.json()) as any).code).toBe('method-not-allowed')
    reached.add('not-found').add('method-not-allowed')
    const id = await fetch(`${started.url}/v1/health`, { headers: { 'x-request-id': 'mine-1' } })
    expect(id.headers.get('x-request-id')).toBe('mine-1')
    const odd = await fetch(`${started.url}/v1/health`, { headers: { 'x-request-id': 'a b"' } })
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('wrong keys are counted', async () => {
    const at = await startServer()
    const codes = new Set<string>()
    for (let i = 0; i < 40; i++) {
      codes.add((await call('getGallery', {}, { at, key: crypto.randomUUID() })).body.code)
    }
    expect([...codes]).toEqual(['unauthorized', 'rate-limited'])
  })
})

test('the rest of the operations', async () => {
  expect((await call('getHealth')).body).toEqual({ status: 'ok' })
  expect((await call('getReady')).body).toEqual({ status: 'ready' })
  expect((await call('getVersion')).body.name).toBe('agnize')
  const docs = await fetch(`${started.url}/docs`)
  const html = await docs.text()
  for (const { path } of operations) expect(html).toContain(path)
  expect(docs.headers.get('content-security-policy')).toContain("default-src 'none'")
  const document: any = await (await fetch(`${started.url}/v1/openapi.json`)).json()
  expect(document.openapi).toBe('3.1.0')
})

test('secrets and names are not in the log', () => {
  const log = started.log().join('\n')
  expect(log).toContain('"operation":"createSubject"')
  for (const secret of [started.key, 'Björn', 'Anna', 'Émile']) expect(log).not.toContain(secret)
})

// Runs last: it checks the coverage of the tests above.
test('every operation of the document was exercised, and every error of theirs reached', () => {
  expect([...documented.keys()].filter((id) => !exercised.has(id))).toEqual([])
  const promised = new Set(operations.flatMap((operation) => errorsOf(operation)))
  // Codes covered by tests/server/limits, lifecycle and faults.
  const elsewhere = ['overloaded', 'timed-out', 'not-calibrated']
  // Codes covered by tests/workers.
  const workers = ['photo-crashed']
  const faults = ['closed', 'internal', 'store-unreachable', 'gallery-locked']
  // Codes covered by tests/models/pull, with a failing registry and a full disk.
  const pulls = ['download-failed', 'disk-full', 'read-only']
  const missing = [...promised].filter(
    (code) => !reached.has(code) && ![...elsewhere, ...workers, ...faults, ...pulls].includes(code),
  )
  expect(missing).toEqual([])
  expect([...reached].every((code) => (errorCodes as readonly string[]).includes(code))).toBe(true)
})
