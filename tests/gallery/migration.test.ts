import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { compareModels } from '../../dist/evaluation/index.js'
import type { Agnize } from '../../dist/index.js'
import {
  agnize as command,
  facesFolder,
  homeWithModels,
  homeWithOwnModels,
  inSample1,
  openWithSession,
  sample,
  sessionOf,
  template,
  temporaryFolder,
} from '../fixtures.js'
import { lacks } from '../requirements.js'

/** Another model: the default network with the color channels of its input swapped. */
async function addOther(home: string): Promise<void> {
  await using opened = await openWithSession({ home })
  const file = (await opened.models.list()).find(({ card }) => card.name === 'fr_feature')!.path
  const input = ['--preset', 'arcface-112', '--channels', 'rgb', '--scale', '128']
  expect(await command(['models', 'add', 'other', file, ...input], { home })).toMatchObject({
    code: 0,
  })
}

async function open(home: string, model?: string): Promise<Agnize> {
  const agnize = await openWithSession({ home, offline: true, ...(model && { model }) })
  onTestFinished(() => agnize.close())
  return agnize
}

test('migrates a gallery to another model and back while it is searched', async () => {
  const home = await homeWithOwnModels()
  await addOther(home)
  const before = await open(home)
  await before.enroll('Anna', sample(1), { at: inSample1 })
  const named = async (agnize: Agnize) =>
    (await agnize.identify(sample(3), { accept: { similarity: 0.3 } })).find(
      ({ subject }) => subject?.name === 'Anna',
    )?.embedding.model
  expect(await named(before)).toMatch(/^fr_feature@/)
  const after = await open(home, 'other')
  await expect(after.gallery.switchModel()).rejects.toMatchObject({ code: 'bad-argument' })
  await expect(named(after)).rejects.toMatchObject({ code: 'wrong-model' })

  // An interrupted migration can be continued.
  const abort = new AbortController()
  abort.abort()
  await expect(after.gallery.migrate({ signal: abort.signal })).rejects.toMatchObject({
    code: 'cancelled',
  })
  await expect(after.gallery.switchModel()).rejects.toThrow(/migrate --to other/)
  const progress: number[] = []
  const moved = await after.gallery.migrate({ onProgress: (done) => progress.push(done) })
  expect(moved).toMatchObject({ embedded: 1, faces: 1, lost: [], previous: null })
  expect(progress).toEqual([1])
  // Both models coexist; the old one is searched until the switch.
  expect(await named(before)).toMatch(/^fr_feature@/)
  await after.gallery.switchModel()
  expect(await named(after)).toMatch(/^other@/)
  await expect(named(before)).rejects.toMatchObject({ code: 'wrong-model' })
  expect((await after.gallery.verify()).problems).toEqual([])
  await after.gallery.switchBack()
  expect(await named(before)).toMatch(/^fr_feature@/)
  await after.gallery.switchModel()
  await after.gallery.finishMigration()
  expect(await after.gallery.migration()).toMatchObject({ previous: null, next: null })
  await expect(after.gallery.switchBack()).rejects.toMatchObject({ code: 'bad-argument' })
  expect(await named(after)).toMatch(/^other@/)
})

test('lists faces without a kept picture, and migrates the others', async () => {
  const home = await homeWithOwnModels()
  await addOther(home)
  const agnize = await open(home)
  await agnize.enroll('Anna', sample(1), { at: inSample1 })
  const { store } = await sessionOf(agnize).gallery()
  const { model } = await store.state()
  const vector = (await store.templates())[0]!.vector
  await store.add('Bea', template(1, { model: model!, vector, crop: new Uint8Array(0) }))
  const after = await open(home, 'other')
  const { lost, embedded } = await after.gallery.migrate()
  expect(embedded).toBe(1)
  expect(lost).toMatchObject([{ subject: { name: 'Bea' }, reason: 'no-crop' }])
  await after.gallery.switchModel()
  expect(await store.state()).toMatchObject({ people: 1, templates: 1 })
  expect(await agnize.people.list()).toHaveLength(2)
  expect((await agnize.gallery.verify()).problems).toEqual([])
})

