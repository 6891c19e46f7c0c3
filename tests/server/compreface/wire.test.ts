import { request } from 'node:http'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { compreFaceRoutes } from '../../../dist/server/compreface/compreface.js'
import { toJson } from '../../../dist/server/compreface/wire.js'
import { ask } from '../start.js'
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

/** The type of each field of an answer, by its path; numbers as they are written. */
function typesOf(text: string): Record<string, string> {
  const types: Record<string, Set<string>> = {}
  // Numbers are told by their text before they are parsed.
  const marked = JSON.parse(
    text.replaceAll(/([:[,])(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=[,\]}])/g, '$1"#$2"'),
  )
  const visit = (value: unknown, path: string) => {
    if (Array.isArray(value)) for (const each of value) visit(each, `${path}[]`)
    else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value)) visit(each, path ? `${path}.${name}` : name)
    } else {
      const isNumber = typeof value === 'string' && value.startsWith('#')
      const type = isNumber ? (/[.eE]/.test(value) ? 'float' : 'int') : typeof value
      types[path] = (types[path] ?? new Set()).add(type)
    }
  }
  visit(marked, '')
  return Object.fromEntries(
    Object.entries(types).map(([path, set]) => [path, [...set].sort().join('|')]),
  )
}

/** CompreFace's face object, from its description. */
const face = (at: string) => ({
  [`${at}.box.probability`]: 'float',
  [`${at}.box.x_max`]: 'int',
  [`${at}.box.y_max`]: 'int',
  [`${at}.box.x_min`]: 'int',
  [`${at}.box.y_min`]: 'int',
  [`${at}.pose.pitch`]: 'float',
  [`${at}.pose.roll`]: 'float',
  [`${at}.pose.yaw`]: 'float',
  [`${at}.embedding[]`]: 'float',
  [`${at}.landmarks[][]`]: 'int',
  [`${at}.execution_time.detector`]: 'float',
  [`${at}.execution_time.calculator`]: 'float',
  [`${at}.execution_time.pose`]: 'float',
})
const versions = (at: string) => ({
  [`${at}plugins_versions.detector`]: 'string',
  [`${at}plugins_versions.calculator`]: 'string',
  [`${at}plugins_versions.pose`]: 'string',
  [`${at}plugins_versions.landmarks`]: 'string',
})
const all = '?face_plugins=calculator,landmarks,pose&status=true'
const vector = [1, ...Array(511).fill(0)]

