import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type * as Tf from '@tensorflow/tfjs'
import { Graph, type Value } from '../dist/training/graph/graph.js'
import { type ConvNorm, Layers } from '../dist/training/networks/layers.js'
import type { Network } from '../dist/training/networks/network.js'

const require = createRequire(import.meta.url)

interface TfValue extends Value {
  /** n × height × width × channels, or n × features. */
  readonly tensor: Tf.Tensor
}

/** TensorFlow.js on its WASM backend, plus the one kernel for training convolutions that this backend lacks. */
export async function openTensorFlow(): Promise<typeof Tf> {
  const tf = require('@tensorflow/tfjs') as typeof Tf
  const wasm = require('@tensorflow/tfjs-backend-wasm')
  const folder = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))
  wasm.setWasmPaths(`${join(folder, 'dist')}/`)
  await tf.setBackend('wasm')
  await tf.ready()
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as unknown as { x: Tf.Tensor4D; dy: Tf.Tensor4D }
      const { strides, pad, filterShape } = attrs as unknown as {
        strides: number | [number, number]
        pad: number
        filterShape: [number, number, number, number]
      }
      const [kernel, , channels, filters] = filterShape
      const stride = Array.isArray(strides) ? strides[0] : strides
      if (kernel === 1 && stride === 1) {
        const product = tf.matMul(x.reshape([-1, channels]), dy.reshape([-1, filters]), true)
        return product.reshape(filterShape)
      }
      // Convolves the input with the gradient as filters: batch and channels swapped, stride as dilation.
      const whole = tf.conv2d(
        x.transpose([3, 1, 2, 0]) as Tf.Tensor4D,
        dy.transpose([1, 2, 0, 3]) as Tf.Tensor4D,
        1,
        pad,
        'NHWC',
        stride,
      )
      return whole.slice([0, 0, 0, 0], [channels, kernel, kernel, filters]).transpose([1, 2, 0, 3])
    },
  })
  return tf
}

/** agnize's networks in TensorFlow.js: the same layers with the same weights. */
class TensorFlowLayers extends Layers {
  constructor(
    readonly tf: typeof Tf,
    readonly variables: ReadonlyMap<string, Tf.Variable>,
  ) {
    super(new Graph())
  }

