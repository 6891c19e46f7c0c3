/** Challenges over HTTP and the live socket, by films that are drawn from stock photos (bench/challenge-films.ts). */
import { readFile } from 'node:fs/promises'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Film } from '../../../bench/challenge-films.js'
import { startPostgres } from '../../gallery/postgres.js'
import { connect, facing, filmOf, follow, jpegOf } from '../../liveness/film.js'
import { type Started, startServer } from '../start.js'
import { call, received, started, testCoverage, useApiServer } from './api.js'

useApiServer('challenges')

let bo: Film
let cleo: Film
let flat: Film

beforeAll(async () => {
  bo = await filmOf(await facing.bo(), 'relief')
  cleo = await filmOf(await facing.cleo(), 'relief')
  flat = await filmOf(await facing.bo(), 'plane')
  await enroll('Bo', await facing.bo())
})

const jpeg = { 'content-type': 'image/jpeg' }
const enroll = (subject: string, body: Buffer, more: object = {}) =>
  call('addFaces', { subject }, { body, headers: jpeg, ...more })

/** Follows a new challenge. @returns The last answer, and the challenge's id. */
async function pass(
  filmAt: (instruction: string, frame: number) => Film = () => bo,
  {
    at = started,
    steps = ['turn-left'],
  }: { at?: Pick<Started, 'url' | 'key'>; steps?: string[] } = {},
) {
  const { status, body } = await call('createChallenge', {}, { json: { steps }, at })
  expect([status, body.steps]).toEqual([201, Math.min(3, steps.length)])
  const following = await connect(at, 'default', body.id)
  onTestFinished(() => following.socket.terminate())
  return { ...(await follow(following, body.nonce, filmAt)), id: body.id }
}

const identify = (result: string, more: object = {}) =>
  call('identify', {}, { query: { liveness_result: result }, ...more })

test('a server demands no liveness by itself', async () => {
  expect((await call('getLiveness')).body).toEqual({ live: 'off', challenge: false })
})

test('who follows the steps is identified and verified by the face that passed, once', async () => {
  const passed = await pass(() => bo, {
    steps: ['turn-left', 'turn-right', 'look-up', 'come-closer'],
  })
  expect(passed).toMatchObject({ state: 'passed', done: 3, steps: 3, progress: 1, reason: null })
  const named = await identify(passed.result)
  expect(named).toMatchObject({
    status: 200,
    body: {
      ...{ width: 640, height: 480, faces_left_out: 0 },
      faces: [
        {
          ...{ answer: 'match', subject: { name: 'Bo' } },
          liveness: { answer: 'live', basis: 'challenge', score: null },
        },
      ],
    },
  })
  expect((await identify(passed.result)).body.code).toBe('liveness-result-used')

  const { result } = await pass()
  const query = { liveness_result: result, subject: 'Bo', liveness: 'require' }
  expect((await call('verify', {}, { query })).body).toMatchObject({
    ...{ answer: 'match', candidate: { subject: { name: 'Bo' } } },
    faces: [{ liveness: { basis: 'challenge' } }, null],
  })
  expect((await call('verify', {}, { query })).body.code).toBe('liveness-result-used')
  const other = await pass()
  const photo = (await facing.cleo()).toString('base64')
  const compared = await call(
    'verify',
    {},
    { query: { liveness_result: other.result }, json: { b: { photo } } },
  )
  expect(compared.body).toMatchObject({ answer: 'no_match', faces: [{}, {}] })
})

test('a photo that moves in the same way is not passed', async () => {
  const failed = await pass((instruction) => (instruction === 'turn-left' ? flat : bo))
  expect(failed).toMatchObject({ state: 'failed', instruction: null, done: 0 })
  expect(failed).not.toHaveProperty('result')
  expect(failed.advice).toMatch(/try again|stand before/)
})

