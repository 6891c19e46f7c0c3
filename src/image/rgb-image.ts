/** An upright picture in memory: 8-bit sRGB, three bytes a pixel, rows from the top, no padding. */
export interface RgbImage {
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  /** `3 × width × height` bytes: red, green, blue of the first pixel, and so on along the row. */
  readonly data: Uint8Array
}

/** Limits on what is decoded, checked before any pixel is. */
export interface ImageLimits {
  /** Largest encoded size in bytes. */
  readonly maxBytes: number
  /** Largest width × height, in pixels. */
  readonly maxPixels: number
}

/** 100 MB and 100 megapixels: beyond today's cameras, within an ordinary machine's memory. */
export const defaultImageLimits: ImageLimits = { maxBytes: 100e6, maxPixels: 100e6 }
