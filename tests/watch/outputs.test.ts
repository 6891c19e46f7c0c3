import { readFile, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import mqtt from 'mqtt'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Outbox } from '../../dist/watch/outputs/outbox.js'
import { Webhook } from '../../dist/watch/outputs/webhook.js'
import { hasCamera } from '../chromium.js'
import { cameraVideo } from '../console/camera-video.js'
import { type Portraits, portraits } from '../console/portraits.js'
import { openWithSession, sessionOf, temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { homeWithPeople, told, Watching } from './watching.js'

let people: Portraits
beforeAll(async () => {
  if (hasCamera) people = await portraits()
})

/** Anna, and then a stranger. */
async function film(): Promise<string> {
  return cameraVideo(await temporaryFolder(), 'film', [
    { seconds: 3, photos: [people.annaAgain] },
    { seconds: 3, photos: [] },
    { seconds: 3, photos: [people.cid] },
  ])
}

/** A receiver of webhooks that answers with a given status. */
async function receiver(answer: (taken: number, body: any) => number = () => 204) {
  const taken: { body: any; text: string; headers: IncomingMessage['headers'] }[] = []
  const attempts: any[] = []
  const server = createHttpServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString()
    const body = JSON.parse(text)
    attempts.push(body)
    const status = answer(attempts.length, body)
    if (status < 300) taken.push({ body, text, headers: request.headers })
    response.writeHead(status).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=x`
  return { url, taken, attempts }
}

/** A real broker on this machine. */
async function broker(port = 0) {
  const aedes = await Aedes.createBroker()
  const server = createServer(aedes.handle)
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  const close = async () => {
    await new Promise<void>((done) => aedes.close(() => done()))
    await new Promise<void>((done) => server.close(() => done()))
  }
  let open = true
  const end = async () => {
    if (open) await close()
    open = false
  }
  onTestFinished(end)
  const own = (server.address() as AddressInfo).port
  return { url: `mqtt://127.0.0.1:${own}`, port: own, end }
}

/** All messages of a broker. */
async function listener(url: string) {
  const messages: { topic: string; payload: string; retain: boolean }[] = []
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 100 })
  client.on('message', (topic, payload, { retain }) => {
    messages.push({ topic, payload: payload.toString(), retain })
  })
  await client.subscribeAsync('#', { qos: 1 })
  onTestFinished(() => void client.end(true))
  return messages
}

