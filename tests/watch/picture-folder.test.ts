import {
  appendFile,
  copyFile,
  cp,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { AgnizeError, openAgnize } from '../../dist/index.js'
import { watch } from '../../dist/watch/index.js'
import { picturesIn } from '../../dist/watch/picture-folder.js'
import { type Portraits, portraits } from '../console/portraits.js'
import { temporaryFolder } from '../fixtures.js'
import { homeWithPeople, told } from './watching.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

/** A folder that is watched in this process. @param away - In seconds. */
async function watched(away: number) {
  const folder = await temporaryFolder()
  const agnize = await openAgnize({ home: await homeWithPeople(people), threads: 1 })
  const stop = new AbortController()
  const events: any[] = []
  let tell = () => {}
  const ended = (async () => {
    const cameras = [{ camera: 'door', source: folder }]
    for await (const event of watch(agnize, cameras, { away, signal: stop.signal })) {
      events.push(event)
      if (event.type === 'greeting') event.spoken()
      tell()
    }
  })()
  onTestFinished(async () => {
    stop.abort()
    await ended
    await agnize.close()
  })
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise<void>((done) => (tell = done))
  }
  // Pictures that exist at the start are ignored, so new ones are added until the watch has begun.
  for (let n = 0; count(events, 'Bo came') === 0; n++) {
    await copyFile(people.bo, join(folder, `${n}.part`))
    await rename(join(folder, `${n}.part`), join(folder, `begin-${n}.jpg`))
    await Promise.race([until(() => count(events, 'Bo came') > 0), sleep(2000)])
  }
  return { folder, events, until }
}

/** Number of occurrences of an event. */
const count = (events: readonly any[], what: string) =>
  told(events).filter((each) => each === what).length

/** The pictures of a folder, with short intervals for tests. @param patience - In milliseconds. */
function landing(folder: string, patience: number) {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const news = picturesIn(folder, false, stop.signal, {
    settleMs: 20,
    pollMs: 20,
    uploadTimeoutMs: patience,
  })
  /** The next picture or error. */
  const next = async () => {
    for (;;) {
      const { value } = await news.next()
      if (value) return value as { path: string; failed: (error: AgnizeError) => void }
    }
  }
  /** Asserts that this many polls yield no picture. */
  const silence = async (looks: number) => {
    for (let i = 0; i < looks; i++) expect((await news.next()).value).toBeNull()
  }
  return { next, silence }
}

const damaged = new AgnizeError('image-damaged', 'The JPEG file is damaged or cut short.')

test('a visit ends in time even without new pictures, and the next picture begins another', async () => {
  const { folder, events, until } = await watched(1)
  await copyFile(people.annaAgain, join(folder, '1.jpg'))
  await until(() => count(events, 'Anna went') === 1)
  await copyFile(people.annaAgain, join(folder, '2.jpg'))
  await until(() => count(events, 'Anna went') === 2)
  expect(count(events, 'Anna came')).toBe(2)
  const visits = events.filter(({ type, subject }) => type === 'came' && subject?.name === 'Anna')
  expect(visits[1].visit).not.toBe(visits[0].visit)
  expect(Date.parse(visits[1].since)).toBeGreaterThan(Date.parse(visits[0].since))
})

test('reads pictures from later sub-folders, and greets a known person beside a stranger', async () => {
  const { folder, events, until } = await watched(600)
  const day = join(folder, 'cam1', '2026-11-26')
  await mkdir(day, { recursive: true })
  const both = [people.annaAgain, people.cid]
  const picture = await Promise.all(both.map((path) => sharp(path).resize(480, 480).toBuffer()))
  await sharp({ create: { width: 960, height: 480, channels: 3, background: '#888' } })
    .composite(picture.map((input, i) => ({ input, left: 480 * i, top: 0 })))
    .jpeg()
    .toFile(join(day, '10-00-00.jpg'))
  await until(() => count(events, 'stranger came') === 1)
  await until(() => count(events, 'Welcome Anna, have a nice day!') === 1)
  expect(count(events, 'Anna came')).toBe(1)
})

