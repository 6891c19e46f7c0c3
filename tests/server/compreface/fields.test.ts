import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
