import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Face } from '../../dist/faces/face.js'
import type { Agnize } from '../../dist/index.js'
import {
  agnize as command,
  facesFolder,
  homeWithModels,
  openWithSession,
  sample,
  sessionOf,
  temporaryFolder,
} from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask, startServer } from '../server/start.js'

/** Photos of one face: clear, and so blurred that its quality scores 0. */
const photos = { clear: Buffer.alloc(0), blurred: Buffer.alloc(0) }

beforeAll(async () => {
  const around = { left: 1375, top: 60, width: 540, height: 720 }
  const clear = await sharp(sample(6)).extract(around).resize(249).png().toBuffer()
  photos.clear = await sharp(clear).jpeg().toBuffer()
  photos.blurred = await sharp(clear).blur(5.5).jpeg().toBuffer()
})

async function opened(): Promise<Agnize> {
  const agnize = await openWithSession({ home: await homeWithModels(), threads: 1 })
  onTestFinished(() => agnize.close())
  return agnize
}

/** Adds a face to the gallery that could not be enrolled; galleries of earlier versions contain such faces. */
async function keepAnyway(agnize: Agnize, name: string, { embedding, box }: Face): Promise<void> {
  const { store } = await sessionOf(agnize).gallery()
  const crop = new Uint8Array(photos.blurred)
  const { model, vector } = embedding
  await store.add(name, {
    ...{ model, vector, box, crop, quality: 0 },
    ...{ photo: 'poor.jpg', photoHash: name },
  })
}

