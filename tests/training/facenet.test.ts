import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as setTimeoutPromise } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import { openSession } from '../../dist/models/runtime.node.js'
import { weightBlobs } from '../../dist/training/facenet/blobs.js'
import { readCsvWeights } from '../../dist/training/facenet/csv-weights.js'
import { pullPinned } from '../../dist/training/facenet/facenet.js'
import { exportNetwork } from '../../dist/training/networks/network.js'
import { nn4Small2 } from '../../dist/training/networks/nn4-small2.js'
import { chromiumOptions } from '../chromium.js'
import {
  agnize,
  homeWithModels,
  homeWithOwnModels,
  inSample1,
  sample,
  smallDisk,
  temporaryFolder,
} from '../fixtures.js'
import { lacks } from '../requirements.js'
import { fillWeightsFolder, golden, goldenInput } from './facenet.js'

describe.skipIf(lacks('facenet'))(
  'FaceNet with the golden vectors of another implementation',
  () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'agnize-weights-'))
      await fillWeightsFolder(folder)
    })
    afterAll(() => rm(folder, { recursive: true }))

    test.each([
      'openface',
      'tutorial',
    ] as const)('%s: every stage and the embedding', async (variant) => {
      const { embedding, stages } = (await golden()).variants[variant]
      const model = exportNetwork(nn4Small2(variant), await readCsvWeights(folder), {
        stages: true,
      })
      const session = await openSession(model, [1, 3, 96, 96])
      const outputs = await session.run(goldenInput)
      await session.release()
      expect(Object.keys(stages).length).toBe(8)
      for (const [name, { shape, mean, std, first }] of Object.entries(stages)) {
        const values = outputs[`stage_${name}`]!
        expect(values.length).toBe(shape.reduce((a, b) => a * b, 1))
        const average = values.reduce((sum, x) => sum + x, 0) / values.length
        const square = values.reduce((sum, x) => sum + (x - average) ** 2, 0) / values.length
        expect(average, name).toBeCloseTo(mean, 4)
        expect(Math.sqrt(square), name).toBeCloseTo(std, 4)
        first.forEach((value, i) => {
          expect(values[i], name).toBeCloseTo(value, 4)
        })
      }
      expect(largestDifference(outputs.embedding!, embedding)).toBeLessThan(1e-4)
    })

    test.skipIf(lacks('chromium'))('the ONNX file in a browser', async () => {
      const model = exportNetwork(nn4Small2(), await readCsvWeights(folder))
      const { embedding } = (await golden()).variants.openface
      expect(largestDifference(await inBrowser(model, goldenInput), embedding)).toBeLessThan(1e-4)
    })

    test('from CSV files to a model that the gallery works with', async () => {
      const home = await homeWithOwnModels()
      const added = await agnize(['models', 'add', 'facenet', '--weights', folder], { home })
      expect(added).toMatchObject({ code: 0 })
      expect(added.stdout).toContain('128 dimensions')
      const model = ['--model', 'facenet']
      const at = ['--at', inSample1.join(',')]
      const enrolled = await agnize(['enroll', 'Ada', sample(1), ...at, ...model], { home })
      expect(enrolled).toMatchObject({ code: 0, stderr: '' })
      const strict = await agnize(['identify', sample(1), ...model], { home })
      expect(strict.code).toBe(2)
      expect(strict.stderr).toContain('not-calibrated')
      const found = await agnize(['identify', sample(1), ...model, '--threshold', '0.99'], { home })
      expect(found).toMatchObject({ code: 0, stderr: '' })
      expect(found.stdout).toMatch(/Ada +1\.000/)
      await using opened = await openAgnize({ home, model: 'facenet' })
      const [face] = await opened.analyze(sample(1))
      expect(face!.embedding.vector.length).toBe(128)
      expect(Math.hypot(...face!.embedding.vector)).toBeCloseTo(1, 5)
    })

    test.each([
      ['missing', (path: string) => rm(path), 'is missing'],
      ['short', (path: string) => writeFile(path, '1,2,3'), 'holds 3 numbers instead of 192'],
      ['empty', (path: string) => writeFile(path, ''), 'holds 0 numbers instead of 192'],
      [
        'not numeric',
        (path: string) => writeFile(path, Array(192).fill('1').with(7, 'abc').join(',')),
        'number 8 is "abc"',
      ],
      [
        'infinite',
        (path: string) => writeFile(path, Array(192).fill('1e999').join(',')),
        'not numeric',
      ],
    ])('a weight file that is %s is named', async (_, spoil, message) => {
      const spoilt = await temporaryFolder()
      for (const file of await readdir(folder))
        await copyFile(join(folder, file), join(spoilt, file))
      await spoil(join(spoilt, 'bn3_v.csv'))
      const home = await temporaryFolder()
      const { code, stderr } = await agnize(['models', 'add', 'facenet', '--weights', spoilt], {
        home,
      })
      expect(code).toBe(2)
      expect(stderr).toContain(join(spoilt, 'bn3_v.csv'))
      expect(stderr).toContain(message)
      expect(stderr).toContain('[model-invalid]')
      expect((await agnize(['models', 'list'], { home })).stdout).not.toContain('facenet')
    })

    describe('pulled', () => {
      test('are complete, verified and downloaded once, and used by the tutorial', async () => {
        const { url, asked } = await weightsServer(folder)
        const home = await homeWithOwnModels()
        const { models } = await openAgnize({ home })
        const seen: number[] = []
        await pullPinned(models, await pins(folder), {
          from: url,
          onProgress: ({ done, total }) => seen.push(done / total),
        })
        expect(asked.length).toBe(226)
        expect(new Set(asked).size).toBe(226)
        expect(seen).toEqual(Array.from({ length: 226 }, (_, i) => (i + 1) / 226))
        expect(await readdir(join(home, 'models', 'facenet'))).toEqual([
          'card.json',
          'facenet.onnx',
        ])
        const list = await agnize(['models', 'list'], { home })
        expect(list.stdout).toMatch(/facenet +embedding +ready +1\d\.\d MB +Apache-2\.0/)
        const people = await temporaryFolder()
        await copyFile(sample(1), join(people, 'skuli.jpg'))
        await copyFile(sample(5), join(people, 'Ada.jpg'))
        const walk = await agnize(['tutorial', people, sample(1)], { home })
        expect(walk).toMatchObject({ code: 0, stderr: '' })
        expect(walk.stdout).toContain('skuli: 128 numbers')
        expect(walk.stdout).toMatch(/0\.0000 +skuli/)
        expect(walk.stdout).toMatch(/\d\.\d{4} +Ada/)
        expect(walk.stdout).toContain('Welcome skuli, have a nice day!')
        expect(walk.stdout).toContain('Nearer than 0.52 is a match')
      })

      test('refuses and names a file that differs from the pinned one, and keeps the others', async () => {
        // The five files made by the formula differ from the pinned ones.
        const { url } = await weightsServer(folder)
        const home = await temporaryFolder()
        const { code, stderr } = await agnize(['models', 'pull', 'facenet', '--from', url], {
          home,
        })
        expect(code).toBe(2)
        expect(stderr).toMatch(
          /The file \w+\.csv downloaded from \S+ is not the expected one.*\[download-failed\]/,
        )
        expect(await readdir(join(home, 'models', 'facenet'))).toEqual(['parts'])
      })

      test.each<[string, (response: ServerResponse, bytes: Uint8Array) => void, string]>([
        ['is not there', (response) => response.writeHead(404).end(), 'HTTP 404'],
        ['fails', (response) => response.writeHead(503).end(), 'HTTP 503'],
        [
          'breaks off',
          (response, bytes) => {
            response.writeHead(200, { 'content-length': bytes.length })
            response.write(bytes.slice(0, bytes.length / 2), () => response.destroy())
          },
          '',
        ],
        [
          'never ends',
          (response) => {
            const more = () => {
              while (!response.destroyed && response.write(Buffer.alloc(1 << 20)));
              response.once('drain', more)
            }
            more()
          },
          'larger than any weight file',
        ],
      ])('when a file %s, the pull says so and goes on the next time', async (_, behave, message) => {
        let broken = true
        const { url, asked } = await weightsServer(folder, (file, response, bytes) => {
          if (broken && file === 'inception_4a_1x1_conv_w.csv') behave(response, bytes)
          else response.end(bytes)
        })
        const home = await temporaryFolder()
        const { models } = await openAgnize({ home })
        const pull = async () => pullPinned(models, await pins(folder), { from: url })
        await expect(pull()).rejects.toMatchObject({
          code: 'download-failed',
          message: expect.stringMatching(
            new RegExp(`inception_4a_1x1_conv_w.csv could not be fetched \\(.*${message}`),
          ),
        })
        const before = new Set(asked)
        expect(before.size).toBeLessThan(226)
        broken = false
        asked.length = 0
        expect((await pull()).name).toBe('facenet')
        // Received files are not fetched again, except the damaged one and those in transfer with it.
        expect(asked.filter((file) => before.has(file)).length).toBeLessThanOrEqual(6)
        expect(asked.length + before.size).toBeLessThan(226 + 12)
      })

      test('retries a connection that breaks once', async () => {
        let cut = 0
        const { url } = await weightsServer(folder, (file, response, bytes) => {
          if (file === 'bn1_b.csv' && cut++ === 0) response.destroy()
          else response.end(bytes)
        })
        const { models } = await openAgnize({ home: await temporaryFolder() })
        await pullPinned(models, await pins(folder), { from: url })
        expect(cut).toBe(2)
      })

      test('resumes where it was killed', async () => {
        const home = await temporaryFolder()
        const { url, asked } = await weightsServer(folder, (_, response, bytes) => {
          setTimeout(() => response.end(bytes), 20)
        })
        const child = execFile(
          process.execPath,
          ['dist/cli/main.js', 'models', 'pull', 'facenet', '--from', url],
          { env: { ...process.env, AGNIZE_HOME: home } },
        )
        while (asked.length < 60) await setTimeoutPromise(5)
        child.kill('SIGKILL')
        await once(child, 'exit')
        const parts = await readdir(join(home, 'models', 'facenet', 'parts'))
        const whole = parts.filter((name) => name.endsWith('.csv')).length
        expect(whole).toBeGreaterThan(30)
        asked.length = 0
        const { models } = await openAgnize({ home })
        await pullPinned(models, await pins(folder), { from: url })
        expect(asked.length).toBe(226 - whole)
      })

      test.skipIf(lacks('mount'))('onto a disk that is full', async () => {
        const { url } = await weightsServer(folder)
        const home = await smallDisk(2000)
        const { models } = await openAgnize({ home })
        await expect(pullPinned(models, await pins(folder), { from: url })).rejects.toMatchObject({
          code: 'disk-full',
        })
      })

      test('reports a missing connection and an unknown name', async () => {
        const home = await temporaryFolder()
        const offline = await agnize(['models', 'pull', 'facenet', '--offline'], { home })
        expect(offline).toMatchObject({ code: 2, stderr: expect.stringContaining('[offline]') })
        const other = await agnize(['models', 'pull', 'vgg'], { home })
        expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('[model-unknown]') })
      })
    })
  },
)