test('another person does not take over: not between frames, and not with a photo', async () => {
  // Passed until the turn by one person, who then steps aside.
  const swapped = await pass((instruction) => (instruction === 'turn-left' ? cleo : bo))
  expect(swapped).toMatchObject({ state: 'failed', reason: 'other-face', done: 0 })
  // Passed with one person, sent with a photo of another.
  await enroll('Cleo', await facing.cleo())
  const { result } = await pass()
  const photo = await facing.cleo()
  const sent = await identify(result, { body: photo, headers: jpeg })
  expect([sent.status, sent.body.code]).toEqual([422, 'liveness-result-photo'])
  const json = { a: { photo: photo.toString('base64') }, b: { subject: 'Cleo' } }
  const verified = await call('verify', {}, { query: { liveness_result: result }, json })
  expect(verified.body.code).toBe('liveness-result-photo')
  // The refused calls have not used it, and it stands for the one who passed.
  const query = { liveness_result: result, subject: 'Cleo' }
  expect((await call('verify', {}, { query })).body).toMatchObject({ answer: 'no_match' })
})

test('a result is good for one gallery, one key and one minute', async () => {
  const { result, id } = await pass()
  await call('createGallery', {}, { json: { name: 'other' } })
  const elsewhere = await call(
    'identify',
    { gallery: 'other' },
    { query: { liveness_result: result } },
  )
  expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'liveness-result-elsewhere'])
  const { body: key } = await call(
    'createKey',
    {},
    { json: { name: 'door', scopes: ['identify'], galleries: ['*'] } },
  )
  expect((await identify(result, { key: key.key })).body.code).toBe('liveness-result-elsewhere')

  const { server } = started
  const { store } = await server.root.session.gallery()
  const [mine] = await server.keys.list()
  const content = {
    challenge: id,
    gallery: store.id,
    key: mine!.keyId,
    basis: 'challenge',
  } as const
  const expired = await server.results.sign({ ...content, expires: new Date().toISOString() })
  expect((await identify(expired)).body.code).toBe('liveness-result-expired')
  const [body, mac] = result.split('.')
  const forged = Buffer.from(JSON.stringify({ ...content, expires: '2999-01-01T00:00:00.000Z' }))
  for (const wrong of [
    'x',
    `${body}.${body}`,
    `${forged.toString('base64url')}.${mac}`,
    `${result}.x`,
  ]) {
    const { status, body } = await identify(wrong)
    expect([status, body.code]).toEqual([404, 'liveness-result-unknown'])
  }
  expect((await identify(result)).status).toBe(200)
})

test('frames carry the nonce and rising times; embeddings and bare pictures are refused', async () => {
  const create = async () => (await call('createChallenge', {}, { json: {} })).body
  const frame = (await jpegOf(bo)).toString('base64')
  const first = await create()
  const { send, socket } = await connect(started, 'default', first.id)
  onTestFinished(() => socket.terminate())
  const wrongs = [
    await jpegOf(bo),
    { nonce: first.nonce, time: 1, faces: [{ embedding: 'AAAA' }] },
    { nonce: first.nonce, frame },
    { nonce: first.nonce, time: 1, frame: 'AAAA' },
  ]
  for (const [i, code] of [
    'bad-argument',
    'bad-argument',
    'bad-argument',
    'not-an-image',
  ].entries()) {
    expect(await send(wrongs[i]!)).toMatchObject({ type: 'error', code })
  }
  expect(await send({ nonce: first.nonce, time: 5, frame })).toMatchObject({
    ...{ type: 'challenge', state: 'running', instruction: 'look-straight', progress: 0 },
  })
  expect(await send({ nonce: first.nonce, time: 5, frame })).toMatchObject({
    ...{ state: 'failed', reason: 'wrong-time' },
  })
  const second = await create()
  const other = await connect(started, 'default', second.id)
  expect(await other.send({ nonce: first.nonce, time: 1, frame })).toMatchObject({
    ...{ state: 'failed', reason: 'wrong-nonce' },
  })
  // A challenge is followed once, and only by the key that created it.
  for (const [id, code] of [
    [second.id, 'challenge-taken'],
    ['nothing', 'unknown-challenge'],
  ] as const) {
    const again = await connect(started, 'default', id)
    const answer = await again.send({ nonce: second.nonce, time: 2, frame })
    expect(answer).toMatchObject({ type: 'error', code })
    received(code)
  }
  const { body: key } = await call(
    'createKey',
    {},
    { json: { name: 'door', scopes: ['identify'], galleries: ['*'] } },
  )
  const third = await create()
  const stranger = await connect({ ...started, key: key.key }, 'default', third.id)
  expect(await stranger.send({ nonce: third.nonce, time: 1, frame })).toMatchObject({
    code: 'unknown-challenge',
  })
  const noTurn = await call('createChallenge', {}, { json: { steps: ['blink', 'look-up'] } })
  expect([noTurn.status, noTurn.body.code]).toEqual([400, 'bad-argument'])
})

