import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdir, open, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SqliteFile } from '../../dist/gallery/sql/sqlite-file.js'
import { unpack } from '../../dist/server/jobs/unpack.js'
import { unpackArchive } from '../../dist/server/jobs/unpack-archive.js'
import { homeWithModels, sample, temporaryFolder } from '../fixtures.js'
import { ask, type Started, startServer } from './start.js'

/** A tar of files, each with its size as it claims. */
function tar(files: readonly { name: string; bytes: Buffer; claims?: number; type?: string }[]) {
  const blocks = files.flatMap(({ name, bytes, claims = bytes.length, type = '0' }) => {
    const head = Buffer.alloc(512)
    head.write(name, 0)
    head.write('0000644\0', 100)
    head.write('0000000\0', 108)
    head.write('0000000\0', 116)
    head.write(`${claims.toString(8).padStart(11, '0')}\0`, 124)
    head.write('00000000000\0', 136)
    head.write('        ', 148)
    head.write(type, 156)
    if (type === '2') head.write('elsewhere', 157)
    head.write('ustar\x0000', 257)
    const sum = head.reduce((a, b) => a + b, 0)
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

const small = { bytes: 1_000_000, entries: 5 }

/** A named pipe: a reader blocks until somebody writes. */
async function pipe(path: string): Promise<string> {
  execFileSync('mkfifo', [path])
  return path
}

describe('unpacking', () => {
  async function unpacked(bytes: Buffer, limits = small) {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'archive'), bytes)
    const photos = join(folder, 'photos')
    const code = await unpackArchive(join(folder, 'archive'), photos, limits).then(
      () => null,
      (error) => error.code,
    )
    return { code, files: (await readdir(photos)).sort() }
  }
  const file = (name: string, length = 10) => ({ name, bytes: Buffer.alloc(length, 7) })

  test('extracts an archive within the limits', async () => {
    for (const archive of [tar([file('a.jpg'), file('b.jpg')])]) {
      expect(await unpacked(archive)).toEqual({ code: null, files: ['a.jpg', 'b.jpg'] })
      expect(await unpacked(gzipSync(archive))).toEqual({ code: null, files: ['a.jpg', 'b.jpg'] })
    }
  })

  test('stops at the first exceeded limit', async () => {
    const zeros = gzipSync(Buffer.alloc(50_000_000))
    const long = tar([file('a.jpg'), file('b.jpg', 2_000_000), file('c.jpg')])
    const many = tar(Array.from({ length: 10 }, (_, i) => file(`${i}.jpg`)))
    const links = tar(Array.from({ length: 10 }, (_, i) => ({ ...file(`${i}`, 0), type: '2' })))
    const folders = tar(Array.from({ length: 10 }, (_, i) => ({ ...file(`${i}/`, 0), type: '5' })))
    const claims = tar([{ ...file('a.jpg'), claims: 5e9 }])
    for (const archive of [long, many, links, folders, claims]) {
      for (const bytes of [archive, gzipSync(archive)]) {
        expect((await unpacked(bytes)).code).toBe('request-too-large')
      }
    }
    expect((await unpacked(long)).files).not.toContain('c.jpg')
    // An archive without files that inflates to much data, before or after the end of the tar.
    expect((await unpacked(zeros)).code).toMatch(/request-too-large|archive-damaged/)
    const behind = gzipSync(Buffer.concat([tar([file('a.jpg')]), Buffer.alloc(50_000_000)]))
    expect((await unpacked(behind)).code).toBe('request-too-large')
    // An archive compressed twice, whose inner size is not counted, is rejected.
    expect((await unpacked(gzipSync(gzipSync(tar([file('a.jpg')]))))).code).toBe('archive-damaged')
  })

  test('limits the expansion of a small archive', async () => {
    const folder = await temporaryFolder()
    const archive = join(folder, 'archive')
    await writeFile(archive, gzipSync(tar([file('a.jpg', 200_000_000)])))
    const { signal } = new AbortController()
    await expect(
      unpack(archive, join(folder, 'photos'), { maxBytes: 4096e6, signal }),
    ).rejects.toMatchObject({ code: 'request-too-large' })
  })

  test('stops when canceled, at any stage', async () => {
    const folder = await temporaryFolder()
    const archive = await pipe(join(folder, 'archive'))
    const abort = new AbortController()
    const work = unpack(archive, join(folder, 'photos'), { maxBytes: 1e6, signal: abort.signal })
    const ended = expect(work).rejects.toMatchObject({ code: 'cancelled' })
    // Opening resolves when the unpacking process reads the pipe.
    const writer = await open(archive, 'w')
    abort.abort()
    await ended
    // No process reads the pipe any more.
    await expect(writer.write('x')).rejects.toMatchObject({ code: 'EPIPE' })
    await writer.close()
  })

  test('a crash of the process is reported as a damaged archive', async () => {
    const folder = await temporaryFolder()
    const archive = await pipe(join(folder, 'archive'))
    const { signal } = new AbortController()
    const work = unpack(archive, join(folder, 'photos'), { maxBytes: 1e6, signal })
    const ended = expect(work).rejects.toMatchObject({ code: 'archive-damaged' })
    const writer = await open(archive, 'w')
    for (const pid of childrenOf(process.pid, 'unpack-process')) process.kill(pid, 'SIGKILL')
    await ended
    await writer.close()
  })
})

/** Child processes of a process. */
function childrenOf(parent: number, called: string): number[] {
  const list = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(parent)]).toString()
  return list
    .split('\n')
    .filter((line) => line.includes(called))
    .map((line) => Number.parseInt(line, 10))
}

