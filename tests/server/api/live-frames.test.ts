import { expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { sampleBytes } from '../start.js'
import { call, enrollAnna, gallery, started, testCoverage, useApiServer } from './api.js'

useApiServer('live-frames')

test('a live connection takes frames and sends tracked names; the newest frame wins', async () => {
  const own = await gallery()
  await enrollAnna({ gallery: own })
  await call(
    'updateSubject',
    { gallery: own, subject: 'Anna' },
    { json: { metadata: { greeting: 'Ahoy {names}.' } } },
  )
  const url = `${started.url.replace('http', 'ws')}/v1/galleries/${own}/live?candidates=1`
  const refused = new WebSocket(url)
  const status = await new Promise((done) => {
    refused.on('unexpected-response', (_request, response) => done(response.statusCode))
    refused.on('error', () => {})
  })
  expect(status).toBe(401)
  const socket = new WebSocket(url, ['agnize', `agnize.key.${started.key}`])
  onTestFinished(() => socket.terminate())
  await new Promise((done, fail) => {
    socket.once('open', done)
    socket.once('error', fail)
  })
  expect(socket.protocol).toBe('agnize')
  const messages: any[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  const until = async (condition: () => boolean) => {
    for (let i = 0; i < 400 && !condition(); i++) await new Promise((done) => setTimeout(done, 25))
    expect(condition()).toBe(true)
  }
  const group = await sampleBytes(3)
  for (let i = 0; i < 20; i++) socket.send(group)
  await until(() => messages.at(-1)?.frame === 20)
  // Of twenty frames sent at once, the first, the last and perhaps a few between are processed.
  expect(messages.length).toBeLessThan(10)
  expect(messages.at(-1).dropped).toBe(20 - messages.length)
  for (let i = 0; i < 3; i++) {
    const before = messages.length
    socket.send(group)
    await until(() => messages.length > before)
  }
  const last = messages.at(-1)
  const named = last.faces.filter(({ track }: any) => track.subject)
  expect(named).toMatchObject([{ answer: 'match', track: { subject: { name: 'Anna' } } }])
  expect(
    new Set(messages.flatMap(({ faces }) => faces.map(({ track }: any) => track.id))).size,
  ).toBe(3)
  // The same faces, detected by the client.
  const embedded = await call(
    'embed',
    {},
    { body: group, headers: { 'content-type': 'image/jpeg' } },
  )
  const { width, height } = embedded.body
  const faces = embedded.body.faces.map(({ box, quality, embedding }: any) => ({
    box,
    quality: { score: quality.score, reasons: quality.reasons },
    embedding: Buffer.from(Float32Array.from(embedding).buffer).toString('base64'),
  }))
  const { model } = embedded.body.faces[0]
  const ids = new Set<number>()
  for (let i = 0; i < 3; i++) {
    const seen = messages.length
    socket.send(JSON.stringify({ width, height, model, faces }))
    await until(() => messages.length > seen)
    for (const { track } of messages.at(-1).faces) ids.add(track.id)
  }
  // Faces from pictures have tracks of their own: faces that a client claims to have detected identify nobody in a picture.
  expect(ids.size).toBe(last.faces.length)
  for (const { track } of last.faces) expect(ids).not.toContain(track.id)
  for (const [i, face] of messages.at(-1).faces.entries()) {
    expect(face).toMatchObject({
      answer: last.faces[i].answer,
      subject: last.faces[i].subject,
      box: last.faces[i].box,
    })
    if (last.faces[i].similarity !== null)
      expect(face.similarity).toBeCloseTo(last.faces[i].similarity, 3)
    expect(face.track.greeting).toBe(face.subject ? 'Ahoy {names}.' : null)
  }
  socket.send(JSON.stringify({ width, height, model: 'other@1', faces }))
  await until(() => messages.at(-1).code === 'wrong-model')
  socket.send('text')
  await until(() => messages.at(-1).code === 'bad-argument')
  socket.send(Buffer.from('no picture'))
  await until(() => messages.at(-1).code === 'not-an-image')
})

testCoverage()
