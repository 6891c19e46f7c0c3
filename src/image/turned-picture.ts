import type { Box } from '../geometry/box.js'
import type { Point } from '../geometry/similarity-transform.js'
import type { Pyramid } from './pyramid.js'
import type { RgbImage } from './rgb-image.js'
import type { Size } from './sample.js'
import { type PixelFormat, toTensor } from './tensor.js'

/** Number of clockwise quarter turns. */
export type QuarterTurns = 0 | 1 | 2 | 3

/** A picture, or a part of one, turned clockwise by quarter turns, sampled without turning it as a whole. */
export class TurnedPicture {
  readonly turns: QuarterTurns
  /** In pixels, after the turn. */
  readonly width: number
  /** In pixels, after the turn. */
  readonly height: number
  readonly #pyramid: Pyramid
  readonly #part: Box

  /** @param part - The part, in pixels of the picture; default the whole. */
  constructor(pyramid: Pyramid, turns: QuarterTurns, part?: Box) {
    this.turns = turns
    this.#pyramid = pyramid
    this.#part = part ?? { x: 0, y: 0, width: pyramid.width, height: pyramid.height }
    const { width, height } = this.#part
    ;[this.width, this.height] = turns % 2 === 0 ? [width, height] : [height, width]
  }

  /**
   * Samples a rectangle into `width × height`, each axis with its own scale.
   *
   * @param region - In pixels of the turned picture; what lies outside it is black.
   * @param enlargement - How many times a decoded level may be enlarged rather than a finer one decoded; default 1.
   */
  async resize(region: Box, width: number, height: number, enlargement = 1): Promise<RgbImage> {
    const { x, y, width: fromWidth, height: fromHeight } = this.boxInPicture(region)
    const [across, down] = this.turns % 2 === 0 ? [width, height] : [height, width]
    const crop = await this.#pyramid.resize(x, y, fromWidth, fromHeight, across, down, enlargement)
    return turnImage(crop, this.turns)
  }

  /**
   * Samples a rectangle as {@link resize} does, into a network's input.
   *
   * @param into - Takes what `toTensor` would make of the samples.
   */
  async resizeIntoTensor(
    region: Box,
    size: Size,
    format: PixelFormat,
    into: Float32Array,
    enlargement = 1,
  ): Promise<void> {
    if (this.turns === 0) {
      const box = this.boxInPicture(region)
      return this.#pyramid.resizeIntoTensor(box, size, format, into, enlargement)
    }
    toTensor(await this.resize(region, size.width, size.height, enlargement), format, into)
  }

  /** A point of the turned picture in pixels of the picture. */
  pointInPicture([x, y]: Point): Point {
    const [dx, dy] = unturned([x, y], this.turns, this.width, this.height)
    return [this.#part.x + dx, this.#part.y + dy]
  }

  /** A box of the picture in pixels of the turned picture. */
  boxFromPicture({ x, y, width, height }: Box): Box {
    const back = ((4 - this.turns) % 4) as QuarterTurns
    const from = [x - this.#part.x, y - this.#part.y] as const
    return between(
      unturned(from, back, this.#part.width, this.#part.height),
      unturned([from[0] + width, from[1] + height], back, this.#part.width, this.#part.height),
    )
  }

  /** A box of the turned picture in pixels of the picture. */
  boxInPicture({ x, y, width, height }: Box): Box {
    return between(this.pointInPicture([x, y]), this.pointInPicture([x + width, y + height]))
  }
}

/** A point after the clockwise turns of a picture are undone, whose size is given as it is before they are undone. */
function unturned([x, y]: Point, turns: QuarterTurns, width: number, height: number): Point {
  if (turns === 1) return [y, width - x]
  if (turns === 2) return [width - x, height - y]
  if (turns === 3) return [height - y, x]
  return [x, y]
}

const between = (a: Point, b: Point): Box => ({
  x: Math.min(a[0], b[0]),
  y: Math.min(a[1], b[1]),
  width: Math.abs(a[0] - b[0]),
  height: Math.abs(a[1] - b[1]),
})

/** The image turned clockwise by quarter turns; the image itself for 0. */
export function turnImage(image: RgbImage, turns: QuarterTurns): RgbImage {
  if (turns === 0) return image
  const { width, height, data } = image
  const [outWidth, outHeight] = turns === 2 ? [width, height] : [height, width]
  // Index of the pixel that comes first in the output, and the steps in the source along its rows and down its columns.
  const { first, along, down } = {
    1: { first: (height - 1) * width, along: -width, down: 1 },
    2: { first: width * height - 1, along: -1, down: -width },
    3: { first: width - 1, along: width, down: -1 },
  }[turns]
  const out = new Uint8Array(data.length)
  let to = 0
  for (let y = 0; y < outHeight; y++) {
    let from = 3 * (first + y * down)
    for (let x = 0; x < outWidth; x++, from += 3 * along, to += 3) {
      out[to] = data[from]!
      out[to + 1] = data[from + 1]!
      out[to + 2] = data[from + 2]!
    }
  }
  return { width: outWidth, height: outHeight, data: out }
}
