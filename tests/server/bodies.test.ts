import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Admission } from '../../dist/server/admission.js'
import { openApi } from '../../dist/server/openapi.js'
import { defaultJsonKilobytes } from '../../dist/server/operation.js'
import { operations } from '../../dist/server/operations.js'
import { fromBase64 } from '../../dist/server/photos/base64.js'
import { parseJsonWithPhotos } from '../../dist/server/photos/json.js'
import { ask, form, type Started, sampleBytes, signedIn, startServer } from './start.js'

let started: Started
let photo: Buffer
/** Headers of a person who has signed in. */
let inSession: Record<string, string>

beforeAll(async () => {
  photo = await sampleBytes(3)
  started = await startServer({}, { keep: true })
  inSession = await signedIn(started)
})
afterAll(() => started.stop())

const json = { 'content-type': 'application/json' }

describe('what a body may hold', () => {
  test.each(
    operations.flatMap(({ id, method, path, body, scope, account = false }) =>
      body?.kind === 'json'
        ? [{ id, method, path, scope, account, kilobytes: body.kilobytes ?? defaultJsonKilobytes }]
        : [],
    ),
  )('$id takes $kilobytes kB and no more, and says so', async (operation) => {
    const { method, path, scope, account, kilobytes } = operation
    const address = path.replace('{gallery}', 'default').replaceAll(/\{\w+\}/g, 'x')
    const at = scope === null ? { url: started.url, key: '' } : started
    const body = `{"x": "${'a'.repeat(kilobytes * 1000)}"}`
    const headers = { ...json, ...(account && inSession) }
    const answer = await ask(at, address, { method, body, headers })
    expect([answer.status, answer.body.code]).toEqual([413, 'request-too-large'])
    expect(answer.body.detail).toContain(
      kilobytes >= 1000 ? `${kilobytes / 1000} MB` : `${kilobytes} kB`,
    )
    expect(started.server.admission.bytes).toBe(0)
    const document = openApi() as { paths: Record<string, Record<string, any>> }
    const { description } = document.paths[path]![method.toLowerCase()].requestBody
    expect(description).toBe(`At most ${kilobytes} kB.`)
  })

  test('accepts a hundred embeddings with all digits', async () => {
    const { body } = await ask(started, '/v1/embed', {
      method: 'POST',
      body: await form({ photo }),
    })
    const { model } = body.faces[0]
    const vector = Array.from({ length: 512 }, (_, i) => Math.sin(i + 1) / 3)
    const { status } = await ask(started, '/v1/galleries/default/identify/embeddings', {
      json: { embeddings: Array(100).fill({ model, vector }) },
    })
    expect(status).toBe(200)
  })

  test('limits the body of one photo to the size of a photo', async () => {
    const body = `{"photo": "${'A'.repeat(16e6)}"}`
    const answer = await ask(started, '/v1/detect', { method: 'POST', body, headers: json })
    expect([answer.status, answer.body.code]).toEqual([413, 'request-too-large'])
  })

  test('CompreFace: operations without a body read none, and others read small ones', async () => {
    const made = await ask(started, '/v1/keys', {
      json: { name: 'c', scopes: ['admin'], galleries: ['default'], service: 'recognition' },
    })
    const at = { url: started.url, key: '' }
    const headers = { ...json, 'x-api-key': made.body.key }
    const large = `{"subject": "${'a'.repeat(100_000)}"}`
    const subject = await ask(at, '/api/v1/recognition/subjects', {
      method: 'POST',
      body: large,
      headers,
    })
    expect(subject.status).toBe(413)
    const migrate = await ask(at, '/api/v1/migrate', { method: 'POST', body: large, headers })
    expect(migrate.status).toBe(404)
  })

  test('requests without a key share a small part of the memory', () => {
    const limits = { threads: 1, queue: 1, bytes: 1000, anonymousBytes: 100 }
    const admission = new Admission(limits)
    admission.hold(60, true)
    expect(() => admission.hold(60, true)).toThrow(expect.objectContaining({ code: 'overloaded' }))
    admission.hold(900)
    admission.release(60, true)
    admission.hold(100, true)
    expect(admission.bytes).toBe(1000)
  })

  test.each([
    ['many values', `{"photo": "AAAA", "x": [${'[],'.repeat(200_000)}1]}`, 413],
    ['many names', `{${Array.from({ length: 9000 }, (_, i) => `"${i}":1`)}, "x": 1}`, 413],
    [
      'much beside the photo',
      `{"photo": "AAAA", "x": [${'"aaaaaaaaaaaa",'.repeat(90_000)}1]}`,
      413,
    ],
    ['deep', `{"photo": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 400],
    ['a prototype', '{"photo": "AAAA", "__proto__": {"x": 1}}', 400],
    ['a prototype in disguise', '{"photo": "AAAA", "\\u005f_pr\\u006fto__": {"x": 1}}', 400],
    ['a long text that is no photo', `{"name": "${'a'.repeat(100_000)}"}`, 400],
    ['many quotation marks', `{"photo": "${'\\"'.repeat(1e6)}"}`, 413],
    ['no end', `{"photo": "${'A'.repeat(100_000)}`, 400],
  ])('JSON with %s is refused', async (_what, body, status) => {
    const answer = await ask(started, '/v1/detect', { method: 'POST', body, headers: json })
    expect([answer.status, answer.body.code]).toEqual([
      status,
      status === 413 ? 'request-too-large' : 'bad-argument',
    ])
  })

  test('a form of many fields is refused', async () => {
    const sent = await form({ photo })
    for (let i = 0; i < 100; i++) sent.append(`field ${i}`, 'a')
    const answer = await ask(started, '/v1/detect', { method: 'POST', body: sent })
    expect([answer.status, answer.body.code]).toEqual([400, 'bad-argument'])
  })
})

describe('base64', () => {
  const lines = (text: string, end: string, width = 76) =>
    text.replaceAll(new RegExp(`(.{${width}})`, 'g'), `$1${end}`)
  /** The photo as the client's library encodes it in JSON. */
  const written = {
    'one line': (text: string) => JSON.stringify(text),
    'base64 of coreutils': (text: string) => JSON.stringify(`${lines(text, '\n')}\n`),
    'encodebytes of Python': (text: string) => JSON.stringify(`${lines(text, '\n')}\n`),
    'the MIME encoder of Java': (text: string) => JSON.stringify(lines(text, '\r\n')),
    'PHP, with escaped slashes': (text: string) => `"${text.replaceAll('/', '\\/')}"`,
    '.NET, with escaped pluses': (text: string) => `"${text.replaceAll('+', '\\u002B')}"`,
    'a data: URL in lines': (text: string) =>
      JSON.stringify(`data:image/jpeg;base64,${lines(text, '\n', 60)}`),
    'the alphabet of addresses': (text: string) =>
      JSON.stringify(text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')),
  }

  test.each(Object.entries(written))('%s', async (_who, write) => {
    // Sizes with every remainder of base64, and beyond the size that is decoded at once.
    for (const size of [1, 2, 3, 100, 15_000, 700_001, 700_002, 700_003]) {
      const bytes = randomBytes(size)
      const body = Buffer.from(`{"name": "a\\"b", "photo": ${write(bytes.toString('base64'))}}`)
      const { photo } = parseJsonWithPhotos(body) as { photo: string }
      expect((await fromBase64(photo, 1e6)).equals(bytes)).toBe(true)
    }
    const body = `{"photo": ${write(photo.toString('base64'))}}`
    const answer = await ask(started, '/v1/detect', { method: 'POST', body, headers: json })
    expect(answer.status).toBe(200)
    expect(answer.body.faces.length).toBeGreaterThan(0)
  })

  test.each([
    '',
    ' ',
    '====',
    'AAA*',
    'AA=A',
    `${'A'.repeat(400_000)}=${'A'.repeat(400_000)}`,
  ])('what is none is refused (%#)', async (text) => {
    const answer = await ask(started, '/v1/detect', { json: { photo: text } })
    expect([answer.status, answer.body.code]).toEqual([400, 'bad-argument'])
  })
})

describe('addresses', () => {
  /** A web server with a photo, and the number of requests to it. */
  async function photoServer() {
    let asked = 0
    const web = createServer((_request, response) => {
      asked++
      response.end(photo)
    })
    await new Promise<void>((done) => web.listen(0, '127.0.0.1', done))
    onTestFinished(() => void web.close())
    const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/a.jpg`
    return { url, asked: () => asked }
  }

  test('are counted before any is fetched', async () => {
    const at = await startServer({ urls: true, urlHosts: '127.0.0.1' })
    const web = await photoServer()
    const one = { photo_url: web.url }
    const many = await ask(at, '/v1/galleries/default/identify', {
      json: { photo: Array.from({ length: 300 }, () => one) },
    })
    expect([many.status, many.body.code]).toEqual([400, 'bad-argument'])
    expect(web.asked()).toBe(0)
    expect((await ask(at, '/v1/detect', { json: one })).status).toBe(200)
    expect(web.asked()).toBe(1)
    expect(at.server.admission.bytes).toBe(0)
  })

  test('are counted in the quota before any is fetched', async () => {
    const at = await startServer({ urls: true, urlHosts: '127.0.0.1' })
    const web = await photoServer()
    const made = await ask(at, '/v1/keys', {
      json: { name: 'q', scopes: ['enroll'], galleries: ['default'], photos_per_day: 2 },
    })
    const answer = await ask(
      { url: at.url, key: made.body.key },
      '/v1/galleries/default/subjects/Anna/faces',
      { json: { photos: Array.from({ length: 3 }, () => ({ photo_url: web.url })) } },
    )
    expect([answer.status, answer.body.code]).toEqual([429, 'quota-exceeded'])
    expect(web.asked()).toBe(0)
  })

  test('are refused by the address that they resolve to, not by their name', async () => {
    const at = await startServer({ urls: true })
    const detect = async (photo_url: string) =>
      (await ask(at, '/v1/detect', { json: { photo_url } })).body.code
    expect(await detect('http://private-photos.invalid/a.jpg')).toBe('photo-not-found')
    expect(await detect('http://127.0.0.1:9/a.jpg')).toBe('url-refused')
    expect(await detect('http://localhost:9/a.jpg')).toBe('url-refused')
    expect(await detect('http://[::ffff:10.0.0.1]/a.jpg')).toBe('url-refused')
  })
})
