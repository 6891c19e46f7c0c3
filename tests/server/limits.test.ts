import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { type Started, sampleBytes, startServer } from './start.js'

let started: Started
let photo: Buffer

beforeAll(async () => {
  photo = await sampleBytes(3)
  started = await startServer({ requestSeconds: 2, queue: 4, threads: 2 }, { keep: true })
})
afterAll(() => started.stop())

async function detect(
  at = started,
): Promise<{ status: number; code: string; retryAfter: string | null; ms: number }> {
  const start = performance.now()
  const response = await fetch(`${at.url}/v1/detect`, {
    method: 'POST',
    body: new Uint8Array(photo),
    headers: { authorization: `Bearer ${at.key}`, 'content-type': 'image/jpeg' },
  })
  const body = (await response.json()) as { code?: string }
  return {
    status: response.status,
    code: body.code ?? '',
    retryAfter: response.headers.get('retry-after'),
    ms: performance.now() - start,
  }
}

/** Opens a connection and writes the head of a request, without its body. */
function begin(length: number): Promise<Socket> {
  const socket = connect(started.server.port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  return new Promise((done, fail) => {
    socket.once('error', fail)
    socket.once('connect', () => {
      socket.write(
        `POST /v1/detect HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${started.key}\r\ncontent-type: image/jpeg\r\ncontent-length: ${length}\r\n\r\n`,
      )
      done(socket)
    })
  })
}

const text = (socket: Socket) =>
  new Promise<string>((done) => {
    let all = ''
    socket.on('data', (chunk) => (all += chunk))
    socket.on('error', () => {})
    socket.on('close', () => done(all))
  })

test('answers 503 with Retry-After when the queue is full, and serves what it holds', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, () => detect()))
  const served = answers.filter(({ status }) => status === 200)
  const shed = answers.filter(({ status }) => status === 503)
  expect(served.length + shed.length).toBe(60)
  expect(served.length).toBeGreaterThanOrEqual(6)
  expect(shed.length).toBeGreaterThan(20)
  for (const { code, retryAfter } of shed) {
    expect(code).toBe('overloaded')
    expect(Number(retryAfter)).toBeGreaterThanOrEqual(1)
  }
  expect(started.server.admission.active).toBe(0)
  expect((await detect()).status).toBe(200)
})

test('a client that sends slowly holds no worker and is disconnected in time', async () => {
  const slow = await Promise.all(Array.from({ length: 50 }, () => begin(photo.length)))
  const ends = slow.map(text)
  const timer = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write('x')
  }, 200)
  onTestFinished(() => clearInterval(timer))
  // More incomplete requests than the queue holds are open, and others are still served.
  for (let i = 0; i < 5; i++) expect((await detect()).status).toBe(200)
  const answers = await Promise.all(ends)
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 504 .*timed-out/s)
  expect(started.server.admission.bytes).toBe(0)
})

test('a client that disconnects early leaves nothing behind', async () => {
  const sockets = await Promise.all(Array.from({ length: 20 }, () => begin(photo.length)))
  for (const socket of sockets) socket.write(photo.subarray(0, 1000))
  await new Promise((done) => setTimeout(done, 100))
  for (const socket of sockets) socket.destroy()
  // Some connections also close after the whole request was sent, while it is queued or processed.
  for (let i = 0; i < 5; i++) {
    const socket = await begin(photo.length)
    socket.write(photo)
    setTimeout(() => socket.destroy(), 5)
  }
  await new Promise((done) => setTimeout(done, 1000))
  expect(started.server.admission.active).toBe(0)
  expect(started.server.admission.bytes).toBe(0)
  expect((await detect()).status).toBe(200)
})

test('a client that never reads its answers does not delay others', async () => {
  const socket = connect(started.server.port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await new Promise((done) => socket.once('connect', done))
  socket.pause()
  const request = `GET /v1/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n`
  for (let i = 0; i < 500; i++) socket.write(request)
  for (let i = 0; i < 5; i++) expect((await detect()).status).toBe(200)
})

test('a thousand idle live connections do not slow down requests', async () => {
  const url = `${started.url.replace('http', 'ws')}/v1/galleries/default/live`
  const sockets: WebSocket[] = []
  onTestFinished(() => {
    for (const socket of sockets) socket.terminate()
  })
  for (let i = 0; i < 20; i++) {
    const some = Array.from(
      { length: 50 },
      () => new WebSocket(url, { headers: { authorization: `Bearer ${started.key}` } }),
    )
    sockets.push(...some)
    await Promise.all(
      some.map(
        (socket) =>
          new Promise((done, fail) => {
            socket.once('open', done)
            socket.once('error', fail)
          }),
      ),
    )
  }
  expect(started.server.live.count).toBe(1000)
  for (let i = 0; i < 5; i++) expect((await detect()).status).toBe(200)
  const [socket] = sockets
  const answer = new Promise((done) =>
    socket!.once('message', (data) => done(JSON.parse(String(data)))),
  )
  socket!.send(photo)
  expect(await answer).toMatchObject({ type: 'result', frame: 1 })
})

test('refuses live connections beyond the limit', async () => {
  const at = await startServer({ maxSockets: 2 })
  const open = async () => {
    const socket = new WebSocket(`${at.url.replace('http', 'ws')}/v1/galleries/default/live`, {
      headers: { authorization: `Bearer ${at.key}` },
    })
    onTestFinished(() => socket.terminate())
    return new Promise<number>((done) => {
      socket.on('close', (code) => done(code))
      socket.on('open', () => setTimeout(() => done(0), 200))
    })
  }
  expect([await open(), await open(), await open()]).toEqual([0, 0, 4429])
})

test('a live connection ends when its key is revoked', async () => {
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${started.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
    })
  const made = await call('/v1/keys', {
    method: 'POST',
    body: JSON.stringify({ name: 'live', scopes: ['identify'], galleries: ['default'] }),
  })
  const { id, key } = (await made.json()) as { id: string; key: string }
  const socket = new WebSocket(`${started.url.replace('http', 'ws')}/v1/galleries/default/live`, {
    headers: { authorization: `Bearer ${key}` },
  })
  onTestFinished(() => socket.terminate())
  await new Promise((done) => socket.once('open', done))
  const closed = new Promise((done) => socket.once('close', done))
  await call(`/v1/keys/${id}`, { method: 'DELETE' })
  const timer = setInterval(() => socket.readyState === 1 && socket.send(photo), 300)
  onTestFinished(() => clearInterval(timer))
  expect(await closed).toBe(4401)
})

test('stops work that takes too long with 504', async () => {
  const at = await startServer({ workSeconds: 0.02, requestSeconds: 0.02, queue: 50, threads: 1 })
  const answers = await Promise.all(Array.from({ length: 30 }, () => detect(at)))
  expect(answers.some(({ status, code }) => status === 504 && code === 'timed-out')).toBe(true)
  expect(at.server.admission.active).toBe(0)
})
