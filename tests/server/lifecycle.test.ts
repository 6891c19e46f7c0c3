import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { settingsFrom } from '../../dist/server/settings.js'
import {
  agnize,
  annaPhoto,
  homeWithModels,
  homeWithOwnModels,
  temporaryFolder,
  testHome,
} from '../fixtures.js'
import { startPostgres } from '../gallery/postgres.js'
import { ask, form, sampleBytes, startServer } from './start.js'

interface Process {
  readonly child: ChildProcess
  readonly url: string
  readonly key: string
  readonly stderr: () => string
  readonly ended: Promise<number | null>
}

/** Starts `agnize serve` as a process of its own. */
async function serve(home: string, args: readonly string[] = [], key = ''): Promise<Process> {
  const child = spawn(
    process.execPath,
    [resolve('dist/cli/main.js'), 'serve', '--port', '0', '--threads', '2', ...args],
    { env: { ...process.env, NO_COLOR: '1', AGNIZE_HOME: home, AGNIZE_OFFLINE: '1' } },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  let stderr = ''
  child.stdout.resume()
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  while (true) {
    const url = /listening on (\S+?),/.exec(stderr)?.[1]
    if (url) {
      const first = /shown only once: {2}(\S+)/.exec(stderr)?.[1]
      return { child, url, key: first ?? key, stderr: () => stderr, ended }
    }
    if (child.exitCode !== null) throw new Error(`agnize serve did not start: ${stderr}`)
    await new Promise((done) => setTimeout(done, 50))
  }
}

describe('the process', () => {
  test('prints one key at the first start and none later', async () => {
    const home = await homeWithModels()
    const first = await serve(home)
    expect(first.key).toMatch(/^[0-9a-f-]{36}$/)
    expect((await ask(first, '/v1/galleries')).status).toBe(200)
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    const second = await serve(home, [], first.key)
    expect(second.stderr()).not.toContain('shown only once')
    expect((await ask(second, '/v1/galleries')).status).toBe(200)
  })

  test('finishes its requests on the first signal and exits at once on the second', async () => {
    const home = await homeWithModels()
    const server = await serve(home, ['--queue', '100'])
    const photo = await sampleBytes(3)
    const asked = Array.from({ length: 12 }, async () =>
      ask(server, '/v1/detect', {
        method: 'POST',
        body: new Uint8Array(photo),
        headers: { 'content-type': 'image/jpeg' },
      }).then(({ status }) => status),
    )
    // Waits until the server has all requests in flight, or has answered some.
    for (let has = 0; has < 12; ) {
      const { body } = await ask(server, '/v1/metrics')
      const inside = Number(/^agnize_photo_requests_in_flight (\d+)/m.exec(body)![1])
      const answered = /operation="detect",status="200"\} (\d+)$/m.exec(
        body
          .split('\n')
          .filter((line: string) => line.includes('_count'))
          .join('\n'),
      )
      has = inside + Number(answered?.[1] ?? 0)
    }
    server.child.kill('SIGTERM')
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]))
    expect(await server.ended).toBe(0)

    const other = await serve(home, ['--queue', '1000'], server.key)
    const many = Array.from({ length: 200 }, () =>
      ask(other, '/v1/detect', {
        method: 'POST',
        body: new Uint8Array(photo),
        headers: { 'content-type': 'image/jpeg' },
      }).catch(() => null),
    )
    await new Promise((done) => setTimeout(done, 300))
    other.child.kill('SIGTERM')
    await new Promise((done) => setTimeout(done, 100))
    other.child.kill('SIGTERM')
    expect(await other.ended).toBe(130)
    // The requests that it had not answered break off.
    expect(await Promise.all(many)).toContain(null)
  })

  test('keeps every acknowledged change and resumes jobs after it is killed under load', async () => {
    const home = await homeWithModels()
    const archive = await archiveOf(12)
    let { key } = await serve(home).then(async (server) => {
      server.child.kill('SIGTERM')
      await server.ended
      return server
    })
    const acknowledged: string[] = []
    let job = ''
    let number = 0
    let before = 0
    for (let round = 0; round < 3; round++) {
      const server = await serve(home, [], key)
      key = server.key
      if (round === 0) {
        const { body } = await ask(server, '/v1/galleries/default/jobs/archive', {
          method: 'POST',
          body: new Uint8Array(archive),
          headers: { 'content-type': 'application/gzip' },
        })
        job = body.id
      }
      const writing = (async () => {
        for (;;) {
          const name = `person ${number++}`
          const { status } = await ask(server, '/v1/galleries/default/subjects', { json: { name } })
          if (status === 201) acknowledged.push(name)
        }
      })().catch(() => {})
      await new Promise((done) => setTimeout(done, 400 + 200 * round))
      // A job that makes no progress would be abandoned.
      for (;;) {
        const { body } = await ask(server, `/v1/galleries/default/jobs/${job}`)
        if (body.done > before || body.finished_at !== null) {
          before = body.done
          break
        }
        await new Promise((done) => setTimeout(done, 20))
      }
      server.child.kill('SIGKILL')
      await server.ended
      await writing
    }
    const server = await serve(home, [], key)
    for (;;) {
      const { body } = await ask(server, `/v1/galleries/default/jobs/${job}`)
      if (body.finished_at !== null) {
        expect(body).toMatchObject({ state: 'done', total: 12 })
        break
      }
      await new Promise((done) => setTimeout(done, 100))
    }
    const names = new Set<string>()
    for (let cursor = ''; ; ) {
      const { body } = await ask(server, `/v1/galleries/default/subjects?limit=1000${cursor}`)
      for (const { name } of body.items) names.add(name)
      if (body.next === null) break
      cursor = `&cursor=${body.next}`
    }
    expect(acknowledged.length).toBeGreaterThan(20)
    expect(acknowledged.filter((name) => !names.has(name))).toEqual([])
    const anna = await ask(server, '/v1/galleries/default/subjects/Anna')
    expect(anna.body.templates).toBe(12)
    server.child.kill('SIGTERM')
    await server.ended
    const verified = await agnize(['gallery', 'verify'], { home })
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('intact') })
  })

  async function archiveOf(count: number): Promise<Buffer> {
    const folder = await temporaryFolder()
    const { mkdir } = await import('node:fs/promises')
    await mkdir(join(folder, 'people', 'Anna'), { recursive: true })
    await mkdir(join(folder, 'people', 'Else'), { recursive: true })
    for (let i = 0; i < count; i++) {
      await writeFile(join(folder, 'people', 'Anna', `${i}.jpg`), await annaPhoto(300 + 10 * i))
    }
    await promisify(execFile)('tar', ['czf', 'people.tgz', 'people'], { cwd: folder })
    return readFile(join(folder, 'people.tgz'))
  }

  test('reports an error at the start in one sentence', async () => {
    const home = await homeWithModels()
    const taken = await serve(home)
    const port = new URL(taken.url).port
    const again = await agnize(['serve', '--port', port], { home })
    expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/Port \d+ .* is in use/)])
    const [, free] = again.stderr.match(/the next free one with --port (\d+)\. \[bad-argument\]/)!
    expect(Number(free)).toBeGreaterThan(Number(port))
    const exposed = await agnize(['serve', '--host', '0.0.0.0', '--insecure-local'], { home })
    expect([exposed.code, exposed.stderr]).toEqual([2, expect.stringMatching(/insecureLocal/)])
    const bare = await agnize(['serve', '--offline', '--port', '0'], {
      home: await temporaryFolder(),
    })
    expect([bare.code, bare.stderr]).toEqual([
      2,
      expect.stringMatching(/\[offline\]|\[model-missing\]/),
    ])
    const elsewhere = await agnize(['serve', '--host', '192.0.2.1', '--port', '0'], { home })
    expect([elsewhere.code, elsewhere.stderr]).toEqual([
      2,
      expect.stringMatching(/not an address of this machine/),
    ])
  })

  test('reports a liveness network that is missing or damaged at the start', async () => {
    const home = await temporaryFolder()
    const models = join(home, 'models')
    await cp(join(testHome(), 'models'), models, { recursive: true, dereference: true })
    const files = await readdir(models, { recursive: true })
    const network = join(models, files.find((file) => file.endsWith('fr_liveness.onnx'))!)
    const start = (...args: string[]) =>
      agnize(['serve', '--offline', '--port', '0', ...args], { home })
    await writeFile(network, 'damaged')
    const damaged = await start('--liveness', 'observe')
    expect([damaged.code, damaged.stderr]).toEqual([2, expect.stringMatching(/\[model-corrupt\]/)])
    await rm(network)
    for (const args of [['--liveness', 'require'], ['--challenge']]) {
      const missing = await start(...args)
      expect([missing.code, missing.stderr]).toEqual([
        2,
        expect.stringMatching(/copy .*fr_liveness\.onnx .*\[model-missing\]/s),
      ])
    }
  })

  test('creates, lists and revokes keys on the command line', async () => {
    const home = await homeWithModels()
    await agnize(['gallery', 'list'], { home })
    const made = await agnize(
      ['keys', 'create', 'door', '--scope', 'identify', '--for', 'default'],
      { home },
    )
    expect(made.code).toBe(0)
    const key = made.stdout.trim()
    const server = await serve(home, [], key)
    // No first key is printed, since a key exists already.
    expect(server.stderr()).not.toContain('shown only once')
    expect((await ask(server, '/v1/galleries')).body.code).toBe('forbidden')
    const listed = await agnize(['keys', 'list', '--json'], { home })
    const { id, name, scopes } = JSON.parse(listed.stdout)
    expect([name, scopes]).toEqual(['door', ['identify']])
    const file = join(home, 'old.key')
    await writeFile(file, '0b3a1c9e-7d0e-4c39-9a52-1d2b0f6c8e11\n')
    const taken = await agnize(
      ['keys', 'create', 'old', '--compreface', 'recognition', '--for', 'default', '--take', file],
      { home },
    )
    expect(taken.stdout.trim()).toBe('0b3a1c9e-7d0e-4c39-9a52-1d2b0f6c8e11')
    const subjects = await fetch(`${server.url}/api/v1/recognition/subjects`, {
      headers: { 'x-api-key': taken.stdout.trim() },
    })
    expect(await subjects.json()).toEqual({ subjects: [] })
    const rotated = await agnize(['keys', 'rotate', id], { home })
    expect((await ask({ url: server.url, key }, '/v1/galleries')).status).toBe(401)
    expect(
      (await ask({ url: server.url, key: rotated.stdout.trim() }, '/v1/galleries')).status,
    ).toBe(403)
    expect((await agnize(['keys', 'revoke', id], { home })).code).toBe(0)
    expect(
      (await ask({ url: server.url, key: rotated.stdout.trim() }, '/v1/galleries')).status,
    ).toBe(401)
    const wrong = await agnize(['keys', 'create', 'x', '--scope', 'all'], { home })
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/read, identify, enroll, metrics, admin/),
    ])
    const nowhere = await agnize(['keys', 'create', 'x', '--scope', 'read', '--for', 'nothing'], {
      home,
    })
    expect(nowhere.stderr).toMatch(/unknown-gallery/)
  })
})

