import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { compreFaceRoutes } from '../../dist/server/compreface/compreface.js'
import { inSample1, sample } from '../fixtures.js'
import { ask, type Started, startServer } from './start.js'

// CompreFace's own client, unmodified, as programs that move away from CompreFace use it.
const { CompreFace } = createRequire(import.meta.url)('@exadel/compreface-js-sdk') as {
  CompreFace: new (server: string, port: number, options?: object) => Client
}

interface Collection {
  list(): Promise<any>
  add(image: unknown, subject: string, options?: object): Promise<any>
  verify(image: unknown, id: string, options?: object): Promise<any>
  delete(id: string): Promise<any>
  delete_multiple_images(ids: string[]): Promise<any>
  delete_all_subject(subject: string): Promise<any>
  delete_all(): Promise<any>
}
interface Subjects {
  list(): Promise<any>
  add(subject: string): Promise<any>
  rename(from: string, to: string): Promise<any>
  delete(subject: string): Promise<any>
  deleteAll(): Promise<any>
}
interface Client {
  initFaceRecognitionService(key: string): {
    recognize(image: unknown, options: object): Promise<any>
    getFaceCollection(): Collection
    getSubjects(): Subjects
  }
  initFaceDetectionService(key: string): { detect(image: unknown, options: object): Promise<any> }
  initFaceVerificationService(key: string): {
    verify(source: unknown, target: unknown, options: object): Promise<any>
  }
}

let started: Started
let keys: Record<'recognition' | 'detection' | 'verification', string>
/** Anna alone, cut out of a photo with others; base64, as the client takes it. */
let anna: string
let annaBytes: Buffer
let group: string

beforeAll(async () => {
  started = await startServer({}, { keep: true })
  keys = { recognition: '', detection: '', verification: '' }
  for (const service of ['recognition', 'detection', 'verification'] as const) {
    const { body } = await ask(started, '/v1/keys', {
      json: {
        name: service,
        scopes: ['read', 'identify', 'enroll'],
        galleries: ['default'],
        service,
      },
    })
    keys[service] = body.key
  }
  const [x, y] = inSample1
  annaBytes = await sharp(sample(1))
    .extract({ left: x - 260, top: y - 260, width: 500, height: 520 })
    .jpeg()
    .toBuffer()
  anna = annaBytes.toString('base64')
  group = (await readFile(sample(3))).toString('base64')
})
afterAll(() => started.stop())

const client = () => new CompreFace('http://127.0.0.1', started.server.port)
const recognition = () => client().initFaceRecognitionService(keys.recognition)
/** The client's calls change its own URLs, so each test makes a new client. */
const faces = () => recognition().getFaceCollection()
const subjects = () => recognition().getSubjects()

/** Sends a request as a client of CompreFace does. */
const raw = (path: string, init: Parameters<typeof ask>[2] = {}, key = keys.recognition) =>
  ask({ url: started.url, key: '' }, `/api/v1${path}`, {
    ...init,
    headers: { ...(key && { 'x-api-key': key }), ...init.headers },
  })

async function empty(): Promise<void> {
  await raw('/recognition/faces', { method: 'DELETE' })
}

