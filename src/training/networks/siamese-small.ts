import type { Network } from './network.js'

/** Filters of the convolutions, each followed by halving. */
const filters = [24, 48, 80, 112]

/**
 * The small network of Siamese pairs and triplets: four convolutions, each with batch normalisation, ReLU and
 * halving, then a dense layer to 96 floats of length 1. About a quarter of a million weights on 64 × 64.
 */
export function siameseSmall(channels: 'grey' | 'rgb' = 'grey'): Network {
  return {
    name: 'siamese-small',
    input: { width: 64, height: 64, channels, mean: 127.5, scale: 127.5 },
    alignment: 'arcface-112',
    inputShape: [channels === 'grey' ? 1 : 3, 64, 64],
    dimensions: 96,
    stages: [...filters.map((_, i) => `conv${i + 1}`), 'dense'],
    stageOf: (weight) => /^(?:conv|norm)(\d)/.exec(weight)?.[0].replace('norm', 'conv') ?? 'dense',
    build(layers, x) {
      let at = x
      for (const [i, count] of filters.entries()) {
        const layer = { conv: `conv${i + 1}`, norm: `norm${i + 1}`, filters: count }
        const window = { kernel: 3, stride: 1, pad: 1, epsilon: 1e-5 }
        at = layers.relu(layers.convNorm(at, { ...layer, ...window }))
        at = layers.stage(layer.conv, layers.maxPool(at, { kernel: 2, stride: 2, pad: 0 }))
      }
      at = layers.dropout(layers.flatten(at), 0.3)
      return layers.l2Normalise(layers.dense(at, 'dense', 96))
    },
  }
}