describe.skipIf(lacks('camera'))('events are sent', () => {
  test('to a webhook, signed and in order, by rules; and to a command without shell injection by names', async () => {
    const home = await homeWithPeople(people)
    const agnize = await openWithSession({ home, threads: 1 })
    await agnize.people.update('Anna', { name: 'Anna"; exit 7; "$(exit 7)', tags: ['family'] })
    await agnize.close()
    const { url, taken } = await receiver()
    const secret = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`
    const config = join(await temporaryFolder(), 'watch.yaml')
    await writeFile(
      config,
      `
cameras:
  front door: { source: ${await film()}, fps: 10 }
away: 1
webhooks:
  - { url: '${url}', secret: '\${HOOK_SECRET}', images: true }
commands:
  - { run: 'cat >> ${home}/events; echo "$AGNIZE_EVENT $AGNIZE_CAMERA $AGNIZE_ALERT" >> ${home}/lines', events: [came] }
rules:
  - { name: strangers, who: unknown, do: alert }
  - { tags: [family], do: tell }
`,
    )
    const watching = new Watching(home, ['--config', config, '--fast'], {
      env: { HOOK_SECRET: secret },
    })
    expect([await watching.ended, watching.stderr]).toEqual([0, ''])
    expect(taken.map(({ body }) => body.type)).toEqual([
      ...['came', 'greeting', 'went', 'came', 'went'],
    ])
    for (const { text, headers, body } of taken) {
      new StandardWebhook(secret).verify(text, headers as Record<string, string>)
      expect(body).toMatchObject({ id: headers['webhook-id'], camera: 'front door' })
    }
    expect(() =>
      new StandardWebhook('c2VjcmV0').verify(
        taken[0]!.text,
        taken[0]!.headers as Record<string, string>,
      ),
    ).toThrow()
    const [anna, , , stranger] = taken.map(({ body }) => body)
    expect([anna.alert, anna.rule, stranger.alert, stranger.rule]).toEqual([
      ...[false, 'rule 2', true, 'strangers'],
    ])
    expect([...Buffer.from(stranger.image, 'base64').subarray(0, 2)]).toEqual([0xff, 0xd8])
    expect(await readFile(join(home, 'lines'), 'utf8')).toBe(
      'came front door \ncame front door 1\n',
    )
    expect((await readFile(join(home, 'events'), 'utf8')).trim().split('\n')).toHaveLength(2)
  })

  test('silent people are neither reported nor greeted', async () => {
    const home = await homeWithPeople(people)
    const config = join(await temporaryFolder(), 'watch.json')
    await writeFile(config, JSON.stringify({ rules: [{ who: 'known', do: 'quiet' }] }))
    const watching = new Watching(home, [
      ...[await film(), '--config', config, '--fast', '--away', '1', '--alert-unknown'],
    ])
    await watching.ended
    expect(told(watching.events)).toEqual(['stranger came', 'stranger went'])
    expect(watching.events[0]).toMatchObject({ alert: true, rule: 'unknown' })
  })

  test('to a broker, with discovery by Home Assistant, also after the broker was unreachable', async () => {
    const home = await homeWithPeople(people)
    let { url, port, end } = await broker()
    let messages = await listener(url)
    const video = cameraVideo(await temporaryFolder(), 'film', [
      { seconds: 6, photos: [people.annaAgain] },
      { seconds: 12, photos: [] },
      { seconds: 5, photos: [people.cid] },
    ])
    const watching = new Watching(home, [
      ...[`Tür=${video}`, '--away', '2', '--mqtt', url, '--images'],
    ])
    await watching.until(() =>
      messages.some(({ topic, payload }) => topic.endsWith('/event') && payload.includes('"went"')),
    )
    const discovery = messages.filter(({ topic }) => topic.startsWith('homeassistant/'))
    expect(discovery).toHaveLength(6)
    const configs = new Map(discovery.map(({ topic, payload }) => [topic, JSON.parse(payload)]))
    for (const [topic, config] of configs) {
      expect(topic).toMatch(
        /^homeassistant\/(sensor|binary_sensor|event|image)\/[a-z0-9_]+\/[a-z]+\/config$/,
      )
      expect(config).toMatchObject({
        device: { identifiers: [expect.stringMatching(/^agnize_[a-z0-9_]+$/)], name: 'agnize Tür' },
        unique_id: expect.stringMatching(/^agnize_/),
        origin: { name: 'agnize' },
      })
    }
    const states = (list: typeof messages) =>
      list.filter(({ topic }) => topic.endsWith('/state')).map(({ payload }) => JSON.parse(payload))
    // The state follows the event.
    await expect
      .poll(() => states(messages).at(-1), { timeout: 30_000 })
      .toEqual({ people: 0, known: [], unknown: 0, last: 'Anna' })
    expect(states(messages)).toContainEqual({
      people: 1,
      known: ['Anna'],
      unknown: 0,
      last: 'Anna',
    })
    expect(messages).toContainEqual({
      topic: 'agnize/status',
      payload: 'online',
      retain: expect.any(Boolean),
    })
    await expect
      .poll(() => messages.some(({ topic }) => topic.endsWith('/image')), { timeout: 30_000 })
      .toBe(true)
    // The broker stops, a stranger comes, the broker is back: no event is lost.
    await end()
    await watching.until(() => told(watching.events).includes('stranger came'))
    ;({ end } = await broker(port))
    messages = await listener(url)
    await watching.until(() =>
      messages.some(({ topic, payload }) => topic.endsWith('/event') && payload.includes('"came"')),
    )
    await expect
      .poll(() => states(messages).at(-1), { timeout: 30_000 })
      .toEqual({ people: 1, known: [], unknown: 1, last: 'unknown' })
    await watching.ended
    await expect
      .poll(() => messages.at(-1))
      .toMatchObject({ topic: 'agnize/status', payload: 'offline' })
  })

  test('an invalid configuration is reported in one sentence with its place', async () => {
    const home = await homeWithPeople(people)
    const config = join(await temporaryFolder(), 'watch.yaml')
    for (const [text, complaint] of [
      ['rules: [{ do: shout }]', /rules\.0\.do/],
      ['rules: [{ between: "9-5", do: quiet }]', /rules\.0\.between: two times/],
      ['camera: { door: webcam }', /camera/],
      [
        `cameras: { door: "rtsp://me:$\{NOT_SET_ANYWHERE}@x" }`,
        /variable NOT_SET_ANYWHERE is not set/,
      ],
      ['webhooks: [{ url: "ftp://x" }]', /webhook begins with http/],
      ['mqtt: { url: "http://x" }', /broker begins with mqtt/],
      ['a: [', /is invalid/],
    ] as const) {
      await writeFile(config, text)
      const watching = new Watching(home, ['nothing.mp4', '--config', config])
      expect(await watching.ended).toBe(2)
      expect(watching.stderr).toMatch(complaint)
      expect(watching.stderr).toMatch(/\[bad-argument\]/)
      expect(watching.stderr.trim().split('\n')).toHaveLength(1)
    }
    const none = new Watching(home, ['--config', 'nowhere.yaml'])
    expect(await none.ended).toBe(2)
    expect(none.stderr).toMatch(/nowhere\.yaml cannot be read/)
  })
})

describe('the outbox', () => {
  const visit = (
    camera: string,
    type = 'came',
    subject: { id: string; name: string } | null = null,
  ) =>
    ({
      ...{ type, camera, at: new Date().toISOString(), visit: camera, since: '', subject },
      ...{ visitor: null, before: null, similarity: null, quality: 1, explanation: null },
      ...{ alert: false, rule: null, image: null },
    }) as any

  async function opened() {
    const home = await temporaryFolder()
    const agnize = await openWithSession({ home, threads: 1 })
    onTestFinished(() => agnize.close())
    const { store } = await sessionOf(agnize).gallery()
    return { agnize, store: store.deliveries }
  }

  test('retries in order per camera, and drops events that are rejected for good', async () => {
    const { store } = await opened()
    const { url, taken, attempts } = await receiver((count, { camera, at }) => {
      if (at === 'never') return 422
      return camera === 'door' && count <= 2 ? 503 : 200
    })
    const notes: string[] = []
    const outbox = new Outbox(store, [new Webhook({ url, secret: null })], (note) =>
      notes.push(note),
    )
    await outbox.add({ ...visit('door'), at: '1' })
    await outbox.add({ ...visit('door'), at: 'never' })
    await outbox.add({ ...visit('gate'), at: '2' })
    await outbox.add({ ...visit('door', 'went'), at: '3' })
    await expect.poll(() => taken.length, { timeout: 15_000 }).toBe(3)
    const at = (camera: string) =>
      taken.filter(({ body }) => body.camera === camera).map(({ body }) => body.at)
    expect([at('door'), at('gate')]).toEqual([['1', '3'], ['2']])
    expect(attempts.length).toBeGreaterThan(4)
    expect(notes).toEqual([
      expect.stringMatching(
        /^the webhook http:\/\/127\.0\.0\.1:\d+\/hook cannot be reached \(it answers 503\); the event is sent again/,
      ),
      expect.stringMatching(/rejected an event \(it answers 422\); the event is skipped/),
    ])
    await outbox.close()
    expect(await store.waiting(new Webhook({ url, secret: null }).name, 9)).toEqual([])
  })

  test('sends events that arrive while it reads, and does not wait for deleted ones', async () => {
    const { agnize, store } = await opened()
    const { url, taken } = await receiver((_, { camera }) => (camera === 'door' ? 503 : 200))
    let reads = 0
    // An event that is added between the read and the response.
    let meanwhile = async () => {}
    const slow = {
      ...{ add: store.add.bind(store), remove: store.remove.bind(store) },
      expire: store.expire.bind(store),
      waiting: async (output: string, limit: number) => {
        reads++
        const events = await store.waiting(output, limit)
        await meanwhile()
        return events
      },
    }
    const outbox = new Outbox(slow, [new Webhook({ url, secret: null })], () => {})
    await expect.poll(() => reads).toBe(1)
    meanwhile = async () => {
      meanwhile = async () => {}
      await outbox.add({ ...visit('gate'), at: 'meanwhile' })
    }
    await outbox.add({ ...visit('gate'), at: 'first' })
    await expect.poll(() => taken.map(({ body }) => body.at)).toEqual(['first', 'meanwhile'])
    const { id } = await agnize.people.create('Anna')
    await outbox.add(visit('door', 'came', { id, name: 'Anna' }))
    await expect
      .poll(async () => (await store.waiting(new Webhook({ url, secret: null }).name, 9)).length)
      .toBe(1)
    await agnize.people.remove('Anna')
    // Longer than the delay before the next retry.
    await new Promise((done) => setTimeout(done, 1500))
    const before = reads
    await new Promise((done) => setTimeout(done, 500))
    expect(reads).toBe(before)
    await outbox.close()
  })

  test.each([
    '{',
    '42',
    '{"type":"arson","camera":"door"}',
    '{"type":"came"}',
  ])('an invalid stored event (%s) does not block the outbox', async (body) => {
    const { store } = await opened()
    const { url, attempts } = await receiver()
    const hook = new Webhook({ url, secret: null })
    const waited = { output: hook.name, camera: 'door', subjectId: null, visitId: null }
    await store.add([{ ...waited, id: '0', body }])
    const notes: string[] = []
    const outbox = new Outbox(store, [hook], (note) => notes.push(note))
    await outbox.add({ ...visit('door'), at: 'good' })
    await expect.poll(() => attempts.map(({ at }) => at)).toEqual(['good'])
    await outbox.close()
    expect(notes).toEqual([expect.stringContaining('cannot be read')])
    expect(await store.waiting(hook.name, 9)).toEqual([])
  })

  test('keeps unsent events for the next start, except those of deleted people', async () => {
    const { agnize, store } = await opened()
    const { id } = await agnize.people.create('Anna')
    const { url, taken } = await receiver()
    const nowhere = new Webhook({ url: 'http://127.0.0.1:1/', secret: null })
    const outbox = new Outbox(store, [nowhere], () => {})
    await outbox.add(visit('door', 'came', { id, name: 'Anna' }))
    await outbox.add(visit('door', 'went'))
    await outbox.close(100)
    expect(await store.waiting(nowhere.name, 9)).toHaveLength(2)
    await agnize.people.remove('Anna')
    expect(await store.waiting(nowhere.name, 9)).toHaveLength(1)
    // An output of the same name, whose receiver is reachable now.
    const there = new Webhook({ url, secret: null })
    const again = new Outbox(store, [Object.assign(there, { name: nowhere.name })], () => {})
    await expect.poll(() => taken.length).toBe(1)
    await again.close()
    expect(taken[0]!.body.type).toBe('went')
  })
})
