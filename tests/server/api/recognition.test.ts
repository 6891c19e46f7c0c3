import { expect, test } from 'vitest'
import { sample } from '../../fixtures.js'
import { form, sampleBytes } from '../start.js'
import { anna, call, enrollAnna, gallery, testCoverage, useApiServer } from './api.js'

useApiServer('recognition')

test('identify answers and explains, from a photo or from embeddings', async () => {
  const own = { gallery: await gallery() }
  await enrollAnna(own)
  const group = await sampleBytes(3)
  const { body } = await call('identify', own, {
    body: group,
    headers: { 'content-type': 'image/jpeg' },
    query: { embeddings: 'true', candidates: '2' },
  })
  const answers = body.faces.map(({ answer }: any) => answer)
  expect(answers.filter((answer: string) => answer === 'match')).toHaveLength(1)
  const match = body.faces.find(({ answer }: any) => answer === 'match')
  expect(match).toMatchObject({ subject: { name: 'Anna' }, candidates: [{ photo: '' }] })
  expect(match.threshold.source).toMatch(/card of fr_feature/)
  const embedded = await call('identifyEmbeddings', own, {
    json: {
      embeddings: body.faces.map(({ embedding, model, quality }: any) => ({
        model,
        vector: embedding,
        quality: { score: quality.score, reasons: quality.reasons },
      })),
    },
  })
  expect(embedded.body.faces.map(({ answer }: any) => answer)).toEqual(answers)
  const strict = await call('identify', own, {
    body: await form({ photo: group }),
    query: { threshold: '0.99' },
  })
  expect(strict.body.faces.every(({ answer }: any) => answer !== 'match')).toBe(true)
  const among = await call('identify', own, {
    json: { photo: group.toString('base64') },
    query: { tag: 'nobody has it' },
  })
  expect(among.body.faces[0].reason).toBe('empty_gallery')
  const metrics = await call('getMetrics')
  expect(metrics.body).toMatch(/agnize_faces_total\{answer="match"\} [1-9]/)
  expect(metrics.body).toMatch(/agnize_gallery_people\{gallery="default"\}/)
  // No visit was recorded from the photos.
  expect((await call('listEvents', own)).body.items).toEqual([])
})

test('detect, embed and verify, by photo, embedding and subject', async () => {
  const own = { gallery: await gallery() }
  await enrollAnna(own)
  const detected = await call(
    'detect',
    {},
    { body: anna, headers: { 'content-type': 'image/jpeg' } },
  )
  expect(detected.body.faces[0]).toMatchObject({ answer: null, candidates: [] })
  const embedded = await call('embed', {}, { body: await form({ photo: anna }) })
  const { embedding: vector, model } = embedded.body.faces[0]
  expect((await call('getModel')).body.id).toBe(model)
  const pair = await call('verify', own, { body: await form({ a: anna, b: sample(3) }) })
  expect(pair.body).toMatchObject({ candidate: null, faces: [{}, {}] })
  const subject = await call('verify', own, {
    body: await form({ a: anna }),
    query: { subject: 'Anna', fmr: '0.0001' },
  })
  expect(subject.body).toMatchObject({
    ...{ match: true, candidate: { subject: { name: 'Anna' } }, faces: [{}, null] },
    threshold: { fmr: 0.0001 },
  })
  const mixed = await call('verify', own, {
    json: { a: { embedding: { model, vector } }, b: { photo: anna.toString('base64') } },
  })
  expect(mixed.body.cosine).toBeCloseTo(1, 4)
  expect(mixed.body.similarity).toBeGreaterThan(mixed.body.threshold.value)
  const stranger = await call('verify', own, {
    json: { a: { photo: (await sampleBytes(5)).toString('base64') }, b: { subject: 'Anna' } },
  })
  expect(stranger.body.match).toBe(false)
})

testCoverage()
