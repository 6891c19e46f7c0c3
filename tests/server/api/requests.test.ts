import { expect, test } from 'vitest'
import { form, startServer } from '../start.js'
import { anna, call, gallery, started, testCoverage, useApiServer } from './api.js'

useApiServer('requests')

const image = { headers: { 'content-type': 'image/jpeg' } }

test('of requests', async () => {
  const own = { gallery: await gallery() }
  const bad = await call('listSubjects', own, { query: { limit: 'x' } })
  expect(bad.body).toMatchObject({
    ...{ code: 'bad-argument', title: 'Bad Request', type: 'urn:agnize:error:bad-argument' },
    detail: expect.stringMatching(/limit: Give a number/),
  })
  const all = await call('createSubject', own, { json: { name: 7, tags: 'x', wrong: 1 } })
  expect(all.body.detail).toMatch(/name: .*tags: .*wrong/)
  expect(
    (
      await call('createSubject', own, {
        body: '{',
        headers: { 'content-type': 'application/json' },
      })
    ).body.code,
  ).toBe('bad-argument')
  expect(
    (await call('createSubject', own, { body: 'x', headers: { 'content-type': 'text/csv' } })).body
      .code,
  ).toBe('unsupported-media-type')
  expect(
    (await call('detect', {}, { body: 'x', headers: { 'content-type': 'text/plain' } })).body.code,
  ).toBe('unsupported-media-type')
  expect((await call('detect', {}, { body: new Uint8Array(51e6), ...image })).body.code).toBe(
    'request-too-large',
  )
  expect((await call('getGallery', own, { key: 'no key' })).status).toBe(401)
  expect((await call('getGallery', { gallery: 'nothing' })).body.code).toBe('unknown-gallery')
  expect(
    (
      await call('identify', own, {
        body: await form({ photo: anna }),
        query: { fmr: '0.1', fpir: '0.1' },
      })
    ).body.code,
  ).toBe('bad-argument')
  const wrong = await call('identifyEmbeddings', own, {
    json: { embeddings: [{ model: 'other@1', vector: [1] }] },
  })
  expect(wrong.body.code).toBe('wrong-model')
  const nowhere = await fetch(`${started.url}/v1/nothing`)
  expect(((await nowhere.json()) as any).code).toBe('not-found')
  const method = await fetch(`${started.url}/v1/galleries/default/subjects`, { method: 'PUT' })
  expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET, POST'])
  expect(((await method.json()) as any).code).toBe('method-not-allowed')
  const id = await fetch(`${started.url}/v1/health`, { headers: { 'x-request-id': 'mine-1' } })
  expect(id.headers.get('x-request-id')).toBe('mine-1')
  const odd = await fetch(`${started.url}/v1/health`, { headers: { 'x-request-id': 'a b"' } })
  expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
})

test('wrong keys are counted', async () => {
  const at = await startServer()
  const codes = new Set<string>()
  for (let i = 0; i < 40; i++) {
    codes.add((await call('getGallery', {}, { at, key: crypto.randomUUID() })).body.code)
  }
  expect([...codes]).toEqual(['unauthorized', 'rate-limited'])
})

testCoverage()
