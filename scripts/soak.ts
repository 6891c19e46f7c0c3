/**
 * Enrolls, identifies and deletes against a server for ten minutes (SOAK_SECONDS), records the acknowledged changes, and checks
 * at the end that the gallery contains exactly these, is consistent, and memory has not grown: `npm run soak`.
 */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { photosOf } from '../bench/face-sets.js'
import { startServerProcess } from '../bench/server-process.js'
import { createClient, photoForm } from '../dist/client/index.js'

const seconds = Number(process.env.SOAK_SECONDS ?? 600)
/** Gallery size at which enrollment pauses until people are deleted. Judgment. */
const people = 200
/** Allowed growth of memory in MB between one fifth of the time and the end. Judgment. */
const allowed = 60

const photos = await Promise.all((await photosOf('lfw')).map(({ photo }) => readFile(photo)))
const server = await startServerProcess()
const client = createClient({ url: server.url, key: server.key })
const gallery = { gallery: 'default' }
const end = performance.now() + seconds * 1000
const isOver = () => performance.now() > end

/** Acknowledged enrollments. */
const enrolled = new Map<string, number>()
const counts = { enrolled: 0, deleted: 0, identified: 0, refused: 0, wrong: 0 }
let number = 0

/** The same picture with random trailing bytes, so that the server does not skip it as a duplicate. */
const another = (photo: Buffer) =>
  new Blob([new Uint8Array(photo), crypto.getRandomValues(new Uint8Array(16))])

async function enroll(): Promise<void> {
  while (!isOver()) {
    const name = `person ${number}`
    const photo = photos[number++ % photos.length]!
    const { data, error } = await client.POST('/v1/galleries/{gallery}/subjects/{subject}/faces', {
      params: { path: { ...gallery, subject: name }, query: { at: '125,125' } },
      ...photoForm({ photos: another(photo) }),
    })
    if (error) counts.refused++
    else if (data) {
      enrolled.set(name, data.enrolled.length)
      counts.enrolled++
    }
    while (enrolled.size >= people && !isOver()) await new Promise((done) => setTimeout(done, 20))
  }
}

async function remove(): Promise<void> {
  while (!isOver()) {
    const [oldest] = enrolled.keys()
    if (!oldest || enrolled.size < people / 2) {
      await new Promise((done) => setTimeout(done, 20))
      continue
    }
    const { error } = await client.DELETE('/v1/galleries/{gallery}/subjects/{subject}', {
      params: { path: { ...gallery, subject: oldest } },
    })
    if (error) counts.refused++
    else {
      enrolled.delete(oldest)
      counts.deleted++
    }
  }
}

async function identify(from: number): Promise<void> {
  for (let i = from; !isOver(); i++) {
    const { data, error } = await client.POST('/v1/galleries/{gallery}/identify', {
      params: { path: gallery },
      ...photoForm({ photo: new Blob([new Uint8Array(photos[i % photos.length]!)]) }),
    })
    if (error) counts.refused++
    else if (data.faces.length === 0) counts.wrong++
    else counts.identified++
  }
}

const memory: { at: number; rss: number }[] = []
const sampling = setInterval(
  () => memory.push({ at: performance.now(), rss: server.rss() }),
  (seconds * 1000) / 120,
)
await Promise.all([enroll(), remove(), identify(0), identify(37)])
clearInterval(sampling)

const found = new Map<string, number>()
for (let cursor: string | undefined; ; ) {
  const { data } = await client.GET('/v1/galleries/{gallery}/subjects', {
    params: { path: gallery, query: { limit: 1000, ...(cursor && { cursor }) } },
  })
  for (const { name, templates } of data!.items) found.set(name, templates)
  if (data!.next === null) break
  cursor = data!.next
}
const lost = [...enrolled].filter(([name, count]) => found.get(name) !== count)
const risen = [...found.keys()].filter((name) => !enrolled.has(name))
const { home } = server
const mean = (list: typeof memory) => list.reduce((sum, { rss }) => sum + rss, 0) / list.length
const fifth = Math.ceil(memory.length / 5)
const [early, late] = [mean(memory.slice(fifth, 2 * fifth)), mean(memory.slice(-fifth))]
server.child.kill('SIGTERM')
await new Promise((done) => server.child.once('exit', done))
const verified = execFileSync(
  process.execPath,
  [resolve('dist/cli/main.js'), 'gallery', 'verify'],
  {
    env: { ...process.env, AGNIZE_HOME: home, NO_COLOR: '1' },
  },
).toString()
await server.stop()

console.log(
  `${seconds} s: ${counts.enrolled} enrolled, ${counts.deleted} deleted, ${counts.identified} identified, ${counts.refused} refused, ${counts.wrong} without a face`,
)
console.log(`acknowledged and not there: ${lost.length}; deleted and there: ${risen.length}`)
console.log(`gallery: ${verified.trim()}`)
console.log(
  `resident memory: ${early.toFixed(0)} MB in the second fifth, ${late.toFixed(0)} MB in the last (${allowed} MB more are allowed)`,
)
const isWell =
  lost.length + risen.length + counts.wrong === 0 &&
  /intact/.test(verified) &&
  late - early < allowed
console.log(isWell ? 'all is well' : 'NOT well')
process.exit(isWell ? 0 : 1)