describe('settings', () => {
  test('flags override variables, and variables override the file', async () => {
    const home = await temporaryFolder()
    const file = join(home, 'agnize.json')
    await writeFile(
      file,
      JSON.stringify({ port: 1, maxMegabytes: 1, queue: 1, cors: ['https://a.example'] }),
    )
    const settings = settingsFrom(
      { port: '3' },
      { AGNIZE_PORT: '2', AGNIZE_MAX_MEGABYTES: '2', AGNIZE_CONFIG: file },
    )
    expect(settings).toMatchObject({
      port: 3,
      maxMegabytes: 2,
      queue: 1,
      cors: ['https://a.example'],
    })
    const shown = await agnize(['serve', '--print-config', '--store', 'postgres://u:secret@h/d'], {
      home,
      env: { AGNIZE_CONFIG: file },
    })
    expect(JSON.parse(shown.stdout)).toMatchObject({ port: 1, store: 'postgres://u:…@h/d' })
    expect(shown.stdout).not.toContain('secret')
  })

  test('reports all invalid settings at once', async () => {
    const home = await temporaryFolder()
    const file = join(home, 'agnize.json')
    await writeFile(file, JSON.stringify({ prot: 1, queue: 'many', tlsCert: 'x' }))
    const { code, stderr } = await agnize(['serve', '--port', '70000', '--strangers', 'maybe'], {
      home,
      env: { AGNIZE_CONFIG: file, AGNIZE_LOG_LEVEL: 'loud' },
    })
    expect(code).toBe(2)
    for (const part of ['"prot"', 'queue', '--port', '--strangers', 'AGNIZE_LOG_LEVEL']) {
      expect(stderr).toContain(part)
    }
    expect(() => settingsFrom({ tlsCert: 'x' }, {})).toThrow(/belong together/)
    expect(() => settingsFrom({ cors: 'example' }, {})).toThrow(/not an origin/)
    expect(() => settingsFrom({}, {}, join(home, 'nothing.json'))).toThrow(/cannot be read/)
  })
})

