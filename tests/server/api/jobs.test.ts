import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { sample, temporaryFolder } from '../../fixtures.js'
import { startServer } from '../start.js'
import { anna, call, gallery, started, stranger, testCoverage, useApiServer } from './api.js'

useApiServer('jobs')

const finished = async (own: Record<string, string>, job: string) => {
  for (;;) {
    const { body } = await call('getJob', { ...own, job })
    if (body.finished_at !== null) return body
    await new Promise((done) => setTimeout(done, 50))
  }
}

async function archiveOf(kind: 'tar.gz' | 'tar' | 'zip'): Promise<Buffer> {
  const folder = await temporaryFolder()
  for (const [name, photos] of Object.entries({ Anna: [anna], Else: [stranger], Nobody: [] })) {
    await mkdir(join(folder, 'people', name), { recursive: true })
    for (const [i, photo] of photos.entries()) {
      await writeFile(join(folder, 'people', name, `${i}.jpg`), photo)
    }
  }
  await writeFile(join(folder, 'people', 'Nobody', 'text.jpg'), 'no photo')
  await symlink('/etc/passwd', join(folder, 'people', 'Nobody', 'link.jpg'))
  const file = join(folder, 'archive')
  if (kind === 'zip') {
    execFileSync('python3', [
      '-c',
      `import shutil; shutil.make_archive(${JSON.stringify(file)}, 'zip', ${JSON.stringify(folder)}, 'people')`,
    ])
    return readFile(`${file}.zip`)
  }
  execFileSync('tar', [kind === 'tar' ? 'cf' : 'czf', file, '-C', folder, 'people'])
  return readFile(file)
}

test.each(['tar.gz', 'tar', 'zip'] as const)('an archive is enrolled: %s', async (kind) => {
  const own = { gallery: await gallery() }
  const types = { 'tar.gz': 'application/gzip', tar: 'application/x-tar', zip: 'application/zip' }
  const { status, headers, body } = await call('createJobFromArchive', own, {
    body: new Uint8Array(await archiveOf(kind)),
    headers: { 'content-type': types[kind] },
  })
  expect(status).toBe(202)
  expect(headers.get('location')).toBe(`/v1/galleries/${own.gallery}/jobs/${body.id}`)
  const events = await call('followJob', { ...own, job: body.id })
  const states = [...events.body.matchAll(/^data: (.*)$/gm)].map((each) => JSON.parse(each[1]!))
  expect(states.at(-1)).toMatchObject({ state: 'done', error: null })
  const job = await finished(own, body.id)
  expect(job.result).toMatchObject({ added: 1, known: 0 })
  // Refused: a photo with several faces and a text file; a link is not unpacked.
  const refusals = job.result.refusals.map(({ photo, code }: any) => `${photo} ${code}`)
  expect(refusals).toContain('Nobody/text.jpg not-an-image')
  const people = await call('listSubjects', own)
  expect(people.body.items.map(({ name }: any) => name)).toEqual(['Anna'])
  expect((await call('listJobs', own)).body.items.map(({ id }: any) => id)).toEqual([body.id])
  // The archive and its files are deleted from the disk.
  await expect.poll(() => readdir(join(started.home, 'jobs'))).toEqual([])
})

test('a file that is no archive fails with a reason, and a job can be canceled', async () => {
  const own = { gallery: await gallery() }
  const broken = await call('createJobFromArchive', own, {
    body: 'no archive at all',
    headers: { 'content-type': 'application/zip' },
  })
  expect(await finished(own, broken.body.id)).toMatchObject({
    ...{ state: 'failed', error: { code: 'archive-damaged' } },
  })
  const { body } = await call('createJobFromArchive', own, {
    body: new Uint8Array(await archiveOf('tar')),
    headers: { 'content-type': 'application/x-tar' },
  })
  const cancelled = await call('cancelJob', { ...own, job: body.id })
  expect(['cancelled', 'done']).toContain(cancelled.body.state)
  expect((await finished(own, body.id)).state).toBe(cancelled.body.state)
  expect((await call('getJob', { ...own, job: 'nothing' })).body.code).toBe('unknown-job')
  expect((await call('cancelJob', { ...own, job: 'nothing' })).body.code).toBe('unknown-job')
})