test('an operator vouches for the face that was seen, with a reason in the audit log', async () => {
  const created = await call('createChallenge', {}, { json: { steps: ['turn-left'] } })
  const { id, nonce } = created.body
  const json = { reason: 'wheelchair with a headrest; identity card seen' }
  const override = (more: object = {}) => call('overrideChallenge', { id }, { json, ...more })
  expect((await override()).body.code).toBe('no-face')
  const following = await connect(started, 'default', id)
  const answer = await follow(following, nonce, () => bo, 6)
  expect(answer).toMatchObject({ state: 'running', instruction: 'turn-left' })
  following.socket.close()
  const { body: key } = await call(
    'createKey',
    {},
    { json: { name: 'door', scopes: ['identify', 'enroll'], galleries: ['*'] } },
  )
  expect((await override({ key: key.key })).body.code).toBe('forbidden')
  const { status, body } = await override()
  expect([status, body.basis]).toEqual([201, 'override'])
  expect((await override()).body.code).toBe('unknown-challenge')
  expect((await identify(body.result)).body.faces).toMatchObject([
    { answer: 'match', subject: { name: 'Bo' }, liveness: { answer: 'live', basis: 'override' } },
  ])
  const { store } = await started.server.root.session.gallery()
  const [entry] = await store.audit.latest({ limit: 1 })
  expect(entry).toMatchObject({
    ...{ action: 'liveness-override', details: { challenge: id, reason: json.reason } },
  })
  expect(entry!.actor).toMatch(/^key /)
})

test('an administrator vouches at a kiosk, which gets the result; nobody else can, and nobody is signed in', async () => {
  const password = 'seven tall herons at dusk'
  const account = async (name: string, role: string) =>
    expect((await call('createAccount', {}, { json: { name, role, password } })).status).toBe(201)
  await account('Vouching Vera', 'administrator')
  await account('Helping Olga', 'operator')
  const keyOf = async (name: string, scope: string, galleries = ['*']) =>
    (await call('createKey', {}, { json: { name, scopes: [scope], galleries } })).body.key as string
  const [kiosk, other, elsewhere] = [
    await keyOf('kiosk', 'identify'),
    await keyOf('other kiosk', 'identify'),
    await keyOf('admin of another gallery', 'admin', ['garden']),
  ]
  const { body: created } = await call(
    'createChallenge',
    {},
    { json: { steps: ['turn-left'] }, key: kiosk },
  )
  const { id, nonce } = created
  const reason = 'cannot turn the head; identity card seen'
  const vouch = (json: object, key = kiosk) =>
    call('vouchAtChallenge', { id }, { json: { reason, ...json }, key })
  const vera = { name: 'Vouching Vera', password }
  expect((await vouch(vera)).body.code).toBe('no-face')
  const following = await connect({ ...started, key: kiosk }, 'default', id)
  await follow(following, nonce, () => bo, 6)
  const expiry = async () => {
    const { kysely } = await started.server.root.session.engine.database()
    const row = kysely.selectFrom('challenges').select('expires_at').where('id', '=', id)
    return Date.parse((await row.executeTakeFirstOrThrow()).expires_at)
  }
  const first = await expiry()
  following.socket.close()
  // An administrator has to be fetched.
  await expect.poll(expiry).toBeGreaterThan(first)
  for (const [code, json, key] of [
    ['wrong-password', { ...vera, password: 'seven tall herons at dawn' }],
    ['forbidden', { name: 'Helping Olga', password }],
    ['forbidden', { key: kiosk }],
    ['unauthorized', { key: 'agnize_no_such_key' }],
    ['unknown-gallery', { key: elsewhere }],
    ['bad-argument', { ...vera, reason: ' ' }],
    // Another kiosk gets no result of this one's challenge.
    ['unknown-challenge', vera, other],
  ] as const) {
    expect([code, (await vouch(json, key)).body.code]).toEqual([code, code])
  }
  const answer = await vouch(vera)
  expect([answer.status, answer.body.basis]).toEqual([201, 'override'])
  expect(answer.headers.get('set-cookie')).toBeNull()
  expect((await vouch(vera)).body.code).toBe('unknown-challenge')
  const { store } = await started.server.root.session.gallery()
  const [entry] = await store.audit.latest({ limit: 1 })
  expect(entry).toMatchObject({
    ...{ actor: 'account Vouching Vera', action: 'liveness-override' },
    details: { challenge: id, reason },
  })
  expect((await identify(answer.body.result, { key: other })).body.code).toBe(
    'liveness-result-elsewhere',
  )
  expect((await identify(answer.body.result, { key: kiosk })).body.faces).toMatchObject([
    { answer: 'match', subject: { name: 'Bo' }, liveness: { answer: 'live', basis: 'override' } },
  ])
})

