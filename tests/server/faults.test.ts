import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { SqliteFile } from '../../dist/gallery/sql/sqlite-file.js'
import { startStoppablePostgres } from '../gallery/postgres.js'
import { violations } from './contract.js'
import { ask, type Started, sampleBytes, startServer } from './start.js'

/** Asks for people, or to make one. */
const subjects = (at: Pick<Started, 'url' | 'key'>, init: Parameters<typeof ask>[2] = {}) =>
  ask(at, '/v1/galleries/default/subjects', init)

test('answers 503 with Retry-After, and does not show the address, while the database is unreachable', async () => {
  const postgres = await startStoppablePostgres()
  onTestFinished(() => postgres.stop())
  const started = await startServer({ store: postgres.url })
  expect((await subjects(started)).status).toBe(200)
  await postgres.stop()
  const { status, headers, body } = await subjects(started)
  expect([status, body.code]).toEqual([503, 'store-unreachable'])
  expect(headers.get('retry-after')).toBe('5')
  expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|postgres/)
  const ready = await ask(started, '/v1/ready')
  expect([ready.status, ready.body.code]).toEqual([503, 'store-unreachable'])
  expect(
    violations('getReady', { status: 503, type: 'application/problem+json', body: ready.body }),
  ).toEqual([])
})

/** Runs a statement when no transaction of the server, which runs in this process, is open. */
async function execWhenFree(file: SqliteFile, statement: string): Promise<void> {
  file.exec('pragma busy_timeout = 0')
  for (;;) {
    try {
      return file.exec(statement)
    } catch (error) {
      if (!(error as Error).message.includes('locked')) throw error
      await new Promise((done) => setTimeout(done, 20))
    }
  }
}

test('answers 503 while another process locks the gallery, and serves it afterwards', async () => {
  const started = await startServer()
  const other = new SqliteFile(join(started.home, 'gallery.sqlite'))
  onTestFinished(() => void other.close())
  await execWhenFree(other, 'begin immediate')
  const { status, body } = await subjects(started, { json: { name: 'Anna' } })
  expect([status, body.code]).toEqual([503, 'gallery-locked'])
  expect(JSON.stringify(body)).not.toContain(started.home)
  other.exec('rollback')
  expect((await subjects(started, { json: { name: 'Anna' } })).status).toBe(201)
})

test('answers an unexpected error with 500 and no details, and logs it with its request', async () => {
  const started = await startServer()
  const other = new SqliteFile(join(started.home, 'gallery.sqlite'))
  // An SQLite error that is neither damage of the file nor has a known code.
  await execWhenFree(
    other,
    "create trigger odd before insert on idempotent_requests begin select raise(abort, 'sqlite table'); end",
  )
  other.close()
  const { status, body } = await subjects(started, {
    json: { name: 'Anna' },
    headers: { 'idempotency-key': 'x', 'x-request-id': 'the-one' },
  })
  expect([status, body.code]).toEqual([500, 'internal'])
  expect(JSON.stringify(body)).not.toMatch(/table|sqlite|idempotent_requests/i)
  expect(
    started.log().some((line) => line.includes('the-one') && line.includes('"level":50')),
  ).toBe(true)
  expect((await subjects(started)).status).toBe(200)
})

test('a stopping server finishes its requests and refuses new ones on open connections', async () => {
  const started = await startServer({ queue: 100 }, { keep: true })
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const health = () =>
    new Promise<{ status: number; body: string }>((done, fail) => {
      request(`${started.url}/v1/health`, { agent }, (response) => {
        let body = ''
        response.on('data', (chunk) => (body += chunk))
        response.on('end', () => done({ status: response.statusCode ?? 0, body }))
      })
        .on('error', fail)
        .end()
    })
  expect((await health()).status).toBe(200)
  const photo = await sampleBytes(3)
  const asked = Array.from({ length: 12 }, () =>
    ask(started, '/v1/detect', {
      method: 'POST',
      body: new Uint8Array(photo),
      headers: { 'content-type': 'image/jpeg' },
    }),
  )
  while (started.server.admission.active < 12) await new Promise((done) => setTimeout(done, 5))
  const stopped = started.stop()
  const refused = await health()
  expect([refused.status, JSON.parse(refused.body).code]).toEqual([503, 'closed'])
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array(12).fill(200))
  await stopped
  await expect(health()).rejects.toThrow(/ECONNREFUSED|socket hang up|ECONNRESET/)
})
