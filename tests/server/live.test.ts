import sharp from 'sharp'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { inSample1, sample } from '../fixtures.js'
import { ask, form, type Started, sampleBytes, startServer } from './start.js'

let started: Started
/** Photos of one face each. */
let anna: Buffer
let stranger: Buffer

beforeAll(async () => {
  started = await startServer({}, { keep: true })
  const [x, y] = inSample1
  anna = await sharp(sample(1))
    .extract({ left: x - 260, top: y - 260, width: 500, height: 520 })
    .jpeg()
    .toBuffer()
  await ask(started, '/v1/galleries/default/subjects/Anna/faces', {
    method: 'POST',
    body: await form({ photos: anna }),
  })
  const group = await sampleBytes(3)
  const { body } = await ask(started, '/v1/galleries/default/identify', {
    method: 'POST',
    body: await form({ photo: group }),
  })
  const { box } = body.faces.find(({ answer }: any) => answer === 'unknown')
  const left = Math.max(0, Math.round(box.x - box.width / 2))
  const top = Math.max(0, Math.round(box.y - box.height / 2))
  stranger = await sharp(group)
    .extract({ left, top, width: Math.round(2 * box.width), height: Math.round(2 * box.height) })
    .jpeg()
    .toBuffer()
  await ask(started, '/v1/galleries/default/settings', {
    method: 'PATCH',
    json: { visits: { recording: true, keep_days: 7 } },
  })
})
afterAll(() => started.stop())