test.each([
  'sqlite',
  'postgres',
] as const)('another server over the same %s accepts a result, and only one of two at a time', async (kind) => {
  const place = kind === 'postgres' ? await startPostgres() : undefined
  if (place) onTestFinished(() => place.stop())
  const first = await startServer(place ? { store: place.url } : {})
  const store = place?.url ?? `${first.home}/gallery.sqlite`
  const second = { ...(await startServer({ store })), key: first.key }
  const { result, state, reason } = await pass(() => bo, { at: first })
  expect([state, reason]).toEqual(['passed', null])
  const kept = async () => {
    const { kysely } = await first.server.root.session.engine.database()
    return kysely.selectFrom('challenges').select(['state', 'face']).execute()
  }
  expect((await kept())[0]!.face).not.toBeNull()
  const asked = await Promise.all(
    [second, first, second, first].map((at) => identify(result, { at })),
  )
  expect(asked.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
  expect(await kept()).toEqual([{ state: 'used', face: null }])
})

test.each([
  'sqlite',
  'postgres',
] as const)('a challenge in %s is deleted when it expires, with its face, by any server', async (kind) => {
  const place = kind === 'postgres' ? await startPostgres() : undefined
  if (place) onTestFinished(() => place.stop())
  const first = await startServer(place ? { store: place.url } : {})
  const store = place?.url ?? `${first.home}/gallery.sqlite`
  await pass(() => bo, { at: first })
  let database = await first.server.root.session.engine.database()
  const kept = () =>
    database.kysely.selectFrom('challenges').select(['id', 'face', 'expires_at']).execute()
  const [{ face, expires_at: expiresAt } = { face: null, expires_at: '' }] = await kept()
  const written = async () => {
    const files = await Promise.all(
      [store, `${store}-wal`].map((file) => readFile(file).catch(() => Buffer.of())),
    )
    return files.some((bytes) => bytes.includes(Buffer.from(face!).subarray(-64)))
  }
  expect(face).not.toBeNull()
  if (kind === 'sqlite') expect(await written()).toBe(true)
  // Another server, whose deletion at its start finds nothing that has expired.
  const second = await startServer({ store })
  expect(await kept()).toHaveLength(1)
  // The folder with the file stays until the test ends.
  await first.server.stop()
  database = await second.server.root.session.engine.database()
  // The result lasts for a minute, too long for a test.
  const soon = new Date().toISOString()
  expect(soon < expiresAt).toBe(true)
  await database.kysely.updateTable('challenges').set({ expires_at: soon }).execute()
  await expect.poll(kept, { timeout: 60_000 }).toEqual([])
  expect(new Date().toISOString() >= soon).toBe(true)
  if (kind === 'sqlite') await expect.poll(written).toBe(false)
})

test('a challenge that expires while it is followed is not passed', async () => {
  const { kysely } = await started.server.root.session.engine.database()
  const { body } = await call('createChallenge', {}, { json: { steps: ['turn-left'] } })
  const following = await connect(started, 'default', body.id)
  onTestFinished(() => following.socket.terminate())
  const answer = await follow(following, body.nonce, () => bo, 6)
  expect(answer).toMatchObject({ state: 'running', instruction: 'turn-left' })
  await kysely.updateTable('challenges').set({ expires_at: '2000-01-01T00:00:00Z' }).execute()
  const last = await follow(following, body.nonce, () => bo, 40, answer)
  expect(last).toMatchObject({ type: 'error', code: 'unknown-challenge' })
})

testCoverage()
