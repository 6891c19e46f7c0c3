import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assessQuality } from '../../dist/faces/quality.js'
import { contains } from '../../dist/geometry/box.js'
import { type Agnize, cosine, type Face, openAgnize } from '../../dist/index.js'
import { embeddingCard } from '../../dist/models/builtin.js'
import { flushTinyWeights } from '../../dist/models/tiny-weights.js'
import { facesFolder, inSample1, sample, testHome } from '../fixtures.js'
import { lacks } from '../requirements.js'

let agnize: Agnize
beforeAll(async () => {
  agnize = await openAgnize({ home: testHome() })
})
afterAll(() => agnize.close())

const at = (faces: readonly Face[], x: number, y: number) =>
  faces.find(({ box }) => contains(box, x, y))!

test.each([
  [1, 3],
  [2, 3],
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 4],
] as const)('sample %i shows %i people', async (n, count) => {
  const faces = await agnize.analyze(sample(n))
  expect(faces).toHaveLength(count)
  const areas = faces.map(({ box }) => box.width * box.height)
  expect(areas).toEqual([...areas].sort((a, b) => b - a))
  for (const { landmarks, box, embedding, quality } of faces) {
    for (const [x, y] of landmarks) expect(contains(box, x, y)).toBe(true)
    const [leftEye, rightEye, nose, leftMouth] = landmarks
    expect(leftEye[0]).toBeLessThan(rightEye[0])
    expect(nose[1]).toBeLessThan(leftMouth[1] + box.height / 10)
    expect(embedding.vector).toHaveLength(512)
    expect(Math.hypot(...embedding.vector)).toBeCloseTo(1, 5)
    for (const signal of Object.values(quality)) {
      if (typeof signal !== 'number') continue
      expect(signal).toBeGreaterThanOrEqual(0)
      expect(signal).toBeLessThanOrEqual(1)
    }
  }
})

test('the woman of sample 1 is in the middle of sample 3, and everybody else is a stranger to her', async () => {
  const her = at(await agnize.analyze(sample(1)), ...inSample1)
  for (const n of [1, 2, 3, 4, 5, 6] as const) {
    for (const face of await agnize.analyze(sample(n))) {
      const same =
        (n === 1 && contains(face.box, ...inSample1)) || (n === 3 && contains(face.box, 1190, 350))
      const value = cosine(her.embedding, face.embedding)
      if (same) expect(value).toBeGreaterThan(0.55)
      else expect(value).toBeLessThan(0.402)
    }
  }
})

test('gives the same result for a path, a file URL, bytes and pixels', async () => {
  const bytes = await readFile(sample(3))
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
  const sources = [
    sample(3),
    new URL(`file://${sample(3)}`),
    new Uint8Array(bytes),
    { width: info.width, height: info.height, data: new Uint8Array(data) },
  ]
  const results = await Promise.all(sources.map((source) => agnize.analyze(source)))
  for (const faces of results) {
    expect(faces).toHaveLength(3)
    for (const [i, face] of faces.entries()) {
      expect(cosine(face.embedding, results[0]![i]!.embedding)).toBeGreaterThan(0.999)
    }
  }
})

test('pose follows rotation and mirroring', async () => {
  const [face] = await agnize.analyze(
    await sharp(sample(3))
      .extract({ left: 980, top: 100, width: 420, height: 520 })
      .png()
      .toBuffer(),
  )
  const [mirrored] = await agnize.analyze(
    await sharp(sample(3))
      .extract({ left: 980, top: 100, width: 420, height: 520 })
      .flop()
      .png()
      .toBuffer(),
  )
  expect(Math.abs(face!.pose.yaw)).toBeGreaterThan(5)
  expect(mirrored!.pose.yaw).toBeCloseTo(-face!.pose.yaw, -1)
  expect(mirrored!.pose.roll).toBeCloseTo(-face!.pose.roll, -1)
  expect(cosine(face!.embedding, mirrored!.embedding)).toBeGreaterThan(0.8)
  const [tilted] = await agnize.analyze(
    await sharp(sample(3))
      .extract({ left: 980, top: 100, width: 420, height: 520 })
      .rotate(20, { background: '#888' })
      .png()
      .toBuffer(),
  )
  expect(tilted!.pose.roll - face!.pose.roll).toBeGreaterThan(12)
  expect(tilted!.pose.roll - face!.pose.roll).toBeLessThan(28)
})