test('TLS with given certificates; CORS for the origins that are listed', async () => {
  const folder = await temporaryFolder()
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'],
    ...['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
  ])
  const at = await startServer({
    tlsCert: join(folder, 'cert.pem'),
    tlsKey: join(folder, 'key.pem'),
    cors: 'https://app.example',
  })
  expect(at.url).toMatch(/^https:/)
  const { request } = await import('node:https')
  const head = (headers: Record<string, string>, method = 'GET') =>
    new Promise<Record<string, unknown>>((done, fail) => {
      request(
        `${at.url}/v1/health`,
        { method, headers, ca: undefined, rejectUnauthorized: false },
        (response) => {
          response.resume()
          done({ status: response.statusCode, ...response.headers })
        },
      )
        .on('error', fail)
        .end()
    })
  expect(await head({})).toMatchObject({
    status: 200,
    'strict-transport-security': expect.any(String),
  })
  expect(await head({ origin: 'https://app.example' })).toMatchObject({
    'access-control-allow-origin': 'https://app.example',
  })
  expect(await head({ origin: 'https://evil.example' })).not.toHaveProperty(
    'access-control-allow-origin',
  )
  const preflight = await head(
    { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    'OPTIONS',
  )
  expect(preflight).toMatchObject({ status: 204 })
})