describe('a face that scores 0', () => {
  test('is not used as a reference and gets no answer', async () => {
    const agnize = await opened()
    const [face] = await agnize.analyze(photos.blurred)
    expect(face!.quality.score).toBe(0)
    await expect(agnize.enroll('Anna', photos.blurred)).rejects.toMatchObject({
      code: 'poor-quality',
      message: expect.stringMatching(/cannot be judged.*(blurred|not clearly visible)/),
    })
    const { enrolled, refused } = await agnize.enroll('Anna', [photos.blurred, photos.clear])
    expect([enrolled.length, refused[0]!.error.code]).toEqual([1, 'poor-quality'])
    for (const correct of ['not', 'same'] as const) {
      await expect(agnize.corrections[correct](photos.blurred, 'Anna')).rejects.toMatchObject({
        code: 'poor-quality',
      })
    }
    await expect(agnize.visits.search(photos.blurred)).rejects.toMatchObject({
      code: 'poor-quality',
    })
  })

  test('cannot be verified', async () => {
    const agnize = await opened()
    const same = await agnize.verify(photos.clear, photos.clear)
    expect(same).toMatchObject({ answer: 'match', match: true, reasons: [] })
    const untold = { answer: 'not_judgeable', match: false }
    const twice = await agnize.verify(photos.blurred, photos.blurred)
    expect(twice).toMatchObject({ ...untold, reasons: twice.faces[0].quality.reasons })
    expect(twice.cosine).toBeCloseTo(1)
    expect(twice.reasons).toContain('blurred')
    expect(await agnize.verify(photos.clear, photos.blurred)).toMatchObject(untold)
    await agnize.enroll('Anna', photos.clear)
    expect(await agnize.verifySubject(photos.blurred, 'Anna')).toMatchObject(untold)
    const [{ embedding }] = (await agnize.analyze(photos.clear)) as [Face]
    expect(await agnize.verifySubject(embedding, 'Anna')).toMatchObject({ answer: 'match' })
    const quality = { score: 0, reasons: [] }
    expect(await agnize.verifySubject({ embedding, quality }, 'Anna')).toMatchObject({
      ...untold,
      reasons: ['not_clearly_visible'],
    })
  })

  test('is not judged where only its embedding is sent, with a reason or without', async () => {
    const agnize = await opened()
    await agnize.enroll('Anna', photos.clear)
    const [{ embedding }] = (await agnize.analyze(photos.clear)) as [Face]
    const answer = async (quality: object) =>
      (await agnize.identifyEmbeddings([{ embedding, quality } as never]))[0]
    expect(await answer({ score: 0.1, reasons: ['blurred'] })).toMatchObject({ answer: 'match' })
    expect(await answer({ score: 0, reasons: ['too_small'] })).toMatchObject({
      ...{ answer: 'not_judgeable', reason: 'too_small', subject: null },
    })
    expect(await answer({ score: 0, reasons: [] })).toMatchObject({ answer: 'not_judgeable' })
    for (const quality of [
      { score: 0, reasons: ['ugly'] },
      { score: -1, reasons: [] },
      { score: Number.NaN, reasons: [] },
      { score: 2, reasons: [] },
    ]) {
      await expect(answer(quality)).rejects.toMatchObject({ code: 'bad-argument' })
    }
  })

  test('is not searched in a gallery of an earlier version', async () => {
    const agnize = await opened()
    const [poor] = await agnize.analyze(photos.blurred)
    await keepAnyway(agnize, 'Anna', poor!)
    const probe = { embedding: poor!.embedding }
    expect((await agnize.identifyEmbeddings([probe]))[0]).toMatchObject({
      answer: 'unknown',
      candidates: [],
    })
    for (const fusion of ['best', 'mean'] as const) {
      const among = { subjects: ['Anna'] }
      const [verdict] = await agnize.identifyEmbeddings([probe], { fusion, among })
      expect(verdict).toMatchObject({ answer: 'unknown', candidates: [] })
    }
    await expect(agnize.verifySubject(poor!.embedding, 'Anna')).rejects.toMatchObject({
      code: 'unknown-subject',
    })
    // It is listed, and it does not prevent enrolling a better photo.
    expect(await agnize.people.show('Anna')).toMatchObject([{ quality: 0 }])
    await agnize.enroll('Anna', photos.clear)
    expect((await agnize.identify(photos.clear))[0]).toMatchObject({ answer: 'match' })
    expect((await agnize.identifyEmbeddings([probe]))[0]!.similarity).toBeLessThan(0.9)
  })

  test('is skipped by an import, and reported', async () => {
    const agnize = await opened()
    const [poor] = await agnize.analyze(photos.blurred)
    await keepAnyway(agnize, 'Anna', poor!)
    await agnize.enroll('Bob', photos.clear)
    const file = join(await temporaryFolder(), 'people.agnize')
    await agnize.gallery.export(file)
    const other = await opened()
    const { added, refused } = await other.gallery.import(file)
    expect(added).toBe(1)
    expect(refused).toMatchObject([{ what: expect.stringContaining('Anna') }])
    expect(refused[0]!.reason).toMatch(/quality score is 0/)
  })

  test('is refused by the command as not judgeable', async () => {
    const home = await homeWithModels()
    const folder = await temporaryFolder()
    const [clear, poor] = [join(folder, 'clear.jpg'), join(folder, 'poor.jpg')]
    await writeFile(clear, photos.clear)
    await writeFile(poor, photos.blurred)
    const enrolled = await command(['enroll', 'Anna', poor], { home })
    expect(enrolled).toMatchObject({ code: 2, stderr: expect.stringContaining('[poor-quality]') })
    const verified = await command(['verify', poor, poor], { home })
    expect(verified.code).toBe(3)
    expect(verified.stdout).toMatch(/^not judgeable/)
    expect(verified.stdout).not.toMatch(/same person/)
    expect(verified.stdout).toContain(`${poor}: the face is`)
    const json = await command(['verify', clear, poor, '--json'], { home })
    expect(json.code).toBe(3)
    expect(JSON.parse(json.stdout)).toMatchObject({ answer: 'not_judgeable', match: false })
    expect((await command(['verify', clear, clear], { home })).code).toBe(0)
  })

  test('is refused by the API; CompreFace’s API stores it and does not search it', async () => {
    const server = await startServer()
    const image = (bytes: Buffer) => ({ body: bytes, headers: { 'content-type': 'image/jpeg' } })
    const own = '/v1/galleries/default'
    const verify = (json: object) => ask(server, `${own}/verify`, { method: 'POST', json })
    const base64 = photos.blurred.toString('base64')
    const verified = await verify({ a: { photo: base64 }, b: { photo: base64 } })
    expect(verified).toMatchObject({
      status: 200,
      body: { answer: 'not_judgeable', match: false },
    })
    expect(verified.body.reasons).toContain('blurred')
    const embedded = await ask(server, '/v1/embed', { method: 'POST', ...image(photos.clear) })
    const { embedding: vector, model } = embedded.body.faces[0]
    const side = (quality: object) => ({ embedding: { model, vector, quality } })
    expect(
      await verify({ a: side({ score: 0, reasons: [] }), b: { embedding: { model, vector } } }),
    ).toMatchObject({ body: { answer: 'not_judgeable', match: false } })
    const identify = (quality: object) =>
      ask(server, `${own}/identify/embeddings`, {
        method: 'POST',
        json: { embeddings: [{ model, vector, quality }] },
      })
    expect(await identify({ score: 0, reasons: ['ugly'] })).toMatchObject({ status: 400 })
    expect((await identify({ score: 0, reasons: [] })).body.faces[0]).toMatchObject({
      answer: 'not_judgeable',
    })

    const { body: created } = await ask(server, '/v1/keys', {
      method: 'POST',
      json: {
        ...{ name: 'old', scopes: ['identify', 'enroll', 'read'] },
        ...{ galleries: ['default'], service: 'recognition' },
      },
    })
    const old = (path: string, init: object = {}) =>
      ask({ url: server.url, key: '' }, `/api/v1/recognition${path}`, {
        ...init,
        headers: { 'x-api-key': created.key },
      })
    const file = new FormData()
    file.set('file', new Blob([photos.blurred]), 'poor.jpg')
    const added = await old('/faces?subject=Anna', { method: 'POST', body: file })
    expect(added).toMatchObject({ status: 201, body: { subject: 'Anna' } })
    expect((await old('/faces')).body.faces).toHaveLength(1)
    const { image_id } = added.body
    const compared = await old(`/faces/${image_id}/verify`, { method: 'POST', body: file })
    expect(compared.body.result[0]).toMatchObject({ subject: 'Anna', similarity: 0 })
    const poor = await ask(server, '/v1/embed', { method: 'POST', ...image(photos.blurred) })
    const found = await ask(server, `${own}/identify/embeddings`, {
      method: 'POST',
      json: { embeddings: [{ model, vector: poor.body.faces[0].embedding }] },
    })
    expect(found.body.faces[0]).toMatchObject({ answer: 'unknown', candidates: [] })
  })
})