test('a folder of the server is enrolled and evaluated; folders outside it are refused', async () => {
  const folder = await temporaryFolder()
  for (const name of ['Anna', 'Bo', 'Cid']) {
    await mkdir(join(folder, 'people', name), { recursive: true })
    for (const width of [500, 400]) {
      const photo = name === 'Anna' ? anna : await sharp(sample(name === 'Bo' ? 2 : 6)).toBuffer()
      await writeFile(
        join(folder, 'people', name, `${width}.jpg`),
        await sharp(photo)
          .resize(2 * width)
          .jpeg()
          .toBuffer(),
      )
    }
  }
  const at = await startServer({ importFolder: folder })
  const create = (json: object) => call('createJob', {}, { json, at })
  expect((await create({ kind: 'enroll', folder: '../..' })).body.code).toBe('bad-argument')
  const { body } = await create({ kind: 'enroll', folder: 'people' })
  const done = async (job: string) => {
    for (;;) {
      const { body } = await call('getJob', { job }, { at })
      if (body.finished_at !== null) return body
      await new Promise((next) => setTimeout(next, 50))
    }
  }
  expect((await done(body.id)).result.added).toBeGreaterThan(1)
  const evaluated = await create({ kind: 'evaluate', folder: 'people' })
  const result = await done(evaluated.body.id)
  expect(result).toMatchObject({ state: 'done' })
  expect(result.result.verification.fmr).toHaveProperty('value')
  expect(JSON.stringify(result.result)).not.toContain('Anna')
  const calibrated = await create({ kind: 'calibrate', dry_run: true })
  expect(await done(calibrated.body.id)).toMatchObject({ error: { code: 'too-few-photos' } })
  const migrated = await create({ kind: 'migrate', model: 'no such model' })
  expect(await done(migrated.body.id)).toMatchObject({
    ...{ state: 'failed', error: { code: 'model-unknown' } },
  })
  expect((await call('createJob', {}, { json: { kind: 'enroll', folder: 'x' } })).body.code).toBe(
    'bad-argument',
  )
})

test('the photos of a job count in the quota of its key, and the audit log names who started it', async () => {
  const own = { gallery: await gallery() }
  const archive = new Uint8Array(await archiveOf('tar.gz'))
  const start = async (photos_per_day: number) => {
    const json = { name: 'jobs', scopes: ['enroll', 'read'], galleries: [own.gallery] }
    const made = await call('createKey', {}, { json: { ...json, photos_per_day } })
    const headers = { 'content-type': 'application/gzip' }
    const { key } = made.body
    const { body } = await call('createJobFromArchive', own, { key, body: archive, headers })
    return { ...(made.body as { id: string }), key, job: await finished(own, body.id) }
  }
  const refused = await start(2)
  expect([refused.job.state, refused.job.error?.code]).toEqual(['failed', 'quota-exceeded'])
  expect((await call('listSubjects', own)).body.items).toEqual([])
  const taken = await start(3)
  expect(taken.job).toMatchObject({ state: 'done', result: { added: 1, photos: 3 } })
  const next = await call('createJobFromArchive', own, {
    ...{ key: taken.key, body: archive, headers: { 'content-type': 'application/gzip' } },
  })
  expect((await finished(own, next.body.id)).error?.code).toBe('quota-exceeded')
  const { body: log } = await call('listAuditLog', own)
  const enrolled = log.items.filter(({ actor }: any) => actor.includes(taken.job.id))
  expect(enrolled.length).toBeGreaterThan(0)
  for (const { actor } of enrolled) expect(actor).toBe(`key ${taken.id}, job ${taken.job.id}`)
})

testCoverage()
