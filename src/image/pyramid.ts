import { invert, type SimilarityTransform, scaleOf } from '../geometry/similarity-transform.js'
import type { RgbImage } from './rgb-image.js'

/**
 * An image pyramid: an image with copies at half, a quarter, … of its size, each computed on first use.
 *
 * Downsampling reads the level at or just above the requested scale, so that bilinear sampling never reduces by more than a
 * factor of two and small detail is averaged, not skipped.
 */
export class Pyramid {
  readonly #levels: RgbImage[]

  constructor(image: RgbImage) {
    this.#levels = [image]
  }

  get image(): RgbImage {
    return this.#levels[0]!
  }

  /**
   * Samples the image through a transform.
   *
   * @param transform - From pixels of the image to pixels of the output.
   * @param width - Width of the output.
   * @param height - Height of the output.
   * @returns The output; pixels from outside the image are black.
   */
  warp(transform: SimilarityTransform, width: number, height: number): RgbImage {
    const { image, factor } = this.#levelFor(scaleOf(transform))
    const back = invert(transform)
    // Pixel centers lie at half coordinates; coordinates of a level are those of the image divided by the factor.
    const a = back.a / factor
    const b = back.b / factor
    const tx = (back.a * 0.5 - back.b * 0.5 + back.tx) / factor - 0.5
    const ty = (back.b * 0.5 + back.a * 0.5 + back.ty) / factor - 0.5
    return sampleAffine(image, width, height, a, b, tx, ty, -b, a)
  }

  /** Samples a rectangle of the image into `width × height`, each axis with its own scale. */
  resize(
    x: number,
    y: number,
    sourceWidth: number,
    sourceHeight: number,
    width: number,
    height: number,
  ): RgbImage {
    const { image, factor } = this.#levelFor(Math.min(width / sourceWidth, height / sourceHeight))
    return sampleGrid(
      image,
      samplePoints(image.width, width, x / factor, sourceWidth / width / factor),
      samplePoints(image.height, height, y / factor, sourceHeight / height / factor),
    )
  }

  #levelFor(scale: number): { image: RgbImage; factor: number } {
    let level = 0
    while (scale * 2 ** (level + 1) <= 1) {
      const above = this.#levels[level]!
      if (above.width < 2 || above.height < 2) break
      this.#levels[level + 1] ??= halve(above)
      level++
    }
    return { image: this.#levels[level]!, factor: 2 ** level }
  }
}

function halve({ width, height, data }: RgbImage): RgbImage {
  const halfWidth = width >> 1
  const halfHeight = height >> 1
  const half = new Uint8Array(halfWidth * halfHeight * 3)
  const row = width * 3
  let to = 0
  for (let y = 0; y < halfHeight; y++) {
    let from = 2 * y * row
    for (let x = 0; x < halfWidth; x++) {
      half[to++] =
        (data[from]! + data[from + 3]! + data[from + row]! + data[from + row + 3]! + 2) >> 2
      half[to++] =
        (data[from + 1]! + data[from + 4]! + data[from + row + 1]! + data[from + row + 4]! + 2) >> 2
      half[to++] =
        (data[from + 2]! + data[from + 5]! + data[from + row + 2]! + data[from + row + 5]! + 2) >> 2
      from += 6
    }
  }
  return { width: halfWidth, height: halfHeight, data: half }
}

/** Sample points along an axis: the pixels before (−1 outside the image) and after each, and its fraction in 256ths. */
interface SamplePoints {
  readonly before: Int32Array
  readonly after: Int32Array
  readonly fraction: Int32Array
}

function samplePoints(length: number, count: number, start: number, step: number): SamplePoints {
  const before = new Int32Array(count)
  const after = new Int32Array(count)
  const fraction = new Int32Array(count)
  const last = length - 1
  for (let i = 0; i < count; i++) {
    const at = start + (i + 0.5) * step - 0.5
    if (at < -0.5 || at > last + 0.5) {
      before[i] = -1
      continue
    }
    const inside = Math.max(0, Math.min(at, last))
    before[i] = Math.floor(inside)
    after[i] = Math.min(before[i]! + 1, last)
    fraction[i] = Math.round((inside - before[i]!) * 256)
  }
  return { before, after, fraction }
}

