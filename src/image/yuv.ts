import type { RgbImage } from './rgb-image.js'

/** A frame in planar YUV: luma, and chroma at half its width and height (4:2:0, BT.601, video range). */
export interface YuvImage {
  /** Even. */
  readonly width: number
  /** Even. */
  readonly height: number
  /**
   * `width` × `height` bytes of luma; then, for every two rows, half a row of Cb (U) and half a row of Cr (V), as ffmpeg's
   * `pgmyuv` writes them.
   */
  readonly data: Uint8Array
}

/**
 * Converts a frame to RGB (ITU-R BT.601, where 16…235 is black to white).
 *
 * @returns An image that shares no memory with the frame.
 */
export function toRgb({ width, height, data }: YuvImage): RgbImage {
  const rgb = new Uint8Array(3 * width * height)
  const half = width >> 1
  for (let y = 0; y < height; y += 2) {
    const chroma = width * height + (y >> 1) * width
    for (let x = 0; x < half; x++) {
      const u = data[chroma + x]! - 128
      const v = data[chroma + half + x]! - 128
      // BT.601 coefficients in 1/1024.
      const red = 1634 * v
      const green = 401 * u + 832 * v
      const blue = 2066 * u
      for (let row = 0; row < 2; row++) {
        const at = (y + row) * width + 2 * x
        for (let i = at; i < at + 2; i++) {
          const luma = 1192 * (data[i]! - 16) + 512
          const out = 3 * i
          rgb[out] = byte((luma + red) >> 10)
          rgb[out + 1] = byte((luma - green) >> 10)
          rgb[out + 2] = byte((luma + blue) >> 10)
        }
      }
    }
  }
  return { width, height, data: rgb }
}

const byte = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : value)
