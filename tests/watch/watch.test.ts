import { spawn } from 'node:child_process'
import { copyFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import { hasCamera } from '../chromium.js'
import { cameraVideo } from '../console/camera-video.js'
import { type Portraits, portraits } from '../console/portraits.js'
import { temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { RtspRelay } from './rtsp-relay.js'
import { homeWithPeople, told, Watching } from './watching.js'

let people: Portraits
beforeAll(async () => {
  if (hasCamera) people = await portraits()
})

/** Anna comes and goes; a stranger; Anna and Bo. @param lead - Seconds of an empty room before. */
async function script(lead = 0, longer = 0): Promise<string> {
  return cameraVideo(await temporaryFolder(), 'film', [
    ...(lead > 0 ? [{ seconds: lead, photos: [] }] : []),
    { seconds: 3 + longer, photos: [people.annaAgain] },
    { seconds: 5, photos: [] },
    { seconds: 3, photos: [people.cid] },
    { seconds: 5, photos: [] },
    { seconds: 3 + longer, photos: [people.annaAgain, people.bo] },
    ...(lead > 0 ? [{ seconds: 6, photos: [] }] : []),
  ])
}

const expected = [
  ...['Anna came', 'Welcome Anna, have a nice day!', 'Anna went', 'stranger came', 'stranger went'],
  ...['Anna came', 'Bo came', 'Welcome Anna and Bo, have a nice day!', 'Anna went', 'Bo went'],
]
/** Events of people who come or go at the same time may arrive in either order. */
const inAnyOrder = (list: readonly string[]) => [...list].sort()

function expectScript(events: readonly any[]): void {
  const happened = told(events)
  expect(inAnyOrder(happened)).toEqual(inAnyOrder(expected))
  // A greeting needs four frames and an arrival needs time: where frames are few, the greeting may come first.
  expect(inAnyOrder(happened.slice(0, 2))).toEqual(inAnyOrder(expected.slice(0, 2)))
  expect(happened.slice(2, 5)).toEqual(expected.slice(2, 5))
  expect(happened.slice(5, 7).sort()).toEqual(['Anna came', 'Bo came'])
}

/** Plays a film at its own pace, as H.264. */
function play(film: string, ...output: string[]) {
  const player = spawn(
    'ffmpeg',
    [
      ...['-nostdin', '-loglevel', 'error', '-re', '-i', film],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '15', ...output],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void player.kill('SIGKILL'))
  return player
}

describe.skipIf(lacks('camera'))('agnize watch', () => {
  test('a video with a known script yields exactly its events and greetings', async () => {
    const home = await homeWithPeople(people)
    const watching = new Watching(home, [`door=${await script()}`, '--fast', '--away', '2'])
    expect([await watching.ended, watching.stderr]).toEqual([0, ''])
    expectScript(watching.events)
    const [came, , went, stranger] = watching.events
    expect(came).toMatchObject({ camera: 'door', alert: false, visitor: null })
    expect(came.explanation).toMatchObject({ answer: 'match' })
    expect(came.similarity).toBeGreaterThan(came.explanation.threshold)
    expect(Date.parse(came.at)).toBeLessThan(500)
    expect(Date.parse(went.at)).toBeGreaterThan(2500)
    expect(Date.parse(went.at)).toBeLessThan(3200)
    expect([went.since, went.visit]).toEqual([came.at, came.visit])
    expect(stranger).toMatchObject({ type: 'came', subject: null, similarity: null })
  })

  test('an RTSP stream that starts late and breaks twice yields the same, beside a camera that never connects', async () => {
    const home = await homeWithPeople(people)
    const relay = await RtspRelay.open()
    onTestFinished(() => relay.close())
    const film = await script(6, 5)
    const watching = new Watching(home, [
      ...[`door=${relay.url}`, 'gone=rtsp://127.0.0.1:1/live', '--away', '3'],
    ])
    const is = (type: string) =>
      watching.events.filter((each) => each.camera === 'door' && each.type === type)
    await watching.until(() => is('offline').length === 1)
    play(film, '-f', 'rtsp', '-rtsp_transport', 'tcp', relay.url)
    // Frames while Anna is present, and while Anna and Bo are.
    await watching.until(() => told(watching.events).includes('Anna came'))
    await sleep(1000)
    expect(relay.drop()).toBe(1)
    await watching.until(() => told(watching.events).includes('Bo came'))
    await sleep(500)
    expect(relay.drop()).toBe(1)
    await watching.until(
      () => told(watching.events).filter((each) => each.endsWith('went')).length === 4,
    )
    expect(await watching.stop()).toBe(0)
    expectScript(watching.events.filter(({ camera }) => camera === 'door'))
    expect(is('online').length).toBe(3)
    expect(told(watching.events.filter(({ camera }) => camera === 'gone'))).toEqual([])
  })

  test('pictures on standard input and an HTTP stream yield the same', async () => {
    const home = await homeWithPeople(people)
    const film = await script(6)
    const server = createServer((_, response) => {
      const player = play(film, '-f', 'mpegts', 'pipe:1')
      player.stdout!.pipe(response)
      response.on('close', () => player.kill('SIGKILL'))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live.ts`
    const webcam = new Watching(home, ['webcam=-', '--away', '2'], { input: 'pipe' })
    const pictures = spawn('ffmpeg', [
      ...['-nostdin', '-loglevel', 'error', '-re', '-i', film, '-c:v', 'mjpeg', '-q:v', '3'],
      ...['-f', 'image2pipe', 'pipe:1'],
    ])
    onTestFinished(() => void pictures.kill('SIGKILL'))
    pictures.stdout.pipe(webcam.child.stdin!)
    expect(await webcam.ended).toBe(0)
    expectScript(webcam.events)
    // Not beside the webcam: films play at their own pace, also on a busy machine.
    const stream = new Watching(home, [`gate=${url}`, '--away', '2'])
    await stream.until(
      () => told(stream.events).filter((each) => each.endsWith('went')).length >= 4,
    )
    await stream.stop()
    expectScript(stream.events)
  })

  test('the preview shows the camera to anyone who knows its address', async () => {
    const home = await homeWithPeople(people)
    const film = cameraVideo(await temporaryFolder(), 'film', [
      { seconds: 8, photos: [people.annaAgain] },
    ])
    const watching = new Watching(home, [`hall=${film}`, `door=${film}`, '--show', '--fps', '5'], {
      // The test opens no browser.
      env: { PATH: `${dirname(process.execPath)}:/usr/bin` },
    })
    await watching.until(() => watching.stderr.includes('preview'))
    const url = /http:\/\/127\.0\.0\.1:\d+\/[\w-]{20,}\//.exec(watching.stderr)![0]
    const page = await fetch(url)
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    expect(await page.text()).toMatch(/alt="Picture of door"/)
    expect((await fetch(new URL('/', url))).status).toBe(404)
    expect((await fetch(new URL('/guessed/camera/0', url))).status).toBe(404)
    expect((await fetch(`${url}camera/9`)).status).toBe(404)
    const events = await fetch(`${url}events`)
    const pictures = await fetch(`${url}camera/1`)
    expect(pictures.headers.get('content-type')).toMatch(/^multipart\/x-mixed-replace/)
    const reader = pictures.body!.getReader()
    const bytes: number[] = []
    while (bytes.length < 50_000) bytes.push(...((await reader.read()).value ?? []))
    const text = Buffer.from(bytes)
    expect(text.includes(Buffer.from([0xff, 0xd8, 0xff]))).toBe(true)
    await reader.cancel()
    const told = await events.body!.getReader().read()
    expect(Buffer.from(told.value!).toString()).toMatch(/^data: \{"schema_version":2/)
    expect(await watching.stop()).toBe(0)
  })

  test('identifies a person from each single picture of a folder', async () => {
    const home = await homeWithPeople(people)
    const folder = await temporaryFolder()
    const watching = new Watching(home, [`door=${folder}`])
    // Pictures that exist at the start are ignored, so new ones are added until the watch has begun.
    for (let n = 0; watching.events.length === 0 && watching.child.exitCode === null; n++) {
      await copyFile(people.annaAgain, join(folder, 'coming.part'))
      await rename(join(folder, 'coming.part'), join(folder, `1-${n}.jpg`))
      await sleep(2000)
    }
    await watching.until(() => told(watching.events).length === 2)
    await copyFile(people.cid, join(folder, '2.jpg'))
    await watching.until(() => told(watching.events).includes('stranger came'))
    await watching.stop()
    expect(told(watching.events).slice(0, 3)).toEqual([
      ...['Anna came', 'Welcome Anna, have a nice day!', 'stranger came'],
    ])
    await writeFile(join(folder, '3.jpg'), 'no picture')
    const again = new Watching(home, [folder, '--fast'])
    expect(await again.ended).toBe(2)
    expect(again.stderr).toMatch(/\[not-an-image\]/)
    expect(inAnyOrder(told(again.events).filter((each) => each.endsWith('came')))).toEqual([
      ...['Anna came', 'stranger came'],
    ])
  })

  test('a camera that changes its size, stalls or sends garbage is connected to again', async () => {
    const home = await homeWithPeople(people)
    const folder = await temporaryFolder()
    const film = cameraVideo(folder, 'film', [{ seconds: 4, photos: [people.annaAgain] }])
    const longer = cameraVideo(folder, 'longer', [{ seconds: 30, photos: [people.annaAgain] }])
    let connections = 0
    const server = createServer((_, response) => {
      connections++
      if (connections === 1) response.end('<html>this is no video</html>'.repeat(1000))
      else if (connections === 2) {
        // First one size and then the other, in one stream.
        const narrow = play(film, '-vf', 'scale=480:480', '-f', 'mpegts', 'pipe:1')
        narrow.stdout!.pipe(response, { end: false })
        narrow.stdout!.on('end', () => {
          play(film, '-f', 'mpegts', 'pipe:1').stdout!.pipe(response)
        })
      } else if (connections > 3) {
        // Long enough for a slow machine: ffmpeg alone analyzes up to 5 s of a stream before its first frame.
        play(longer, '-f', 'mpegts', 'pipe:1').stdout!.pipe(response)
      }
      // The third connection sends nothing: it stalls.
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => {
      server.close()
      server.closeAllConnections()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live.ts`
    const watching = new Watching(home, [`door=${url}`, '--away', '30'])
    await watching.until(
      () => connections >= 4 && watching.events.some(({ type }) => type === 'greeting'),
      90,
    )
    await watching.stop()
    const [first] = watching.events
    expect([first.type, first.reason]).toEqual(['offline', expect.stringMatching(/cannot be read/)])
    expect(told(watching.events)).toEqual(['Anna came', 'Welcome Anna, have a nice day!'])
  })

  test('records visits where enabled, and gives a stranger a lasting id', async () => {
    const home = await homeWithPeople(people)
    const agnize = await openAgnize({ home, threads: 1 })
    await agnize.visits.configure({ recording: true })
    await agnize.close()
    const film = await script()
    const first = new Watching(home, [`door=${film}`, '--fast', '--away', '2'])
    expect(await first.ended).toBe(0)
    expectScript(first.events)
    await using after = await openAgnize({ home, threads: 1 })
    const visits = await after.visits.list({ limit: 10 })
    expect(visits.map(({ subject }) => subject?.name ?? null).sort()).toEqual([
      ...['Anna', 'Anna', 'Bo', null],
    ])
    expect(new Set(visits.map(({ id }) => id))).toEqual(
      new Set(first.events.flatMap(({ visit }) => visit ?? [])),
    )
    const [stranger] = await after.visits.visitors()
    const told = first.events.find(({ visitor }) => visitor)
    expect(told).toMatchObject({ type: 'came', visitor: stranger!.id, before: null })
    expect((await after.visits.image(stranger!.bestVisit)).length).toBeGreaterThan(1000)
    // The visitor comes back later: the event has the same id and the previous visit.
    const second = new Watching(home, [`gate=${film}`, '--fast', '--away', '2'])
    expect(await second.ended).toBe(0)
    const again = second.events.find(({ visitor }) => visitor)
    expect(again).toMatchObject({ visitor: stranger!.id, before: { camera: 'door' } })
    // After naming, all visits of the visitor have the name.
    await after.visits.name(stranger!.id, 'Cid')
    expect(await after.visits.visitors()).toEqual([])
    const named = await after.visits.list({ limit: 10, visitorId: stranger!.id })
    expect(named.map(({ subject }) => subject?.name)).toEqual(['Cid', 'Cid'])
    const third = new Watching(home, [film, '--fast', '--away', '2'])
    await third.ended
    expect(
      third.events.filter(({ type }) => type === 'came').map((e) => e.subject?.name),
    ).toContain('Cid')
  })

  test('reports an invalid camera in one sentence, and the other cameras go on', async () => {
    const home = await homeWithPeople(people)
    const film = await script()
    const mixed = new Watching(home, ['nothing.mp4', `door=${film}`, '--fast', '--away', '2'])
    expect(await mixed.ended).toBe(2)
    expect(mixed.stderr).toMatch(/nothing\.mp4 cannot be read: .*No such file.*\[photo-not-found\]/)
    expectScript(mixed.events)
    const fails = async (args: string[], env = {}) => {
      const watching = new Watching(home, args, { env })
      expect(await watching.ended).toBe(2)
      expect(watching.events).toEqual([])
      return watching.stderr
    }
    expect(await fails(['webcam:99'])).toMatch(/webcam:99 cannot be read: /)
    expect(await fails([film], { PATH: '/nowhere' })).toMatch(
      /ffmpeg, which is not installed: install it with .*apt install ffmpeg.*\[bad-argument\]/,
    )
    const named = await fails(['http://me:secret@127.0.0.1:1', 'http://127.0.0.1:1?key=secret'])
    expect(named).toMatch(/Two cameras have the same name/)
    expect(named).not.toContain('secret')
    expect(await fails([film, film])).toMatch(/Two cameras have the same name/)
    expect(await fails([film, '--hardware', 'nonsense'])).toMatch(/cannot be read: .*hwaccel/)
    const secret = new Watching(home, ['door=rtsp://me:secret@127.0.0.1:1/stream'])
    await secret.until(() => secret.events.length === 1)
    await secret.stop()
    expect(secret.events[0].reason).toMatch(/rtsp:\/\/…@127\.0\.0\.1:1\/stream cannot be read/)
  })
})
