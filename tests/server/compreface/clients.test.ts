import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pythonEnvironment } from '../../../scripts/python-environment.js'
import { temporaryFolder } from '../../fixtures.js'
import { lacks } from '../../requirements.js'
import { type CompreFaceServer, formWith, photos, startCompreFace } from './clients.js'

let server: CompreFaceServer
let anna: Buffer
let group: Buffer
let twice: Buffer

beforeAll(async () => {
  server = await startCompreFace()
  ;({ anna, group, twice } = await photos())
})
afterAll(() => server.started.stop())
beforeEach(() => server.call('/api/v1/recognition/faces', { method: 'DELETE' }))

const add = async (subject: string, photo = anna) =>
  (
    await server.call(`/api/v1/recognition/faces?subject=${encodeURIComponent(subject)}`, {
      body: formWith(photo),
    })
  ).body
const recognize = async (query = '', photo = group) =>
  (await server.call(`/api/v1/recognition/recognize${query}`, { body: formWith(photo) })).body
const list = async () => (await server.call('/api/v1/recognition/faces')).body.faces

test.skipIf(lacks('python-sdk'))(
  'the Python SDK runs through all its calls',
  async () => {
    const folder = await temporaryFolder()
    const [annaFile, groupFile] = [join(folder, 'anna.jpg'), join(folder, 'group.jpg')]
    await Promise.all([writeFile(annaFile, anna), writeFile(groupFile, group)])
    const { recognition, detection, verification } = server.keys
    const { stdout } = await promisify(execFile)(join(pythonEnvironment('compreface')!, 'python'), [
      resolve('tests/server/compreface/sdk.py'),
      ...['http://127.0.0.1', String(server.started.server.port)],
      ...[recognition, detection, verification, annaFile, groupFile],
    ])
    const out = JSON.parse(stdout)
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/)
    expect(out).toMatchObject({
      subject_add: { subject: 'Ann Lee' },
      subject_rename: { updated: true },
      subject_list: { subjects: ['Ann'] },
      subject_delete: { subject: 'Ann' },
      add: { image_id: id, subject: 'Anna' },
      add_bytes: { image_id: id, subject: 'Anna' },
      list: { faces: [out.add, out.add_bytes], total_elements: 2, total_pages: 1 },
      // A delete of nothing deletes nothing.
      delete: out.add,
      delete_empty: { code: 26 },
      delete_all_empty: { code: 26, message: 'Subject name is empty; ' },
      list_after: { faces: [out.add_bytes] },
      delete_all: { deleted: 1 },
      subjects_delete_all: { deleted: 0 },
    })
    expect(out.add_bytes.image_id).not.toBe(out.add.image_id)
    for (const { result, plugins_versions } of [out.recognize, out.recognize_options]) {
      expect(result.length).toBeGreaterThanOrEqual(2)
      expect(result.map(({ subjects }: any) => subjects.length)).toEqual(result.map(() => 1))
      const passing = result.filter(({ subjects }: any) => subjects[0].similarity >= 0.5)
      expect(passing.map(({ subjects }: any) => subjects[0].subject)).toEqual(['Anna'])
      expect(plugins_versions.detector).toBeTruthy()
    }
    expect(out.recognize_options.result[0].embedding).toHaveLength(512)
    expect(out.recognize_options.result[0].landmarks).toHaveLength(5)
    expect(out.verify_face.result).toHaveLength(1)
    expect(out.detect.result.length).toBe(out.recognize.result.length)
    expect(out.verify.result[0].face_matches).toHaveLength(1)
  },
  60_000,
)

describe('callers that guard nothing, with one person enrolled and strangers in the photo', () => {
  beforeEach(() => add('Anna'))
  /** What such programs do with an answer, a few lines each. */
  const callers: Record<string, (answer: any) => unknown> = {
    'the SDK example in Python: result[0].subjects[0]': ({ result }) => {
      const { subject, similarity } = result[0].subjects[0]
      return similarity >= 0.97 ? subject : 'unknown'
    },
    'a camera hub that rounds a percentage and compares it with 60': ({ result }) =>
      result.map(({ subjects: [best], box }: any) => ({
        name: best.subject.toLowerCase(),
        confidence: Number.parseFloat((best.similarity * 100).toFixed(2)),
        match: best.similarity * 100 >= 60 && box.x_max - box.x_min > 10,
      })),
    'a video recorder that takes the first of each and cuts at 0.9': ({ result }) =>
      result.map((face: any) => {
        const subject = face.subjects[0]
        return subject.similarity >= 0.9 ? subject.subject : 'unknown'
      }),
    'a home automation that makes a dictionary of names': ({ result }) =>
      Object.fromEntries(
        result.map((face: any) => [face.subjects[0].subject, face.subjects[0].similarity * 100]),
      ),
    'a page that draws names over boxes': ({ result }) =>
      result.map(({ box, subjects }: any) => {
        const text = `${subjects[0].subject}: ${subjects[0].similarity.toFixed(3)}`
        return { text, at: [box.x_min.toFixed(), box.y_min.toFixed()] }
      }),
    'one that sorts the subjects and takes the first': ({ result }) =>
      result.map(
        ({ subjects }: any) =>
          subjects.sort((a: any, b: any) => b.similarity - a.similarity)[0].subject.length,
      ),
    'one that reduces to the best': ({ result }) =>
      result.map(({ subjects }: any) =>
        subjects.reduce((a: any, b: any) => (a.similarity > b.similarity ? a : b)),
      ),
    'a door that opens at 0.5': ({ result }) =>
      result
        .filter(({ subjects }: any) => subjects[0].similarity >= 0.5)
        .map(({ subjects }: any) => subjects[0].subject),
    'one that averages the similarities': ({ result }) =>
      result.map(({ subjects }: any) => {
        const sum = subjects.reduce((total: number, each: any) => total + each.similarity, 0)
        if (Number.isNaN(sum / subjects.length)) throw new Error('not a number')
        return sum / subjects.length
      }),
    'a typed one that requires every field': ({ result }) => {
      for (const { box, subjects } of result) {
        for (const name of ['probability', 'x_min', 'x_max', 'y_min', 'y_max']) {
          if (typeof box[name] !== 'number') throw new TypeError(name)
        }
        if (typeof subjects[0].subject !== 'string') throw new TypeError('subject')
        if (typeof subjects[0].similarity !== 'number') throw new TypeError('similarity')
      }
    },
  }
  for (const [name, caller] of Object.entries(callers)) {
    test(name, async () => {
      for (const query of ['', '?prediction_count=3', '?limit=1&status=true']) {
        caller(await recognize(query))
      }
    })
  }

  test('every cut of 0.5 and more refuses strangers, and none refuses her', async () => {
    const { result } = await recognize('?prediction_count=4')
    const firsts = result.map(({ subjects }: any) => subjects[0])
    expect(firsts.every(({ subject }: any) => subject === 'Anna')).toBe(true)
    expect(firsts.filter(({ similarity }: any) => similarity >= 0.5)).toHaveLength(1)
    expect(Math.max(...firsts.map(({ similarity }: any) => similarity))).toBeGreaterThan(0.97)
  })
})