test('names the faults of poor photos, and does not judge the worst', async () => {
  const woman = sharp(sample(3)).extract({ left: 980, top: 100, width: 420, height: 520 })
  const crop = await woman.png().toBuffer()
  const quality = async (photo: Promise<Buffer>) => (await agnize.analyze(await photo))[0]!.quality
  const good = await quality(Promise.resolve(crop))
  expect(good.reasons).toEqual([])
  const blurred = await quality(sharp(crop).blur(9).png().toBuffer())
  expect(blurred.sharpness).toBeLessThan(good.sharpness)
  expect(blurred.reasons).toContain('blurred')
  const small = await quality(sharp(crop).resize(28).png().toBuffer())
  expect(small.reasons).toContain('too_small')
})

test('too dark, too bright and flat faces count as badly exposed', () => {
  const chip = (mean: number, spread: number) => ({
    width: 112,
    height: 112,
    data: Uint8Array.from(
      { length: 3 * 112 * 112 },
      (_, i) => mean + (Math.floor(i / 3) % 2 ? spread : -spread),
    ),
  })
  const exposure = (mean: number, spread: number) =>
    assessQuality(chip(mean, spread), 100, { roll: 0, yaw: 0, pitch: 0 }, 5, embeddingCard)
  expect(exposure(120, 40)).toMatchObject({ exposure: 1, score: 1, reasons: [] })
  for (const [mean, spread] of [
    [15, 8],
    [245, 8],
    [120, 5],
  ] as const) {
    expect(exposure(mean, spread).reasons).toEqual(['badly_exposed'])
  }
  expect(exposure(8, 8)).toMatchObject({ exposure: 0, score: 0 })
})

test('finds a 24-pixel face in a 12-megapixel photo', async () => {
  const face = await sharp(sample(3))
    .extract({ left: 900, top: 30, width: 580, height: 700 })
    .resize({ width: 62 })
    .png()
    .toBuffer()
  const places = [
    [150, 2700],
    [2000, 1500],
    [3800, 120],
  ] as const
  const group = await sharp({
    create: { width: 4000, height: 3000, channels: 3, background: '#5b7a50' },
  })
    .composite(places.map(([left, top]) => ({ input: face, left, top })))
    .jpeg({ quality: 92 })
    .toBuffer()
  const found = await agnize.analyze(group, { detail: 'auto' })
  expect(found).toHaveLength(3)
  for (const [x, y] of places) {
    const { box } = at(found, x + 31, y + 35)
    expect(box.width).toBeGreaterThan(14)
    expect(box.width).toBeLessThan(36)
  }
  expect(await agnize.analyze(group, { detail: 'fast' })).toHaveLength(0)
})

test('finds a face that fills the picture and reaches beyond it', async () => {
  const close = await sharp(sample(3))
    .extract({ left: 1090, top: 215, width: 200, height: 270 })
    .png()
    .toBuffer()
  const faces = await agnize.analyze(close)
  expect(faces).toHaveLength(1)
  const [wide] = (await agnize.analyze(sample(3))).filter(({ box }) => contains(box, 1190, 350))
  expect(cosine(faces[0]!.embedding, wide!.embedding)).toBeGreaterThan(0.8)
})

