import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { AttackReports } from '../../dist/application/attack-reports.js'
import { openAgnize } from '../../dist/index.js'
import { homeWithModels, temporaryFolder } from '../fixtures.js'
import { photosOf } from '../liveness/presentations.js'
import { lacks } from '../requirements.js'
import { Watching } from './watching.js'

const person = '0001'
/** Photos of one session, in their order. */
const live = (count: number) => photosOf('live', person, 30).slice(0, count)
const print = (count: number) => photosOf('print', person, 30).slice(0, count)

/** A film of photos at 5 a second, each of which stays for a fifth of a second; null is an empty room. */
async function filmOf(scenes: readonly (readonly (string | null)[])[]): Promise<string> {
  const folder = await temporaryFolder()
  const room = join(folder, 'room.png')
  const color = { r: 112, g: 120, b: 128 }
  await sharp({ create: { width: 640, height: 480, channels: 3, background: color } })
    .png()
    .toFile(room)
  const frames = scenes.flat()
  for (const [i, photo] of frames.entries()) {
    await sharp(photo ?? room)
      .jpeg({ quality: 95 })
      .toFile(join(folder, `${String(i).padStart(4, '0')}.jpg`))
  }
  const film = join(folder, 'film.mp4')
  execFileSync('ffmpeg', [
    ...['-loglevel', 'error', '-framerate', '5', '-i', join(folder, '%04d.jpg')],
    ...['-r', '10', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', '12', film],
  ])
  return film
}

/** An empty room for this many seconds. */
const empty = (seconds: number): null[] => Array(5 * seconds).fill(null)

async function homeWithPerson(): Promise<string> {
  const home = await homeWithModels()
  await using agnize = await openAgnize({ home, threads: 0 })
  await agnize.enroll('Anna', photosOf('live', person, 30).slice(20, 24))
  return home
}

/** The events of people and pictures, as short texts. */
const happened = (events: readonly any[]): string[] =>
  events.flatMap(({ type, subject, resembles, subjects }) => {
    if (type === 'online' || type === 'offline') return []
    const who = resembles ?? subject ?? subjects?.[0]
    return [`${type} ${who?.name ?? 'nobody'}`]
  })

describe.skipIf(lacks('pad') || lacks('camera'))('pictures held before a camera', () => {
  const film = () => filmOf([live(18), empty(4), print(18), empty(4), live(18)])

  async function watched(...args: string[]): Promise<any[]> {
    const source = `door=${await film()}`
    const watching = new Watching(await homeWithPerson(), [
      source,
      '--fast',
      '--away',
      '2',
      ...args,
    ])
    expect([await watching.ended, watching.stderr]).toEqual([0, ''])
    return watching.events
  }
  const visit = ['came Anna', 'greeting Anna', 'went Anna']

  test('required, the person is greeted and the print is not, and is reported to the operator', async () => {
    const events = await watched('--liveness', 'require')
    const told = happened(events)
    expect(told.filter((each) => !each.startsWith('greeting'))).toEqual([
      ...['came Anna', 'went Anna', 'attack Anna', 'came Anna', 'went Anna'],
    ])
    expect(told[1]).toBe('greeting Anna')
    const attack = events.find(({ type }) => type === 'attack')
    expect(attack).toMatchObject({ camera: 'door', alert: true, resembles: { name: 'Anna' } })
    expect(attack.score).toBeLessThan(attack.threshold)
    expect(attack.similarity).toBeGreaterThan(0.4)
    expect(attack).not.toHaveProperty('visit')
  })

  test('observed, the print makes a visit and is reported', async () => {
    const told = happened(await watched('--liveness', 'observe'))
    expect(told.filter((each) => each === 'came Anna')).toHaveLength(3)
    expect(told.filter((each) => each.startsWith('attack'))).toEqual(['attack Anna'])
  })

  test('without it, nobody notices', async () => {
    const told = happened(await watched())
    expect(told.filter((each) => each === 'came Anna')).toHaveLength(3)
    expect(told.slice(0, 3)).toEqual(visit)
    expect(told.filter((each) => each.startsWith('attack'))).toEqual([])
  })

  test('one line tells the operator; a configuration file asks for it too', async () => {
    const folder = await temporaryFolder()
    const file = join(folder, 'watch.yaml')
    await writeFile(file, `cameras: { door: ${await film()} }\nliveness: require\naway: 2\n`)
    const main = join(process.cwd(), 'dist/cli/main.js')
    const text = execFileSync(
      process.execPath,
      [main, 'watch', '--config', file, '--fast', '--mute', '--home', await homeWithPerson()],
      { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
    )
    expect(text).toMatch(/ door {2}alert {2}somebody holds up a picture of Anna\n/)
    expect(text.match(/Anna is here/g)).toHaveLength(2)
  })

  test('in a folder of pictures, a print makes no visit and is reported', async () => {
    const folder = join(await temporaryFolder(), 'uploads')
    await mkdir(folder)
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    await copyFile(print(1)[0]!, join(folder, 'a.jpg'))
    const args = [`door=${folder}`, '--fast', '--liveness', 'require']
    const watching = new Watching(await homeWithPerson(), args)
    expect(await watching.ended).toBe(0)
    expect(happened(watching.events)).toEqual(['attack Anna'])
  })
})

test('an attack is reported once, until it was away', () => {
  const reports = new AttackReports(1000)
  const face = {
    box: { x: 0, y: 0, width: 1, height: 1 },
    ...{ embedding: null, quality: { score: 1 }, answer: 'not_judgeable' as const, subject: null },
    image: null,
    liveness: {
      answer: 'attack',
      score: 0.1,
      threshold: 0.7,
      basis: '',
      reason: null,
      advice: null,
    },
  } as const
  const track = (id: number, liveness: 'live' | 'attack' | null) => ({
    ...{ id, frames: 5, age: 1, subject: null, answer: null, votes: 0, liveness },
  })
  const at = (ms: number, id: number, liveness: 'live' | 'attack' | null = 'attack') => {
    const attacks = reports.update([{ face, track: track(id, liveness) }], ms)
    for (const attack of attacks) reports.markReported(attack, ms)
    return attacks.length
  }
  expect([
    at(0, 1, null),
    at(100, 1),
    at(200, 1),
    at(300, 2),
    at(3000, 3),
    at(3100, 4, 'live'),
  ]).toEqual([0, 1, 0, 0, 1, 0])
  // What could not be reported is new in the next frame; a frame without the assessment changes nothing.
  const both = [track(5, 'attack'), track(6, 'attack')]
  const { liveness: _, ...unassessed } = face
  const seen = (ms: number, shown: typeof unassessed = face) =>
    reports.update(
      both.map((track) => ({ face: shown, track })),
      ms,
    ).length
  expect([seen(9000, unassessed), seen(9100), seen(9200)]).toEqual([0, 1, 1])
})
