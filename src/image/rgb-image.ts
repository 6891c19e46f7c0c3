import { AgnizeError } from '../base/errors.js'

/** An upright image in memory: 8-bit sRGB, three bytes a pixel, rows from the top, no padding. */
export interface RgbImage {
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  /** `3 × width × height` bytes: red, green, blue of the first pixel, and so on along the row. */
  readonly data: Uint8Array
}

/** Limits of decoding, checked before any pixel is decoded. */
export interface ImageLimits {
  /** Largest encoded size in bytes. */
  readonly maxBytes: number
  /** Largest width × height, in pixels. */
  readonly maxPixels: number
  /** Largest width, and largest height, in pixels. */
  readonly maxSide: number
  /** Largest ratio of the longer side to the shorter. */
  readonly maxAspect: number
}

/**
 * 100 MB and 100 megapixels: beyond today's cameras, within an ordinary machine's memory. 65,535 pixels a side is the
 * maximum of JPEG; panoramas are up to about 20 times as wide as high.
 */
export const defaultImageLimits: ImageLimits = {
  maxBytes: 100e6,
  maxPixels: 100e6,
  maxSide: 65_535,
  maxAspect: 50,
}

/** Checks a size against the limits. @throws AgnizeError `image-too-large`. */
export function checkSize(width: number, height: number, limits: ImageLimits): void {
  const refuse = (what: string, limit: string) => {
    throw new AgnizeError(
      'image-too-large',
      `The photo has ${width} × ${height} pixels${what} and the limit is ${limit}: raise the limit or shrink the photo.`,
    )
  }
  if (width * height > limits.maxPixels) {
    const megapixels = (pixels: number) => `${Number((pixels / 1e6).toPrecision(3))} megapixels`
    refuse(`, ${megapixels(width * height)},`, megapixels(limits.maxPixels))
  }
  const [long, short] = width > height ? [width, height] : [height, width]
  if (long > limits.maxSide) refuse('', `${limits.maxSide} on a side`)
  if (long > limits.maxAspect * short) refuse('', `${limits.maxAspect} times as long as wide`)
}
