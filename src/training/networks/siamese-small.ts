import type { Layers } from './layers.js'
import type { Network } from './network.js'

/** The convolutions; strides and poolings halve the sides, early ones cheaply. */
const convolutions = [
  { filters: 24, kernel: 5, stride: 2, pool: false },
  { filters: 48, kernel: 3, stride: 2, pool: false },
  { filters: 96, kernel: 3, stride: 1, pool: true },
  { filters: 112, kernel: 3, stride: 1, pool: true },
] as const
const dimensions = 64

/**
 * The small network of Siamese pairs and triplets: four convolutions, each with batch normalization and ReLU, from
 * 64 × 64 down to 4 × 4, then a dense layer to 64 floats of length 1. About a quarter of a million weights.
 */
export function siameseSmall(channels: 'gray' | 'rgb' = 'gray'): Network {
  return {
    name: 'siamese-small',
    input: { width: 64, height: 64, channels, mean: 127.5, scale: 127.5 },
    alignment: 'arcface-112',
    inputShape: [channels === 'gray' ? 1 : 3, 64, 64],
    dimensions,
    stages: [...convolutions.map((_, i) => `conv${i + 1}`), 'dense'],
    stageOf: (weight) => /^(?:conv|norm)\d/.exec(weight)?.[0].replace('norm', 'conv') ?? 'dense',
    build(layers: Layers, x) {
      let at = x
      for (const [i, { filters, kernel, stride, pool }] of convolutions.entries()) {
        const names = { conv: `conv${i + 1}`, norm: `norm${i + 1}` }
        const window = { filters, kernel, stride, pad: (kernel - 1) / 2, epsilon: 1e-5 }
        at = layers.relu(layers.convNorm(at, { ...names, ...window }))
        if (pool) at = layers.maxPool(at, { kernel: 2, stride: 2, pad: 0 })
        at = layers.stage(names.conv, at)
      }
      at = layers.dropout(layers.flatten(at), 0.3)
      return layers.l2Normalize(layers.dense(at, 'dense', dimensions))
    },
  }
}