describe('the real client', () => {
  test('subjects: add, list, rename, merge, delete', async () => {
    await empty()
    expect(await subjects().add('Ann Lee')).toEqual({ subject: 'Ann Lee' })
    await subjects().add('Bo')
    expect(await subjects().list()).toEqual({ subjects: ['Ann Lee', 'Bo'] })
    expect(await subjects().rename('Ann%20Lee', 'Ann')).toEqual({ updated: true })
    expect(await subjects().rename('Ann', 'Ann')).toEqual({ updated: false })
    // Renaming to an existing subject merges the two.
    expect(await subjects().rename('Ann', 'Bo')).toEqual({ updated: true })
    expect(await subjects().list()).toEqual({ subjects: ['Bo'] })
    expect(await subjects().delete('bo')).toEqual({ subject: 'Bo' })
    await subjects().add('C')
    expect(await subjects().deleteAll()).toEqual({ deleted: 1 })
    expect(await subjects().list()).toEqual({ subjects: [] })
  })

  test('faces: add in every form, list, recognize, verify, delete', async () => {
    await empty()
    const added = await faces().add(anna, 'Anna')
    expect(added).toEqual({ image_id: expect.stringMatching(/^[0-9a-f-]{36}$/), subject: 'Anna' })
    // With this option, the client adds a second "?" to the query.
    const smaller = await sharp(annaBytes).resize(400).jpeg().toBuffer()
    const again = await faces().add(smaller.toString('base64'), 'anna', {
      det_prob_threshold: 0.5,
    })
    expect(again.subject).toBe('Anna')
    expect(await faces().list()).toEqual({
      faces: [added, again],
      page_number: 0,
      page_size: 20,
      total_pages: 1,
      total_elements: 2,
    })
    const { result, plugins_versions } = await recognition().recognize(group, {
      limit: 0,
      prediction_count: 2,
      det_prob_threshold: 0.2,
      face_plugins: 'calculator,landmarks,pose,age,gender',
      status: 'true',
    })
    expect(result.length).toBe(3)
    const [face] = result.filter((each: any) => each.subjects[0].similarity >= 0.5)
    // The results are photos, not subjects: Anna is listed twice.
    expect(face.subjects.map(({ subject }: any) => subject)).toEqual(['Anna', 'Anna'])
    expect(face.subjects[0].similarity).toBeGreaterThan(0.95)
    expect(face.subjects[0].similarity).toBeGreaterThanOrEqual(face.subjects[1].similarity)
    expect(face.embedding).toHaveLength(512)
    expect(face.landmarks).toHaveLength(5)
    expect(face.box).toEqual({
      probability: expect.any(Number),
      x_min: expect.any(Number),
      x_max: expect.any(Number),
      y_min: expect.any(Number),
      y_max: expect.any(Number),
    })
    expect(face.execution_time.detector).toBeGreaterThan(0)
    expect(plugins_versions.calculator).toMatch(/fr_feature/)
    // Strangers have a subject too, with a similarity below every cut.
    const strangers = result.filter((each: any) => each !== face)
    expect(strangers.map((each: any) => each.subjects.length)).toEqual([2, 2])
    expect(Math.max(...strangers.map((each: any) => each.subjects[0].similarity))).toBeLessThan(0.5)

    const verified = await faces().verify(group, added.image_id, { limit: 1 })
    expect(verified.result).toHaveLength(1)
    expect(verified.result[0]).toMatchObject({ subject: 'Anna', similarity: expect.any(Number) })
    const unknown = await faces().verify(group, '00000000-0000-4000-8000-000000000000', {})
    expect(unknown.result[0]).toMatchObject({ subject: '', similarity: 0 })

    expect(await faces().delete(again.image_id)).toEqual(again)
    expect(await faces().delete_multiple_images([added.image_id, 'nothing'])).toEqual([added])
    expect(await subjects().list()).toEqual({ subjects: ['Anna'] })
    await faces().add(anna, 'Anna Two')
    expect(await faces().delete_all_subject('Anna Two')).toEqual({ deleted: 1 })
    await faces().add(anna, 'Anna')
    expect(await faces().delete_all()).toEqual({ deleted: 1 })
    expect(await subjects().list()).toEqual({ subjects: [] })
  })

  test('a photo given by address arrives in chunks', async () => {
    await empty()
    const photos = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' })
      response.end(annaBytes)
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void photos.close())
    await new Promise((done) => photos.once('listening', done))
    const { port } = photos.address() as AddressInfo
    const added = await faces().add(`http://127.0.0.1:${port}/anna.jpg`, 'Anna')
    expect(added.subject).toBe('Anna')
  })

  test('a buffer, for which the client leaves the boundary out', async () => {
    await empty()
    expect((await faces().add(annaBytes, 'Anna')).subject).toBe('Anna')
  })

  test('detection and verification', async () => {
    const detection = client().initFaceDetectionService(keys.detection)
    const found = await detection.detect(group, { limit: 2 })
    expect(found.result).toHaveLength(2)
    expect(found).not.toHaveProperty('plugins_versions')
    // Without a limit, the client starts each further option with a "?".
    const all = await client()
      .initFaceDetectionService(keys.detection)
      .detect(group, { det_prob_threshold: 0.3, face_plugins: 'landmarks', status: 'true' })
    expect(all.result).toHaveLength(3)
    expect(all.result[0].landmarks).toHaveLength(5)
    expect(all.plugins_versions.detector).toBeTruthy()
    const areas = all.result.map(
      ({ box }: any) => (box.x_max - box.x_min) * (box.y_max - box.y_min),
    )
    expect(areas).toEqual([...areas].sort((a, b) => b - a))

    const verification = client().initFaceVerificationService(keys.verification)
    const { result } = await verification.verify(anna, group, {
      limit: 0,
      face_plugins: 'calculator',
      status: 'true',
    })
    expect(result).toHaveLength(1)
    const [{ source_image_face, face_matches, plugins_versions }] = result
    expect(source_image_face.embedding).toHaveLength(512)
    expect(plugins_versions.calculator).toBeTruthy()
    const similarities = face_matches.map(({ similarity }: any) => similarity)
    expect(similarities).toHaveLength(3)
    expect(similarities.filter((value: number) => value > 0.9)).toHaveLength(1)
  })
})

