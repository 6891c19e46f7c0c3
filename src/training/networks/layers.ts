import {
  add,
  concatenate,
  l2Normalize,
  matMul,
  multiply,
  pad,
  relu,
  reshape,
} from '../graph/arithmetic.js'
import type { Graph, Shape, Value } from '../graph/graph.js'
import {
  averagePool,
  batchNormalize,
  convolve,
  l2Pool,
  localResponseNormalize,
  maxPool,
  type Window,
} from '../graph/spatial.js'

/** A network's numbers by name. */
export type Weights = ReadonlyMap<string, { readonly data: Float32Array; readonly shape: Shape }>

/** How the weights of a dense layer begin. */
export type DenseBegin = 'random' | 'zeros'

/** A convolution followed by batch normalization, the pair that most networks are made of. */
export interface ConvNorm extends Window {
  /** Name of the convolution's filters: `NAME.weight`, and `NAME.bias` where there is one. */
  readonly conv: string
  /** Name of the normalization: `NAME.scale`, `.shift`, `.mean`, `.variance`. */
  readonly norm: string
  readonly filters: number
  readonly epsilon: number
}

/**
 * What networks are written in. A network is written once; whether it is being trained or used decides what its
 * layers put into the graph.
 */
export abstract class Layers {
  /** What came out of each stage. */
  readonly stages = new Map<string, Value>()

  constructor(readonly graph: Graph) {}

  /** A convolution and its normalization. */
  abstract convNorm(x: Value, layer: ConvNorm): Value
  /** The weight `NAME.weight`, outputs × inputs, and `NAME.bias`. */
  protected abstract denseWeights(
    name: string,
    outputs: number,
    inputs: number,
    begin: DenseBegin,
  ): { weight: Value; bias: Value }
  /** Sets a share of the numbers to zero while training, and scales the rest up. */
  abstract dropout(x: Value, rate: number): Value

  /** Remembers the output of a stage; gives it back. */
  stage(name: string, x: Value): Value {
    this.stages.set(name, x)
    return x
  }

  /** A matrix product and a bias. */
  dense(x: Value, name: string, outputs: number, begin: DenseBegin = 'random'): Value {
    const { weight, bias } = this.denseWeights(name, outputs, x.shape[1]!, begin)
    return add(this.graph, matMul(this.graph, x, weight, { transB: true }), bias)
  }

  relu(x: Value): Value {
    return relu(this.graph, x)
  }

  maxPool(x: Value, window: Window): Value {
    return maxPool(this.graph, x, window)
  }

  averagePool(x: Value, window: Omit<Window, 'pad'>): Value {
    return averagePool(this.graph, x, window)
  }

  l2Pool(x: Value, window: Omit<Window, 'pad'>): Value {
    return l2Pool(this.graph, x, window)
  }

  localResponseNormalize(x: Value, options: { size: number; alpha: number; beta: number }): Value {
    return localResponseNormalize(this.graph, x, options)
  }

  /** Puts channels side by side. */
  concatenate(parts: readonly Value[]): Value {
    return concatenate(this.graph, parts, 1)
  }

  /** Zeros around height and width, until they are `size`; the odd one at the far side. */
  padTo(x: Value, size: number): Value {
    const missing = size - x.shape[2]!
    return missing === 0 ? x : pad(this.graph, x, Math.floor(missing / 2), Math.ceil(missing / 2))
  }

  /** One row a picture. */
  flatten(x: Value): Value {
    const [n, ...rest] = x.shape as [number, ...number[]]
    return reshape(this.graph, x, [n, rest.reduce((a, b) => a * b, 1)])
  }

  l2Normalize(x: Value): Value {
    return l2Normalize(this.graph, x)
  }
}

/** A number of a network that training changes. */
export interface Parameter {
  readonly name: string
  readonly shape: Shape
  /** How it begins: normally distributed with this deviation around this value. */
  readonly begin: { readonly mean: number; readonly deviation: number }
  readonly value: Value
}

/** A normalization whose running averages follow the batches. */
export interface RunningNorm {
  readonly name: string
  readonly channels: number
  readonly mean: Value
  readonly variance: Value
}

/** A mask of random zeros that is given with each run. */
export interface DropoutMask {
  readonly name: string
  readonly shape: Shape
  readonly rate: number
}

/**
 * Layers of a network that is being trained: weights are inputs of the graph, normalization goes by the batch.
 *
 * @param folded - For fine-tuning: the normalizations are folded into the convolutions and stay so.
 */
