/**
 * The age-and-gender network of @vladmandic/face-api (MIT) as ONNX: its weights from the npm package that the tests have, in the
 * graph that its source describes, a small Xception. It is only measured (`npm run bench:attributes`): agnize does not have it.
 */

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { RgbImage } from '../dist/index.js'
import { type OnnxNode, type OnnxTensor, writeModel } from '../dist/onnx/write.js'

const require = createRequire(import.meta.url)
const folder = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model')

/** Side of the network's input: RGB, 0…255, channels first. */
export const ageGenderSide = 112

interface StoredTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly quantization?: { readonly dtype: 'uint8'; readonly scale: number; readonly min: number }
}

/** The weights by name, as floats in the layout of TensorFlow.js. */
async function storedWeights(): Promise<
  Map<string, { shape: readonly number[]; data: Float32Array }>
> {
  const manifest = JSON.parse(
    await readFile(join(folder, 'age_gender_model-weights_manifest.json'), 'utf8'),
  ) as { weights: StoredTensor[] }[]
  const bytes = await readFile(join(folder, 'age_gender_model.bin'))
  const found = new Map<string, { shape: readonly number[]; data: Float32Array }>()
  let at = 0
  for (const { name, shape, quantization } of manifest.flatMap(({ weights }) => weights)) {
    const count = shape.reduce((a, b) => a * b, 1)
    const data = quantization
      ? Float32Array.from(
          bytes.subarray(at, at + count),
          (value) => value * quantization.scale + quantization.min,
        )
      : Float32Array.from({ length: count }, (_, i) => bytes.readFloatLE(at + 4 * i))
    at += quantization ? count : 4 * count
    found.set(name, { shape, data })
  }
  return found
}

/** Height × width × in × out to out × in × height × width; of a depthwise filter, one output a channel. */
function filtersOf(shape: readonly number[], data: Float32Array, depthwise: boolean) {
  const [height, width, input, output] = shape as [number, number, number, number]
  const moved = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let i = 0; i < input; i++) {
        for (let o = 0; o < output; o++) {
          const from = ((y * width + x) * input + i) * output + o
          const plane = depthwise ? i * output + o : o * input + i
          moved[(plane * height + y) * width + x] = data[from]!
        }
      }
    }
  }
  return {
    shape: depthwise ? [input * output, 1, height, width] : [output, input, height, width],
    data: moved,
  }
}

/** The ONNX file: input `face` of 1 × 3 × 112 × 112; outputs `age` in years and `gender`, the probabilities of male and female. */
export async function ageGenderNetwork(): Promise<Uint8Array> {
  const weights = await storedWeights()
  const nodes: OnnxNode[] = []
  const initializers: OnnxTensor[] = []
  let count = 0
  const add = (
    type: string,
    inputs: readonly string[],
    attributes: OnnxNode['attributes'] = {},
    output = `t${count++}`,
  ) => {
    nodes.push({ type, inputs, outputs: [output], attributes })
    return output
  }
  const constant = (name: string, shape: readonly number[], data: Float32Array) => {
    initializers.push({ name, shape, data })
    return name
  }
  const stored = (name: string) => {
    const found = weights.get(name)
    if (!found) throw new Error(`The package has no weights ${name}.`)
    return found
  }
  const plain = (name: string) => constant(name, stored(name).shape, stored(name).data)
  const filters = (name: string, depthwise = false) => {
    const { shape, data } = filtersOf(stored(name).shape, stored(name).data, depthwise)
    return constant(name, shape, data)
  }
  const same = { auto_pad: { text: 'SAME_UPPER' } } as const
  const conv = (x: string, name: string, stride: number) =>
    add('Conv', [x, filters(`${name}/filters`), plain(`${name}/bias`)], {
      ...same,
      strides: [stride, stride],
    })
  const relu = (x: string) => add('Relu', [x])
  const separable = (x: string, name: string) => {
    const depthwise = `${name}/depthwise_filter`
    const channels = stored(depthwise).shape[2]!
    const each = add('Conv', [x, filters(depthwise, true)], { ...same, group: channels })
    return add('Conv', [each, filters(`${name}/pointwise_filter`), plain(`${name}/bias`)])
  }
  const reduction = (x: string, name: string, isActive = true) => {
    let out = separable(isActive ? relu(x) : x, `${name}/separable_conv0`)
    out = separable(relu(out), `${name}/separable_conv1`)
    out = add('MaxPool', [out], { ...same, kernel_shape: [3, 3], strides: [2, 2] })
    return add('Add', [out, conv(x, `${name}/expansion_conv`, 2)])
  }
  const main = (x: string, name: string) => {
    let out = x
    for (const i of [0, 1, 2]) out = separable(relu(out), `${name}/separable_conv${i}`)
    return add('Add', [out, x])
  }

  const mean = constant('mean', [1, 3, 1, 1], Float32Array.of(122.782, 117.001, 104.298))
  const scale = constant('scale', [1], Float32Array.of(255))
  let x = add('Div', [add('Sub', ['face', mean]), scale])
  x = relu(conv(x, 'entry_flow/conv_in', 2))
  x = reduction(x, 'entry_flow/reduction_block_0', false)
  x = reduction(x, 'entry_flow/reduction_block_1')
  for (const i of [0, 1]) x = main(x, `middle_flow/main_block_${i}`)
  x = reduction(x, 'exit_flow/reduction_block')
  x = relu(separable(x, 'exit_flow/separable_conv'))
  x = add('Flatten', [add('AveragePool', [x], { kernel_shape: [7, 7], strides: [2, 2] })])
  const dense = (name: string, output?: string) =>
    add('Gemm', [x, plain(`${name}/weights`), plain(`${name}/bias`)], {}, output)
  dense('fc/age', 'age')
  add('Softmax', [dense('fc/gender')], { axis: 1 }, 'gender')
  return writeModel({
    name: 'age_gender',
    inputs: [{ name: 'face', shape: [1, 3, ageGenderSide, ageGenderSide] }],
    outputs: [
      { name: 'age', shape: [1, 1] },
      { name: 'gender', shape: [1, 2] },
    ],
    nodes,
    initializers,
  })
}

/** What a network says of a face. */
export interface AgeAndGender {
  readonly age: number
  /** Probability that the face is a man's. */
  readonly male: number
}

/** The package's own JavaScript on the same pixels, which the ONNX file has to agree with. */
export async function ageGenderReference(): Promise<(face: RgbImage) => Promise<AgeAndGender>> {
  const tf = require('@tensorflow/tfjs')
  const wasm = require('@tensorflow/tfjs-backend-wasm')
  const place = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))
  wasm.setWasmPaths(`${join(place, 'dist')}/`)
  await tf.setBackend('wasm')
  await tf.ready()
  const faceapi = require(join(folder, '../dist/face-api.node-wasm.js'))
  await faceapi.nets.ageGenderNet.loadFromDisk(folder)
  return async ({ width, height, data }) => {
    const pixels = tf.tensor3d(Float32Array.from(data), [height, width, 3])
    const { age, gender } = await faceapi.nets.ageGenderNet.forward(pixels)
    const answer = { age: age.dataSync()[0], male: gender.dataSync()[0] }
    for (const each of [pixels, age, gender]) each.dispose()
    return answer
  }
}