test('two servers on one store share people and keys and see each other’s changes', async () => {
  const one = await startServer()
  const other = await startServer({ store: join(one.home, 'gallery.sqlite') })
  const anna = await annaPhoto()
  const added = await ask(one, '/v1/galleries/default/subjects/Anna/faces', {
    method: 'POST',
    body: await form({ photos: anna }),
  })
  expect(added.status).toBe(201)
  const found = await ask({ url: other.url, key: one.key }, '/v1/galleries/default/identify', {
    method: 'POST',
    body: await form({ photo: anna }),
  })
  expect(found.body.faces[0].subject.name).toBe('Anna')
  await ask(one, '/v1/galleries/default/subjects/Anna', { method: 'DELETE' })
  const gone = await ask({ url: other.url, key: one.key }, '/v1/galleries/default/identify', {
    method: 'POST',
    body: await form({ photo: anna }),
  })
  expect(gone.body.faces[0].answer).toBe('unknown')
})

test('two servers on PostgreSQL with separate homes give the same answers', async () => {
  const postgres = await startPostgres()
  onTestFinished(() => postgres.stop())
  const one = await startServer({ store: postgres.url })
  const other = await startServer({ store: postgres.url })
  expect([one.key !== '', other.key]).toEqual([true, ''])
  const at = { url: other.url, key: one.key }
  const anna = await annaPhoto()
  const own = '/v1/galleries/default'
  const added = await ask(one, `${own}/subjects/Anna/faces`, {
    method: 'POST',
    body: await form({ photos: anna }),
  })
  expect(added.status).toBe(201)
  const found = await ask(at, `${own}/identify`, {
    method: 'POST',
    body: await form({ photo: anna }),
  })
  expect(found.body.faces[0].subject.name).toBe('Anna')
  expect((await ask(at, `${own}/subjects?search=NN`)).body.items).toHaveLength(1)
  const headers = { 'idempotency-key': 'one' }
  const first = await ask(one, `${own}/subjects`, { json: { name: 'Bo' }, headers })
  const again = await ask(at, `${own}/subjects`, { json: { name: 'Bo' }, headers })
  expect(again.body).toEqual(first.body)
  await ask(one, '/v1/galleries', { json: { name: 'second' } })
  expect((await ask(at, '/v1/galleries/second')).status).toBe(200)
  const { body: key } = await ask(one, '/v1/keys', {
    json: { name: 'k', scopes: ['identify'], galleries: ['*'], photos_per_day: 1 },
  })
  const detect = async (url: string) =>
    (
      await ask({ url, key: key.key }, '/v1/detect', {
        method: 'POST',
        body: await form({ photo: anna }),
      })
    ).status
  expect([await detect(one.url), await detect(one.url)]).toEqual([200, 429])
  await ask(at, `/v1/keys/${key.id}`, { method: 'DELETE' })
  expect(await detect(one.url)).toBe(401)
  await ask(one, '/v1/galleries/second?confirm=second', { method: 'DELETE' })
  expect((await ask(at, '/v1/galleries/second')).status).toBe(404)
  const erased = await ask(at, `${own}/subjects/Anna/erase`, { method: 'POST' })
  expect(erased.body.checks).toEqual({ notFound: true, rows: 0 })
})

