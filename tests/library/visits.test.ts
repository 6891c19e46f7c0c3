import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { type RecordedFace, VisitRecorder } from '../../dist/application/visit-recorder.js'
import { type Agnize, cosine, openAgnize } from '../../dist/index.js'
import { modelId } from '../../dist/models/card.js'
import { Tracker } from '../../dist/recognition/tracker.js'
import { type Portraits, portraits } from '../console/portraits.js'
import { homeWithModels, unitVector } from '../fixtures.js'

let people: Portraits
beforeAll(async () => {
  people = await portraits()
})

async function opened(): Promise<Agnize> {
  const agnize = await openAgnize({ home: await homeWithModels(), threads: 1 })
  onTestFinished(() => agnize.close())
  await agnize.visits.configure({ recording: true })
  return agnize
}

/** Records a visit with an image. @returns Id of the visit. */
async function visit(
  agnize: Agnize,
  at: number,
  { vector, quality, image }: { vector: Float32Array; quality: number; image: Uint8Array | null },
): Promise<string> {
  const model = modelId(await agnize.embeddingCard())
  const time = new Date(at).toISOString()
  const { id } = await agnize.visits.begin(
    {
      ...{ camera: 'door', by: { visitorId: 'stranger' }, firstAt: time, lastAt: time },
      face: { model, vector, quality, similarity: null, explanation: null, image },
    },
    time,
  )
  return id
}

/** Names of a subject's enrolled photos. */
const photosOf = async (agnize: Agnize, name: string) =>
  (await agnize.people.show(name)).map(({ photo }) => photo).sort()

test('naming a stranger enrolls similar pictures once', async () => {
  const agnize = await opened()
  const brighter = await sharp(people.anna).modulate({ brightness: 1.1 }).jpeg().toBuffer()
  // A larger face beside Anna's.
  const beside = await sharp({
    create: { width: 2000, height: 800, channels: 3, background: '#808080' },
  })
    .composite([
      { input: await sharp(people.bo).resize(750).toBuffer(), left: 0, top: 0 },
      { input: await sharp(people.annaAgain).resize(480).toBuffer(), left: 760, top: 160 },
    ])
    .jpeg({ quality: 95 })
    .toBuffer()
  const one = async (photo: string | Buffer) => (await agnize.analyze(photo))[0]!.embedding
  const [first, alike, other] = [
    await one(people.anna),
    await one(brighter),
    await one(people.annaAgain),
  ]
  expect(cosine(first!, alike!)).toBeGreaterThan(0.9)
  expect(cosine(first!, other!)).toBeLessThan(0.9)

  const start = Date.now() - 3_600_000
  const image = await readFile(people.anna)
  const best = await visit(agnize, start, { vector: first!.vector, quality: 0.9, image })
  await visit(agnize, start + 1000, { vector: alike!.vector, quality: 0.8, image: brighter })
  const differs = await visit(agnize, start + 2000, {
    ...{ vector: other!.vector, quality: 0.7, image: beside },
  })
  expect(await agnize.visits.name('stranger', 'Anna')).toEqual({ visits: 3, faces: 2 })
  expect(await photosOf(agnize, 'Anna')).toEqual(
    [best, differs].map((id) => `visit ${id}.jpg`).sort(),
  )
  const answers = []
  for (const photo of [people.annaAgain, people.bo]) {
    answers.push((await agnize.identify(photo))[0]!.answer)
  }
  expect(answers).toEqual(['match', 'unknown'])
})

