import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import { modelCardSchema } from '../../dist/models/card-schema.js'
import { type CatalogEntry, catalog, findInCatalog } from '../../dist/models/catalog.js'
import { pullFromCatalog } from '../../dist/models/catalog-pull.js'
import { inTerminal } from '../cli/in-terminal.js'
import { agnize, sample, smallDisk, temporaryFolder, yunetFile } from '../fixtures.js'
import { lacks } from '../requirements.js'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A file of a size at which a transfer has a middle. */
const content = randomBytes(3_000_000)

/** An entry of the catalog with the stand-in file at the given addresses. */
function entryFor(urls: readonly string[], change: Partial<CatalogEntry> = {}): CatalogEntry {
  const entry = findInCatalog('sface')!
  const card = { ...entry.card, sha256: sha256(content), bytes: content.length }
  return { ...entry, card, urls, ...change }
}

/** A server on loopback; the requests it got are in `asked`. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    answer(request, response)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, asked }
}

/** Sends the file from where the request's range begins. */
function sendFile(request: IncomingMessage, response: ServerResponse, bytes = content): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from })
  response.end(bytes.subarray(from))
}

/** Sends the first half and closes the connection. */
function cut(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': content.length })
  response.write(content.subarray(0, content.length >> 1), () => response.destroy())
}

async function target() {
  const path = join(await temporaryFolder(), 'sface', 'sface.onnx')
  return { path, options: { path, offline: false, acceptLicense: true } }
}

const filesBeside = async (path: string) => (await readdir(join(path, '..'))).sort()

test('the catalog is valid: names, licenses, https addresses of the same file', () => {
  for (const { card, urls, file, licenseUrl } of catalog) {
    expect(modelCardSchema.parse(card)).toEqual(card)
    expect(card.source.from).toBe(urls[0])
    expect(card.permittedUses).toEqual(['commercial', 'research'])
    for (const url of urls) expect(url).toMatch(new RegExp(`^https://.*/${file}$`))
    expect(licenseUrl).toMatch(/^https:/)
    if (card.task === 'embedding') expect(card.calibration).toBeNull()
  }
})

describe('a pull', () => {
  test('follows a redirect, checks the hash and records the license', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/home') response.writeHead(302, { location: '/media' }).end()
      else sendFile(request, response)
    })
    const { path, options } = await target()
    const seen: number[] = []
    const before = new Date().toISOString()
    const entry = entryFor([`${url}/home`])
    const card = await pullFromCatalog(entry, { ...options, onBytes: (n) => seen.push(n) })
    expect(card).toEqual(entry.card)
    expect(content.equals(await readFile(path))).toBe(true)
    expect(seen.at(-1)).toBe(content.length)
    const record = JSON.parse(await readFile(join(path, '../license.json'), 'utf8'))
    expect(record).toMatchObject({ license: 'Apache-2.0', use: entry.card.use })
    expect(record.acceptedAt >= before).toBe(true)
    // Once accepted, it is not asked again.
    await pullFromCatalog(entry, { ...options, acceptLicense: false })
  })

  test('goes on where a cut transfer ended', async () => {
    let cuts = 0
    const { url, asked } = await serve((request, response) => {
      if (cuts++ === 0) cut(response)
      else sendFile(request, response)
    })
    const { path, options } = await target()
    await pullFromCatalog(entryFor([`${url}/a.onnx`]), options)
    expect(content.equals(await readFile(path))).toBe(true)
    expect(asked).toHaveLength(2)
    expect(asked[1]!.headers.range).toMatch(/^bytes=[1-9]\d*-$/)
    expect(await filesBeside(path)).toEqual(['license.json', 'sface.onnx'])
  })

  test('takes the next address where one does not have the file, or has another', async () => {
    const { url, asked } = await serve((request, response) => {
      if (request.url === '/a.onnx') response.writeHead(404).end()
      else if (request.url === '/b.onnx') response.end('version https://git-lfs.github.com/spec/v1')
      else sendFile(request, response)
    })
    const { path, options } = await target()
    await pullFromCatalog(entryFor(['a', 'b', 'c'].map((name) => `${url}/${name}.onnx`)), options)
    expect(asked.map((each) => each.url)).toEqual(['/a.onnx', '/b.onnx', '/c.onnx'])
    expect(content.equals(await readFile(path))).toBe(true)
  })

  test('drops a beginning that is not of the file, and starts again', async () => {
    const wrong = randomBytes(content.length)
    const { url } = await serve((request, response) => {
      if (request.url === '/a.onnx') {
        response.writeHead(200, { 'content-length': wrong.length })
        response.write(wrong.subarray(0, 1000), () => response.destroy())
      } else sendFile(request, response)
    })
    const { path, options } = await target()
    await pullFromCatalog(entryFor([`${url}/a.onnx`, `${url}/b.onnx`]), options)
    expect(content.equals(await readFile(path))).toBe(true)
  })

  test.each([
    [
      'another file',
      (response: ServerResponse) => void response.end(content.subarray(1)),
      /another file/,
    ],
    [
      'a larger file',
      (response: ServerResponse) => void response.end(Buffer.concat([content, content])),
      /larger file/,
    ],
    ['not found', (response: ServerResponse) => void response.writeHead(404).end(), /HTTP 404/],
    [
      'an error of the server',
      (response: ServerResponse) => void response.writeHead(503).end(),
      /HTTP 503/,
    ],
    [
      'redirects without an end',
      (response: ServerResponse) => void response.writeHead(302, { location: '/again' }).end(),
      /EMAXREDIRECT/,
    ],
  ])('%s: one sentence, nothing installed, nothing accepted', async (_what, answer, message) => {
    const { url } = await serve((_request, response) => answer(response))
    const { path, options } = await target()
    const failed = pullFromCatalog(entryFor([`${url}/a.onnx`]), options)
    await expect(failed).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(message),
    })
    await expect(failed).rejects.toThrow(/agnize models add sface /)
    expect((await filesBeside(path)).filter((name) => !name.endsWith('.part'))).toEqual([])
  })

  test('without acceptance of the license nothing is asked for', async () => {
    const { url, asked } = await serve(sendFile)
    const { options } = await target()
    await expect(
      pullFromCatalog(entryFor([`${url}/a.onnx`]), { ...options, acceptLicense: false }),
    ).rejects.toMatchObject({ code: 'license-not-accepted' })
    expect(asked).toEqual([])
  })

  test('is canceled by its signal, and goes on later', async () => {
    const stop = new AbortController()
    const { url, asked } = await serve((request, response) => {
      if (asked.length > 1) return sendFile(request, response)
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 1_000_000))
    })
    const { path, options } = await target()
    await expect(
      pullFromCatalog(entryFor([`${url}/a.onnx`]), {
        ...options,
        signal: stop.signal,
        onBytes: (bytes) => bytes === 1_000_000 && stop.abort(),
      }),
    ).rejects.toMatchObject({ code: 'cancelled' })
    await pullFromCatalog(entryFor([`${url}/a.onnx`]), options)
    expect(asked[1]!.headers.range).toBe('bytes=1000000-')
    expect(content.equals(await readFile(path))).toBe(true)
  })

  test('side by side leaves one whole file', async () => {
    const { url } = await serve(sendFile)
    const { path, options } = await target()
    const entry = entryFor([`${url}/a.onnx`])
    await Promise.all([1, 2, 3].map(() => pullFromCatalog(entry, options)))
    expect(content.equals(await readFile(path))).toBe(true)
    expect(await filesBeside(path)).toEqual(['license.json', 'sface.onnx'])
  })

  test.skipIf(lacks('mount'))('a full disk', async () => {
    const { url } = await serve(sendFile)
    const path = join(await smallDisk(1000), 'sface', 'sface.onnx')
    await expect(
      pullFromCatalog(entryFor([`${url}/a.onnx`]), { path, offline: false, acceptLicense: true }),
    ).rejects.toMatchObject({ code: 'disk-full' })
  })
})

