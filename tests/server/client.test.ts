import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { createClient, followJob, photoForm } from '../../dist/client/index.js'
import { inSample1, sample, temporaryFolder } from '../fixtures.js'
import { startServer } from './start.js'

const run = promisify(execFile)

async function anna(): Promise<Blob> {
  const [x, y] = inSample1
  const bytes = await sharp(sample(1))
    .extract({ left: x - 260, top: y - 260, width: 500, height: 520 })
    .jpeg()
    .toBuffer()
  return new Blob([bytes], { type: 'image/jpeg' })
}

test('the types match the API of the server', async () => {
  await run(process.execPath, [
    'node_modules/tsx/dist/cli.mjs',
    'scripts/client-types.ts',
    '--check',
  ])
})

test('the typed client calls the main operations', async () => {
  const started = await startServer()
  const client = createClient({ url: started.url, key: started.key })
  const gallery = { gallery: 'default' }
  const subjects = '/v1/galleries/{gallery}/subjects'
  const created = await client.POST(subjects, {
    params: { path: gallery },
    body: { name: 'Anna', tags: ['staff'], metadata: { room: 12 } },
  })
  expect(created.data?.name).toBe('Anna')
  const faces = await client.POST(`${subjects}/{subject}/faces`, {
    params: { path: { ...gallery, subject: 'Anna' } },
    ...photoForm({ photos: [new File([await anna()], 'anna.jpg')] }),
  })
  expect(faces.data?.enrolled[0]?.face.photo).toBe('anna.jpg')
  const found = await client.POST('/v1/galleries/{gallery}/identify', {
    params: { path: gallery, query: { fpir: 0.001, tag: 'staff' } },
    ...photoForm({ photo: new Blob([await readFile(sample(3))]) }),
  })
  const names = found.data?.faces.map(({ answer, subject }) => subject?.name ?? answer)
  expect(names?.sort()).toEqual(['Anna', 'unknown', 'unknown'])
  const verified = await client.POST('/v1/galleries/{gallery}/verify', {
    params: { path: gallery, query: { subject: 'Anna' } },
    ...photoForm({ a: await anna() }),
  })
  expect(verified.data?.match).toBe(true)
  const image = await client.GET(`${subjects}/{subject}/faces/{face}/image`, {
    params: {
      path: { ...gallery, subject: 'Anna', face: faces.data!.enrolled[0]!.face.id },
    },
    parseAs: 'blob',
  })
  expect((image.data as unknown as Blob).size).toBeGreaterThan(1000)
  const wrong = await client.GET(`${subjects}/{subject}`, {
    params: { path: { ...gallery, subject: 'Nobody' } },
  })
  expect(wrong.data).toBeUndefined()
  expect(wrong.error?.code).toBe('unknown-subject')
  const refused = await createClient({ url: started.url }).GET('/v1/galleries')
  expect(refused.error?.code).toBe('unauthorized')
})

test('the client sends an archive and polls its job', async () => {
  const started = await startServer()
  const client = createClient({ url: started.url, key: started.key })
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'Anna.jpg'), Buffer.from(await (await anna()).arrayBuffer()))
  await run('tar', ['czf', 'people.tgz', 'Anna.jpg'], { cwd: folder })
  const archive = await readFile(join(folder, 'people.tgz'))
  const { data: job } = await client.POST('/v1/galleries/{gallery}/jobs/archive', {
    params: { path: { gallery: 'default' } },
    headers: { 'content-type': 'application/gzip' },
    body: archive as never,
    bodySerializer: (body) => body,
  })
  const states = []
  for await (const { state } of followJob(client, 'default', job!.id)) states.push(state)
  expect(states.at(-1)).toBe('done')
  const { data } = await client.GET('/v1/galleries/{gallery}/subjects', {
    params: { path: { gallery: 'default' } },
  })
  expect(data?.items.map(({ name }) => name)).toEqual(['Anna'])
})
