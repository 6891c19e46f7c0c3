import { request } from 'node:http'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type CompreFaceServer, formWith, type Init, photos, startCompreFace } from './clients.js'

let server: CompreFaceServer
let anna: Buffer
let group: Buffer
let id: string

beforeAll(async () => {
  server = await startCompreFace()
  ;({ anna, group } = await photos())
  const added = await server.call('/api/v1/recognition/faces?subject=Anna', {
    body: formWith(anna),
  })
  id = added.body.image_id
})
afterAll(() => server.started.stop())

describe('requests as clients write them', () => {
  const recognize = (query: string, init: Init = { body: formWith(anna) }) =>
    server.call(`/api/v1/recognition/recognize${query}`, init)

  test.each([
    'true',
    'True',
    'TRUE',
    '1',
    'yes',
    'on',
  ])('status=%s asks for times', async (value) => {
    const { body } = await recognize(`?status=${value}`)
    expect(body.result[0].execution_time).toBeDefined()
    expect(body.plugins_versions).toBeDefined()
  })
  test.each(['false', '0', 'no', 'off', ''])('status=%s does not', async (value) => {
    const { body } = await recognize(`?status=${value}`)
    expect(body.result[0].execution_time).toBeUndefined()
  })

  test('face_plugins given twice are joined', async () => {
    const { body } = await recognize('?face_plugins=landmarks&face_plugins=calculator,pose')
    expect(Object.keys(body.result[0])).toEqual(
      expect.arrayContaining(['landmarks', 'embedding', 'pose']),
    )
  })

  test('a plugin that is not supported is refused by its name', async () => {
    const { status, body } = await recognize('?face_plugins=landmarks,landmarks2d106')
    expect([status, body.code]).toEqual([400, 0])
    expect(body.message).toContain('landmarks2d106')
  })

  test('age, gender and mask are absent, and a header says why', async () => {
    const { status, headers, body } = await recognize(
      '?face_plugins=age,gender,mask,pose&status=true',
    )
    expect(status).toBe(200)
    expect(headers.get('warning')).toBe(
      '299 - "not guessed here: age, gender, mask; docs/attributes.md shows why"',
    )
    expect(body.result[0].pose).toBeDefined()
    for (const name of ['age', 'gender', 'mask']) {
      expect(body.result[0]).not.toHaveProperty(name)
      expect(body.plugins_versions[name]).toBe('none: docs/attributes.md shows why')
    }
    expect((await recognize('?face_plugins=pose')).headers.get('warning')).toBeNull()
  })

  test.each([
    'false',
    'False',
    '0',
    'no',
  ])('detect_faces=%s takes the photo for one face', async (value) => {
    // A face cut out close, in which nothing is left to find it by.
    const cut = await sharp(anna)
      .extract({ left: 145, top: 100, width: 230, height: 300 })
      .jpeg()
      .toBuffer()
    const { body } = await recognize(`?detect_faces=${value}`, { body: formWith(cut) })
    expect(body.result).toHaveLength(1)
    expect(body.result[0].box).toEqual({
      probability: 1,
      x_min: 0,
      y_min: 0,
      x_max: 230,
      y_max: 300,
    })
    const [{ subject, similarity }] = body.result[0].subjects
    expect(subject).toBe('Anna')
    expect(similarity).toBeGreaterThan(0.97)
    // So it does with a photo of many, in which nobody is recognized then.
    const many = await recognize(`?detect_faces=${value}`, { body: formWith(group) })
    expect(many.body.result).toHaveLength(1)
    expect(many.body.result[0].subjects[0].similarity).toBeLessThan(0.5)
    const detected = await recognize('?detect_faces=true', { body: formWith(group) })
    expect(detected.body.result.length).toBeGreaterThan(1)
  })

  test('parameters come as fields of the form too', async () => {
    const fields = { limit: '1', face_plugins: 'landmarks', status: 'true', prediction_count: '1' }
    const { body } = await recognize('', { body: formWith(group, fields) })
    expect(body.result).toHaveLength(1)
    expect(body.result[0].landmarks).toHaveLength(5)
    expect(body.result[0].execution_time).toBeDefined()
    const added = await server.call('/api/v1/recognition/faces', {
      body: formWith(anna, { subject: 'By Form' }),
    })
    expect([added.status, added.body.subject]).toEqual([201, 'By Form'])
    await server.call('/api/v1/recognition/subjects/By%20Form', { method: 'DELETE' })
  })

  test('a numeric subject is a string', async () => {
    const { status, body } = await server.call('/api/v1/recognition/subjects', {
      json: { subject: 42 },
    })
    expect([status, body]).toEqual([201, { subject: '42' }])
    await server.call('/api/v1/recognition/subjects/42', { method: 'DELETE' })
  })

  test.each([
    '//api/v1/recognition/subjects',
    '/api/v1//recognition/subjects',
    '/api//v1/recognition///subjects',
  ])('repeated slashes are merged: %s', async (path) => {
    const { status, body } = await server.call(path)
    expect([status, body]).toEqual([200, { subjects: ['Anna'] }])
  })
  test("those of agnize's own API are not", async () => {
    expect((await server.call('//v1/galleries')).status).toBe(404)
  })

  test('a photo that cannot be decoded says so', async () => {
    const form = new FormData()
    form.append('file', new Blob(['%PDF-1.7']), 'scan.jpg')
    const { status, body } = await recognize('', { body: form })
    expect([status, body.code]).toEqual([400, 0])
    expect(body.message).toContain('PDF')
    const cut = await recognize('', { body: formWith(anna.subarray(0, 5000)) })
    expect([cut.status, cut.body.code]).toEqual([400, 0])
    expect(cut.body.message).toContain('cut short')
  })
})

