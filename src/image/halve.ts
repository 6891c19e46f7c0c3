import { Layout, pixelKernel } from './pixel-kernel.js'
import type { RgbImage } from './rgb-image.js'

/** The image at half its size, each pixel the mean of four; a last odd row or column is dropped. */
export function halve({ width, height, data }: RgbImage): RgbImage {
  const halfWidth = width >> 1
  const halfHeight = height >> 1
  const half = new Uint8Array(3 * halfWidth * halfHeight)
  const layout = new Layout()
  const rows = layout.place(6 * width)
  const out = layout.place(3 * halfWidth)
  const { kernel, memory } = pixelKernel(layout.bytes)
  for (let y = 0; y < halfHeight; y++) {
    memory.set(data.subarray(6 * y * width, 6 * (y + 1) * width), rows)
    kernel.halveRows(rows, rows + 3 * width, halfWidth, out)
    half.set(memory.subarray(out, out + 3 * halfWidth), 3 * y * halfWidth)
  }
  return { width: halfWidth, height: halfHeight, data: half }
}
