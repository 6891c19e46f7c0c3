import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OwnPostgres, startOwnPostgres, startReplica } from '../../scripts/postgres.js'
import { annaPhoto } from '../fixtures.js'
import { startPostgres } from '../gallery/postgres.js'
import { lacks } from '../requirements.js'
import { ask, form, type Started, startServer } from './start.js'

const own = '/v1/galleries/default'

describe.skipIf(lacks('postgres'))('a server that reads from a replica', () => {
  let primary: OwnPostgres
  let replica: OwnPostgres
  let writer: Started
  let reader: Started
  let faceId: string
  let anna: Buffer

  /** What was started, the last first. */
  const stops: (() => Promise<void>)[] = []

  beforeAll(async () => {
    primary = (await startOwnPostgres())!
    stops.unshift(() => primary.stop())
    writer = await startServer({ store: primary.url }, { keep: true })
    stops.unshift(() => writer.stop())
    anna = await annaPhoto()
    const added = await ask(writer, `${own}/subjects/Anna/faces`, {
      method: 'POST',
      body: await form({ photos: anna }),
    })

    faceId = added.body.enrolled[0].face.id
    replica = (await startReplica(primary))!
    stops.unshift(() => replica.stop())
    const started = await startServer({ store: replica.url, readOnly: true }, { keep: true })
    stops.unshift(() => started.stop())
    // Keys lie in the store, so that of the primary's server is valid here.
    reader = { ...started, key: writer.key }
  })
  afterAll(async () => {
    for (const stop of stops) await stop()
  })

  const named = async () => {
    const { status, body } = await ask(reader, `${own}/identify`, {
      method: 'POST',
      body: await form({ photo: anna }),
    })
    expect(status).toBe(200)
    return body.faces[0].subject?.name ?? null
  }

  test('identifies, verifies and lists', async () => {
    expect(await named()).toBe('Anna')
    const verified = await ask(reader, `${own}/verify?subject=Anna`, {
      method: 'POST',
      body: await form({ a: anna }),
    })
    expect(verified).toMatchObject({ status: 200, body: { match: true } })
    expect((await ask(reader, `${own}/subjects`)).body.items).toMatchObject([{ name: 'Anna' }])
  })

  test('sees what the primary changes', async () => {
    await ask(writer, `${own}/subjects/Anna`, { method: 'PATCH', json: { name: 'Anne' } })
    await expect.poll(named, { timeout: 60_000 }).toBe('Anne')
    await ask(writer, `${own}/subjects/Anne`, { method: 'PATCH', json: { name: 'Anna' } })
    await expect.poll(named, { timeout: 60_000 }).toBe('Anna')
  })

  test.each([
    ['enrolls nobody', () => enroll()],
    ['deletes nobody', () => ask(reader, `${own}/subjects/Anna`, { method: 'DELETE' })],
    ['makes no gallery', () => ask(reader, '/v1/galleries', { json: { name: 'more' } })],
    [
      'makes no key',
      () =>
        ask(reader, '/v1/keys', { json: { name: 'more', scopes: ['identify'], galleries: ['*'] } }),
    ],
    ['signs nobody in', () => ask(reader, '/v1/session', { json: { key: reader.key } })],
    ['begins no challenge', () => ask(reader, `${own}/liveness`, { method: 'POST' })],
    // A view is recorded in the audit log, which is not possible here.
    ['shows no picture', () => ask(reader, `${own}/subjects/Anna/faces/${faceId}/image`)],
  ])('%s, in one sentence', async (_, request) => {
    expect(await request()).toMatchObject({
      status: 503,
      body: { code: 'read-only', detail: expect.stringContaining('send changes to a server') },
    })
  })

  test('signs nobody in with a password, and knows who has signed in elsewhere', async () => {
    const json = { name: 'Root', password: 'correct horse battery' }
    const first = await ask(writer, '/v1/session/first', { json: { ...json, key: writer.key } })
    expect(first.status).toBe(201)
    const cookie = first.headers.get('set-cookie')!.split(';')[0]!
    const isKnown = async () => {
      const headers = { cookie, 'sec-fetch-site': 'same-origin' }
      return (await ask({ url: reader.url, key: '' }, '/v1/session', { headers })).body.signed_in
    }
    await expect.poll(isKnown, { timeout: 60_000 }).toBe(true)
    expect(await ask(reader, '/v1/session', { json })).toMatchObject({
      status: 503,
      body: { code: 'read-only', detail: expect.stringContaining('nobody can sign in here') },
    })
  })

  test('names nobody in a gallery that records its decisions', async () => {
    const changed = await ask(writer, `${own}/settings`, {
      method: 'PATCH',
      json: { events: { recording: true } },
    })
    expect(changed.status).toBe(200)
    await expect
      .poll(recognition, { timeout: 60_000 })
      .toMatchObject({ status: 503, body: { code: 'read-only' } })
  })

  const recognition = async () =>
    ask(reader, `${own}/identify`, { method: 'POST', body: await form({ photo: anna }) })
  const enroll = async () =>
    ask(reader, `${own}/subjects/Bea/faces`, { method: 'POST', body: await form({ photos: anna }) })
})

test.skipIf(lacks('postgres'))('a server that only reads makes no tables', async () => {
  const empty = await startPostgres()
  try {
    await expect(startServer({ store: empty.url, readOnly: true })).rejects.toMatchObject({
      code: 'read-only',
      message: expect.stringContaining('need their tables made or upgraded'),
    })
  } finally {
    await empty.stop()
  }
})

test('a server of a file does not only read', async () => {
  await expect(startServer({ readOnly: true })).rejects.toMatchObject({ code: 'bad-argument' })
})