const cases = resolve(facesFolder, '../cases')
describe.skipIf(lacks('cases'))('faces that once let strangers in', () => {
  const path = (folder: string, name: string) => join(cases, folder, name)

  test.each([
    ['enrol-arnold.jpg', 'stranger-putin.jpg'],
    ['enrol2-arnold7.jpg', 'stranger2-schroeder1.jpg'],
  ])('the blurred %s is nobody to %s', async (reference, stranger) => {
    const agnize = await opened()
    const [a, b] = [reference, stranger].map((name) => path('poor-template-blur', name))
    const { similarity, threshold, answer, faces } = await agnize.verify(a!, b!)
    expect(similarity).toBeGreaterThan(threshold.value)
    expect(answer).toBe('not_judgeable')
    const { x, y, width, height } = faces[0].box
    const at = [x + width / 2, y + height / 2] as const
    await expect(agnize.enroll('Somebody', a!, { at })).rejects.toMatchObject({
      code: 'poor-quality',
    })
  })

  test.each([
    ['enrol-s38.jpg', 'stranger-s40.jpg'],
    ['enrol2-s35.jpg', 'stranger2-schroeder.jpg'],
  ])('the upside-down %s is seen upright, and is not %s', async (reference, stranger) => {
    const agnize = await opened()
    const [a, b] = [reference, stranger].map((name) => path('upside-down-strangers', name))
    const { similarity, threshold, answer, faces } = await agnize.verify(a!, b!)
    expect(answer).toBe('no_match')
    expect(similarity).toBeLessThan(threshold.value)
    for (const { pose } of faces) expect(Math.abs(pose.roll)).toBeGreaterThan(150)
  })
})