describe('what the client never calls', () => {
  test('pages of faces, of one subject, and their images', async () => {
    await empty()
    const { body: added } = await raw('/recognition/faces?subject=Anna', {
      json: { file: anna },
    })
    await raw('/recognition/subjects', { json: { subject: 'Empty' } })
    const page = await raw('/recognition/faces?page=1&size=1')
    expect(page.body).toEqual({
      ...{ faces: [], page_number: 1, page_size: 1, total_pages: 1, total_elements: 1 },
    })
    expect((await raw('/recognition/faces?subject=Anna')).body.faces).toEqual([added])
    expect((await raw('/recognition/faces?subject=anna')).body.faces).toEqual([])
    expect((await raw('/recognition/faces?size=100000')).body.page_size).toBe(2000)
    expect((await raw('/recognition/faces?size=x&page=-1')).body).toMatchObject({
      ...{ page_number: 0, page_size: 20 },
    })
    expect((await raw('/recognition/subjects/')).body).toEqual({ subjects: ['Anna', 'Empty'] })
    for (const path of [
      `/recognition/faces/${added.image_id}/img`,
      `/static/${keys.recognition}/images/${added.image_id}`,
    ]) {
      const response = await fetch(`${started.url}/api/v1${path}`, {
        headers: path.startsWith('/static') ? {} : { 'x-api-key': keys.recognition },
      })
      expect(response.headers.get('content-type')).toBe('application/octet-stream')
      const { width } = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
      expect(width).toBeGreaterThan(100)
    }
    const nothing = await raw('/recognition/faces/00000000-0000-4000-8000-000000000000/img')
    expect([nothing.status, nothing.body]).toEqual([200, ''])
  })

  test('embeddings are recognized and compared', async () => {
    await empty()
    const { body: added } = await raw('/recognition/faces?subject=Anna', { json: { file: anna } })
    const { body: seen } = await raw('/recognition/recognize?face_plugins=calculator', {
      json: { file: group },
    })
    const embeddings = seen.result.map(({ embedding }: any) => embedding)
    const { body } = await raw('/recognition/embeddings/recognize', { json: { embeddings } })
    expect(body.result.map(({ similarities }: any) => similarities)).toEqual(
      seen.result.map(({ subjects }: any) => subjects),
    )
    const compared = await raw(`/recognition/embeddings/faces/${added.image_id}/verify`, {
      json: { embeddings },
    })
    const values = compared.body.result.map(({ similarity }: any) => similarity)
    expect(values).toEqual([...values].sort((a: number, b: number) => b - a))
    expect(values[0]).toBeGreaterThan(0.9)
    const pairs = await raw(
      '/verification/embeddings/verify',
      { json: { source: embeddings[0], targets: embeddings } },
      keys.verification,
    )
    expect(pairs.body.result[0].similarity).toBeGreaterThan(0.999)
  })

  test('configuration and state, without a key', async () => {
    expect((await raw('/config', {}, '')).body).toEqual({
      ...{ clientMaxFileSize: 10_000_000, clientMaxBodySize: 50_000_000 },
    })
    expect((await raw('/consistence/status', {}, '')).body).toEqual({
      demoFaceCollectionIsInconsistent: false,
      dbIsInconsistent: false,
      saveImagesToDB: true,
      status: 'OK',
    })
    expect((await raw('/migrate', { method: 'POST' }, '')).body.code).toBe(20)
    const migrated = await raw('/migrate', { method: 'POST' }, started.key)
    expect([migrated.status, migrated.body]).toEqual([200, 'Migration started'])
  })

  test('strangers get the nearest name where configured, as in CompreFace', async () => {
    const other = await startServer({ strangers: 'name' })
    const { body } = await ask(other, '/v1/keys', {
      json: {
        name: 'c',
        scopes: ['read', 'identify', 'enroll'],
        galleries: ['default'],
        service: 'recognition',
        key: '6f0b43d1-90f2-4b0c-9d5e-0f4f6d1f7a11',
      },
    })
    const at = (path: string, json: object) =>
      ask({ url: other.url, key: '' }, `/api/v1${path}`, {
        json,
        headers: { 'x-api-key': body.key },
      })
    expect(body.key).toBe('6f0b43d1-90f2-4b0c-9d5e-0f4f6d1f7a11')
    const nobody = await at('/recognition/recognize', { file: group })
    expect(nobody.body.result[0].subjects).toEqual([])
    await at('/recognition/faces?subject=Anna', { file: anna })
    const { result } = (await at('/recognition/recognize', { file: group })).body
    const values = result.map(({ subjects }: any) => subjects[0].similarity)
    expect(result.every(({ subjects }: any) => subjects[0].subject === 'Anna')).toBe(true)
    expect(values.filter((value: number) => value >= 0.99)).toHaveLength(1)
    expect(values.filter((value: number) => value >= 0.5)).toHaveLength(1)
  })
})

