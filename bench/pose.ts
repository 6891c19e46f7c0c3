/**
 * The pose that agnize estimates from the landmarks, compared with the package's own pose network, for docs/quality.md:
 * `npm run bench:pose`. The network is read from the package's tarball and not stored.
 */
import { readFile } from 'node:fs/promises'
import { Parser } from 'tar'
import { squareAround } from '../dist/geometry/box.js'
import { decodeImage } from '../dist/image/codec.node.js'
import { Pyramid } from '../dist/image/pyramid.js'
import { toTensor } from '../dist/image/tensor.js'
import { openAgnize, type Pose } from '../dist/index.js'
import { modelPackage } from '../dist/models/builtin.js'
import { fetchNpmTarball } from '../dist/models/npm-tarball.js'
import { openSession } from '../dist/models/runtime.node.js'
import { photosOf } from './face-sets.js'

const session = await openSession(await poseNetwork(), [1, 3, 224, 224])
await using agnize = await openAgnize()
await agnize.models.pull()
for (const set of ['lfw', 'orl'] as const) {
  const estimated: Pose[] = []
  const measured: Pose[] = []
  for (const { photo } of await photosOf(set)) {
    const [face] = await agnize.analyze(photo)
    if (!face) continue
    estimated.push(face.pose)
    const pyramid = new Pyramid(await decodeImage(await readFile(photo)))
    const { x, y, width } = squareAround(face.box)
    const input = toTensor(await pyramid.resize(x, y, width, width, 224, 224), {
      channels: 'rgb',
      mean: 0,
      scale: 255,
    })
    const plane = 224 * 224
    const mean = [0.485, 0.456, 0.406]
    const deviation = [0.229, 0.224, 0.225]
    for (let i = 0; i < input.length; i++) {
      const channel = Math.floor(i / plane)
      input[i] = (input[i]! - mean[channel]!) / deviation[channel]!
    }
    // Sixty-six bins of three degrees each for pitch, roll and yaw; yaw and pitch have the opposite sign.
    const [pitch, roll, yaw] = Object.values(await session.run(input)).map(expectation)
    measured.push({ roll: roll!, yaw: -yaw!, pitch: pitch! })
  }
  for (const angle of ['roll', 'yaw', 'pitch'] as const) {
    compare(
      `${set} ${angle}`,
      estimated.map((pose) => pose[angle]),
      measured.map((pose) => pose[angle]),
    )
  }
}
process.exit(0)

async function poseNetwork(): Promise<Uint8Array> {
  const tarball = await fetchNpmTarball(modelPackage)
  const chunks: Buffer[] = []
  await new Promise<void>((resolve) => {
    const parser = new Parser({
      filter: (path) => path === 'package/model/fr_pose.onnx',
      onReadEntry: (entry) => void entry.on('data', (chunk: Buffer) => chunks.push(chunk)),
    })
    parser.on('end', resolve)
    parser.end(tarball)
  })
  return Buffer.concat(chunks)
}

/** The softmax-weighted mean of the bins, in degrees. */
function expectation(bins: Float32Array): number {
  const most = Math.max(...bins)
  let sum = 0
  let weighted = 0
  bins.forEach((value, i) => {
    const weight = Math.exp(value - most)
    sum += weight
    weighted += weight * i
  })
  return (3 * weighted) / sum - 99
}

function compare(label: string, a: readonly number[], b: readonly number[]): void {
  const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length
  const ma = mean(a)
  const mb = mean(b)
  const covariance = mean(a.map((x, i) => (x - ma) * (b[i]! - mb)))
  const va = mean(a.map((x) => (x - ma) ** 2))
  const vb = mean(b.map((x) => (x - mb) ** 2))
  const slope = covariance / va
  const error = Math.sqrt(mean(a.map((x, i) => (b[i]! - mb - slope * (x - ma)) ** 2)))
  console.log(
    `${label.padEnd(10)} ${a.length} faces: correlation ${(covariance / Math.sqrt(va * vb)).toFixed(2)}, network = ${slope.toFixed(2)} × ours ${mb - slope * ma < 0 ? '−' : '+'} ${Math.abs(mb - slope * ma).toFixed(1)}°, off by ${error.toFixed(1)}° (root mean square)`,
  )
}
