import type { DetectionCard, EmbeddingCard, LivenessCard } from './card.js'

/** Input and outputs of families of networks, for `agnize models add`. */
export const presets = {
  /** insightface's recognition networks (buffalo_l's w600k_r50, antelopev2's glintr100, …). */
  'arcface-112': preset('rgb', 127.5, 127.5),
  /** AdaFace's published checkpoints, which were trained on BGR. */
  'adaface-112': preset('bgr', 127.5, 127.5),
  /** OpenCV Zoo's SFace: unscaled values 0…255. */
  'sface-112': preset('rgb', 0, 1),
  /** OpenCV Zoo's YuNet, of free or of fixed size. */
  yunet: yunetPreset(),
  /** insightface's SCRFD, with or without points. */
  scrfd: scrfdPreset(),
  /** MiniFASNet with squeeze-and-excitation for 128 × 128 pixels and two classes (face-antispoof-onnx). */
  'liveness-minifas': minifasPreset(),
} as const satisfies Record<string, Preset>

/** Name of a {@link presets} entry. */
export type PresetName = keyof typeof presets

/** What the cards of a family of networks have in common. */
export type Preset = EmbeddingPreset | DetectionPreset | LivenessPreset

/** Input and alignment of a family of embedding networks. */
export type EmbeddingPreset = Pick<EmbeddingCard, 'input' | 'alignment'>

/** Input and outputs of a family of detection networks. */
export type DetectionPreset = Pick<
  DetectionCard,
  'decoder' | 'input' | 'multiple' | 'faceWidths' | 'minScore' | 'clearScore'
>

/** Input and outputs of a family of liveness networks. */
export type LivenessPreset = Pick<
  LivenessCard,
  'input' | 'crop' | 'border' | 'liveClass' | 'threshold'
>

function preset(channels: 'rgb' | 'bgr', mean: number, scale: number): EmbeddingPreset {
  return { input: { width: 112, height: 112, channels, mean, scale }, alignment: 'arcface-112' }
}

function yunetPreset(): DetectionPreset {
  return {
    decoder: 'yunet',
    input: { width: 640, height: 640, channels: 'bgr', mean: 0, scale: 1 },
    multiple: 32,
    // From 10 to 300 pixels by the authors (Wu et al. 2023).
    faceWidths: [10, 300],
    // The score at which bench:detection has the fewest mistakes on masks and LFW.
    minScore: 0.7,
    // The lowest score of 67 upright faces of LFW.
    clearScore: 0.9,
  }
}

function minifasPreset(): LivenessPreset {
  return {
    input: { width: 128, height: 128, channels: 'rgb', mean: 0, scale: 255 },
    // Of the sizes that bench:liveness compares, the one with the fewest errors on half the people of NUAA.
    crop: 1.5,
    border: 'reflect',
    liveClass: 0,
    threshold: { value: 0.5, basis: 'the middle of the scores, as its authors use it' },
  }
}

function scrfdPreset(): DetectionPreset {
  return {
    decoder: 'scrfd',
    input: { width: 640, height: 640, channels: 'rgb', mean: 127.5, scale: 128 },
    multiple: 32,
    // The anchors are 16 to 512 pixels wide (Guo et al. 2021); the narrowest width is a judgment.
    faceWidths: [10, 512],
    // insightface's default.
    minScore: 0.5,
    // Judgment: no file was here to measure.
    clearScore: 0.8,
  }
}
