import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { estimatePose } from '../../dist/faces/pose.js'
import { type Agnize, cosine, type Landmarks, openAgnize } from '../../dist/index.js'
import { sample, testHome } from '../fixtures.js'

let agnize: Agnize
beforeAll(async () => {
  agnize = await openAgnize({ home: testHome(), threads: 1 })
})
afterAll(() => agnize.close())

interface Golden {
  readonly box: Record<'x' | 'y' | 'width' | 'height', number>
  readonly landmarks: readonly (readonly [number, number])[]
  readonly pose: Record<'roll' | 'yaw' | 'pitch', number>
  readonly model: string
  /** Base64 of 16-bit integers in units of 1/32767. */
  readonly vector: string
}

test('landmarks, pose and embedding of a stock photo are unchanged', async () => {
  const golden = JSON.parse(
    await readFile(new URL('golden.json', import.meta.url), 'utf8'),
  ) as Golden
  const [face] = await agnize.analyze(sample(6))
  // Processors differ in the last digits; another landmark, channel order or resampling changes far more.
  for (const side of ['x', 'y', 'width', 'height'] as const) {
    expect(Math.abs(face!.box[side] - golden.box[side])).toBeLessThan(1)
  }
  for (const [i, [x, y]] of golden.landmarks.entries()) {
    const [foundX, foundY] = face!.landmarks[i]!
    expect(Math.hypot(foundX - x, foundY - y)).toBeLessThan(1)
  }
  for (const angle of ['roll', 'yaw', 'pitch'] as const) {
    expect(Math.abs(face!.pose[angle] - golden.pose[angle])).toBeLessThan(1)
  }
  expect(face!.embedding.model).toBe(golden.model)
  const bytes = Buffer.from(golden.vector, 'base64')
  const vector = Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i))
  const length = Math.hypot(...vector)
  const before = { model: golden.model, vector: vector.map((x) => x / length) }
  expect(cosine(face!.embedding, before)).toBeGreaterThan(0.9995)
})

/** A frontal face with its nose moved. */
function landmarks(right: number, down: number): Landmarks {
  return [
    [0, 0],
    [100, 0],
    [50 + right, 52.5 + down],
    [20, 100],
    [80, 100],
  ]
}

test('yaw is positive towards the right edge, pitch is positive up', () => {
  const straight = estimatePose(landmarks(0, 0))
  for (const angle of Object.values(straight)) expect(angle).toBeCloseTo(0)
  expect(estimatePose(landmarks(20, 0)).yaw).toBeCloseTo(16.4)
  expect(estimatePose(landmarks(-20, 0)).yaw).toBeCloseTo(-16.4)
  expect(estimatePose(landmarks(0, -20)).pitch).toBeCloseTo(11)
  expect(estimatePose(landmarks(0, 20)).pitch).toBeCloseTo(-11)
})

test('flip averages with the mirrored face: a photo and its mirror image become more similar', async () => {
  const photo = sharp(sample(6)).extract({ left: 1375, top: 60, width: 540, height: 720 })
  const [plain, mirrored] = [
    await photo.clone().png().toBuffer(),
    await photo.clone().flop().png().toBuffer(),
  ]
  const likeness = async (flip: boolean) => {
    const [[a], [b]] = [
      await agnize.analyze(plain, { flip }),
      await agnize.analyze(mirrored, { flip }),
    ]
    return cosine(a!.embedding, b!.embedding)
  }
  const [without, averaged] = [await likeness(false), await likeness(true)]
  expect(averaged - without).toBeGreaterThan((1 - without) / 2)
})

test('an enrolled face is averaged over views, and a photo to be identified is not', async () => {
  const photo = await sharp(sample(6))
    .extract({ left: 1375, top: 60, width: 540, height: 720 })
    .png()
    .toBuffer()
  const [[plain], [flipped], [averaged]] = [
    await agnize.analyze(photo),
    await agnize.analyze(photo, { flip: true }),
    await agnize.analyze(photo, { views: true }),
  ]
  const likeness = cosine(plain!.embedding, averaged!.embedding)
  expect(likeness).toBeGreaterThan(0.9)
  // The turned and the scaled views change it as well as the mirrored one.
  expect(likeness).toBeLessThan(cosine(plain!.embedding, flipped!.embedding))
  await agnize.enroll('Ada', photo)
  const [found] = await agnize.identify(photo)
  expect(found!.candidates[0]!.cosine).toBeCloseTo(likeness, 5)
})

test('a mirrored face is nearer to the average of views than to the face itself', async () => {
  const photo = await sharp(sample(6))
    .extract({ left: 1375, top: 60, width: 540, height: 720 })
    .flop()
    .png()
    .toBuffer()
  const original = await sharp(photo).flop().png().toBuffer()
  const [[mirrored], [plain], [averaged]] = [
    await agnize.analyze(photo),
    await agnize.analyze(original),
    await agnize.analyze(original, { views: true }),
  ]
  expect(cosine(mirrored!.embedding, averaged!.embedding)).toBeGreaterThan(
    cosine(mirrored!.embedding, plain!.embedding),
  )
})