export class TrainingLayers extends Layers {
  readonly parameters: Parameter[] = []
  readonly norms: RunningNorm[] = []
  readonly masks: DropoutMask[] = []

  constructor(
    graph: Graph,
    readonly folded: boolean,
  ) {
    super(graph)
  }

  convNorm(x: Value, layer: ConvNorm): Value {
    const { conv, norm, filters, kernel, epsilon } = layer
    const inputs = x.shape[1]! * kernel ** 2
    // He et al. 2015: keeps the size of what goes through ReLUs.
    const deviation = Math.sqrt(2 / inputs)
    const shape = [filters, x.shape[1]!, kernel, kernel]
    const weight = this.#parameter(`${conv}.weight`, shape, 0, deviation)
    if (this.folded) {
      const bias = this.#parameter(`${conv}.bias`, [filters], 0, 0)
      return convolve(this.graph, x, weight, bias, layer)
    }
    const convolved = convolve(this.graph, x, weight, null, layer)
    const scale = this.#parameter(`${norm}.scale`, [filters], 1, 0)
    const shift = this.#parameter(`${norm}.shift`, [filters], 0, 0)
    const { output, mean, variance } = batchNormalize(this.graph, convolved, scale, shift, epsilon)
    this.norms.push({ name: norm, channels: filters, mean, variance })
    return output
  }

  protected denseWeights(name: string, outputs: number, inputs: number, begin: DenseBegin) {
    const deviation = begin === 'zeros' ? 0 : Math.sqrt(1 / inputs)
    return {
      weight: this.#parameter(`${name}.weight`, [outputs, inputs], 0, deviation),
      bias: this.#parameter(`${name}.bias`, [outputs], 0, 0),
    }
  }

  dropout(x: Value, rate: number): Value {
    if (rate === 0) return x
    const mask = { name: `dropout_${this.masks.length}`, shape: x.shape, rate }
    this.masks.push(mask)
    return multiply(this.graph, x, this.graph.input(mask.name, x.shape))
  }

  #parameter(name: string, shape: Shape, mean: number, deviation: number): Value {
    const value = this.graph.input(name, shape)
    this.parameters.push({ name, shape, begin: { mean, deviation }, value })
    return value
  }
}

/** Layers of a network in use: weights are in the file, normalizations folded into the convolutions. */
export class InferenceLayers extends Layers {
  readonly #weights: Weights

  constructor(graph: Graph, weights: Weights) {
    super(graph)
    this.#weights = weights
  }

  convNorm(x: Value, layer: ConvNorm): Value {
    const { weight, bias } = foldNorm(this.#weights, layer)
    const { conv, filters, kernel } = layer
    return convolve(
      this.graph,
      x,
      this.graph.constant(weight, [filters, x.shape[1]!, kernel, kernel], `${conv}.weight`),
      this.graph.constant(bias, [filters], `${conv}.bias`),
      layer,
    )
  }

  protected denseWeights(name: string, outputs: number, inputs: number) {
    return {
      weight: this.graph.constant(
        numbers(this.#weights, `${name}.weight`),
        [outputs, inputs],
        `${name}.weight`,
      ),
      bias: this.graph.constant(numbers(this.#weights, `${name}.bias`), [outputs], `${name}.bias`),
    }
  }

  dropout(x: Value): Value {
    return x
  }
}

/** Filters and bias that do what convolution and normalization do one after the other. */
function foldNorm(
  weights: Weights,
  { conv, norm, filters, epsilon }: ConvNorm,
): { weight: Float32Array; bias: Float32Array } {
  const weight = numbers(weights, `${conv}.weight`)
  const bias = weights.get(`${conv}.bias`)?.data ?? new Float32Array(filters)
  if (!weights.has(`${norm}.scale`)) return { weight, bias }
  const [scale, shift, mean, variance] = ['scale', 'shift', 'mean', 'variance'].map((part) =>
    numbers(weights, `${norm}.${part}`),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array]
  const size = weight.length / filters
  const factors = scale.map((value, i) => value / Math.sqrt(variance[i]! + epsilon))
  return {
    weight: weight.map((value, i) => value * factors[Math.floor(i / size)]!),
    bias: bias.map((value, i) => (value - mean[i]!) * factors[i]! + shift[i]!),
  }
}

function numbers(weights: Weights, name: string): Float32Array {
  const found = weights.get(name)
  if (!found) throw new RangeError(`the weights lack ${name}`)
  return found.data
}
