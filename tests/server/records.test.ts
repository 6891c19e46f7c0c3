import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SqliteFile } from '../../dist/gallery/sql/sqlite-file.js'
import { ask, startServer } from './start.js'

test('an expired session has no rights and is not renewed', async () => {
  const started = await startServer()
  const signedIn = await ask({ url: started.url, key: '' }, '/v1/session', {
    json: { key: started.key },
  })
  expect(signedIn.status).toBe(201)
  const [cookie] = signedIn.headers.getSetCookie()
  const headers = { cookie: cookie!.split(';')[0]!, 'sec-fetch-site': 'same-origin' }
  const asked = () => ask({ url: started.url, key: '' }, '/v1/galleries', { headers })
  expect((await asked()).status).toBe(200)
  const database = new SqliteFile(join(started.home, 'gallery.sqlite'))
  const setEnd = (at: number) =>
    database.run('update sessions set expires_at = ?', new Date(at).toISOString())
  setEnd(Date.now() + 3_600_000)
  expect((await asked()).status).toBe(200)
  setEnd(Date.now() - 1000)
  for (let i = 0; i < 2; i++) {
    const refused = await asked()
    expect([refused.status, refused.body.code]).toEqual([401, 'unauthorized'])
  }
  const session = await ask({ url: started.url, key: '' }, '/v1/session', { headers })
  expect(session.body.caller).toBeNull()
  database.close()
})

test('an Idempotency-Key refuses another request of the same length', async () => {
  const started = await startServer()
  const path = '/v1/galleries/default/subjects'
  const headers = { 'idempotency-key': 'a-key' }
  const first = await ask(started, path, { json: { name: 'Anna' }, headers })
  const again = await ask(started, path, { json: { name: 'Anna' }, headers })
  expect([again.status, again.body]).toEqual([201, first.body])
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  const other = await ask(started, path, { json: { name: 'Anne' }, headers })
  expect([other.status, other.body.code]).toEqual([422, 'idempotency-conflict'])
  // An idempotency key is also bound to the path, here another one of the same length.
  const elsewhere = await ask(started, '/v1/galleries/defaulu/subjects', {
    ...{ json: { name: 'Anna' }, headers },
  })
  expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'idempotency-conflict'])
})

test('an Idempotency-Key refuses another archive of the same length', async () => {
  const started = await startServer()
  const send = (last: number, kind = 'enroll') => {
    const archive = Buffer.alloc(2048, 65)
    archive[archive.length - 1] = last
    return ask(started, `/v1/galleries/default/jobs/archive?kind=${kind}`, {
      method: 'POST',
      body: new Uint8Array(archive),
      headers: { 'content-type': 'application/x-tar', 'idempotency-key': 'an-archive' },
    })
  }
  const first = await send(66)
  const again = await send(66)
  expect([first.status, again.status, again.body]).toEqual([202, 202, first.body])
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  const other = await send(67)
  expect([other.status, other.body.code]).toEqual([422, 'idempotency-conflict'])
  const jobs = await ask(started, '/v1/galleries/default/jobs')
  expect(jobs.body.items).toHaveLength(1)
  // The uploads of the rejected requests are deleted.
  await expect.poll(() => readdir(join(started.home, 'jobs'))).toEqual([])
})