test('every refusal on the page is answered in its words', async () => {
  await empty()
  const uuid = '00000000-0000-4000-8000-000000000000'
  const jpeg = (part: string, name = 'x.jpg') => {
    const data = new FormData()
    data.append(part, new Blob([annaBytes]), name)
    return { method: 'POST', body: data }
  }
  const longName = 'x'.repeat(51)
  const plain = await sharp({
    create: { width: 100, height: 100, channels: 3, background: '#888' },
  })
    .png()
    .toBuffer()
  const cases: [string, Promise<{ status: number; body: any }>, number, number, string][] = [
    ['no key', raw('/recognition/subjects', {}, ''), 400, 20, 'Missing header: x-api-key'],
    ['no UUID', raw('/recognition/subjects', {}, 'abc'), 400, 26, 'Service API key should be UUID'],
    [
      ...(['unknown key', raw('/recognition/subjects', {}, uuid), 404, 10] as const),
      `Recognition service with API Key ${uuid} not found`,
    ],
    [
      ...(['other service', raw('/detection/detect', { method: 'POST' }), 404, 10] as const),
      `Detection service with API Key ${keys.recognition} not found`,
    ],
    [
      ...(['limit', raw('/recognition/recognize?limit=-1', { json: { file: anna } })] as const),
      ...([400, 26, 'Limit should be equal or greater than 0; '] as const),
    ],
    [
      'predictions',
      raw('/recognition/recognize?prediction_count=0', { json: { file: anna } }),
      ...([400, 26, 'prediction_count should be equal or greater than 1; '] as const),
    ],
    [
      'blank subject',
      raw('/recognition/faces?subject=%20', { json: { file: anna } }),
      ...([400, 26, 'Subject name is empty; '] as const),
    ],
    [
      'blank in path',
      raw('/recognition/subjects/%20', { method: 'DELETE' }),
      ...([400, 26, 'Subject name is empty; '] as const),
    ],
    [
      'blank name',
      raw('/recognition/subjects', { json: { subject: '' } }),
      ...([400, 26, 'Subject name cannot be empty'] as const),
    ],
    [
      'long name',
      raw('/recognition/subjects', { json: { subject: longName } }),
      ...([400, 26, 'Subject name size must be between 1 and 50'] as const),
    ],
    [
      'characters',
      raw('/recognition/subjects', { json: { subject: 'a/b' } }),
      400,
      36,
      "The name cannot contain the following special characters: ';', '/', '\\'",
    ],
    [
      'empty field',
      raw('/recognition/recognize', { json: { file: '' } }),
      ...([400, 5, 'Field file cannot be empty'] as const),
    ],
    [
      'extension',
      raw('/recognition/recognize', jpeg('file', 'photo.pdf')),
      ...([400, 21, 'File [photo.pdf] has an unavailable extension'] as const),
    ],
    [
      'base64',
      raw('/recognition/recognize', { json: { file: '***' } }),
      ...([400, 21, 'Provided value is not Base64'] as const),
    ],
    [
      'no face',
      raw('/recognition/recognize', { json: { file: plain.toString('base64') } }),
      ...([400, 28, 'No face is found in the given image'] as const),
    ],
    [
      'no image',
      raw('/recognition/recognize', { json: { file: 'aGVsbG8=' } }),
      ...([
        400,
        0,
        'This is not a photo agnize can read (it seems to be no picture): give JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP, ICO or PGM.',
      ] as const),
    ],
    [
      'bad threshold',
      raw('/recognition/recognize?det_prob_threshold=7', { json: { file: anna } }),
      ...([400, 28, 'No face is found in the given image'] as const),
    ],
    [
      'several faces',
      raw('/recognition/faces?subject=A', { json: { file: group } }),
      ...([400, 31, 'More than one face in the source image'] as const),
    ],
    [
      'several in the source',
      raw(
        '/verification/verify',
        { json: { source_image: group, target_image: anna } },
        keys.verification,
      ),
      ...([400, 31, 'More than one face in the source image'] as const),
    ],
    [
      'no parameter',
      raw('/recognition/faces', { json: { file: anna } }),
      ...([400, 33, 'Required parameter subject is missing'] as const),
    ],
    [
      'no part',
      raw('/recognition/recognize', jpeg('image')),
      ...([400, 34, 'Required part file is missing'] as const),
    ],
    [
      'no embeddings',
      raw('/recognition/embeddings/recognize', { json: { embeddings: [] } }),
      ...([400, 37, '1 embeddings were expected, but 0 were provided'] as const),
    ],
    [
      'unknown subject',
      raw('/recognition/subjects/Nobody', { method: 'DELETE' }),
      ...([404, 42, 'Subject Nobody not found'] as const),
    ],
    [
      'unknown face',
      raw(`/recognition/faces/${uuid}`, { method: 'DELETE' }),
      ...([404, 44, `Image ${uuid} not found`] as const),
    ],
    [
      'method',
      raw('/recognition/subjects', { method: 'PATCH' }),
      ...([404, 0, "Request method 'PATCH' not supported"] as const),
    ],
    [
      'too large',
      raw('/recognition/recognize', { json: { file: Buffer.alloc(11e6).toString('base64') } }),
      ...([400, 0, 'Something went wrong, please try again'] as const),
    ],
    [
      'no JSON',
      raw('/recognition/subjects', {
        method: 'POST',
        body: '{',
        headers: { 'content-type': 'application/json' },
      }),
      ...([400, 0, 'Something went wrong, please try again'] as const),
    ],
  ]
  for (const [name, asked, status, code, message] of cases) {
    const answer = await asked
    expect([name, answer.status, answer.body]).toEqual([name, status, { message, code }])
  }
  await raw('/recognition/subjects', { json: { subject: 'Taken' } })
  expect((await raw('/recognition/subjects', { json: { subject: 'tAKEN' } })).body).toEqual({
    ...{ message: 'Subject already exists', code: 43 },
  })
})