describe('agnize models pull NAME', () => {
  test('a kill leaves no network; the next pull goes on', async () => {
    const home = await temporaryFolder()
    const stalled = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 229738 })
      response.write(Buffer.alloc(100_000))
    })
    const args = ['models', 'pull', 'yunet', '--accept-license', '--from', stalled.url]
    const child = spawn(process.execPath, [resolve('dist/cli/main.js'), ...args], {
      env: { ...process.env, AGNIZE_HOME: home },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    // The progress is printed once bytes have arrived.
    let printed = ''
    for await (const chunk of child.stderr) {
      printed += chunk
      if (/yunet +\d+% 0\.1 of 0\.2 MB/.test(printed)) break
    }
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect((await agnize(['models', 'list'], { home })).stdout).not.toContain('yunet')
    const wrong = await serve((request, response) =>
      sendFile(request, response, Buffer.alloc(229738)),
    )
    const run = await agnize([...args.slice(0, -1), wrong.url], { home })
    expect(wrong.asked[0]!.headers.range).toMatch(/^bytes=[1-9]\d*-$/)
    expect(run).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/another file than the expected one.*\[download-failed\]/),
    })
  })

  test('without a network, offline, an unknown name and a wrong home: what to do', async () => {
    const home = await temporaryFolder()
    for (const [args, env, message] of [
      [
        ['sface', '--accept-license', '--from', 'http://127.0.0.1:9/'],
        {},
        /ECONNREFUSED.*\[download-failed\]/,
      ],
      [
        ['SFace', '--accept-license'],
        { AGNIZE_OFFLINE: '1' },
        /models add sface face_recognition_sface_2021dec\.onnx.*\[offline\]/,
      ],
      [['auraface'], {}, /Apache-2\.0.*\[license-not-accepted\]/s],
      [['sfaze'], {}, /did you mean "sface"\?.*\[model-unknown\]/],
      [['yunet', '--from', home, '--accept-license'], {}, /does not exist.*\[model-missing\]/],
      [['--from', home], {}, /--models-mirror.*\[bad-argument\]/],
    ] as const) {
      const run = await agnize(['models', 'pull', ...args], { home, env })
      expect(run, args.join(' ')).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
    }
    const used = await agnize(['identify', sample(1), '--model', 'AuraFace'], { home })
    expect(used.stderr).toMatch(/run "agnize models pull auraface".*\[model-missing\]/)
  })

  describe.skipIf(lacks('yunet'))('with the file of YuNet', () => {
    test('`models add` reads it where it is installed already, and refuses another file', async () => {
      const home = await temporaryFolder()
      const add = (file: string) =>
        agnize(['models', 'add', 'yunet', file, '--accept-license'], { home })
      expect(await add(yunetFile)).toMatchObject({ code: 0, stdout: 'added yunet.\n' })
      expect(await add(sample(1))).toMatchObject({
        ...{ code: 2, stdout: '' },
        stderr: expect.stringMatching(/is not the .* that agnize knows.*\[model-corrupt\]/),
      })
      expect(await add(join(home, 'none.onnx'))).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/none.onnx does not exist.*\[model-missing\]/),
      })
      expect(await add(yunetFile)).toMatchObject({ code: 0, stdout: 'added yunet.\n' })
      await using opened = await openAgnize({ home })
      const list = await opened.models.list()
      expect(list.find(({ card }) => card.name === 'yunet')).toMatchObject({ state: 'ready' })
    })

    test('from a server by HTTP, once; listed, checked, removed', async () => {
      const bytes = await readFile(yunetFile)
      const { url, asked } = await serve((request, response) => sendFile(request, response, bytes))
      const home = await homeWithOwnModelsOnly()
      const pull = ['models', 'pull', 'YuNet', '--from', url]
      const env = { AGNIZE_ACCEPT_LICENSE: 'sface, yunet' }
      const first = await agnize(pull, { home, env })
      expect(first).toMatchObject({ code: 0, stdout: 'pulled yunet.\n' })
      expect(first.stderr).toMatch(/License: MIT, https:.*\nUse: Trained on WIDER FACE/)
      expect(asked.map((each) => each.url)).toEqual(['/face_detection_yunet_2026may.onnx'])
      const again = await agnize(pull, { home })
      expect(again).toMatchObject({ code: 0, stdout: 'yunet is already on this machine.\n' })
      const listed = await agnize(['models', 'list', '--json'], { home })
      const [yunet] = listed.stdout.split('\n').filter((line) => line.includes('"yunet"'))
      expect(JSON.parse(yunet!)).toMatchObject({ origin: 'catalog', state: 'ready' })
      await writeFile(join(home, 'models/yunet/yunet.onnx'), 'damaged')
      expect((await agnize(['doctor'], { home })).stdout).toContain(
        'run "agnize models pull yunet"',
      )
      // The license was accepted already.
      expect(await agnize(pull, { home })).toMatchObject({ code: 0, stdout: 'pulled yunet.\n' })
      expect(await agnize(['models', 'remove', 'yunet'], { home })).toMatchObject({ code: 0 })
      expect((await agnize(['models', 'list'], { home })).stdout).not.toContain('yunet')
    })

    test('from a folder or a file, without a network', async () => {
      const folder = await temporaryFolder()
      await copyFile(yunetFile, join(folder, 'face_detection_yunet_2026may.onnx'))
      for (const args of [
        ['pull', 'yunet', '--from', folder],
        ['add', 'yunet', yunetFile],
      ]) {
        const home = await temporaryFolder()
        const env = { AGNIZE_OFFLINE: '1' }
        const run = await agnize(['models', ...args, '--accept-license'], { home, env })
        expect(run, args[0]).toMatchObject({ code: 0 })
        await using opened = await openAgnize({ home })
        const list = await opened.models.list()
        expect(list.find(({ card }) => card.name === 'yunet')).toMatchObject({ state: 'ready' })
      }
    })

    test('on a terminal the license is a question', async () => {
      const args = ['models', 'pull', 'yunet', '--from', yunetFile]
      const prompt = /Accept the license of yunet\? \[y\/N\]/
      const home = await temporaryFolder()
      const no = await inTerminal(args, { home, prompt, typed: 'n\r' })
      expect(no).toMatchObject({ code: 130, screen: expect.stringContaining('Nothing was') })
      expect(await readdir(home)).toEqual([])
      const yes = await inTerminal(args, { home, prompt, typed: 'y\r' })
      expect(yes).toMatchObject({ code: 0, screen: expect.stringContaining('pulled yunet') })
    })

    test('another file is not added as YuNet', async () => {
      const home = await temporaryFolder()
      const file = join(home, 'x.onnx')
      await writeFile(file, 'not YuNet')
      const run = await agnize(['models', 'add', 'yunet', file, '--accept-license'], { home })
      expect(run).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/not the .*\[model-corrupt\]/),
      })
      expect((await agnize(['models', 'list'], { home })).stdout).not.toContain('yunet')
    })
  })
})

/** A home whose folder of models can be changed. */
async function homeWithOwnModelsOnly(): Promise<string> {
  const home = await temporaryFolder()
  await mkdir(join(home, 'models'))
  return home
}