describe('the fields of every answer and their types', () => {
  const table: [string, string, () => Init, Record<string, string>][] = [
    [
      'addSubject',
      '/recognition/subjects',
      () => ({ json: { subject: 'Bo' } }),
      { subject: 'string' },
    ],
    ['listSubjects', '/recognition/subjects', () => ({}), { 'subjects[]': 'string' }],
    [
      'renameSubject',
      '/recognition/subjects/Bo',
      () => ({ method: 'PUT', json: { subject: 'Bob' } }),
      { updated: 'boolean' },
    ],
    [
      'deleteSubject',
      '/recognition/subjects/Bob',
      () => ({ method: 'DELETE' }),
      { subject: 'string' },
    ],
    [
      'addExample',
      '/recognition/faces?subject=Extra',
      () => ({ body: formWith(anna) }),
      { image_id: 'string', subject: 'string' },
    ],
    [
      'listExamples',
      '/recognition/faces',
      () => ({}),
      {
        'faces[].image_id': 'string',
        'faces[].subject': 'string',
        page_number: 'int',
        page_size: 'int',
        total_pages: 'int',
        total_elements: 'int',
      },
    ],
    [
      'deleteExamples',
      '/recognition/faces?subject=Extra',
      () => ({ method: 'DELETE' }),
      { deleted: 'int' },
    ],
    [
      'recognize',
      `/recognition/recognize${all}`,
      () => ({ body: formWith(group) }),
      {
        ...face('result[]'),
        'result[].subjects[].subject': 'string',
        'result[].subjects[].similarity': 'float',
        ...versions(''),
      },
    ],
    [
      'verifyExample',
      `/recognition/faces/ID/verify${all}`,
      () => ({ body: formWith(group) }),
      {
        ...face('result[]'),
        'result[].subject': 'string',
        'result[].similarity': 'float',
        ...versions(''),
      },
    ],
    [
      'recognizeEmbeddings',
      '/recognition/embeddings/recognize',
      () => ({ json: { embeddings: [vector] } }),
      {
        'result[].embedding[]': 'float',
        'result[].similarities[].subject': 'string',
        'result[].similarities[].similarity': 'float',
      },
    ],
    [
      'verifyExampleEmbeddings',
      '/recognition/embeddings/faces/ID/verify',
      () => ({ json: { embeddings: [vector] } }),
      { 'result[].embedding[]': 'float', 'result[].similarity': 'float' },
    ],
    [
      'detectFaces',
      `/detection/detect${all}`,
      () => ({ body: formWith(group), service: 'detection' }),
      { ...face('result[]'), ...versions('') },
    ],
    [
      'verifyFaces',
      `/verification/verify${all}&limit=1`,
      () => {
        const body = formWith(anna, {}, 'source_image')
        body.append('target_image', new Blob([new Uint8Array(group)]), 'target.jpg')
        return { body, service: 'verification' }
      },
      {
        ...face('result[].source_image_face'),
        ...face('result[].face_matches[]'),
        'result[].face_matches[].similarity': 'float',
        ...versions('result[].'),
      },
    ],
    [
      'verifyEmbeddings',
      '/verification/embeddings/verify',
      () => ({ json: { source: vector, targets: [vector] }, service: 'verification' }),
      { 'result[].embedding[]': 'float', 'result[].similarity': 'float' },
    ],
    ['getConfig', '/config', () => ({}), { clientMaxFileSize: 'int', clientMaxBodySize: 'int' }],
    [
      'getStatus',
      '/consistence/status',
      () => ({}),
      {
        demoFaceCollectionIsInconsistent: 'boolean',
        dbIsInconsistent: 'boolean',
        saveImagesToDB: 'boolean',
        status: 'string',
      },
    ],
    [
      'an error',
      '/recognition/subjects/Nobody',
      () => ({ method: 'DELETE' }),
      { message: 'string', code: 'int' },
    ],
  ]
  for (const [name, path, init, types] of table) {
    test(name, async () => {
      const { status, text } = await server.call(`/api/v1${path.replace('ID', id)}`, init())
      expect(typesOf(text)).toEqual(types)
      const made = ['addSubject', 'addExample'].includes(name)
      expect(status).toBe(name === 'an error' ? 404 : made ? 201 : 200)
    })
  }

  const example = { image_id: 'string', subject: 'string' }
  const others: Record<string, () => Promise<void>> = {
    deleteExample: async () => {
      const { text } = await server.call(`/api/v1/recognition/faces/${await added()}`, {
        method: 'DELETE',
      })
      expect(typesOf(text)).toEqual(example)
    },
    // A list, though the description of the API shows one object.
    deleteSomeExamples: async () => {
      const json = [await added(), '00000000-0000-4000-8000-000000000000']
      const { body, text } = await server.call('/api/v1/recognition/faces/delete', { json })
      expect(body).toHaveLength(1)
      expect(typesOf(text)).toEqual({ '[].image_id': 'string', '[].subject': 'string' })
    },
    deleteSubjects: async () => {
      const spare = await ask(server.started, '/v1/galleries', { json: { name: 'spare' } })
      expect(spare.status).toBe(201)
      const { body } = await ask(server.started, '/v1/keys', {
        json: {
          ...{ name: 'spare', scopes: ['enroll'], galleries: ['spare'], service: 'recognition' },
        },
      })
      const { text } = await server.call('/api/v1/recognition/subjects', {
        ...{ method: 'DELETE', headers: { 'x-api-key': body.key } },
      })
      expect(typesOf(text)).toEqual({ deleted: 'int' })
    },
    getExampleImage: () => isImage(`/api/v1/recognition/faces/${id}/img`),
    getStaticImage: () => isImage(`/api/v1/static/${server.keys.recognition}/images/${id}`),
    migrate: async () => {
      const { status, text, headers } = await server.call('/api/v1/migrate', {
        ...{ method: 'POST', headers: { 'x-api-key': server.started.key } },
      })
      expect([status, text]).toEqual([200, 'Migration started'])
      expect(headers.get('content-type')).toContain('text/plain')
    },
  }
  async function added(): Promise<string> {
    const path = '/api/v1/recognition/faces?subject=Anna'
    return (await server.call(path, { body: formWith(anna) })).body.image_id
  }
  async function isImage(path: string) {
    const { status, text, headers } = await server.call(path)
    expect([status, headers.get('content-type')]).toEqual([200, 'application/octet-stream'])
    expect(text.length).toBeGreaterThan(1000)
    expect((await server.call(path.replace(id, '00000000-0000-4000-8000-000000000000'))).text).toBe(
      '',
    )
  }
  for (const [name, check] of Object.entries(others)) test(name, check)

  test('no operation is left out', () => {
    const told = [...table.map(([name]) => name), ...Object.keys(others)]
    expect(told.filter((name) => name !== 'an error').sort()).toEqual(
      compreFaceRoutes.map((route) => route.id).sort(),
    )
    expect(compreFaceRoutes).toHaveLength(22)
  })

  test('a perfect match is 1.0, and an unknown one 0.0', async () => {
    const same = await server.call('/api/v1/verification/embeddings/verify', {
      json: { source: vector, targets: [vector] },
      service: 'verification',
    })
    expect(same.text).toContain('"similarity":1.0}')
    const unknown = await server.call(
      '/api/v1/recognition/faces/00000000-0000-4000-8000-000000000000/verify',
      { body: formWith(anna) },
    )
    expect(unknown.text).toMatch(/"subject":"","similarity":0\.0[,}]/)
  })

  test('what is written is read back as it was', () => {
    const value = {
      ...{ similarity: 1, box: { probability: 0, x_max: 7 }, embedding: [1, -2, 0.5, 1e-9] },
      ...{ 'a"b': 'c\n', left: undefined, none: null, list: [true, 1] },
    }
    expect(JSON.parse(toJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    expect(toJson({ similarity: -0 })).toBe('{"similarity":0.0}')
    expect(toJson({ similarity: 1e21 })).toBe('{"similarity":1e+21}')
  })
})

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
