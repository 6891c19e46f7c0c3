import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Agnize, openAgnize } from '../../dist/index.js'
import { cameraVideo } from '../console/camera-video.js'
import { agnize, homeWithModels, temporaryFolder } from '../fixtures.js'
import { startPostgres } from '../gallery/postgres.js'
import { lacks } from '../requirements.js'
import { Watching } from './watching.js'

async function opened(home: string, store?: string): Promise<Agnize> {
  const agnize = await openAgnize({ home, threads: 1, ...(store && { store }) })
  onTestFinished(() => agnize.close())
  return agnize
}

const report = (camera: string, state: 'online' | 'failed') => ({
  ...{ camera, state, since: '2026-11-27T10:00:00.000Z', frameAt: '2026-11-27T10:00:05.000Z' },
  ...{ framesPerSecond: 9.5, error: state === 'failed' ? 'photo-not-found' : null },
})

describe.each(['SQLite', 'PostgreSQL'])('the cameras that programs watch, in %s', (kind) => {
  test('are listed as reported last, and taken off by their own program', async () => {
    let store: string | undefined
    if (kind === 'PostgreSQL') {
      const database = await startPostgres()
      onTestFinished(() => database.stop())
      store = database.url
    }
    const { cameras } = await opened(await homeWithModels(), store)
    await cameras.report('one', [report('door', 'online'), report('yard', 'failed')])
    await cameras.report('two', [report('hall', 'online')])
    const all = await cameras.list()
    expect(all.map(({ heardAt: _, ...each }) => each)).toEqual([
      { ...report('door', 'online'), programs: 1 },
      { ...report('hall', 'online'), programs: 1 },
      { ...report('yard', 'failed'), programs: 0 },
    ])
    expect(Date.now() - Date.parse(all[0]!.heardAt)).toBeLessThan(60_000)
    // Another program has taken the camera over: the first one does not take it off.
    await cameras.report('two', [report('door', 'online')])
    await cameras.withdraw('one')
    const names = async () => (await cameras.list()).map(({ camera }) => camera)
    expect(await names()).toEqual(['door', 'hall', 'yard'])
    await cameras.withdraw('two')
    expect(await names()).toEqual(['yard'])
    // Nobody was heard of for a week.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 8 * 86_400_000 })
    onTestFinished(() => void vi.useRealTimers())
    expect(await names()).toEqual([])
    await cameras.report('two', [report('hall', 'online')])
    expect(await names()).toEqual(['hall'])
  })
})

describe.each(['SQLite', 'PostgreSQL'])('two programs with one camera, in %s', (kind) => {
  test('are told of each other, unless one has ended before the other began', async () => {
    let store: string | undefined
    if (kind === 'PostgreSQL') {
      const database = await startPostgres()
      onTestFinished(() => database.stop())
      store = database.url
    }
    const { cameras } = await opened(await homeWithModels(), store)
    const begin = Date.now()
    const secondsLater = (seconds: number) =>
      vi.useFakeTimers({ toFake: ['Date'], now: begin + seconds * 1000 })
    onTestFinished(() => void vi.useRealTimers())
    const programs = async () => (await cameras.list()).map((each) => [each.camera, each.programs])
    const door = [report('door', 'online')]
    expect(await cameras.report('killed', door)).toEqual([])
    secondsLater(5)
    // A restart after a crash, while the last report of the former program is still fresh.
    expect(await cameras.report('one', [...door, report('yard', 'online')])).toEqual([])
    expect(await programs()).toEqual([
      ['door', 1],
      ['yard', 1],
    ])
    secondsLater(8)
    expect(await cameras.report('two', [...door, report('hall', 'online')])).toEqual([])
    secondsLater(15)
    expect(await cameras.report('one', [...door, report('yard', 'online')])).toEqual(['door'])
    secondsLater(18)
    expect(await cameras.report('two', [...door, report('hall', 'online')])).toEqual(['door'])
    expect(await programs()).toEqual([
      ['door', 2],
      ['hall', 1],
      ['yard', 1],
    ])
    // One of them fails, and another is not heard of any more.
    secondsLater(20)
    expect(await cameras.report('one', [report('door', 'failed')])).toEqual(['door'])
    expect(await cameras.report('two', door)).toEqual([])
    secondsLater(60)
    expect(await programs()).toEqual([
      ['door', 0],
      ['hall', 0],
      ['yard', 0],
    ])
    expect(await cameras.report('one', door)).toEqual([])
    expect((await programs())[0]).toEqual(['door', 1])
  })
})

describe.skipIf(lacks('camera'))('agnize watch', () => {
  test('warns where another program watches a camera of the same name, and both go on', async () => {
    const home = await homeWithModels()
    const { cameras } = await opened(home)
    const film = await cameraVideo(await temporaryFolder(), 'film', [{ seconds: 120, photos: [] }])
    const [first, second] = [1, 2].map(() => new Watching(home, [`door=${film}`]))
    const warnings = () =>
      [first!, second!].map(({ stderr }) => stderr.match(/warning .*\[camera-shared\]/g)?.length)
    await expect.poll(warnings, { timeout: 90_000, interval: 500 }).toEqual([1, 1])
    expect(second!.stderr).toContain('watches a camera named "door" in this gallery')
    expect(await cameras.list()).toEqual([
      expect.objectContaining({ camera: 'door', state: 'online', programs: 2 }),
    ])
    const doctor = await agnize(['doctor', '--json'], { home })
    expect(doctor.stdout).toContain('camera-shared')
    await second!.stop()
    expect(await cameras.list()).toEqual([
      expect.objectContaining({ camera: 'door', state: 'online', programs: 1 }),
    ])
    await first!.stop()
  })

  test('says how its cameras are, takes them off when it ends, and leaves them when it is killed', async () => {
    const home = await homeWithModels()
    const { cameras } = await opened(home)
    const film = await cameraVideo(await temporaryFolder(), 'film', [{ seconds: 120, photos: [] }])
    const args = [`door=${film}`, 'yard=nothing.mp4']
    const watching = new Watching(home, args)
    const states = async () =>
      (await cameras.list()).map(({ camera, state, error }) => [camera, state, error])
    await expect.poll(states, { timeout: 60_000 }).toEqual([
      ['door', 'online', null],
      ['yard', 'failed', 'photo-not-found'],
    ])
    const rate = async () => (await cameras.list())[0]!.framesPerSecond
    await expect.poll(rate, { timeout: 60_000 }).toBeGreaterThan(0)
    const [door] = await cameras.list()
    expect(Date.parse(door!.frameAt!)).toBeGreaterThanOrEqual(Date.parse(door!.since) - 1000)
    await watching.stop()
    expect(await states()).toEqual([['yard', 'failed', 'photo-not-found']])

    const killed = new Watching(home, [`door=${film}`])
    await expect.poll(states, { timeout: 60_000 }).toContainEqual(['door', 'online', null])
    killed.child.kill('SIGKILL')
    await killed.ended
    expect(await states()).toContainEqual(['door', 'online', null])
  })
})
