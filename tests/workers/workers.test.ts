import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import { detectionCard, embeddingCard, landmarksCard } from '../../dist/models/builtin.js'
import { cpuOnly } from '../../dist/models/devices.js'
import { ModelStore } from '../../dist/models/model-store.js'
import { ChildWorker } from '../../dist/workers/child-worker.js'
import { FairQueue } from '../../dist/workers/fair-queue.js'
import { defaultPhotoLimits, type PhotoLimits } from '../../dist/workers/limits.js'
import type { WorkerSetup } from '../../dist/workers/protocol.js'
import {
  agnize as command,
  homeWithModels,
  homeWithOwnModels,
  sample,
  temporaryFolder,
  testHome,
} from '../fixtures.js'
import {
  canSeeProcesses,
  childrenThatRun,
  commandLine,
  environmentOf,
  isRunning,
  until,
} from '../processes.js'
import { lacks } from '../requirements.js'
import { addHangingModel } from './hanging-model.js'

const run = promisify(execFile)
const entry = resolve('dist/index.js')
/** Running worker processes of a process; default this one. */
const workers = (parent?: number) => childrenThatRun('workers/process.js', parent)

/** Evaluates a program that uses the library in a process of its own. */
const program = (text: string) => [
  '--input-type=module',
  '-e',
  `import { openAgnize } from ${JSON.stringify(entry)}\n${text}`,
]

/** The built-in networks. */
function setup(limits: Partial<PhotoLimits> = {}): WorkerSetup {
  const store = new ModelStore(testHome(), true)
  return {
    networks: {
      detection: store.file(detectionCard),
      landmarks: store.file(landmarksCard),
      embedding: store.file(embeddingCard),
    },
    limits: { ...defaultPhotoLimits, ...limits },
    devices: cpuOnly,
  }
}

