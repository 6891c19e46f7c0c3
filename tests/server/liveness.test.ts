import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { photosOf } from '../liveness/presentations.js'
import { lacks } from '../requirements.js'
import { ask, form, type Started, startServer } from './start.js'

const person = '0011'
const at = '/v1/galleries/default'

describe.skipIf(lacks('pad'))('liveness over HTTP', () => {
  let started: Started
  let live: string[]
  let print: string[]

  beforeAll(async () => {
    started = await startServer({}, { keep: true })
    live = photosOf('live', person, 30)
    print = photosOf('print', person, 30)
    await ask(started, `${at}/subjects/Anna/faces`, {
      method: 'POST',
      body: await form({ photos: live[20]! }),
    })
    await ask(started, `${at}/settings`, {
      method: 'PATCH',
      json: { visits: { recording: true, keep_days: 7 } },
    })
  })
  afterAll(() => started?.stop())

  const send = async (path: string, photos: Record<string, string>) =>
    ask(started, path, { method: 'POST', body: await form(photos) })

  test('required, a print is not named, not verified and not enrolled', async () => {
    const named = async (photo: string, liveness: string) => {
      const { body } = await send(`${at}/identify?liveness=${liveness}`, { photo })
      const [face] = body.faces
      return [face.answer, face.reason, face.subject?.name ?? null, face.liveness?.answer]
    }
    expect(await named(live[0]!, 'require')).toEqual(['match', null, 'Anna', 'live'])
    expect(await named(print[0]!, 'require')).toEqual(['not_judgeable', 'attack', null, 'attack'])
    expect(await named(print[0]!, 'observe')).toEqual(['match', null, 'Anna', 'attack'])
    expect(await named(print[0]!, 'off')).toEqual(['match', null, 'Anna', undefined])
    const { body: detected } = await send('/v1/detect?liveness=observe', { photo: print[1]! })
    expect(detected.faces[0].liveness).toMatchObject({ answer: 'attack', advice: null })
    expect(Object.keys(detected.faces[0].liveness).sort()).toEqual([
      ...['advice', 'answer', 'basis', 'reason', 'score', 'threshold'],
    ])
    const verify = `${at}/verify?subject=Anna&liveness=require`
    expect((await send(verify, { a: print[2]! })).body).toMatchObject({
      ...{ answer: 'not_judgeable', match: false, reasons: ['attack'] },
      faces: [{ liveness: { answer: 'attack' } }, null],
    })
    expect((await send(verify, { a: live[2]! })).body).toMatchObject({ answer: 'match' })
    const enroll = await send(`${at}/subjects/Bo/faces?liveness=require`, { photos: print[3]! })
    expect([enroll.status, enroll.body.code]).toEqual([422, 'not-live'])
    const ok = await send(`${at}/subjects/Anna/faces?liveness=require`, { photos: live[4]! })
    expect(ok.body.enrolled[0].liveness).toMatchObject({ answer: 'live' })
    expect((await send(`${at}/identify?liveness=yes`, { photo: live[0]! })).status).toBe(400)
  })

  test('an embedding has no photo to judge', async () => {
    const { body } = await send('/v1/embed', { photo: live[0]! })
    const { model, embedding } = body.faces[0]
    const json = { embeddings: [{ model, vector: embedding }] }
    const asked = await ask(started, `${at}/identify/embeddings?liveness=require`, { json })
    expect([asked.status, asked.body.code]).toEqual([400, 'bad-argument'])
    expect((await ask(started, `${at}/identify/embeddings`, { json })).status).toBe(200)
  })

  async function track(
    query: string,
    photos: readonly string[],
    by: Started = started,
  ): Promise<any[]> {
    const camera = await open(query, by)
    const answers = await camera.send(photos)
    await camera.close()
    return answers
  }

  /** Opens a live connection. */
  async function open(query: string, by: Started) {
    const url = `${by.url.replace('http', 'ws')}${at}/live?${query}`
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${by.key}` } })
    onTestFinished(() => socket.terminate())
    await new Promise((done, fail) => {
      socket.once('open', done)
      socket.once('error', fail)
    })
    const send = async (photos: readonly string[]): Promise<any[]> => {
      const answers: any[] = []
      for (const photo of photos) {
        const answer = new Promise<any>((done) =>
          socket.once('message', (data) => done(JSON.parse(String(data)))),
        )
        socket.send(photo.startsWith('{') ? photo : await readFile(photo))
        answers.push(await answer)
      }
      return answers
    }
    const close = () =>
      new Promise((done) => {
        socket.once('close', done)
        socket.close()
      })
    return { send, close }
  }
  const visits = async (camera: string) =>
    (await ask(started, `${at}/visits?camera=${camera}`)).body.items.length

  test('of live frames, only a live track is named and makes a visit', async () => {
    const person = await track('camera=a&liveness=require', live.slice(0, 8))
    expect(person.at(-1).faces[0]).toMatchObject({
      answer: 'match',
      liveness: { answer: 'live' },
      track: { subject: { name: 'Anna' }, liveness: 'live' },
    })
    const picture = await track('camera=b&liveness=require', print.slice(0, 8))
    for (const { faces } of picture) {
      expect(faces[0]).toMatchObject({ answer: 'not_judgeable', track: { subject: null } })
    }
    expect(picture.at(-1).faces[0].track).toMatchObject({ liveness: 'attack', sighting: null })
    const observed = await track('camera=c&liveness=observe', print.slice(0, 8))
    expect(observed.at(-1).faces[0].track).toMatchObject({
      subject: { name: 'Anna' },
      liveness: 'attack',
    })
    const [off] = await track('camera=d', print.slice(0, 1))
    expect(off.faces[0]).not.toHaveProperty('liveness')
    expect(off.faces[0].track).not.toHaveProperty('liveness')
    expect([await visits('a'), await visits('b'), await visits('c')]).toEqual([1, 0, 1])
    const frame = JSON.stringify({ width: 1, height: 1, model: 'any', faces: [] })
    const [refused] = await track('camera=e&liveness=require', [frame])
    expect(refused).toMatchObject({ type: 'error', code: 'bad-argument' })
  })

  test('what the server requires of live frames, no request can lower', async () => {
    const strict = await startServer({ liveness: 'require', challenge: true })
    const { body: demanded } = await ask(strict, `${at}/liveness`)
    expect(demanded).toEqual({ live: 'require', challenge: true })
    await ask(strict, `${at}/subjects/Anna/faces`, {
      method: 'POST',
      body: await form({ photos: live[20]! }),
    })
    for (const query of ['camera=a', 'camera=b&liveness=off']) {
      const picture = await track(query, print.slice(0, 8), strict)
      for (const { faces } of picture) expect(faces[0].track.subject).toBeNull()
      expect(picture.at(-1).faces[0].track.liveness).toBe('attack')
      const person = await track(query, live.slice(0, 8), strict)
      expect(person.at(-1).faces[0].track).toMatchObject({ subject: { name: 'Anna' } })
    }
    const frame = JSON.stringify({ width: 1, height: 1, model: 'any', faces: [] })
    const [refused] = await track('camera=a', [frame], strict)
    expect(refused).toMatchObject({ type: 'error', code: 'bad-argument' })
    // Each picture that was held up is in the audit log, once, with the id of whom it shows.
    const attacks = await attacksAt(strict)
    expect(attacks.map(({ details }) => details.camera)).toEqual(['b', 'a'])
    const anna = await ask(strict, `${at}/subjects/Anna`)
    expect(attacks.map(({ subjectId }) => subjectId)).toEqual([anna.body.id, anna.body.id])
    // Photos that are sent one by one are judged as each request asks.
    const { body } = await ask(strict, `${at}/identify`, {
      method: 'POST',
      body: await form({ photo: print[0]! }),
    })
    expect(body.faces[0]).toMatchObject({ answer: 'match' })
  })

  test('a store that refuses the entry of an attack fails no frame, and gets it later', async () => {
    const own = await startServer()
    const { kysely } = await own.server.root.session.engine.database()
    await sql`create trigger refuse before insert on audit_log when new.action = 'attack'
      begin select raise(abort, 'refused'); end`.execute(kysely)
    const camera = await open('camera=a&liveness=require', own)
    const refused = await camera.send(print.slice(0, 8))
    expect(refused.map(({ type }) => type)).toEqual(Array(8).fill('result'))
    expect(refused.at(-1).faces[0].track.liveness).toBe('attack')
    expect(await attacksAt(own)).toEqual([])
    await sql`drop trigger refuse`.execute(kysely)
    const recorded = async () => {
      await camera.send(print.slice(7, 8))
      return (await attacksAt(own)).length
    }
    await expect.poll(recorded, { timeout: 30_000 }).toBe(1)
    await camera.send(print.slice(0, 2))
    expect(await attacksAt(own)).toHaveLength(1)
    await camera.close()
  })

  test('a client does not choose by its threshold which attacks are recorded', async () => {
    const other = photosOf('print', '0001', 30)
    const own = await startServer()
    for (const [name, person] of Object.entries({ Anna: '0011', Bo: '0001' })) {
      const photos = photosOf('live', person, 30)[20]!
      const path = `${at}/subjects/${name}/faces`
      await ask(own, path, { method: 'POST', body: await form({ photos }) })
    }
    const pictures = [...print.slice(0, 8), ...other.slice(0, 8)]
    await track('camera=a&liveness=require&threshold=0.99', pictures, own)
    expect(await attacksAt(own)).toHaveLength(2)
  })

  /** The attacks in the audit log, newest first. */
  async function attacksAt({ server }: Started) {
    const { store } = await server.root.session.gallery()
    const entries = await store.audit.latest({ limit: 50 })
    return entries.filter(({ action }) => action === 'attack')
  }
})
