import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openAgnize } from '../../dist/index.js'
import { hasCamera } from '../chromium.js'
import { cameraVideo } from '../console/camera-video.js'
import { type Portraits, portraits } from '../console/portraits.js'
import { homeWithModels, temporaryFolder } from '../fixtures.js'

let people: Portraits
beforeAll(async () => {
  if (hasCamera) people = await portraits()
})

/** A home in which Anna and Bo are enrolled, and a film: Anna comes and goes; a stranger; Anna and Bo. */
async function scene(): Promise<{ home: string; film: string }> {
  const home = await homeWithModels()
  await using agnize = await openAgnize({ home, threads: 2 })
  await agnize.enroll('Anna', people.anna, { at: [240, 240] })
  await agnize.enroll('Bo', people.bo, { at: [240, 240] })
  await agnize.gallery.setGreeting({ againAfter: 5 })
  const film = cameraVideo(await temporaryFolder(), 'film', [
    { seconds: 3, photos: [people.annaAgain] },
    { seconds: 4, photos: [] },
    { seconds: 3, photos: [people.cid] },
    { seconds: 4, photos: [] },
    { seconds: 3, photos: [people.annaAgain, people.bo] },
  ])
  return { home, film }
}

/** Runs `agnize watch`; its events. */
async function watch(home: string, args: readonly string[], path = process.env.PATH!) {
  const run = promisify(execFile)(
    process.execPath,
    [resolve('dist/cli/main.js'), 'watch', ...args, '--json', '--quiet', '--home', home],
    { env: { ...process.env, PATH: path, NO_COLOR: '1' } },
  )
  const { stdout, stderr } = await run.catch((error) => error as { stdout: string; stderr: string })
  const events = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return { events, stderr }
}

/** What happened, in few words. */
const told = (events: readonly any[]) =>
  events.map(({ type, text, subject }) => text ?? `${subject?.name ?? 'stranger'} ${type}`)

const expected = [
  ...['Anna came', 'Welcome Anna, have a nice day!', 'Anna went', 'stranger came', 'stranger went'],
  ...['Anna came', 'Bo came', 'Welcome Anna and Bo, have a nice day!', 'Anna went', 'Bo went'],
]
/** Who comes at once may be told in either order. */
const inAnyOrder = (list: readonly string[]) => [...list].sort()

describe.skipIf(!hasCamera)('agnize watch', () => {
  test('a film with a known script gives just its events and greetings', async () => {
    const { home, film } = await scene()
    const { events, stderr } = await watch(home, [`door=${film}`, '--fast'])
    expect([stderr, inAnyOrder(told(events))]).toEqual(['', inAnyOrder(expected)])
    expect(told(events).slice(0, 5)).toEqual(expected.slice(0, 5))
    const [came, , went] = events
    expect(came.camera).toBe('door')
    expect(Date.parse(came.at)).toBeLessThan(500)
    expect(Date.parse(went.at)).toBeGreaterThan(2500)
    expect(Date.parse(went.at)).toBeLessThan(3200)
    expect(went.since).toBe(came.at)
  })

  test('the same of a stream, at its own pace, and of two cameras at once', async () => {
    const { home, film } = await scene()
    const server = createServer((_, response) => createReadStream(film).pipe(response))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/film.y4m`
    const { events, stderr } = await watch(home, [`door=${url}`, `gate=${film}`])
    expect(stderr).toBe('')
    const of = (camera: string) => told(events.filter((event) => event.camera === camera))
    expect(inAnyOrder(of('gate'))).toEqual(inAnyOrder(expected))
  })

  test('visits are recorded where that is switched on', async () => {
    const { home, film } = await scene()
    const agnize = await openAgnize({ home, threads: 1 })
    await agnize.visits.configure({ recording: true })
    await agnize.close()
    await watch(home, [`door=${film}`, '--fast'])
    await using after = await openAgnize({ home, threads: 1 })
    const visits = await after.visits.list({ limit: 10 })
    // Who comes back to a camera within a minute was not away.
    expect(visits.map(({ subject }) => subject?.name ?? null).sort()).toEqual(['Anna', 'Bo', null])
    expect(await after.visits.visitors()).toHaveLength(1)
  })

  test('what cannot be is one sentence', async () => {
    const { home, film } = await scene()
    const none = await watch(home, ['nothing.mp4', '--fast'])
    expect(none.stderr).toMatch(/nothing\.mp4 cannot be read: .*No such file.*\[photo-not-found\]/)
    const camera = await watch(home, ['webcam:99'])
    expect(camera.stderr).toMatch(/webcam:99 cannot be read: /)
    const bare = await watch(home, [film], '/nowhere')
    expect(bare.stderr).toMatch(
      /ffmpeg, which is not there: install it with .*apt install ffmpeg.*\[bad-argument\]/,
    )
    const secret = await watch(home, ['door=rtsp://me:secret@127.0.0.1:1/stream'])
    expect(secret.stderr).toMatch(/rtsp:\/\/…@127\.0\.0\.1:1\/stream cannot be read/)
    expect(secret.stderr).not.toContain('secret')
    const named = await watch(home, [
      'http://me:secret@127.0.0.1:1',
      'http://127.0.0.1:1?key=secret',
    ])
    expect(named.stderr).toMatch(/Two cameras have one name/)
    expect(named.stderr).not.toContain('secret')
    const twice = await watch(home, [film, film])
    expect(twice.stderr).toMatch(/Two cameras have one name/)
  })
})
