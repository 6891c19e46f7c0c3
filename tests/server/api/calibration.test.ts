import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { embeddingCard } from '../../../dist/models/builtin.js'
import { facesFolder, sample, temporaryFolder } from '../../fixtures.js'
import { lacks } from '../../requirements.js'
import { form } from '../start.js'
import { call, enrollAnna, gallery, testCoverage, useApiServer } from './api.js'

useApiServer('calibration')

test('a calibration applies until it is deleted', async () => {
  const own = { gallery: await gallery() }
  expect((await call('getCalibration', own)).body).toEqual({ calibration: null })
  const calibration = {
    basis: { data: 'made up', subjects: 3, genuinePairs: 10, impostorPairs: 10 },
    method: 'test',
    cohort: embeddingCard.cohort!.sha256,
    thresholds: [
      { fmr: 1e-2, similarity: 0.9 },
      { fmr: 1e-3, similarity: 0.95 },
    ],
    ...{ tail: 0.1, ambiguity: 0.01 },
  }
  // Thresholds of cosines do not apply to similarities that a cohort corrects.
  const { status, body } = await call('setCalibration', own, {
    json: { calibration: { ...calibration, cohort: undefined } },
  })
  expect([status, body.code]).toEqual([400, 'bad-argument'])
  const falling = [
    [0.1, 0.5],
    [0.2, 0.4],
  ]
  const withFalling = { ...calibration, probability: { form: 'isotonic', points: falling } }
  const { body: refused } = await call('setCalibration', own, {
    json: { calibration: withFalling },
  })
  expect(refused.detail).toContain('similarities must rise, and probabilities must not fall')
  await call('setCalibration', own, { json: { calibration } })
  expect((await call('getCalibration', own)).body.calibration).toMatchObject(calibration)
  await enrollAnna(own)
  const found = await call('identify', own, { body: await form({ photo: sample(3) }) })
  expect(found.body.faces.every(({ answer }: any) => answer !== 'match')).toBe(true)
  expect((await call('deleteCalibration', own)).status).toBe(204)
  expect((await call('getCalibration', own)).body).toEqual({ calibration: null })
})

test.skipIf(lacks('faces'))('a calibration is seen before it is used', async () => {
  const own = { gallery: await gallery() }
  const file = join(await temporaryFolder(), 'people.tar')
  const people = readdirSync(join(facesFolder, 'orl')).filter((name) => /^s\d+$/.test(name))
  const photos = people.flatMap((name) =>
    readdirSync(join(facesFolder, 'orl', name))
      .slice(0, 3)
      .map((photo) => `${name}/${photo}`),
  )
  execFileSync('tar', ['cf', file, '-C', join(facesFolder, 'orl'), ...photos])
  const job = async (query: Record<string, string>) => {
    const body = new Uint8Array(await readFile(file))
    const headers = { 'content-type': 'application/x-tar' }
    const { body: job } = await call('createJobFromArchive', own, { body, headers, query })
    await call('followJob', { ...own, job: job.id })
    return (await call('getJob', { ...own, job: job.id })).body
  }
  await job({ kind: 'enroll' })
  await call('updateGallerySettings', own, { json: { events: { recording: true } } })
  await call('identify', own, { body: await form({ photo: sample(3) }) })
  const tried = await job({ kind: 'calibrate', dry_run: 'true' })
  expect(tried).toMatchObject({ state: 'done', result: { dry_run: true } })
  const { effect } = tried.result
  expect(effect.people).toBe(people.length)
  expect(effect.search.after).not.toBe(effect.search.before)
  expect(effect.not_recognized.before).toBeLessThanOrEqual(people.length)
  expect(effect.decisions.total).toBe(3)
  // Nothing has changed yet; then the job's calibration is used, unless another was set meanwhile.
  const present = await call('getCalibration', own)
  expect(present.body).toEqual({ calibration: null })
  const use = () =>
    call('setCalibration', own, {
      json: { job: tried.id },
      headers: { 'if-match': present.headers.get('etag')! },
    })
  const { body: used } = await use()
  expect(used.calibration.basis.subjects).toBe(people.length)
  expect((await use()).body.code).toBe('changed-meanwhile')
  const enrolling = await job({ kind: 'enroll' })
  const { body: refused } = await call('setCalibration', own, { json: { job: enrolling.id } })
  expect(refused.code).toBe('bad-argument')
})

testCoverage()