test('reports a person who stands where another stood in the previous picture', async () => {
  const { folder, events, until } = await watched(600)
  await copyFile(people.annaAgain, join(folder, '1.jpg'))
  await until(() => count(events, 'Anna came') === 1)
  // Mirrored, so that the file has other content.
  await sharp(people.cid).flop().jpeg().toFile(join(folder, '2.jpg'))
  await until(() => count(events, 'stranger came') === 1)
  expect(count(events, 'Anna came')).toBe(1)
})

test('reads a slow upload once it is complete, with one message at most', async () => {
  const { folder, events, until } = await watched(600)
  const bytes = await readFile(people.annaAgain)
  const quarter = Math.ceil(bytes.length / 4)
  for (let n = 0; n < 4; n++) {
    await appendFile(join(folder, '1.jpg'), bytes.subarray(n * quarter, (n + 1) * quarter))
    if (n < 3) await sleep(2500)
  }
  await until(() => count(events, 'Anna came') === 1)
  expect(events.filter(({ type }) => type === 'failed').length).toBeLessThan(2)
})

test('retries an unreadable picture only after it has changed, and reports it once', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, '1.jpg')
  const { next, silence } = landing(folder, 0)
  await silence(1)
  await writeFile(path, 'a')
  for (let n = 0; n < 4; n++) {
    const picture = await next()
    expect(picture.path).toBe(path)
    if (n === 3) break
    picture.failed(damaged)
    if (n === 0) {
      const { error } = (await next()) as unknown as { error: AgnizeError }
      expect([error.code, error.message]).toEqual(['image-damaged', `${path}: ${damaged.message}`])
    }
    await silence(2)
    await appendFile(path, 'b')
  }
  await silence(3)
})

test('reports neither an incomplete upload nor a deleted file as damaged', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, '1.jpg')
  const { next, silence } = landing(folder, 3_600_000)
  await silence(1)
  await writeFile(path, 'a')
  ;(await next()).failed(damaged)
  await silence(5)
  await appendFile(path, 'b')
  ;(await next()).failed(damaged)
  await rm(path)
  await silence(5)
  await writeFile(path, 'whole')
  expect((await next()).path).toBe(path)
  // An error that a retry cannot fix is reported at once.
  await writeFile(path, 'too slow')
  ;(await next()).failed(new AgnizeError('timed-out', 'It took too long.'))
  expect(await next()).toMatchObject({ error: { code: 'timed-out' } })
})

test('a file counts once, whatever its names and links', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'before.jpg'), 'a')
  const { next, silence } = landing(folder, 0)
  await silence(1)
  await symlink(folder, join(folder, 'round'))
  await rename(join(folder, 'before.jpg'), join(folder, 'later.jpg'))
  await silence(5)
  await writeFile(join(folder, 'next.jpg'), 'b')
  expect((await next()).path).toBe(join(folder, 'next.jpg'))
  await mkdir(join(folder, 'done'))
  await rename(join(folder, 'next.jpg'), join(folder, 'done', 'next.jpg'))
  await symlink(join(folder, 'done', 'next.jpg'), join(folder, 'last.jpg'))
  await silence(5)
})

test('a missing folder is reported in one sentence', async () => {
  const { next } = landing(join(await temporaryFolder(), 'none'), 0)
  await expect(next()).rejects.toMatchObject({ code: 'photo-not-found' })
})

test('a folder that disappears is reported once and awaited; its old pictures are not read again', async () => {
  const above = await temporaryFolder()
  const folder = join(above, 'share')
  await mkdir(folder)
  await copyFile(people.bo, join(folder, 'old.jpg'))
  await utimes(join(folder, 'old.jpg'), 1_700_000_000, 1_700_000_000)
  const { next, silence } = landing(folder, 0)
  await silence(2)
  await rename(folder, join(above, 'away'))
  expect(await next()).toMatchObject({ error: { code: 'photo-not-found' } })
  await silence(2)
  // Mounted again: the same files with other inode numbers.
  const again = join(above, 'again')
  await cp(join(above, 'away'), again, { recursive: true, preserveTimestamps: true })
  await rename(again, folder)
  await silence(3)
  await copyFile(people.annaAgain, join(folder, 'new.jpg'))
  expect(await next()).toMatchObject({ path: join(folder, 'new.jpg') })
})
