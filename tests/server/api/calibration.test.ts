import { expect, test } from 'vitest'
import { embeddingCard } from '../../../dist/models/builtin.js'
import { sample } from '../../fixtures.js'
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
  await call('setCalibration', own, { json: { calibration } })
  expect((await call('getCalibration', own)).body.calibration).toMatchObject(calibration)
  await enrollAnna(own)
  const found = await call('identify', own, { body: await form({ photo: sample(3) }) })
  expect(found.body.faces.every(({ answer }: any) => answer !== 'match')).toBe(true)
  expect((await call('deleteCalibration', own)).status).toBe(204)
  expect((await call('getCalibration', own)).body).toEqual({ calibration: null })
})

testCoverage()
