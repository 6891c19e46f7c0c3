import type { RgbImage } from './rgb-image.js'

/** Pixel format of a network's input. */
export interface PixelFormat {
  readonly channels: 'rgb' | 'bgr' | 'gray'
  /** Subtracted from every value (0…255). */
  readonly mean: number
  /** Divisor of the difference from `mean`. */
  readonly scale: number
}

/**
 * Converts an image to a network's input: one plane of `height × width` floats per channel (NCHW with N = 1).
 *
 * Gray is ITU-R BT.601 luma, as OpenCV computes it.
 *
 * @param into - Takes the floats; default a new array.
 * @returns `into`.
 */
export function toTensor(
  { width, height, data }: RgbImage,
  format: PixelFormat,
  into?: Float32Array,
): Float32Array {
  const plane = width * height
  const factor = 1 / format.scale
  const offset = -format.mean * factor
  if (format.channels === 'gray') {
    const out = into ?? new Float32Array(plane)
    for (let i = 0, p = 0; i < plane; i++, p += 3) {
      out[i] = (0.299 * data[p]! + 0.587 * data[p + 1]! + 0.114 * data[p + 2]!) * factor + offset
    }
    return out
  }
  const out = into ?? new Float32Array(3 * plane)
  const first = format.channels === 'rgb' ? 0 : 2
  const last = 2 - first
  for (let i = 0, p = 0; i < plane; i++, p += 3) {
    out[i] = data[p + first]! * factor + offset
    out[plane + i] = data[p + 1]! * factor + offset
    out[2 * plane + i] = data[p + last]! * factor + offset
  }
  return out
}

/** The image flipped horizontally. */
export function mirror({ width, height, data }: RgbImage): RgbImage {
  const out = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    let from = y * width * 3
    let to = from + (width - 1) * 3
    for (let x = 0; x < width; x++, from += 3, to -= 3) {
      out[to] = data[from]!
      out[to + 1] = data[from + 1]!
      out[to + 2] = data[from + 2]!
    }
  }
  return { width, height, data: out }
}
