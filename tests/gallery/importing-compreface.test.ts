import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Agnize, openAgnize } from '../../dist/index.js'
import { homeWithModels, inSample1, sample } from '../fixtures.js'

/** A small photo of one person, and one in which she is the largest of three. */
let one: Buffer
let several: Buffer

beforeAll(async () => {
  const [x, y] = inSample1
  const cut = sharp(sample(1)).extract({ left: x - 260, top: y - 260, width: 500, height: 520 })
  one = await cut.clone().resize(120).jpeg().toBuffer()
  const small = await cut.clone().resize(150).toBuffer()
  several = await sharp({ create: { width: 900, height: 520, channels: 3, background: '#888' } })
    .composite([
      { input: small, left: 10, top: 10 },
      { input: await cut.clone().toBuffer(), left: 200, top: 0 },
      { input: small, left: 730, top: 300 },
    ])
    .jpeg()
    .toBuffer()
})

const key = '6f0b43d1-90f2-4b0c-9d5e-0f4f6d1f7a11'

/** How a stand-in for CompreFace misbehaves. */
interface Behavior {
  readonly faces?: number
  /** Called before an image is sent; true if it answered by itself. */
  readonly onImage?: (index: number, response: ServerResponse) => boolean
  /** The indexes on a page. */
  readonly page?: (page: number, size: number) => number[]
  readonly totals?: { readonly total_pages: number; readonly total_elements: number }
  readonly subjects?: readonly string[]
  readonly saveImages?: boolean
  readonly image?: (index: number) => Buffer
}

const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
const nameOf = (index: number) => `Person ${index % 50}`

/** A CompreFace with made-up faces. Each image has other bytes, so that none counts as known. */
async function standIn(behavior: Behavior = {}, port = 0) {
  const { faces = 500, page = inOrder, image = plain } = behavior
  function inOrder(number: number, size: number) {
    return Array.from({ length: size }, (_, i) => number * size + i).filter((i) => i < faces)
  }
  function plain(index: number) {
    return Buffer.concat([one, Buffer.from(String(index))])
  }
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://x')
    asked.push(request.url!)
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (url.pathname === '/api/v1/consistence/status') {
      json({ status: 'OK', saveImagesToDB: behavior.saveImages ?? true })
      return
    }
    if (request.headers['x-api-key'] !== key) {
      json({ code: 10, message: 'Recognition service with API Key … not found' }, 404)
      return
    }
    if (url.pathname === '/api/v1/recognition/subjects') {
      json({ subjects: behavior.subjects ?? [] })
      return
    }
    if (url.pathname === '/api/v1/recognition/faces') {
      const [number, size] = [
        Number(url.searchParams.get('page')),
        Number(url.searchParams.get('size')),
      ]
      json({
        faces: page(number, size).map((i) => ({ image_id: idOf(i), subject: nameOf(i) })),
        ...{ page_number: number, page_size: size },
        ...{ total_pages: Math.ceil(faces / size), total_elements: faces },
        ...behavior.totals,
      })
      return
    }
    const index = Number(/-(\d{12})\/img$/.exec(url.pathname)?.[1])
    if (behavior.onImage?.(index, response)) return
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(image(index))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const stop = () => {
    server.close()
    server.closeAllConnections()
  }
  onTestFinished(stop)
  const own = (server.address() as AddressInfo).port
  return { url: `http://127.0.0.1:${own}`, port: own, asked, stop }
}

async function opened(): Promise<Agnize> {
  const agnize = await openAgnize({ home: await homeWithModels(), offline: true, threads: 2 })
  onTestFinished(() => agnize.close())
  return agnize
}

const countOf = async (agnize: Agnize) => (await agnize.people.faces({ limit: 1 })).total

test('a server that dies: what was fetched is kept, and the import continues', async () => {
  const agnize = await opened()
  const dying = await standIn({
    onImage: (index, response) => {
      if (index < 120) return false
      response.destroy()
      dying.stop()
      return true
    },
  })
  await expect(agnize.gallery.importCompreFace(dying.url, key)).rejects.toMatchObject({
    code: 'download-failed',
    message: expect.stringMatching(/11\d|120 of 500 faces are in the gallery: repeat/),
  })
  const kept = await countOf(agnize)
  expect(kept).toBeGreaterThanOrEqual(116)
  const risen = await standIn()
  const imported = await agnize.gallery.importCompreFace(risen.url, key)
  expect(imported).toMatchObject({ added: 500 - kept, known: kept, refused: [] })
  expect(await countOf(agnize)).toBe(500)
  expect(risen.asked.some((path) => path.includes('sort=id'))).toBe(true)
}, 300_000)

test('a command that is killed keeps what was fetched', async () => {
  const home = await homeWithModels()
  const keyFile = join(home, 'door.key')
  await writeFile(keyFile, key)
  let fetched = 0
  let kill = () => {}
  const { url } = await standIn({
    onImage: () => {
      if (++fetched === 60) kill()
      return false
    },
  })
  const command = ['import', 'compreface', url, '--key-file', keyFile, '--home', home, '--offline']
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), ...command], {
    stdio: 'ignore',
  })
  kill = () => child.kill('SIGKILL')
  await once(child, 'exit')
  const agnize = await openAgnize({ home, offline: true })
  onTestFinished(() => agnize.close())
  // Those that are fetched at the same time may be lost.
  expect(await countOf(agnize)).toBeGreaterThanOrEqual(50)
}, 120_000)

