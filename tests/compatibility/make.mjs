// Made the files of the folder 2a0c639: run in a built checkout of that commit, `node make.mjs FOLDER`; the gallery was compressed after.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = resolve(process.argv[2])
const load = (file) => import(pathToFileURL(resolve('dist', file)).href)
const { openAgnize } = await load('index.js')
const { KeyStore } = await load('server/keys/key-store.js')
const { JobStore } = await load('server/jobs/job-store.js')

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const store = join(folder, 'gallery.sqlite')
const agnize = await openAgnize({
  home: join(folder, 'home'),
  store,
  offline: true,
  actor: 'tests',
})
const gallery = await agnize.opened.gallery()

function template(seed) {
  const vector = Float32Array.from({ length: 16 }, (_, i) => Math.sin(seed * 16 + i + 1))
  const norm = Math.hypot(...vector)
  return {
    model: 'test@1',
    vector: vector.map((x) => x / norm),
    quality: 0.9,
    photo: `photo-${seed}.jpg`,
    photoHash: `hash-${seed}`,
    box: { x: 10, y: 20, width: 30, height: 40 },
    crops: { aligned: Uint8Array.of(1, 2, seed), padded: Uint8Array.of(4, 5, seed) },
  }
}

await gallery.store.add('Anna', template(1))
await gallery.store.add('Anna', template(2))
await gallery.store.add('Bo', template(3))
await agnize.people.update('Anna', { tags: ['staff'], metadata: { room: 12 }, externalId: 'a-1' })
await gallery.store.deliveries.add([
  {
    id: '01900000-0000-7000-8000-000000000001',
    output: 'command test',
    camera: 'door',
    subjectId: null,
    visitId: null,
    body: JSON.stringify({
      id: '1',
      schema_version: 1,
      type: 'recognised',
      camera: 'door',
      subject: null,
    }),
  },
])
const database = await agnize.engine.database()
const { key } = await new KeyStore(database).create({
  name: 'door',
  scopes: ['identify', 'enrol'],
  galleries: ['*'],
  service: null,
})
const jobs = new JobStore(database, 'here')
await jobs.create('01900000-0000-7000-8000-000000000002', 'default', 'enrol', { folder: 'people' })
await jobs.finish('01900000-0000-7000-8000-000000000002', 'done', { result: { enrolled: 3 } })
await agnize.gallery.backup(join(folder, 'backup.agnize'))
await agnize.gallery.export(join(folder, 'export.agnize'))
await agnize.gallery.export(join(folder, 'export.jsonl'))
writeFileSync(join(folder, 'key.txt'), `${key}\n`)
await agnize.close()
rmSync(join(folder, 'home'), { recursive: true, force: true })
