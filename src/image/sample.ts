import { invert, type SimilarityTransform } from '../geometry/similarity-transform.js'
import type { RgbImage } from './rgb-image.js'

/** A picture of a photo at a scale. */
export interface Level {
  readonly image: RgbImage
  /** Pixels of the level for one pixel of the photo along each axis, 0…1. */
  readonly scaleX: number
  readonly scaleY: number
  /** Where the level begins, in pixels of the photo: a decoder that reduces may drop a part of a pixel at an edge. */
  readonly left: number
  readonly top: number
}

/** An image as the level of itself. */
export function levelOf(image: RgbImage): Level {
  return { image, scaleX: 1, scaleY: 1, left: 0, top: 0 }
}

/**
 * Samples a level through a transform, bilinearly.
 *
 * @param transform - From pixels of the photo to pixels of the output.
 * @param width - Width of the output.
 * @param height - Height of the output.
 * @returns The output; pixels from outside the level are black.
 */
export function sampleThrough(
  { image, scaleX, scaleY, left, top }: Level,
  transform: SimilarityTransform,
  width: number,
  height: number,
): RgbImage {
  const back = invert(transform)
  // Pixel centers lie at half coordinates; coordinates of a level are those of the photo from its corner, times its scale.
  return sampleAffine(image, width, height, {
    ax: back.a * scaleX,
    bx: -back.b * scaleX,
    tx: (back.a * 0.5 - back.b * 0.5 + back.tx - left) * scaleX - 0.5,
    ay: back.b * scaleY,
    by: back.a * scaleY,
    ty: (back.b * 0.5 + back.a * 0.5 + back.ty - top) * scaleY - 0.5,
  })
}

/**
 * Samples a rectangle of a level into `width × height`, bilinearly, each axis with its own scale.
 *
 * @param region - The rectangle, in pixels of the photo; what lies outside the photo is black.
 */
export function sampleRectangle(
  { image, scaleX, scaleY, left, top }: Level,
  region: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  },
  width: number,
  height: number,
): RgbImage {
  return sampleGrid(
    image,
    samplePoints(image.width, width, (region.x - left) * scaleX, (region.width / width) * scaleX),
    samplePoints(
      image.height,
      height,
      (region.y - top) * scaleY,
      (region.height / height) * scaleY,
    ),
  )
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
  { ax, bx, tx, ay, by, ty }: Record<'ax' | 'bx' | 'tx' | 'ay' | 'by' | 'ty', number>,
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
