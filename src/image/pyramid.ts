import type { Box } from '../geometry/box.js'
import { type SimilarityTransform, scaleOf } from '../geometry/similarity-transform.js'
import { halve } from './halve.js'
import type { RgbImage } from './rgb-image.js'
import {
  type Level,
  levelOf,
  type Size,
  sampleIntoTensor,
  sampleRectangle,
  sampleThrough,
} from './sample.js'
import type { PixelFormat } from './tensor.js'

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
    const region = { x, y, width: sourceWidth, height: sourceHeight }
    const level = await this.#levelFor(region, { width, height }, enlargement)
    return sampleRectangle(level, region, width, height)
  }

  /**
   * Samples a rectangle of the photo as {@link resize} does, into a network's input.
   *
   * @param into - Takes what `toTensor` would make of the samples.
   * @param enlargement - As of {@link PixelSource.level}.
   * @throws AgnizeError `image-damaged`.
   */
  async resizeIntoTensor(
    region: Box,
    size: Size,
    format: PixelFormat,
    into: Float32Array,
    enlargement = 1,
  ): Promise<void> {
    sampleIntoTensor(await this.#levelFor(region, size, enlargement), region, size, format, into)
  }

  #levelFor(region: Box, size: Size, enlargement: number): Promise<Level> {
    const scale = Math.min(size.width / region.width, size.height / region.height)
    return this.#source.level(scale, enlargement)
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
