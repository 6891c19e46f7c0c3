import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { type DetectionNetwork, look } from '../../../dist/faces/detectors/look.js'
import { decodeScrfd } from '../../../dist/faces/detectors/scrfd.js'
import { decodeSsd } from '../../../dist/faces/detectors/ssd.js'
import { Pyramid } from '../../../dist/image/pyramid.js'
import { TurnedPicture } from '../../../dist/image/turned-picture.js'
import type { DetectionCard } from '../../../dist/models/card.js'
import { openSession } from '../../../dist/models/runtime.node.js'
import { type OnnxTensor, writeModel } from '../../../dist/onnx/write.js'
import { sample, yunetFile, yunetFixedFile } from '../../fixtures.js'
import { lacks } from '../../requirements.js'

interface Golden {
  readonly sample: 1 | 2 | 3 | 4 | 5 | 6
  readonly width: number
  readonly height: number
  /** x, y, width, height, five points, score. */
  readonly faces: readonly (readonly number[])[]
}

const card = (decoder: DetectionCard['decoder'], minScore: number): DetectionCard => ({
  name: decoder,
  task: 'detection',
  decoder,
  multiple: 32,
  faceWidths: [10, 300],
  minScore,
  clearScore: 0.9,
  sha256: '0'.repeat(64),
  bytes: 1,
  input: { width: 320, height: 320, channels: 'bgr', mean: 0, scale: 1 },
  source: { from: 'file' },
  license: 'MIT',
  use: '',
})

test.skipIf(lacks('yunet'))("YuNet's boxes, points and scores are those of OpenCV", async () => {
  const golden = JSON.parse(
    readFileSync(new URL('yunet-golden.json', import.meta.url), 'utf8'),
  ) as Golden[]
  for (const [file, fixed] of [[yunetFile], [yunetFixedFile, 640]] as const) {
    const network: DetectionNetwork = {
      card: card('yunet', 0.6),
      session: await openSession(readFileSync(file), [1, 3, 640, 640]),
    }
    for (const { sample: n, width, height, faces } of golden) {
      const data = await sharp(sample(n)).resize(width, height, { fit: 'fill' }).raw().toBuffer()
      const picture = new TurnedPicture(new Pyramid({ width, height, data }), 0)
      // The file of fixed size sees the same pixels with black ones to the right and below.
      const size = { width: fixed ?? width, height: fixed ?? height }
      const found = await look(picture, { x: 0, y: 0, ...size }, size, network)
      expect(found.length, `sample ${n}`).toBe(faces.length)
      for (const [i, { box, score, points }] of found.entries()) {
        const values = [box.x, box.y, box.width, box.height, ...points!.flat()]
        for (const [k, value] of values.entries()) {
          expect(Math.abs(value - faces[i]![k]!), `sample ${n}, face ${i}`).toBeLessThan(0.5)
        }
        expect(score).toBeCloseTo(faces[i]![14]!, 2)
      }
    }
    await network.session.release()
  }
})

/** A network of one input whose outputs are constants. */
function constantNetwork(outputs: readonly OnnxTensor[]): Uint8Array {
  return writeModel({
    name: 'constant',
    inputs: [{ name: 'input', shape: [1, 3, 32, 32] }],
    outputs: outputs.map(({ name, shape }) => ({ name, shape })),
    nodes: outputs.map(({ name }) => ({
      type: 'Identity',
      inputs: [`${name}_values`],
      outputs: [name],
    })),
    initializers: outputs.map((output) => ({ ...output, name: `${output.name}_values` })),
  })
}

/** SCRFD's outputs for an input of 32 × 32, with one face of the stride 16, cell (1, 0), second anchor. */
function scrfdOutputs(withPoints: boolean): OnnxTensor[] {
  const outputs: OnnxTensor[] = []
  // Names are numbers in insightface's files, and do not rise in the order of the outputs.
  let name = 500
  for (const values of withPoints ? [1, 4, 10] : [1, 4]) {
    for (const stride of [8, 16, 32]) {
      const rows = 2 * (32 / stride) ** 2
      const data = new Float32Array(rows * values)
      if (stride === 16) {
        const face = { 1: [0.9], 4: [0.5, 0.25, 0.75, 1], 10: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }
        data.set(face[values as 1 | 4 | 10], 3 * values)
      }
      outputs.push({ name: String(name--), shape: [rows, values], data })
    }
  }
  return outputs
}

test.each([
  true,
  false,
])('SCRFD is decoded by hand-made outputs (points: %s)', async (withPoints) => {
  const session = await openSession(constantNetwork(scrfdOutputs(withPoints)), [1, 3, 32, 32])
  const data = new Uint8Array(3 * 64 * 64)
  const picture = new TurnedPicture(new Pyramid({ width: 64, height: 64, data }), 0)
  const region = { x: 0, y: 0, width: 64, height: 64 }
  const size = { width: 32, height: 32 }
  const found = await look(picture, region, size, { card: card('scrfd', 0.5), session })
  await session.release()
  // The cell's corner is at (16, 0) of the input; the picture is twice as large.
  expect(found).toHaveLength(1)
  expect(found[0]!.box).toEqual({ x: 16, y: -8, width: 40, height: 40 })
  expect(found[0]!.score).toBeCloseTo(0.9)
  expect(found[0]!.points).toEqual(
    withPoints
      ? [
          [32, 32],
          [96, 96],
          [160, 160],
          [224, 224],
          [288, 288],
        ]
      : null,
  )
})

test('outputs of another network are refused by name', () => {
  expect(() =>
    decodeScrfd({ a: new Float32Array(3) }, { width: 32, height: 32 }, 0.5, ['a']),
  ).toThrow(expect.objectContaining({ code: 'model-invalid' }))
})

test('decoded boxes are shares of the input', () => {
  const outputs = {
    scores: Float32Array.from([0.1, 0.9, 0.8, 0.2]),
    boxes: Float32Array.from([0.25, 0.5, 0.75, 1, 0, 0, 1, 1]),
  }
  expect(decodeSsd(outputs, { width: 320, height: 240 }, 0.5)).toEqual([
    { box: { x: 80, y: 120, width: 160, height: 120 }, score: expect.closeTo(0.9), points: null },
  ])
})
