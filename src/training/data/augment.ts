import type { Random } from '../../base/random.js'
import type { RgbImage } from '../../image/rgb-image.js'
import { levelOf, sampleThrough } from '../../image/sample.js'
import { mirror, toTensor } from '../../image/tensor.js'
import type { EmbeddingCard } from '../../models/card.js'

/** Random changes of a training face at each step. */
export interface Augmentation {
  /** Share of faces that are mirrored. */
  readonly mirror: number
  /** Largest shift, as a share of the width. */
  readonly shift: number
  /** Largest change of size, as a share. */
  readonly scale: number
  /** Largest turn in the plane, in degrees. */
  readonly rotation: number
  /** Largest brightening or darkening, as a share of the whole range. */
  readonly brightness: number
  /** Largest change of contrast, as a share. */
  readonly contrast: number
  /** Share of faces that are blurred. */
  readonly blur: number
  /** Share of faces with a rectangle cut out. */
  readonly cutout: number
}

/**
 * Default augmentation: weak, since it did better on unseen people than a stronger one (measured with bench/train.ts,
 * where aligned faces of one camera are learned from).
 */
export const defaultAugmentation: Augmentation = {
  mirror: 0.5,
  shift: 0.02,
  scale: 0.03,
  rotation: 3,
  brightness: 0.05,
  contrast: 0.1,
  blur: 0,
  cutout: 0,
}

/** How much larger than the network's input faces are kept, so that shifting and turning finds pixels. */
export const cropMargin = 1.25

/** The middle of a kept face, as the network will get it in use. */
export function plainFace(kept: RgbImage, input: EmbeddingCard['input']): Float32Array {
  const offset = (kept.width - input.width) / 2
  const offsetY = (kept.height - input.height) / 2
  const { width, height } = input
  return toTensor(crop(kept, offset, offsetY, width, height), input)
}

function crop(image: RgbImage, x: number, y: number, width: number, height: number): RgbImage {
  const data = new Uint8Array(3 * width * height)
  for (let row = 0; row < height; row++) {
    const from = 3 * ((y + row) * image.width + x)
    data.set(image.data.subarray(from, from + 3 * width), 3 * row * width)
  }
  return { width, height, data }
}

/** A kept face as the network gets it in training: changed at random. */
export function augmentedFace(
  kept: RgbImage,
  input: EmbeddingCard['input'],
  amounts: Augmentation,
  random: Random,
): Float32Array {
  const { width, height } = input
  const angle = (random.between(-1, 1) * amounts.rotation * Math.PI) / 180
  const scale = 1 + random.between(-1, 1) * amounts.scale
  const a = scale * Math.cos(angle)
  const b = scale * Math.sin(angle)
  const toX = width / 2 + random.between(-1, 1) * amounts.shift * width
  const toY = height / 2 + random.between(-1, 1) * amounts.shift * width
  const [fromX, fromY] = [kept.width / 2, kept.height / 2]
  const transform = { a, b, tx: toX - a * fromX + b * fromY, ty: toY - b * fromX - a * fromY }
  const turned = sampleThrough(levelOf(kept), transform, width, height)
  const tensor = toTensor(random.next() < amounts.mirror ? mirror(turned) : turned, input)
  light(tensor, amounts, input, random)
  const channels = tensor.length / (width * height)
  const blurred = random.next() < amounts.blur
  const cut = random.next() < amounts.cutout
  const [cutWidth, cutHeight] = [
    Math.round(width * random.between(0.15, 0.4)),
    Math.round(height * random.between(0.15, 0.4)),
  ]
  const [left, top] = [random.below(width - cutWidth), random.below(height - cutHeight)]
  const filling = (random.between(0, 255) - input.mean) / input.scale
  for (let c = 0; c < channels; c++) {
    const plane = tensor.subarray(c * width * height, (c + 1) * width * height)
    if (blurred) blur(plane, width, height)
    if (!cut) continue
    for (let y = top; y < top + cutHeight; y++) {
      plane.fill(filling, y * width + left, y * width + left + cutWidth)
    }
  }
  return tensor
}

/** Brightness and contrast, alike for all channels. */
function light(
  tensor: Float32Array,
  amounts: Augmentation,
  { mean, scale }: EmbeddingCard['input'],
  random: Random,
): void {
  const gain = 1 + random.between(-1, 1) * amounts.contrast
  const offset = (255 * random.between(-1, 1) * amounts.brightness) / scale
  let middle = 0
  for (const value of tensor) middle += value / tensor.length
  const [low, high] = [-mean / scale, (255 - mean) / scale]
  for (let i = 0; i < tensor.length; i++) {
    const value = (tensor[i]! - middle) * gain + middle + offset
    tensor[i] = Math.min(high, Math.max(low, value))
  }
}

/** 1 2 1 along both axes, in place. */
function blur(plane: Float32Array, width: number, height: number): void {
  const pass = (count: number, stride: number, length: number, step: number) => {
    for (let line = 0; line < count; line++) {
      let before = plane[line * stride]!
      for (let i = 0; i < length; i++) {
        const at = line * stride + i * step
        const here = plane[at]!
        const after = i + 1 < length ? plane[at + step]! : here
        plane[at] = (before + 2 * here + after) / 4
        before = here
      }
    }
  }
  pass(height, width, width, 1)
  pass(width, 1, height, width)
}