/** A live connection, queried frame by frame. */
async function live(query: string, at: Pick<Started, 'url' | 'key'> = started) {
  const url = `${at.url.replace('http', 'ws')}/v1/galleries/default/live?${query}`
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${at.key}` } })
  onTestFinished(() => socket.terminate())
  await new Promise((done, fail) => {
    socket.once('open', done)
    socket.once('error', fail)
  })
  return {
    ask: (frame: Buffer | string) =>
      new Promise<any>((done) => {
        socket.once('message', (data) => done(JSON.parse(String(data))))
        socket.send(frame)
      }),
    close: () =>
      new Promise((done) => {
        socket.once('close', done)
        socket.close()
      }),
  }
}

/** The faces of a photo as a client would send them. */
async function embeddedFrame(photo: Buffer): Promise<string> {
  const { body } = await ask(started, '/v1/embed', {
    method: 'POST',
    body: await form({ photo }),
  })
  const { width, height, faces } = body
  return JSON.stringify({
    ...{ width, height, model: faces[0].model },
    faces: faces.map(({ box, quality, embedding }: any) => ({
      box,
      quality: { score: quality.score, reasons: quality.reasons },
      embedding: Buffer.from(Float32Array.from(embedding).buffer).toString('base64'),
    })),
  })
}

async function visits(camera: string): Promise<(string | null)[]> {
  const { body } = await ask(started, `/v1/galleries/default/visits?camera=${camera}`)
  return body.items.map(({ subject }: any) => subject?.name ?? null)
}

test.each([
  ['a threshold', 'threshold=-1'],
  ['a subject and a threshold', 'subject=Anna&threshold=-1'],
  ['a rate', 'fmr=0.999999'],
])("visits are decided by the gallery's own rule, and not by %s of the caller", async (_what, query) => {
  const camera = `rule-${query.replaceAll(/\W/g, '-')}`
  const connection = await live(`camera=${camera}&${query}`)
  let answer: any
  for (let i = 0; i < 6; i++) answer = await connection.ask(stranger)
  // The connection applies the query's options.
  if (query.includes('threshold')) {
    expect(answer.faces).toMatchObject([{ subject: { name: 'Anna' } }])
  }
  expect(answer.faces[0].track.sighting.visitor).not.toBeNull()
  await connection.close()
  expect(await visits(camera)).toEqual([null])
})

test('restricting the search to fewer people changes no answer to unknown', async () => {
  await ask(started, '/v1/galleries/default/subjects', { json: { name: 'Bo' } })
  const connection = await live('camera=narrow&subject=Bo')
  let answer: any
  for (let i = 0; i < 6; i++) answer = await connection.ask(anna)
  expect(answer.faces).toMatchObject([{ answer: 'unknown' }])
  await connection.close()
  expect(await visits('narrow')).toEqual(['Anna'])
})

test('embeddings record no visit and do not name faces of pictures', async () => {
  const connection = await live('camera=mixed')
  const frame = await embeddedFrame(anna)
  const embedded = []
  for (let i = 0; i < 8; i++) embedded.push((await connection.ask(frame)).faces[0].track)
  expect(embedded.at(-1)).toMatchObject({ subject: { name: 'Anna' }, sighting: null })
  expect(await visits('mixed')).toEqual([])
  // The same face in a picture starts a new track.
  const { track } = (await connection.ask(anna)).faces[0]
  expect(track).toMatchObject({ frames: 1, subject: null, sighting: null })
  expect(embedded.map(({ id }) => id)).not.toContain(track.id)
  await connection.close()
  expect(await visits('mixed')).toEqual([])
})

test('frames of embeddings count in the quota and in the rate of the key', async () => {
  const keyWith = async (limits: object) => {
    const { body } = await ask(started, '/v1/keys', {
      json: { name: 'limited', scopes: ['identify'], galleries: ['default'], ...limits },
    })
    return { url: started.url, key: body.key }
  }
  const frame = await embeddedFrame(anna)
  const codes = async (at: Pick<Started, 'url' | 'key'>) => {
    const connection = await live('camera=limits', at)
    const all = []
    for (let i = 0; i < 4; i++) {
      const { type, code } = await connection.ask(frame)
      all.push(code ?? type)
    }
    return all
  }
  expect(await codes(await keyWith({ photos_per_day: 2 }))).toEqual([
    ...['result', 'result', 'quota-exceeded', 'quota-exceeded'],
  ])
  // A connection counts as one request.
  expect(await codes(await keyWith({ requests_per_minute: 3 }))).toEqual([
    ...['result', 'result', 'rate-limited', 'rate-limited'],
  ])
})

test('frames of embeddings and searches by embeddings wait in the same queue as photos', async () => {
  const frame = await embeddedFrame(anna)
  const connection = await live('camera=queue')
  const turns: (() => void)[] = []
  while (!started.server.admission.isFull) turns.push(started.server.admission.enter())
  const refused = await connection.ask(frame)
  const vector = Array.from({ length: 512 }, (_, i) => i % 7)
  const { model } = JSON.parse(frame)
  const search = () =>
    ask(started, '/v1/galleries/default/identify/embeddings', {
      json: { embeddings: [{ model, vector }] },
    })
  const searched = await search()
  for (const leave of turns) leave()
  expect([refused.type, refused.code]).toEqual(['error', 'overloaded'])
  expect([searched.status, searched.body.code]).toEqual([503, 'overloaded'])
  expect((await connection.ask(frame)).type).toBe('result')
  expect((await search()).status).toBe(200)
})

test('a frame has no more faces than are searched for at a time, and no more bytes', async () => {
  const connection = await live('camera=large')
  const frame = JSON.parse(await embeddedFrame(anna))
  const faces = Array(65).fill(frame.faces[0])
  expect((await connection.ask(JSON.stringify({ ...frame, faces }))).code).toBe('bad-argument')
  expect((await connection.ask(JSON.stringify({ ...frame, faces: faces.slice(1) }))).type).toBe(
    'result',
  )
  expect((await connection.ask(`{"x": "${'a'.repeat(600_000)}"}`)).code).toBe('request-too-large')
})

test('base64 of embeddings may have line breaks', async () => {
  const connection = await live('camera=lines')
  const frame = JSON.parse(await embeddedFrame(anna))
  frame.faces[0].embedding = frame.faces[0].embedding.replaceAll(/(.{76})/g, '$1\n')
  expect((await connection.ask(JSON.stringify(frame))).faces).toMatchObject([{ answer: 'match' }])
})