test.skipIf(lacks('faces'))(
  'both models are compared on the faces of the gallery itself',
  async () => {
    const home = await homeWithOwnModels()
    await addOther(home)
    const agnize = await open(home)
    const { peopleIn } = await import('../../dist/index.js')
    const photos = (await peopleIn(join(facesFolder, 'lfw'))).filter(({ photo }) =>
      /_000[1-3]/.test(photo),
    )
    for await (const _ of agnize.enrollEach(photos));
    await expect(compareModels(agnize)).rejects.toMatchObject({ code: 'bad-argument' })
    const after = await open(home, 'other')
    await after.gallery.migrate()
    const { runs, photos: compared, warnings } = await compareModels(agnize)
    expect(runs.map(({ model }) => model.split('@')[0])).toEqual(['fr_feature', 'other'])
    expect(compared).toBe(15)
    expect(runs[1]!.figures[0]).toMatchObject({ figure: 'auc' })
    // A gallery of an earlier version has plain templates of the old model.
    expect(warnings).toEqual([expect.stringContaining('compared as they are stored')])
  },
)

/** A server that lists and serves faces as ../shared/compreface-api.md documents. */
async function fakeServer(faces: readonly { id: string; subject: string; image: Buffer }[]) {
  const asked: string[] = []
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://127.0.0.1')
    asked.push(url.pathname)
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (request.headers['x-api-key'] !== 'the-key') {
      json(401, { message: 'Unauthorized', code: 401 })
      return
    }
    const image = /^\/api\/v1\/recognition\/faces\/([^/]+)\/img$/.exec(url.pathname)
    if (image) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      response.end(faces.find(({ id }) => id === image[1])?.image)
      return
    }
    const page = Number(url.searchParams.get('page') ?? 0)
    // Two faces per page, whatever size is requested, so that there are several pages.
    json(200, {
      faces: faces
        .slice(page * 2, page * 2 + 2)
        .map(({ id, subject }) => ({ image_id: id, subject })),
      page_number: page,
      page_size: 2,
      total_pages: Math.ceil(faces.length / 2),
      total_elements: faces.length,
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}`, asked }
}

test('imports faces from CompreFace and embeds them; a second run downloads nothing', async () => {
  const home = await homeWithModels()
  const agnize = await open(home)
  const [face] = (await agnize.analyze(sample(1))).filter(({ box }) => box.x > 1000)
  const sharp = (await import('sharp')).default
  const { x, y, width, height } = face!.box
  const cut = { left: x - 60, top: y - 60, width: width + 120, height: height + 120 }
  const image = await sharp(sample(1)).extract(cut).jpeg().toBuffer()
  const other = await sharp(image).modulate({ brightness: 0.9 }).jpeg().toBuffer()
  const street = await sharp({
    create: { width: 200, height: 200, channels: 3, background: 'gray' },
  })
    .jpeg()
    .toBuffer()
  const { url, asked } = await fakeServer([
    { id: 'one', subject: 'Anna Lee', image },
    { id: 'two', subject: 'Anna Lee', image: other },
    { id: 'three', subject: 'Street', image: street },
    { id: 'four', subject: 'a/b', image },
    { id: 'five', subject: 'Anna Lee', image },
  ])
  const first = await agnize.gallery.importCompreFace(url, 'the-key')
  expect(first).toMatchObject({ added: 2, known: 1 })
  expect(first.refused.map(({ what }) => what).sort()).toEqual(['four of a/b', 'three of Street'])
  expect((await agnize.people.show('Anna Lee')).map(({ photo }) => photo)).toEqual([
    'one.jpg',
    'two.jpg',
  ])
  asked.length = 0
  expect(await agnize.gallery.importCompreFace(url, 'the-key')).toMatchObject({ added: 0 })
  expect(asked.filter((path) => /\/(one|two)\/img$/.test(path))).toEqual([])
  await expect(agnize.gallery.importCompreFace(url, 'wrong')).rejects.toMatchObject({
    code: 'download-failed',
    message: expect.stringContaining('key'),
  })
  await expect(agnize.gallery.importCompreFace('http://127.0.0.1:9', 'x')).rejects.toMatchObject({
    code: 'download-failed',
  })
})

test('from the command line: details, filters, protection, backup, erasure, another model', async () => {
  const home = await homeWithOwnModels()
  await addOther(home)
  const folder = await temporaryFolder()
  const run = async (...args: string[]) => command(args, { home, env })
  const env: Record<string, string> = {}
  const done = async (...args: string[]) => {
    const result = await run(...args)
    expect(result, `${args.join(' ')}: ${result.stderr}`).toMatchObject({ code: 0 })
    return result.stdout
  }
  await done('enroll', 'Anna', sample(1), '--at', inSample1.join())
  await done(
    'people',
    'update',
    'Anna',
    '--tag',
    'staff',
    '--set',
    'room=12',
    '--consent',
    '2026-11-24',
  )
  expect(JSON.parse(await done('people', 'list', '--where', 'room=12', '--json'))).toMatchObject({
    name: 'Anna',
    tags: ['staff'],
    metadata: { room: 12 },
    consented_at: '2026-11-24T00:00:00.000Z',
  })
  expect((await run('people', 'list', '--tag', 'guest')).stderr).toContain('Nobody')
  expect(await done('identify', sample(3), '--tag', 'staff')).toContain('Anna')
  expect((await run('identify', sample(3), '--tag', 'guest')).code).toBe(1)

  await done('gallery', 'key', join(folder, 'key'))
  expect((await run('gallery', 'key', join(folder, 'key'))).stderr).toContain('not overwritten')
  expect((await run('gallery', 'protect')).stderr).toContain('AGNIZE_KEY')
  env.AGNIZE_KEY_FILE = join(folder, 'key')
  await done('gallery', 'protect')
  expect(await done('identify', sample(3))).toContain('Anna')
  await done('gallery', 'key', join(folder, 'next'))
  await done('gallery', 'rotate-key', join(folder, 'next'))
  expect((await run('people', 'list')).stderr).toContain('[wrong-key]')
  env.AGNIZE_KEY_FILE = join(folder, 'next')
  const backup = join(folder, 'gallery.agnize')
  await done('gallery', 'backup', backup, '--sign')
  expect((await run('gallery', 'backup', join(folder, 'no', 'where'))).stderr).toContain(
    'no folder',
  )
  expect((await run('people', 'receipt', backup)).stderr).toContain('not an erasure receipt')
  expect(await done('gallery', 'verify', backup)).toContain('1 person, 1 face')
  expect(await done('gallery', 'verify')).toContain('intact')
  expect(await done('audit', 'list')).toMatch(/enroll.*Anna/)
  expect(await done('audit', 'verify')).toContain('intact')
  await done('gallery', 'retention', '--days', '30', '--purpose', 'door')
  expect(await done('gallery', 'expire', '--dry-run')).toContain('Nobody')

  expect(await done('gallery', 'migrate', '--to', 'other')).toContain('1 of 1')
  expect(await done('gallery', 'migrate')).toMatch(/fr_feature.*searched/)
  await done('gallery', 'migrate', '--switch')
  expect(await done('identify', sample(3), '--model', 'other', '--threshold', '0.3')).toContain(
    'Anna',
  )
  await done('gallery', 'migrate', '--back')
  await done('gallery', 'migrate', '--drop')

  await done('people', 'export', 'Anna', join(folder, 'anna.tar.gz'))
  const receipt = join(folder, 'receipt.json')
  expect((await run('people', 'erase', 'Anna', '--receipt', receipt)).stderr).toContain(
    'key is deleted',
  )
  expect(await done('people', 'receipt', receipt)).toContain('genuine')
  expect((await run('people', 'list')).stderr).toContain('empty')
  expect((await run('gallery', 'restore', backup)).stderr).toContain('erased after the backup')
  expect((await run('people', 'list')).stderr).toContain('empty')
  expect((await run('gallery', 'verify', receipt)).stderr).toContain('[archive-damaged]')
  // Forty processes, one after another.
}, 600_000)