test('zeroing tiny weights changes no embedding', async () => {
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const original = await agnize.models.read(embeddingCard)
  const flushed = Uint8Array.from(original)
  expect(flushTinyWeights(flushed)).toBe(190_805)
  expect(flushTinyWeights(flushed)).toBe(0)
  const input = Float32Array.from({ length: 3 * 112 * 112 }, (_, i) => Math.sin(i))
  const outputs = await Promise.all(
    [original, flushed].map(async (model) => {
      const session = await InferenceSession.create(model)
      const { output } = await session.run({
        [session.inputNames[0]!]: new Tensor('float32', input, [1, 3, 112, 112]),
      })
      return output!.data as Float32Array
    }),
  )
  for (const [i, value] of outputs[0]!.entries()) {
    expect(Math.abs(value - outputs[1]![i]!)).toBeLessThan(1e-6)
  }
  expect(flushTinyWeights(new TextEncoder().encode('no protobuf at all, just text'))).toBe(0)
})

test('yields many photos in order, bad ones as errors, until a signal cancels', async () => {
  const photos = [sample(1), 'nowhere.jpg', sample(2), Uint8Array.of(1, 2, 3), sample(3)]
  const seen: string[] = []
  for await (const each of agnize.analyzeEach(photos))
    seen.push('error' in each ? each.error.code : `${each.result.faces.length}`)
  expect(seen).toEqual(['3', 'photo-not-found', '3', 'not-an-image', '3'])
  const stop = new AbortController()
  const run = (async () => {
    for await (const _ of agnize.analyzeEach(Array(50).fill(sample(1)), { signal: stop.signal }))
      stop.abort()
  })()
  await expect(run).rejects.toMatchObject({ code: 'cancelled' })
  await expect(agnize.analyze(sample(1))).resolves.toHaveLength(3)
})

test('the caller’s thread stays responsive while photos are analyzed', async () => {
  await agnize.analyze(sample(1))
  // A share of time instead of a duration: with the networks in this thread it would be close to 1.
  const before = performance.eventLoopUtilization()
  await agnize.analyze(sample(4), { detail: 'full' })
  expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.3)
})

describe.skipIf(lacks('photos'))(`stock photos (skipped where ${facesFolder} lacks them)`, () => {
  test.each([
    'fast',
    'auto',
    'full',
  ] as const)('every nose is in exactly one box, and nothing is found in the picture without people (%s)', async (detail) => {
    const { photos } = JSON.parse(
      await readFile(join(facesFolder, 'photos/truth.json'), 'utf8'),
    ) as {
      photos: Record<string, { noses: [number, number][] }>
    }
    for (const [photo, { noses }] of Object.entries(photos)) {
      const faces = await agnize.analyze(join(facesFolder, 'photos', photo), { detail })
      for (const nose of noses) {
        expect(
          faces.filter(({ box }) => contains(box, ...nose)),
          `${photo} at ${nose}`,
        ).toHaveLength(1)
      }
      if (noses.length === 0) expect(faces, photo).toEqual([])
    }
  })

  test('the same person in two stock photos is the same person', async () => {
    for (const [a, b] of [
      ['001_A.jpg', '002_A.jpg'],
      ['007_B.jpg', '008_B.jpg'],
    ] as const) {
      const path = (name: string) => join(facesFolder, 'photos', name)
      expect((await agnize.verify(path(a), path(b))).match).toBe(true)
      expect((await agnize.verify(path(a), path('010_2.jpg'))).match).toBe(false)
    }
  })
})

test('closing waits for the workers, whenever they answer', async () => {
  // In a child process: one that ends while it waits exits with 13.
  const program = `
    import { openAgnize } from ${JSON.stringify(resolve('dist/index.js'))}
    for (let i = 0; i < 12; i++) {
      const agnize = await openAgnize({ home: ${JSON.stringify(testHome())}, threads: 4 })
      const work = [1, 2, 3].map(() => agnize.analyze(${JSON.stringify(sample(1))}, { detail: 'fast' }))
      await Promise.race(work)
      await agnize.close()
      await Promise.allSettled(work)
    }`
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
})