test('an image that never comes and one that always fails are reported and passed over', async () => {
  const agnize = await opened()
  const { url } = await standIn({
    faces: 12,
    onImage: (index, response) => {
      if (index === 3) return true
      if (index === 5) response.writeHead(500).end('{"code":41}')
      if (index === 7) response.writeHead(404).end('{"code":44}')
      if (index === 9) response.end('<html>')
      return [5, 7, 9].includes(index)
    },
  })
  const { added, refused } = await agnize.gallery.importCompreFace(url, key, { requestSeconds: 1 })
  expect(added).toBe(8)
  expect(refused.map(({ what }) => what).sort()).toEqual(
    [3, 5, 7, 9].map((i) => `${idOf(i)} of ${nameOf(i)}`),
  )
}, 60_000)

test('a server that stalls at the list is told as one that does not answer', async () => {
  const agnize = await opened()
  const server = createServer(() => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await expect(
    agnize.gallery.importCompreFace(url, key, { requestSeconds: 0.3 }),
  ).rejects.toMatchObject({
    code: 'download-failed',
    message: expect.stringContaining('does not answer'),
  })
})

test.each<[string, Behavior]>([
  ['one page said, three there', { totals: { total_pages: 1, total_elements: 250 } }],
  ['fewer faces said than there are', { totals: { total_pages: 1, total_elements: 10 } }],
  ['no faces said', { totals: { total_pages: 0, total_elements: 0 } }],
  ['far more pages said', { totals: { total_pages: 1e9, total_elements: 250 } }],
  [
    'pages that overlap and repeat faces',
    {
      page: (page, size) =>
        Array.from({ length: size }, (_, i) => page * size - 20 * page + (i >> 1) * 1)
          .flatMap((i) => [i, i + size / 2])
          .filter((i) => i >= 0 && i < 250),
    },
  ],
])('a list that lies: %s', async (_, behavior) => {
  const agnize = await opened()
  // Faces without images count as well, and need no work.
  const { url } = await standIn({ faces: 250, image: () => Buffer.alloc(0), ...behavior })
  const { refused } = await agnize.gallery.importCompreFace(url, key)
  expect(refused.map(({ what }) => what)).toEqual(['the images of 250 faces'])
})

test('pages in another order each time, and a server that repeats one page for ever', async () => {
  const agnize = await opened()
  let shift = 0
  const image = () => Buffer.alloc(0)
  const shuffled = await standIn({
    ...{ faces: 220, image },
    page: (page, size) => {
      if (page === 0) shift += 37
      return Array.from({ length: size }, (_, i) => page * size + i)
        .filter((i) => i < 220)
        .map((i) => (i * 7 + shift) % 220)
    },
  })
  const all = await agnize.gallery.importCompreFace(shuffled.url, key)
  expect(all.refused.map(({ what }) => what)).toEqual(['the images of 220 faces'])
  const stuck = await standIn({
    ...{ faces: 10_000, image },
    page: (_, size) => Array.from({ length: size }, (_, i) => i),
  })
  const { refused } = await agnize.gallery.importCompreFace(stuck.url, key)
  expect(refused.slice(1)).toEqual([
    { what: '9900 of 10000 faces', reason: expect.stringContaining('repeat the import') },
  ])
})

test('a wrong key is called that', async () => {
  const agnize = await opened()
  const { url } = await standIn({ faces: 3 })
  await expect(agnize.gallery.importCompreFace(url, 'wrong')).rejects.toMatchObject({
    code: 'download-failed',
    message: expect.stringContaining('refused the key'),
  })
})

test('images that are not saved are said once, and subjects without photos come along', async () => {
  const agnize = await opened()
  const { url } = await standIn({
    faces: 40,
    saveImages: false,
    image: () => Buffer.alloc(0),
    subjects: ['Nobody Yet', 'Person 1', 'a/b', 'Person 1'],
  })
  const { added, refused } = await agnize.gallery.importCompreFace(url, key)
  expect(added).toBe(0)
  expect(refused).toEqual([
    { what: 'a/b', reason: expect.any(String) },
    { what: 'the images of 40 faces', reason: expect.stringContaining('save_images_to_db') },
  ])
  const names = (await agnize.people.list()).map(({ name }) => name)
  expect(names).toEqual(['Nobody Yet', 'Person 1'])
})

test('of a photo with bystanders the largest face is taken', async () => {
  const agnize = await opened()
  const { url } = await standIn({ faces: 1, image: () => several })
  expect(await agnize.gallery.importCompreFace(url, key)).toMatchObject({ added: 1, refused: [] })
  const { faces } = await agnize.people.faces()
  expect(faces[0]!.box.x).toBeGreaterThan(250)
  expect(faces[0]!.box.x).toBeLessThan(600)
})
