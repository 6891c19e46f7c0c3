import { type SimilarityTransform, scaleOf } from '../geometry/similarity-transform.js'
import type { RgbImage } from './rgb-image.js'
import { type Level, levelOf, sampleRectangle, sampleThrough } from './sample.js'

/** Where the pixels of a photo come from: levels of it, each decoded or made when it is first read. */
export interface PixelSource {
  /** Pixels of the whole, upright photo. */
  readonly width: number
  /** Pixels of the whole, upright photo. */
  readonly height: number
  /** Milliseconds that decoding has taken so far. */
  readonly decodeTime: number
  /**
   * The coarsest level that shows the photo at a scale or finer.
   *
   * @param scale - Pixels of the output for one pixel of the photo; above 1 it is the whole photo.
   * @param enlargement - How many times a level may be enlarged where a finer one would have to be decoded; default 1.
   * @throws AgnizeError `image-damaged`.
   */
  level(scale: number, enlargement?: number): Promise<Level>
}

/**
 * A photo to be sampled at any scale.
 *
 * Downsampling reads the level at or just above the requested scale, so that bilinear sampling never reduces by more than a
 * factor of about two and small detail is averaged, not skipped.
 */
export class Pyramid {
  readonly #source: PixelSource
  /** Pixels of the whole photo. */
  readonly width: number
  /** Pixels of the whole photo. */
  readonly height: number

  /** @param source - The pixels, or where they come from. */
  constructor(source: RgbImage | PixelSource) {
    this.#source = 'data' in source ? new Halvings(levelOf(source)) : source
    this.width = source.width
    this.height = source.height
  }

  /** Milliseconds that decoding the photo has taken so far. */
  get decodeTime(): number {
    return this.#source.decodeTime
  }

  /**
   * Reads the level for the finest scale that will be needed, so that no coarser one is decoded before it in vain.
   *
   * @param scale - Pixels of the output for one pixel of the photo.
   * @throws AgnizeError `image-damaged`.
   */
  async prepare(scale: number): Promise<void> {
    await this.#source.level(scale)
  }

  /**
   * Samples the photo through a transform.
   *
   * @param transform - From pixels of the photo to pixels of the output.
   * @param width - Width of the output.
   * @param height - Height of the output.
   * @param enlargement - As of {@link PixelSource.level}.
   * @returns The output; pixels from outside the photo are black.
   * @throws AgnizeError `image-damaged`.
   */
  async warp(
    transform: SimilarityTransform,
    width: number,
    height: number,
    enlargement = 1,
  ): Promise<RgbImage> {
    const level = await this.#source.level(scaleOf(transform), enlargement)
    return sampleThrough(level, transform, width, height)
  }

  /**
   * Samples a rectangle of the photo into `width × height`, each axis with its own scale; what lies outside the photo is black.
   *
   * @param enlargement - As of {@link PixelSource.level}.
   * @throws AgnizeError `image-damaged`.
   */
  async resize(
    x: number,
    y: number,
    sourceWidth: number,
    sourceHeight: number,
    width: number,
    height: number,
    enlargement = 1,
  ): Promise<RgbImage> {
    const scale = Math.min(width / sourceWidth, height / sourceHeight)
    const level = await this.#source.level(scale, enlargement)
    const region = { x, y, width: sourceWidth, height: sourceHeight }
    return sampleRectangle(level, region, width, height)
  }
}

/** A level and its halves, quarters, …, each made when it is first read. */
export class Halvings implements PixelSource {
  readonly #first: Level
  readonly #images: RgbImage[]
  readonly width: number
  readonly height: number
  readonly decodeTime = 0

  constructor(first: Level) {
    this.#first = first
    this.#images = [first.image]
    this.width = first.image.width
    this.height = first.image.height
  }

  /** @param scale - Pixels of the output for one pixel of the first level. */
  level(scale: number): Promise<Level> {
    let halvings = 0
    while (scale * 2 ** (halvings + 1) <= 1) {
      const above = this.#images[halvings]!
      if (above.width < 2 || above.height < 2) break
      this.#images[halvings + 1] ??= halve(above)
      halvings++
    }
    const { scaleX, scaleY } = this.#first
    return Promise.resolve({
      ...this.#first,
      image: this.#images[halvings]!,
      scaleX: scaleX / 2 ** halvings,
      scaleY: scaleY / 2 ** halvings,
    })
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