test('all 22 operations exist', () => {
  expect(compreFaceRoutes).toHaveLength(22)
})

test('another recognition key is another gallery', async () => {
  await empty()
  await ask(started, '/v1/galleries', { json: { name: 'second' } })
  const { body } = await ask(started, '/v1/keys', {
    json: {
      ...{ name: 's', scopes: ['read', 'identify', 'enroll'], galleries: ['second'] },
      service: 'recognition',
    },
  })
  await raw('/recognition/subjects', { json: { subject: 'Only here' } })
  expect((await raw('/recognition/subjects', {}, body.key)).body).toEqual({ subjects: [] })
  await raw('/recognition/subjects', { json: { subject: 'There' } }, body.key)
  expect((await raw('/recognition/subjects')).body).toEqual({ subjects: ['Only here'] })
})

test('a header without a body, as the client sends with GET and DELETE', async () => {
  const answer = await new Promise<string>((done, fail) => {
    const socket = connect(started.server.port, '127.0.0.1', () => {
      socket.write(
        `DELETE /api/v1/recognition/subjects HTTP/1.1\r\nhost: x\r\nx-api-key: ${keys.recognition}\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n`,
      )
    })
    let text = ''
    socket.on('data', (chunk) => (text += chunk))
    socket.on('end', () => done(text))
    socket.on('error', fail)
  })
  expect(answer).toMatch(/^HTTP\/1.1 200/)
  expect(answer).toMatch(/"deleted":\d+/)
})