/** A request with headers that fetch does not send. */
function raw(url: string, method: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: Record<string, unknown> }>((done, fail) => {
    request(url, { method, headers, agent: false }, (response) => {
      response.resume()
      response.on('end', () => done({ status: response.statusCode!, headers: response.headers }))
    })
      .on('error', fail)
      .end()
  })
}

describe('pages of other origins', () => {
  const preflight = (origin: string) => ({
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'x-api-key,content-type,x-requested-with,cache-control',
  })

  test.each([
    ['*', 'https://any.example', '*'],
    ['*', 'null', '*'],
    ['null', 'null', 'null'],
    ['https://app.example,null', 'https://app.example', 'https://app.example'],
  ])('--cors %s admits %s', async (cors, origin, allowed) => {
    const open = await startCompreFace({ cors: cors.split(',') })
    onTestFinished(() => open.started.stop())
    const path = `${open.started.url}/api/v1/recognition/recognize`
    const asked = await raw(path, 'OPTIONS', preflight(origin))
    expect(asked.status).toBe(204)
    expect(asked.headers['access-control-allow-origin']).toBe(allowed)
    const names = String(asked.headers['access-control-allow-headers']).toLowerCase()
    for (const name of ['x-api-key', 'x-requested-with', 'cache-control']) {
      expect(names).toContain(name)
    }
    const answer = await open.call('/api/v1/recognition/subjects', { headers: { origin } })
    expect(answer.headers.get('access-control-allow-origin')).toBe(allowed)
  })

  test('another origin than the listed ones is not admitted', async () => {
    const open = await startCompreFace({ cors: ['null'] })
    onTestFinished(() => open.started.stop())
    const { headers } = await raw(
      `${open.started.url}/api/v1/recognition/recognize`,
      ...(['OPTIONS', preflight('https://evil.example')] as const),
    )
    expect(headers['access-control-allow-origin']).not.toBe('https://evil.example')
    expect(headers['access-control-allow-origin']).not.toBe('*')
  })

  test('OPTIONS is answered without any of it, and admits nobody', async () => {
    const url = `${server.started.url}/api/v1/recognition/recognize`
    for (const headers of [{}, preflight('https://app.example')]) {
      const answer = await raw(url, 'OPTIONS', headers)
      expect(answer.status).toBe(204)
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  test('images by an address with a key are shown by other pages', async () => {
    const path = `/api/v1/static/${server.keys.recognition}/images/${id}`
    const { status, headers } = await server.call(path)
    expect([status, headers.get('cross-origin-resource-policy')]).toEqual([200, 'cross-origin'])
  })
})

test('a burst waits for its turn: 24 requests at once are all answered', async () => {
  const small = await startCompreFace({ threads: 1, queue: 2, workSeconds: 600 })
  onTestFinished(() => small.started.stop())
  const answers = await Promise.all(
    Array.from({ length: 24 }, () =>
      small.call('/api/v1/recognition/recognize', { body: formWith(anna) }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(24).fill(200))
}, 600_000)