describe.skipIf(lacks('processes'))('worker processes (seen on Linux only)', () => {
  test('the arguments and environment of a worker contain no key, password, name or path', async () => {
    const home = await homeWithModels()
    const key = 'ab'.repeat(32)
    const secrets = { AGNIZE_KEY: key, PGPASSWORD: 'hush-hush', SOME_TOKEN: 'secret-token' }
    Object.assign(process.env, secrets)
    try {
      await using agnize = await openAgnize({ home, threads: 1 })
      const folder = await temporaryFolder()
      await symlink(sample(1), join(folder, 'skuli.jpg'))
      await agnize.enroll('Skuli', join(folder, 'skuli.jpg'), { at: [1560, 320] })
      const [worker, ...others] = workers()
      expect(others).toEqual([])
      const seen = [commandLine(worker!), ...environmentOf(worker!)].join('\n')
      expect(seen).not.toMatch(/skuli|hush-hush|secret-token|(ab){8}/i)
      expect(environmentOf(worker!)).toContain('ORT_DISABLE_TELEMETRY=1')
    } finally {
      for (const name of Object.keys(secrets)) delete process.env[name]
    }
  })

  test('a photo that crashes its worker gets an error, and the others go on', async () => {
    await using agnize = await openAgnize({ home: testHome(), store: ':memory:', threads: 2 })
    await Promise.all([agnize.analyze(sample(1)), agnize.analyze(sample(2))])
    const before = workers()
    expect(before).toHaveLength(2)
    const settled = Promise.allSettled([
      agnize.analyze(sample(4), { detail: 'full' }),
      agnize.analyze(sample(5), { detail: 'full' }),
    ])
    const waiting = Array.from({ length: 4 }, () => agnize.analyze(sample(1)))
    process.kill(before[0]!, 'SIGSEGV')
    const outcomes = await settled
    const failed = outcomes.filter(({ status }) => status === 'rejected')
    expect(failed).toHaveLength(1)
    expect(failed[0]).toMatchObject({ reason: { code: 'photo-crashed' } })
    expect((failed[0] as PromiseRejectedResult).reason.cause.message).toContain('SIGSEGV')
    for (const faces of await Promise.all(waiting)) expect(faces).toHaveLength(3)
    expect(workers()).not.toContain(before[0])
  })

  test('a run that cannot be interrupted is killed in time, and its worker replaced', async () => {
    const home = await homeWithOwnModels()
    const model = await addHangingModel(home)
    await using agnize = await openAgnize({
      ...{ home, store: ':memory:', threads: 1, model },
      // Long enough for a blank photo on a busy machine.
      limits: { maxSeconds: 5 },
    })
    const blank = await sharp({
      create: { width: 64, height: 64, channels: 3, background: '#777' },
    })
      .png()
      .toBuffer()
    expect(await agnize.analyze(blank)).toEqual([])
    const [before] = workers()
    await expect(agnize.analyze(sample(1), { detail: 'fast' })).rejects.toMatchObject({
      code: 'timed-out',
      message: expect.stringContaining('5 s'),
    })
    await until(() => !isRunning(before!))
    expect(await agnize.analyze(blank)).toEqual([])
    expect(workers()).not.toContain(before)
  })

  test('the caller can cancel work, also within a run', async () => {
    const home = await homeWithOwnModels()
    const model = await addHangingModel(home)
    await using agnize = await openAgnize({ home, store: ':memory:', threads: 1, model })
    expect(await agnize.analyze({ width: 1, height: 1, data: new Uint8Array(3) })).toEqual([])
    const stop = new AbortController()
    const answer = agnize.analyze(sample(1), { detail: 'fast', signal: stop.signal })
    const [before] = workers()
    const begun = secondsOf(before!)
    // The detector and the landmark network take far less.
    await until(() => secondsOf(before!) > begun + 2)
    stop.abort()
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
    await until(() => !isRunning(before!))
  })

  test('results of a worker are collected once the caller drops them', async () => {
    const worker = new ChildWorker(setup())
    const [width, height] = [640, 480]
    const photo = { width, height, data: new Uint8Array(3 * width * height) }
    const results: WeakRef<object>[] = []
    for (let i = 0; i < 3; i++) {
      results.push(new WeakRef(await worker.run({ kind: 'detect', photo, minScore: 0.7 })))
    }
    setFlagsFromString('--expose-gc')
    const collectGarbage: () => void = runInNewContext('gc')
    await until(() => {
      collectGarbage()
      return results.every((result) => result.deref() === undefined)
    })
    await worker.end()
  })

  test('a photo that takes too much memory ends its worker, not the program', async () => {
    const worker = new ChildWorker(setup({ maxBytes: 1, maxPixels: 1 }))
    // Far beyond the limits, which are not checked for frames: they come from agnize's own decoders.
    const [width, height] = [15_000, 15_000]
    const photo = { width, height, data: new Uint8Array(3 * width * height) }
    await expect(worker.run({ kind: 'detect', photo, minScore: 0.7 })).rejects.toMatchObject({
      code: 'photo-crashed',
      message: expect.stringContaining('memory'),
    })
    expect(worker.isUsable).toBe(false)
    await worker.end()
  })

  test.each([
    ['idle', "await agnize.analyze(photo); console.log('there'); setInterval(() => {}, 1000)"],
    ['in a run that takes minutes', "agnize.analyze(photo, { detail: 'fast' }).catch(() => {})"],
  ])('a program that is killed leaves no worker behind: %s', async (kind, text) => {
    const home = await homeWithOwnModels()
    const model = kind === 'idle' ? embeddingCard.name : await addHangingModel(home)
    const options = JSON.stringify({ home, store: ':memory:', threads: 1, model })
    const parent = spawn(
      process.execPath,
      program(`
        const agnize = await openAgnize(${options})
        const photo = ${JSON.stringify(sample(1))}
        ${text}`),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await until(() => workers(parent.pid).length === 1)
    const [worker] = workers(parent.pid)
    if (kind === 'idle') await new Promise((there) => parent.stdout.once('data', there))
    // It has used seconds of CPU time, so the networks are open and the long run has begun.
    else await until(() => secondsOf(worker!) > 5)
    parent.kill('SIGKILL')
    await until(() => !isRunning(worker!))
  })

  test('closing waits, also when the answer of a canceled photo arrives meanwhile', async () => {
    const text = `
      const agnize = await openAgnize(${JSON.stringify({ home: testHome(), store: ':memory:', threads: 1 })})
      const photo = ${JSON.stringify(sample(1))}
      await agnize.analyze(photo)
      const stop = new AbortController()
      const answer = agnize.analyze(photo, { signal: stop.signal }).catch(({ code }) => code)
      // The job is sent before the stop.
      await new Promise((next) => setTimeout(next, 50))
      stop.abort()
      // This thread is busy: the answer of the worker arrives, and is read after its end was ordered.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000)
      await agnize.close()
      console.log(await answer)`
    const { stdout } = await run(process.execPath, program(text))
    expect(stdout.trim()).toBe('cancelled')
  })

  test('idle workers do not keep a program alive, and exit with it', async () => {
    const text = `
      const agnize = await openAgnize(${JSON.stringify({ home: testHome(), store: ':memory:', threads: 2 })})
      const photo = ${JSON.stringify(sample(1))}
      await Promise.all([agnize.analyze(photo), agnize.analyze(photo)])
      const { readFileSync } = await import('node:fs')
      console.log(readFileSync('/proc/' + process.pid + '/task/' + process.pid + '/children', 'utf8'))`
    const { stdout } = await run(process.execPath, program(text))
    const pids = stdout.trim().split(' ').map(Number)
    expect(pids).toHaveLength(2)
    for (const pid of pids) await until(() => !isRunning(pid))
  })
})

/** CPU time of a process, in seconds. */
function secondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

test('a timeout between two runs of a network keeps the worker', async () => {
  await using agnize = await openAgnize({
    ...{ home: testHome(), store: ':memory:', threads: 1 },
    limits: { maxSeconds: 0.001 },
  })
  await expect(agnize.analyze(sample(1))).rejects.toMatchObject({ code: 'timed-out' })
})

test('the command line may be as long as the system allows', async () => {
  const home = await homeWithModels()
  const folder = await temporaryFolder()
  const long = join(folder, `${'long'.repeat(50)}.jpg`)
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#777' } }).toFile(long)
  const { code, stdout } = await command(
    ['detect', '--json', '--detail', 'fast', ...Array<string>(300).fill(long)],
    { home },
  )
  // The photo shows nobody.
  expect(code).toBe(1)
  expect(stdout.trim().split('\n')).toHaveLength(300)
})

test('gives the same result in the calling process', async () => {
  await using here = await openAgnize({ home: testHome(), store: ':memory:', threads: 0 })
  await using there = await openAgnize({ home: testHome(), store: ':memory:', threads: 1 })
  const faces = await here.analyze(sample(1))
  if (canSeeProcesses) expect(workers()).toEqual([])
  expect(await there.analyze(sample(1))).toEqual(faces)
  // Bytes and pixels are sent by another channel than paths.
  const bytes = await readFile(sample(1))
  expect(await there.analyze(bytes)).toEqual(faces)
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
  const pixels = { width: info.width, height: info.height, data: new Uint8Array(data) }
  expect(await there.analyze(pixels)).toEqual(faces)
  await expect(here.analyze('nowhere.jpg')).rejects.toMatchObject({ code: 'photo-not-found' })
})

test('the library works in a user’s worker thread, with telemetry off', async () => {
  const text = `
    const { parentPort, workerData } = require('node:worker_threads')
    import(${JSON.stringify(entry)}).then(async ({ openAgnize }) => {
      const agnize = await openAgnize({ home: workerData.home, store: ':memory:', threads: workerData.threads })
      const faces = await agnize.analyze(workerData.photo)
      const { openGraph } = await import(${JSON.stringify(resolve('dist/models/runtime.node.js'))})
      const { openProduct } = await import(${JSON.stringify(resolve('dist/similarities/matrix-product.js'))})
      const product = await openProduct({ rows: 1, inner: 2, columns: 1 }, { transposed: false, threads: 1 })
      const values = await product.run(Float32Array.of(2, 3), Float32Array.of(5, 7))
      await product.release()
      await agnize.close()
      parentPort.postMessage([faces.length, values[0]])
    })`
  for (const threads of [0, 1]) {
    const thread = new Worker(text, {
      eval: true,
      workerData: { home: testHome(), photo: sample(1), threads },
    })
    const answer = await new Promise((resolve, reject) => {
      thread.once('message', resolve)
      thread.once('error', reject)
    })
    expect(answer).toEqual([3, 31])
    await thread.terminate()
  }
})

test('keeps the largest faces up to the limit, and counts the rest', async () => {
  const all = await openAgnize({ home: testHome(), store: ':memory:', threads: 1 })
  const faces = await all.analyze(sample(1))
  await all.close()
  await using agnize = await openAgnize({
    ...{ home: testHome(), store: ':memory:', threads: 1 },
    limits: { maxFaces: 2 },
  })
  for await (const each of agnize.analyzeEach([sample(1)])) {
    if ('error' in each) throw each.error
    expect(each.result.faces).toEqual(faces.slice(0, 2))
    expect(each.result.facesLeftOut).toBe(1)
  }
  const { facesLeftOut } = await agnize.identifyPhoto(sample(1))
  expect(facesLeftOut).toBe(1)
})

describe('sizes that cost far more than their bytes', () => {
  const png = (width: number, height: number) =>
    sharp({
      create: { width, height, channels: 3, background: '#777' },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 9 })
      .toBuffer()

  test.each([
    [2_000_000, 1],
    [1, 2_000_000],
    [60_000, 1000],
    [1000, 60_000],
    [51, 1],
  ])('%i × %i', async (width, height) => {
    await using agnize = await openAgnize({ home: testHome(), store: ':memory:', threads: 1 })
    const expected = {
      code: 'image-too-large',
      message: expect.stringContaining(`${width} × ${height}`),
    }
    await expect(agnize.analyze(await png(width, height))).rejects.toMatchObject(expected)
    const data = new Uint8Array(3 * width * height)
    await expect(agnize.analyze({ width, height, data })).rejects.toMatchObject(expected)
  })

  test('analyzes a panorama', async () => {
    await using agnize = await openAgnize({ home: testHome(), store: ':memory:', threads: 1 })
    const face = await sharp(sample(1)).resize({ height: 500 }).toBuffer()
    const panorama = await sharp({
      create: { width: 12_000, height: 500, channels: 3, background: '#777' },
    })
      .composite([{ input: face, left: 9000, top: 0 }])
      .jpeg()
      .toBuffer()
    expect(await agnize.analyze(panorama)).toHaveLength(3)
  })
})

describe('who is next', () => {
  interface Item {
    readonly owner: string
    readonly id: number
  }
  const none = new Map<string, number>()

  test('serves callers by least use, each in its own order', () => {
    let now = 0
    const queue = new FairQueue<Item>(() => now)
    for (let id = 0; id < 3; id++) queue.push({ owner: 'costly', id })
    for (let id = 0; id < 3; id++) queue.push({ owner: 'plain', id })
    queue.charge('costly', 30)
    queue.charge('plain', 0.1)
    const order = Array.from({ length: 6 }, () => queue.next(none)!)
    expect(order.map(({ owner, id }) => `${owner} ${id}`)).toEqual([
      ...['plain 0', 'plain 1', 'plain 2'],
      ...['costly 0', 'costly 1', 'costly 2'],
    ])
    expect(queue.next(none)).toBeUndefined()
    // Recorded use decays with time.
    now = 20 * 60_000
    queue.charge('plain', 0.1)
    queue.push({ owner: 'plain', id: 9 })
    queue.push({ owner: 'costly', id: 9 })
    expect(queue.next(none)!.owner).toBe('costly')
  })

  test('counts running work, and drops removed items', () => {
    const queue = new FairQueue<Item>(() => 0)
    const costly = { owner: 'costly', id: 1 }
    queue.push(costly)
    queue.push({ owner: 'plain', id: 1 })
    queue.charge('plain', 1)
    expect(queue.next(new Map([['costly', 5]]))!.owner).toBe('plain')
    expect(queue.remove(costly)).toBe(true)
    expect(queue.remove(costly)).toBe(false)
    expect(queue.length).toBe(0)
  })
})