test('the tutorial uses the default model without FaceNet, and says so', async () => {
  const home = await homeWithModels()
  const people = await temporaryFolder()
  await copyFile(sample(1), join(people, 'Ada.jpg'))
  const known = await agnize(['tutorial', people, sample(3)], { home })
  expect(known.code).toBe(0)
  expect(known.stderr).toContain('agnize models pull facenet')
  expect(known.stdout).toContain('Ada: 512 numbers')
  expect(known.stdout).toContain('Welcome Ada, have a nice day!')
  const stranger = await agnize(['tutorial', people, sample(5)], { home })
  expect(stranger.code).toBe(1)
  expect(stranger.stdout).toContain('Not in the database.')
  expect(stranger.stdout).not.toContain('Welcome')
  const missing = await agnize(['tutorial', people, 'nowhere.jpg', sample(3)], { home })
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('[photo-not-found]') })
  expect(missing.stdout).toContain('Welcome Ada, have a nice day!')
  const asked = await agnize(['identify', sample(1), '--model', 'facenet'], { home })
  expect(asked.stderr).toMatch(/agnize models pull facenet.*\[model-missing\]/)
})

/** The real pins, except for the files made by the formula. */
async function pins(folder: string): Promise<Record<string, string>> {
  const made = ((await golden()).filled ?? []).map((name) => name.split('/').at(-1)!)
  const own = { ...weightBlobs }
  for (const file of await readdir(folder)) {
    const bytes = await readFile(join(folder, file))
    const sha1 = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
    if (sha1 !== own[file]) {
      expect(made.length).toBeGreaterThan(0)
      own[file] = sha1
    }
  }
  expect(Object.keys(own).filter((file) => own[file] !== weightBlobs[file]).length).toBe(5)
  return own
}

