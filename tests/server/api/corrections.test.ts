import sharp from 'sharp'
import { expect, test } from 'vitest'
import { form } from '../start.js'
import { anna, call, enrollAnna, gallery, testCoverage, useApiServer } from './api.js'

useApiServer('corrections')

test('a correction applies until it is withdrawn', async () => {
  const own = { gallery: await gallery() }
  await enrollAnna(own)
  const same = await sharp(anna).resize(400).jpeg().toBuffer()
  const answer = async () =>
    (await call('identify', own, { body: await form({ photo: same }) })).body.faces[0]
  expect((await answer()).answer).toBe('match')
  const { body } = await call('addCorrection', own, {
    body: await form({ photo: same }),
    query: { kind: 'not', subject: 'Anna' },
  })
  expect(await answer()).toMatchObject({ answer: 'unknown', reason: 'corrected' })
  expect((await call('listCorrections', own)).body.items).toEqual([body])
  await call('deleteCorrection', { ...own, correction: body.id })
  expect((await answer()).answer).toBe('match')
  const gone = await call('deleteCorrection', { ...own, correction: body.id })
  expect([gone.status, gone.body.code]).toEqual([404, 'unknown-correction'])
})

testCoverage()