test('a job that crashed its process twice fails; orderly stops do not count', async () => {
  const home = await homeWithModels()
  const first = await startServer({ home })
  const { key } = first
  await first.stop()
  const id = '01900000-0000-7000-8000-000000000001'
  const owner = (await readFile(join(home, 'server-id'), 'utf8')).trim()
  const database = new SqliteFile(join(home, 'gallery.sqlite'))
  database.run(
    `insert into jobs (id, gallery, kind, owner, state, done, parameters, created_at)
       values (?, 'default', 'enroll', ?, 'waiting', 0, '{}', ?)`,
    id,
    owner,
    new Date().toISOString(),
  )
  database.close()
  await mkdir(join(home, 'jobs', id), { recursive: true })
  const archive = await pipe(join(home, 'jobs', id, 'archive'))
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGKILL'] as const) {
    const child = serve(home)
    // Opening resolves when the server has started to unpack.
    const writer = await open(archive, 'w')
    child.kill(signal)
    await new Promise((done) => child.once('exit', done))
    // The unpacking process ends with its server.
    for (;;) {
      const error = await writer.write('x').catch((error: NodeJS.ErrnoException) => error.code)
      if (error === 'EPIPE') break
    }
    await writer.close()
  }
  const last = await startServer({ home })
  const { server } = last
  for (;;) {
    const { body } = await ask({ url: server.url, key }, `/v1/galleries/default/jobs/${id}`)
    if (body.finished_at === null) continue
    expect(body).toMatchObject({ state: 'failed', error: { code: 'internal' } })
    expect(body.error.detail).toMatch(/crashed the server 2 times/)
    break
  }
})