test('a job migrates a gallery to another model, and so does CompreFace’s API', async () => {
  const home = await homeWithOwnModels()
  const one = await startServer({ home })
  const file = (await one.server.root.agnize.models.list()).find(
    ({ card }) => card.name === 'fr_feature',
  )!
  const input = ['--preset', 'arcface-112', '--channels', 'rgb', '--scale', '128']
  await agnize(['models', 'add', 'other', file.path, ...input], { home })
  const anna = await annaPhoto()
  const own = '/v1/galleries/default'
  await ask(one, `${own}/subjects/Anna/faces`, {
    method: 'POST',
    body: await form({ photos: anna }),
  })
  const finished = async (at: Pick<typeof one, 'url' | 'key'>, id: string) => {
    for (;;) {
      const { body } = await ask(at, `${own}/jobs/${id}`)
      if (body.finished_at !== null) return body
      await new Promise((done) => setTimeout(done, 50))
    }
  }
  const { body } = await ask(one, `${own}/jobs`, { json: { kind: 'migrate', model: 'other' } })
  expect(await finished(one, body.id)).toMatchObject({
    state: 'done',
    result: { embedded: 1, lost: 0 },
  })
  // The previous model is searched until the switch.
  const find = async (at: Pick<typeof one, 'url' | 'key'>) =>
    (
      await ask(at, `${own}/identify?threshold=0.3`, {
        method: 'POST',
        body: await form({ photo: anna }),
      })
    ).body
  expect((await find(one)).faces[0].subject.name).toBe('Anna')
  await one.stop()

  const other = await startServer({ home, model: 'other' })
  const at = { url: other.url, key: one.key }
  expect((await find(at)).code).toBe('wrong-model')
  const migrate = await fetch(`${other.url}/api/v1/migrate`, {
    method: 'POST',
    headers: { 'x-api-key': one.key },
  })
  expect(await migrate.text()).toBe('Migration started')
  const { items } = (await ask(at, `${own}/jobs`)).body
  expect(await finished(at, items[0].id)).toMatchObject({ state: 'done' })
  expect((await find(at)).faces[0].subject.name).toBe('Anna')
})

test('serves a protected gallery with its key and answers 503 without it', async () => {
  const home = await homeWithModels()
  const key = '11'.repeat(32)
  process.env.AGNIZE_KEY = key
  onTestFinished(() => void delete process.env.AGNIZE_KEY)
  const one = await startServer({ home })
  await one.server.root.agnize.gallery.protect()
  const anna = await annaPhoto()
  const path = '/v1/galleries/default/subjects/Anna/faces'
  const added = await ask(one, path, { method: 'POST', body: await form({ photos: anna }) })
  const [{ face }] = added.body.enrolled
  const image = await ask(one, `${path}/${face.id}/image`)
  expect(image.status).toBe(200)
  await one.stop()
  delete process.env.AGNIZE_KEY
  await expect(startServer({ home })).rejects.toMatchObject({ code: 'key-missing' })
})