  #value(tensor: Tf.Tensor): TfValue {
    const [n, ...rest] = tensor.shape as [number, ...number[]]
    const shape = rest.length === 3 ? [n, rest[2]!, rest[0]!, rest[1]!] : [n, ...rest]
    return { name: '', shape, tensor }
  }

  value(tensor: Tf.Tensor): Value {
    return this.#value(tensor)
  }

  convNorm(x: Value, { conv, norm, stride, pad, epsilon }: ConvNorm): Value {
    const { tf, variables } = this
    const filters = tf.transpose(variables.get(`${conv}.weight`)!, [2, 3, 1, 0]) as Tf.Tensor4D
    const convolved = tf.conv2d(tensorOf(x) as Tf.Tensor4D, filters, stride, pad)
    const { mean, variance } = tf.moments(convolved, [0, 1, 2])
    const [shift, scale] = [variables.get(`${norm}.shift`)!, variables.get(`${norm}.scale`)!]
    return this.#value(
      tf.batchNorm(
        convolved,
        mean as Tf.Tensor1D,
        variance as Tf.Tensor1D,
        shift as unknown as Tf.Tensor1D,
        scale as unknown as Tf.Tensor1D,
        epsilon,
      ),
    )
  }

  protected denseWeights(): never {
    throw new Error('dense is written out below')
  }

  override dense(x: Value, name: string): Value {
    const { tf, variables } = this
    const product = tf.matMul(
      tensorOf(x) as Tf.Tensor2D,
      variables.get(`${name}.weight`)! as unknown as Tf.Tensor2D,
      false,
      true,
    )
    return this.#value(tf.add(product, variables.get(`${name}.bias`)!))
  }

  dropout(x: Value): Value {
    return x
  }
  override relu(x: Value): Value {
    return this.#value(this.tf.relu(tensorOf(x)))
  }
  override maxPool(
    x: Value,
    { kernel, stride, pad }: { kernel: number; stride: number; pad: number },
  ) {
    return this.#value(this.tf.maxPool(tensorOf(x) as Tf.Tensor4D, kernel, stride, pad))
  }
  override averagePool(x: Value, { kernel, stride }: { kernel: number; stride: number }): Value {
    return this.#value(this.tf.avgPool(tensorOf(x) as Tf.Tensor4D, kernel, stride, 'valid'))
  }
  override l2Pool(x: Value, { kernel, stride }: { kernel: number; stride: number }): Value {
    const { tf } = this
    const squares = tf.square(tensorOf(x)) as Tf.Tensor4D
    const sums = tf.mul(tf.avgPool(squares, kernel, stride, 'valid'), kernel * kernel)
    return this.#value(tf.sqrt(tf.add(sums, 1e-12)))
  }
  override localResponseNormalize(
    x: Value,
    { size, alpha, beta }: { size: number; alpha: number; beta: number },
  ): Value {
    const radius = (size - 1) / 2
    return this.#value(
      this.tf.localResponseNormalization(tensorOf(x) as Tf.Tensor4D, radius, 1, alpha / size, beta),
    )
  }
  override concatenate(parts: readonly Value[]): Value {
    return this.#value(this.tf.concat(parts.map(tensorOf), 3))
  }
  override padTo(x: Value, size: number): Value {
    const missing = size - x.shape[2]!
    const [near, far] = [Math.floor(missing / 2), Math.ceil(missing / 2)]
    if (missing === 0) return x
    const sides: [number, number][] = [
      [0, 0],
      [near, far],
      [near, far],
      [0, 0],
    ]
    return this.#value(this.tf.pad(tensorOf(x), sides))
  }
  override flatten(x: Value): Value {
    const { tf } = this
    const rows = tf.transpose(tensorOf(x), [0, 3, 1, 2])
    return this.#value(tf.reshape(rows, [x.shape[0]!, -1]))
  }
  override l2Normalize(x: Value): Value {
    const { tf } = this
    const squares = tf.sum(tf.square(tensorOf(x)), 1, true)
    return this.#value(tf.div(tensorOf(x), tf.sqrt(tf.add(squares, 1e-12))))
  }
}

const tensorOf = (x: Value): Tf.Tensor => (x as TfValue).tensor

/**
 * A training step in TensorFlow.js: batch-all triplet loss, gradients, Adam.
 *
 * @returns A function that runs a step on faces (n × channels × height × width) and returns the summed loss.
 */
export function tensorFlowStep(
  tf: typeof Tf,
  network: Network,
  begin: ReadonlyMap<string, { readonly data: Float32Array; readonly shape: readonly number[] }>,
  labels: readonly number[],
  margin: number,
): (faces: Float32Array) => number {
  const variables = new Map(
    [...begin].map(([name, { data, shape }]) => [name, tf.variable(tf.tensor(data, [...shape]))]),
  )
  const optimizer = tf.train.adam(1e-4)
  const n = labels.length
  const is = (same: boolean) =>
    tf.tensor2d(
      Float32Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n]
        return Number(i !== j && (labels[i] === labels[j]) === same)
      }),
      [n, n],
    )
  const valid = tf.tidy(() => tf.mul(is(true).reshape([n, n, 1]), is(false).reshape([n, 1, n])))
  return (faces) => {
    const input = tf.tidy(() =>
      tf.transpose(tf.tensor(faces, [n, ...network.inputShape]), [0, 2, 3, 1]),
    )
    const { value, grads } = tf.variableGrads(() => {
      const layers = new TensorFlowLayers(tf, variables)
      const embeddings = tensorOf(network.build(layers, layers.value(input))) as Tf.Tensor2D
      const distances = tf.sub(2, tf.mul(2, tf.matMul(embeddings, embeddings, false, true)))
      const each = tf.relu(
        tf.add(tf.sub(distances.reshape([n, n, 1]), distances.reshape([n, 1, n])), margin),
      )
      return tf.sum(tf.mul(each, valid)) as Tf.Scalar
    })
    const loss = value.dataSync()[0]!
    optimizer.applyGradients(grads as Record<string, Tf.Variable>)
    tf.dispose([input, value, ...Object.values(grads)])
    return loss
  }
}
