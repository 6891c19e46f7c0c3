import type { Value } from '../graph/graph.js'
import type { Layers } from './layers.js'
import type { Network } from './network.js'

/**
 * - `openface`: as its authors trained it, with local response normalization and L2 pooling;
 * - `tutorial`: what the tutorial's code computes with the same weights: no local response normalization, average
 *   pooling, and an epsilon of 1e-3 in the first batch normalization.
 */
export type Nn4Variant = 'openface' | 'tutorial'

interface Branch {
  /** Filters of the 1 × 1 convolution before. */
  readonly reduce: number
  readonly filters: number
}

interface Inception {
  readonly name: string
  /** Of the 3 × 3 and 5 × 5 convolutions and, for the largest, of the pooling. */
  readonly stride: 1 | 2
  readonly of3: Branch
  readonly of5?: Branch
  readonly pool: 'max' | 'l2'
  /** Filters of the 1 × 1 convolution behind the pooling. */
  readonly pooled?: number
  /** Filters of the 1 × 1 convolution on its own. */
  readonly of1?: number
}

const blocks: readonly Inception[] = [
  {
    name: '3a',
    stride: 1,
    of3: { reduce: 96, filters: 128 },
    of5: { reduce: 16, filters: 32 },
    pool: 'max',
    pooled: 32,
    of1: 64,
  },
  {
    name: '3b',
    stride: 1,
    of3: { reduce: 96, filters: 128 },
    of5: { reduce: 32, filters: 64 },
    pool: 'l2',
    pooled: 64,
    of1: 64,
  },
  {
    name: '3c',
    stride: 2,
    of3: { reduce: 128, filters: 256 },
    of5: { reduce: 32, filters: 64 },
    pool: 'max',
  },
  {
    name: '4a',
    stride: 1,
    of3: { reduce: 96, filters: 192 },
    of5: { reduce: 32, filters: 64 },
    pool: 'l2',
    pooled: 128,
    of1: 256,
  },
  {
    name: '4e',
    stride: 2,
    of3: { reduce: 160, filters: 256 },
    of5: { reduce: 64, filters: 128 },
    pool: 'max',
  },
  { name: '5a', stride: 1, of3: { reduce: 96, filters: 384 }, pool: 'l2', pooled: 96, of1: 256 },
  { name: '5b', stride: 1, of3: { reduce: 96, filters: 384 }, pool: 'max', pooled: 96, of1: 256 },
]

/**
 * OpenFace's nn4.small2 (Amos et al. 2016), a FaceNet (Schroff et al. 2015) with Inception blocks: 3.7 million
 * weights, 96 × 96 RGB (0…1) in, 128 floats of length 1 out. Weights are named as in the CSV files of OpenFace's
 * Keras ports.
 */
export function nn4Small2(variant: Nn4Variant = 'openface'): Network {
  const openface = variant === 'openface'
  const stem = { size: 5, alpha: 1e-4, beta: 0.75 }

  function unit(
    layers: Layers,
    x: Value,
    conv: string,
    norm: string,
    filters: number,
    [kernel, stride, pad]: readonly [number, number, number],
  ): Value {
    const epsilon = norm === 'bn1' && !openface ? 1e-3 : 1e-5
    return layers.relu(layers.convNorm(x, { conv, norm, filters, kernel, stride, pad, epsilon }))
  }

  function inception(layers: Layers, x: Value, block: Inception): Value {
    const { name, stride, of3, of5, pool, pooled, of1 } = block
    const size = x.shape[2]! / stride
    const prefix = `inception_${name}`
    const reduced = (kernel: 3 | 5, { reduce, filters }: Branch) => {
      const at = `${prefix}_${kernel}x${kernel}`
      const narrow = unit(layers, x, `${at}_conv1`, `${at}_bn1`, reduce, [1, 1, 0])
      const pad = (kernel - 1) / 2
      return unit(layers, narrow, `${at}_conv2`, `${at}_bn2`, filters, [kernel, stride, pad])
    }
    const window = { kernel: 3, stride: pool === 'max' ? 2 : 3, pad: 0 }
    const small =
      pool === 'max'
        ? layers.maxPool(x, window)
        : openface
          ? layers.l2Pool(x, window)
          : layers.averagePool(x, window)
    const side = pooled
      ? unit(layers, small, `${prefix}_pool_conv`, `${prefix}_pool_bn`, pooled, [1, 1, 0])
      : small
    return layers.concatenate([
      reduced(3, of3),
      ...(of5 ? [reduced(5, of5)] : []),
      layers.padTo(side, size),
      ...(of1 ? [unit(layers, x, `${prefix}_1x1_conv`, `${prefix}_1x1_bn`, of1, [1, 1, 0])] : []),
    ])
  }

  return {
    name: `nn4-small2${openface ? '' : '-tutorial'}`,
    input: { width: 96, height: 96, channels: 'rgb', mean: 0, scale: 255 },
    alignment: 'openface-96',
    inputShape: [3, 96, 96],
    dimensions: 128,
    stages: ['stem', ...blocks.map(({ name }) => name), 'dense'],
    stageOf: (weight) =>
      /^inception_(\d.)/.exec(weight)?.[1] ?? (weight.startsWith('dense') ? 'dense' : 'stem'),
    build(layers, x) {
      const normalize = (value: Value) =>
        openface ? layers.localResponseNormalize(value, stem) : value
      const halve = { kernel: 3, stride: 2, pad: 1 }
      let at = unit(layers, x, 'conv1', 'bn1', 64, [7, 2, 3])
      at = normalize(layers.maxPool(at, halve))
      at = unit(layers, at, 'conv2', 'bn2', 64, [1, 1, 0])
      at = normalize(unit(layers, at, 'conv3', 'bn3', 192, [3, 1, 1]))
      at = layers.stage('stem', layers.maxPool(at, halve))
      for (const block of blocks) at = layers.stage(block.name, inception(layers, at, block))
      at = layers.flatten(layers.averagePool(at, { kernel: 3, stride: 1 }))
      return layers.l2Normalize(layers.dense(at, 'dense', 128))
    },
  }
}
