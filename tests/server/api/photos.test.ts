import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { type Started, sampleBytes, startServer } from '../start.js'
import {
  anna,
  call,
  enrollAnna,
  gallery,
  type Sent,
  started,
  testCoverage,
  useApiServer,
} from './api.js'

useApiServer('photos')

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
  const [face] = (await call('detect', {}, { body: anna, ...image })).body.faces
  const { x, y, width, height } = face.box
  const margin = Math.min(x, y, Math.round(0.1 * width))
  const cut = { left: x - margin, top: y - margin, width: width + 2 * margin }
  const tight = sharp(anna).extract({ ...cut, height: height + 2 * margin })
  expect(await code(new Uint8Array(await tight.png().toBuffer()), { liveness: 'require' })).toBe(
    'not-live',
  )
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

testCoverage()