type Serve = (file: string, response: ServerResponse, bytes: Uint8Array) => void

/** The weights on loopback, and the names of the requested files. */
async function weightsServer(
  folder: string,
  serve: Serve = (_, response, bytes) => response.end(bytes),
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const file = request.url!.split('/').at(-1)!
    asked.push(file)
    readFile(join(folder, file)).then(
      (bytes) => serve(file, response, bytes),
      () => response.writeHead(404).end(),
    )
  })
  return { url: `${await listen(server)}/weights`, asked }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Output of ONNX Runtime in Chromium for an input. */
async function inBrowser(model: Uint8Array, input: Float32Array): Promise<number[]> {
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'))
  const server = createServer(async (request, response) => {
    const path = request.url!.slice(1)
    if (path === '') {
      response.setHeader('content-type', 'text/html')
      response.end('<!doctype html><title>ONNX</title>')
    } else if (path === 'model.onnx') response.end(model)
    else if (path === 'input') response.end(new Uint8Array(input.buffer))
    else {
      const type = path.endsWith('.wasm') ? 'application/wasm' : 'text/javascript'
      const bytes = await readFile(join(runtime, path)).catch(() => undefined)
      if (bytes) response.setHeader('content-type', type).end(bytes)
      else response.writeHead(404).end()
    }
  })
  const url = await listen(server)
  const browser = await chromium.launch(chromiumOptions)
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  await page.goto(url)
  // As text: the test runner would rewrite the import of a function.
  return page.evaluate<number[]>(`(async () => {
    const ort = await import('/ort.wasm.min.mjs')
    ort.env.wasm.numThreads = 1
    ort.env.wasm.wasmPaths = '/'
    const bytes = async (name) => (await fetch(name)).arrayBuffer()
    const session = await ort.InferenceSession.create(await bytes('/model.onnx'))
    const faces = new ort.Tensor('float32', new Float32Array(await bytes('/input')), [1, 3, 96, 96])
    const { embedding } = await session.run({ faces })
    return [...embedding.data]
  })()`)
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))
}