test('a person who is twice in a photo is named twice, and with limit=1 too', async () => {
  await add('Anna')
  const { result } = await recognize('', twice)
  expect(result.map(({ subjects }: any) => subjects[0].similarity > 0.9)).toEqual([true, true])
  const one = await recognize('?limit=1', twice)
  expect(one.result).toHaveLength(1)
  expect(one.result[0].subjects[0]).toMatchObject({ subject: 'Anna' })
  expect(one.result[0].subjects[0].similarity).toBeGreaterThan(0.9)
})

test('a verification with limit=1 takes the largest face of the source', async () => {
  const verify = async (query: string) => {
    const form = formWith(anna, {}, 'target_image')
    form.append('source_image', new Blob([new Uint8Array(twice)]), 'source.jpg')
    return server.call(`/api/v1/verification/verify${query}`, {
      body: form,
      service: 'verification',
    })
  }
  const { status, body } = await verify('?limit=1')
  expect(status).toBe(200)
  const [{ source_image_face, face_matches }] = body.result
  expect(source_image_face.box.x_min).toBeLessThan(450)
  expect(face_matches[0].similarity).toBeGreaterThan(0.9)
  expect((await verify('')).body).toEqual({
    code: 31,
    message: 'More than one face in the source image',
  })
})

describe('nobody is lost when a client replaces photos', () => {
  const remove = (id: string) =>
    server.call(`/api/v1/recognition/faces/${id}`, { method: 'DELETE' })

  test('it adds the same photo again, then deletes the old one', async () => {
    const old = await add('Anna')
    const fresh = await add('Anna')
    expect(fresh.image_id).not.toBe(old.image_id)
    expect((await remove(old.image_id)).status).toBe(200)
    expect(await list()).toEqual([fresh])
  })

  test('it lists, adds the same photos, and deletes all that it listed', async () => {
    await add('Anna')
    await add('Anna')
    const before = await list()
    const fresh = await add('Anna')
    for (const { image_id } of before) await remove(image_id)
    expect(await list()).toEqual([fresh])
  })

  test('it adds the photo under a new name, then deletes the old name', async () => {
    await add('Anna Smith')
    const fresh = await add('Anna Jones')
    expect(fresh.subject).toBe('Anna Jones')
    await server.call('/api/v1/recognition/faces?subject=Anna%20Smith', { method: 'DELETE' })
    const { result } = await recognize('?limit=1', anna)
    expect(result[0].subjects[0]).toMatchObject({ subject: 'Anna Jones' })
    expect(result[0].subjects[0].similarity).toBeGreaterThan(0.9)
  })

  test('it deletes first, then adds: the name alone is kept between', async () => {
    const old = await add('Anna')
    await remove(old.image_id)
    expect((await server.call('/api/v1/recognition/subjects')).body).toEqual({ subjects: ['Anna'] })
    expect((await add('Anna')).subject).toBe('Anna')
  })
})

test.each([
  ['/api/v1/recognition/faces?subject=', 'Subject name is empty; '],
  ['/api/v1/recognition/faces?subject=%20', 'Subject name is empty; '],
  ['/api/v1/recognition/subjects/', 'Subject name is empty; '],
  ['/api/v1/recognition/subjects//', 'Subject name is empty; '],
  ['/api/v1/recognition/subjects/%20', 'Subject name is empty; '],
  ['/api/v1/recognition/subjects?subject=', 'Subject name is empty; '],
  ['/api/v1/recognition/faces/', 'Image id is empty; '],
])('DELETE %s deletes nobody', async (path, message) => {
  await add('Anna')
  const { status, body } = await server.call(path, { method: 'DELETE' })
  expect([status, body]).toEqual([400, { code: 26, message }])
  expect(await list()).toHaveLength(1)
})
