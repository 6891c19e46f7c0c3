import type { Box } from '../geometry/box.js'
import { invert, type SimilarityTransform } from '../geometry/similarity-transform.js'
import { type SamplePoints, sampleGrid, sampleGridIntoTensor } from './grid.js'
import type { RgbImage } from './rgb-image.js'
import { type PixelFormat, toTensor } from './tensor.js'

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

/** Pixels of an output. */
export interface Size {
  readonly width: number
  readonly height: number
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
  level: Level,
  region: Box,
  width: number,
  height: number,
): RgbImage {
  return sampleGrid(level.image, ...gridOf(level, region, width, height))
}

/**
 * Samples a rectangle of a level as {@link sampleRectangle} does, into a network's input.
 *
 * @param into - Takes what `toTensor` would make of the samples.
 */
export function sampleIntoTensor(
  level: Level,
  region: Box,
  { width, height }: Size,
  format: PixelFormat,
  into: Float32Array,
): void {
  const { channels } = format
  if (channels === 'gray') {
    toTensor(sampleRectangle(level, region, width, height), format, into)
  } else {
    const [columns, rows] = gridOf(level, region, width, height)
    sampleGridIntoTensor(level.image, columns, rows, { ...format, channels }, into)
  }
}

/** Where the samples of a rectangle lie on each axis of a level. */
function gridOf(
  { image, scaleX, scaleY, left, top }: Level,
  region: Box,
  width: number,
  height: number,
): [columns: SamplePoints, rows: SamplePoints] {
  const across = (region.width / width) * scaleX
  const down = (region.height / height) * scaleY
  return [
    samplePoints(image.width, width, (region.x - left) * scaleX, across),
    samplePoints(image.height, height, (region.y - top) * scaleY, down),
  ]
}

function samplePoints(length: number, count: number, start: number, step: number): SamplePoints {
  const before = new Int32Array(count)
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
    fraction[i] = Math.round((inside - before[i]!) * 256)
  }
  return { before, fraction }
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
