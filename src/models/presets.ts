import type { EmbeddingCard } from './card.js'

/** Input and alignment of families of embedding networks, for `agnize models add`. */
export const presets = {
  /** insightface's recognition networks (buffalo_l's w600k_r50, antelopev2's glintr100, …). */
  'arcface-112': preset('rgb', 127.5, 127.5),
  /** AdaFace's published checkpoints, which were trained on BGR. */
  'adaface-112': preset('bgr', 127.5, 127.5),
  /** OpenCV Zoo's SFace: unscaled values 0…255. */
  'sface-112': preset('rgb', 0, 1),
} as const satisfies Record<string, Preset>

/** Name of a {@link presets} entry. */
export type PresetName = keyof typeof presets

/** Input and alignment of a family of networks. */
export type Preset = Pick<EmbeddingCard, 'input' | 'alignment'>

function preset(channels: 'rgb' | 'bgr', mean: number, scale: number): Preset {
  return { input: { width: 112, height: 112, channels, mean, scale }, alignment: 'arcface-112' }
}