/** Bilinear samples on an axis-aligned grid, in integers: they take most of the time of detection besides the network. */
function sampleGrid(
  { width, data }: RgbImage,
  columns: SamplePoints,
  rows: SamplePoints,
): RgbImage {
  const outWidth = columns.before.length
  const outHeight = rows.before.length
  const out = new Uint8Array(outWidth * outHeight * 3)
  const left = columns.before.map((x) => (x < 0 ? -1 : 3 * x))
  const right = columns.after.map((x) => 3 * x)
  const xFraction = columns.fraction
  for (let j = 0; j < outHeight; j++) {
    if (rows.before[j]! < 0) continue
    const top = rows.before[j]! * width * 3
    const bottom = rows.after[j]! * width * 3
    const fy = rows.fraction[j]!
    const gy = 256 - fy
    let to = j * outWidth * 3
    for (let i = 0; i < outWidth; i++, to += 3) {
      const l = left[i]!
      if (l < 0) continue
      const r = right[i]!
      const fx = xFraction[i]!
      const gx = 256 - fx
      const w00 = gx * gy
      const w10 = fx * gy
      const w01 = gx * fy
      const w11 = fx * fy
      const a = top + l
      const b = top + r
      const c = bottom + l
      const d = bottom + r
      out[to] = (data[a]! * w00 + data[b]! * w10 + data[c]! * w01 + data[d]! * w11 + 32768) >> 16
      out[to + 1] =
        (data[a + 1]! * w00 +
          data[b + 1]! * w10 +
          data[c + 1]! * w01 +
          data[d + 1]! * w11 +
          32768) >>
        16
      out[to + 2] =
        (data[a + 2]! * w00 +
          data[b + 2]! * w10 +
          data[c + 2]! * w01 +
          data[d + 2]! * w11 +
          32768) >>
        16
    }
  }
  return { width: outWidth, height: outHeight, data: out }
}

/** Bilinear samples at (ax·i + bx·j + tx, ay·i + by·j + ty) for every output pixel (i, j). */
function sampleAffine(
  source: RgbImage,
  width: number,
  height: number,
  ax: number,
  ay: number,
  tx: number,
  ty: number,
  bx: number,
  by: number,
): RgbImage {
  const { width: sourceWidth, height: sourceHeight, data } = source
  const out = new Uint8Array(width * height * 3)
  const row = sourceWidth * 3
  const lastX = sourceWidth - 1
  const lastY = sourceHeight - 1
  let to = 0
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++, to += 3) {
      let x = ax * i + bx * j + tx
      let y = ay * i + by * j + ty
      if (x < -0.5 || y < -0.5 || x > lastX + 0.5 || y > lastY + 0.5) continue
      x = x < 0 ? 0 : Math.min(x, lastX)
      y = y < 0 ? 0 : Math.min(y, lastY)
      const x0 = x | 0
      const y0 = y | 0
      const fx = x - x0
      const fy = y - y0
      const p = y0 * row + x0 * 3
      const right = x0 < lastX ? 3 : 0
      const down = y0 < lastY ? row : 0
      const w11 = fx * fy
      const w10 = fx - w11
      const w01 = fy - w11
      const w00 = 1 - fx - w01
      out[to] =
        data[p]! * w00 +
        data[p + right]! * w10 +
        data[p + down]! * w01 +
        data[p + down + right]! * w11 +
        0.5
      out[to + 1] =
        data[p + 1]! * w00 +
        data[p + 1 + right]! * w10 +
        data[p + 1 + down]! * w01 +
        data[p + 1 + down + right]! * w11 +
        0.5
      out[to + 2] =
        data[p + 2]! * w00 +
        data[p + 2 + right]! * w10 +
        data[p + 2 + down]! * w01 +
        data[p + 2 + down + right]! * w11 +
        0.5
    }
  }
  return { width, height, data: out }
}