test('naming a stranger enrolls the best five faces and reports the number', async () => {
  const agnize = await opened()
  const start = Date.now() - 3_600_000
  const length = (await agnize.analyze(people.anna))[0]!.embedding.vector.length
  const ids: string[] = []
  for (let i = 0; i < 7; i++) {
    // The second best image shows no face, the third best is damaged.
    const picture =
      i === 5
        ? sharp({ create: { width: 480, height: 480, channels: 3, background: '#808080' } })
        : sharp(people.anna).modulate({ brightness: 1 + i / 50 })
    const jpeg = await picture.jpeg().toBuffer()
    ids.push(
      await visit(agnize, start + 1000 * i, {
        // Embeddings that all differ.
        ...{ vector: unitVector(i + 1, length), quality: 0.3 + i / 10 },
        image: i === 4 ? jpeg.subarray(0, 300) : jpeg,
      }),
    )
  }
  expect(await agnize.visits.name('stranger', 'Anna')).toEqual({ visits: 7, faces: 3 })
  expect(await photosOf(agnize, 'Anna')).toEqual([2, 3, 6].map((i) => `visit ${ids[i]}.jpg`).sort())
})

test.each([
  'known',
  'stranger',
])('a person who moves between cameras makes a visit at each (%s)', async (kind) => {
  const agnize = await opened()
  const known = kind === 'known' ? await agnize.people.create('Anna') : null
  const subject = known && { id: known.id, name: known.name }
  const model = modelId(await agnize.embeddingCard())
  const face = {
    box: { x: 0, y: 100, width: 100, height: 100 },
    embedding: { model, vector: unitVector(1, 512) },
    quality: { score: 0.8 },
    answer: subject ? 'match' : 'unknown',
    ...{ subject, image: null },
  } as unknown as RecordedFace
  const start = Date.now() - 3_600_000
  /** Two seconds before a camera, seen by a newly started program. */
  const passes = async (camera: string, seconds: number) => {
    const tracker = new Tracker()
    const recorder = new VisitRecorder(agnize.visits, camera, { away: 60_000 })
    const came = []
    for (let at = start + 1000 * seconds, i = 0; i <= 20; i++, at += 100) {
      for (const { type, visit } of await recorder.update(tracker.update([face], at), at)) {
        if (type === 'came') came.push(visit)
      }
    }
    await recorder.close()
    expect(came).toHaveLength(1)
    return came[0]!
  }
  const at = (seconds: number) => new Date(start + 1000 * seconds).toISOString()
  const door = await passes('door', 0)
  const gate = await passes('gate', 10)
  const doorAgain = await passes('door', 20)
  const gateAgain = await passes('gate', 30)
  expect([doorAgain.visit, gateAgain.visit]).toEqual([door.visit, gate.visit])
  expect(gate.before).toEqual({ at: at(2), camera: 'door' })
  expect(gate.visitor).toBe(door.visitor)
  expect(await agnize.visits.list({ limit: 9 })).toMatchObject([
    { id: gate.visit, camera: 'gate', firstAt: at(10), lastAt: at(32), subject },
    { id: door.visit, camera: 'door', firstAt: at(0), lastAt: at(22), subject },
  ])
})

test('the first picture of a visit is stored at once, so that a visitor can be named', async () => {
  const agnize = await opened()
  const model = modelId(await agnize.embeddingCard())
  const face = (image: Uint8Array | null) =>
    ({
      box: { x: 0, y: 100, width: 100, height: 100 },
      embedding: { model, vector: unitVector(1, 512) },
      quality: { score: 0.8 },
      ...{ answer: 'unknown', subject: null, image },
    }) as unknown as RecordedFace
  const tracker = new Tracker()
  const recorder = new VisitRecorder(agnize.visits, 'door', { strangerAfter: 0 })
  const start = Date.now() - 10_000
  const came = []
  for (let i = 0; i < 6; i++) {
    const at = start + 100 * i
    came.push(...(await recorder.update(tracker.update([face(null)], at), at)))
    expect(recorder.lacksImages).toBe(true)
  }
  const visit = came[0]!.visit.visit!
  await expect(agnize.visits.image(visit)).rejects.toMatchObject({ code: 'unknown-face' })
  const image = await sharp(people.anna).jpeg().toBuffer()
  await recorder.update(tracker.update([face(image)], start + 700), start + 700)
  expect(recorder.lacksImages).toBe(false)
  expect(Buffer.from(await agnize.visits.image(visit)).equals(image)).toBe(true)
})