/** `agnize serve` as a process of its own. */
function serve(home: string): ChildProcess {
  const child = spawn(
    process.execPath,
    [resolve('dist/cli/main.js'), 'serve', '--port', '0', '--threads', '1'],
    { env: { ...process.env, AGNIZE_HOME: home, AGNIZE_OFFLINE: '1' }, stdio: 'ignore' },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

describe('jobs', () => {
  async function finished(at: Started, id: string) {
    for (;;) {
      const { body } = await ask(at, `/v1/galleries/default/jobs/${id}`)
      if (body.finished_at !== null) return body
    }
  }
  const create = (at: Pick<Started, 'url' | 'key'>, json: object) =>
    ask(at, '/v1/galleries/default/jobs', { json })

  async function importing() {
    const folder = join(await temporaryFolder(), 'import')
    await mkdir(join(folder, 'people', 'Anna'), { recursive: true })
    return { folder, at: await startServer({ importFolder: folder }) }
  }

  test('do not reveal paths of the server', async () => {
    const { folder, at } = await importing()
    const { body } = await create(at, { kind: 'enroll', folder: 'people' })
    const job = await finished(at, body.id)
    expect(job).toMatchObject({ state: 'failed', error: { code: 'photo-not-found' } })
    expect(JSON.stringify(job)).not.toContain(folder)
    const sent = await ask(at, '/v1/galleries/default/jobs/archive', {
      method: 'POST',
      body: new Uint8Array(tar([{ name: 'people/a.txt', bytes: Buffer.from('a') }])),
      headers: { 'content-type': 'application/x-tar' },
    })
    const other = await finished(at, sent.body.id)
    expect(other).toMatchObject({ state: 'failed', error: { code: 'photo-not-found' } })
    expect(JSON.stringify(other)).not.toContain(at.home)
  })

  test('are restricted to the import folder, also through links', async () => {
    const { folder, at } = await importing()
    const outside = await temporaryFolder()
    await writeFile(join(outside, 'secret.jpg'), await readFile(sample(2)))
    await symlink(outside, join(folder, 'out'))
    const direct = await create(at, { kind: 'enroll', folder: 'out' })
    expect([direct.status, direct.body.code]).toEqual([400, 'bad-argument'])
    const missing = await create(at, { kind: 'enroll', folder: 'nothing' })
    expect([missing.status, missing.body.code]).toEqual([400, 'bad-argument'])
    // A link to the outside below the folder, of a folder or a file, in every kind of job.
    await symlink(outside, join(folder, 'people', 'Bo'))
    for (const kind of ['enroll', 'evaluate', 'calibrate']) {
      const { body } = await create(at, { kind, folder: 'people' })
      expect(await finished(at, body.id)).toMatchObject({
        ...{ state: 'failed', error: { code: 'bad-argument' } },
      })
    }
    await mkdir(join(folder, 'files', 'Cid'), { recursive: true })
    await symlink(join(outside, 'secret.jpg'), join(folder, 'files', 'Cid', 'a.jpg'))
    const { body } = await create(at, { kind: 'enroll', folder: 'files' })
    expect((await finished(at, body.id)).error.detail).toContain('files/Cid/a.jpg')
    // Links to the inside are followed, even in a cycle.
    await writeFile(join(folder, 'own.jpg'), await readFile(sample(2)))
    await mkdir(join(folder, 'good', 'Dora'), { recursive: true })
    await symlink(join(folder, 'own.jpg'), join(folder, 'good', 'Dora', 'a.jpg'))
    await symlink(join(folder, 'good'), join(folder, 'good', 'Dora', 'again'))
    const good = await create(at, { kind: 'enroll', folder: 'good' })
    expect(await finished(at, good.body.id)).toMatchObject({ state: 'done' })
  })

  test('are canceled by any key that could start them', async () => {
    const { at } = await importing()
    const made = await ask(at, '/v1/keys', {
      json: { name: 'enrolls', scopes: ['enroll'], galleries: ['default'] },
    })
    const enrolls = { url: at.url, key: made.body.key }
    const cancel = (by: Pick<Started, 'url' | 'key'>, id: string) =>
      ask(by, `/v1/galleries/default/jobs/${id}/cancel`, { method: 'POST' })
    for (const kind of ['evaluate', 'calibrate']) {
      const { body } = await create(at, { kind, folder: 'people' })
      const refused = await cancel(enrolls, body.id)
      expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
      expect((await cancel(at, body.id)).status).toBe(200)
    }
    const own = await create(enrolls, { kind: 'enroll', folder: 'people' })
    expect((await cancel(enrolls, own.body.id)).status).toBe(200)
  })

  test('are followed only as long as the key is valid', async () => {
    const { folder, at } = await importing()
    const photo = await readFile(sample(1))
    for (let i = 0; i < 60; i++)
      await writeFile(
        join(folder, 'people/Anna', `${i}.jpg`),
        Buffer.concat([photo, Buffer.from(`${i}`)]),
      )
    const { body: made } = await ask(at, '/v1/keys', {
      json: { name: 'reads', scopes: ['read'], galleries: ['default'] },
    })
    const { body: job } = await create(at, { kind: 'enroll', folder: 'people' })
    const address = `${at.url}/v1/galleries/default/jobs/${job.id}`
    const events = await fetch(`${address}/events`, { headers: { 'x-api-key': made.key } })
    expect(events.status).toBe(200)
    await ask(at, `/v1/keys/${made.id}`, { method: 'DELETE' })
    await events.text()
    expect((await ask(at, `/v1/galleries/default/jobs/${job.id}`)).body.state).toBe('running')
    await ask(at, `/v1/galleries/default/jobs/${job.id}/cancel`, { method: 'POST' })
  })
})
