import { Layout, type PixelKernel, pixelKernel, slack } from './pixel-kernel.js'
import type { RgbImage } from './rgb-image.js'
import type { PixelFormat } from './tensor.js'

/** Sample points along an axis: the pixel before each (−1 outside the image), and its fraction of the way to the next in 256ths. */
export interface SamplePoints {
  readonly before: Int32Array
  /** 0 where there is no next pixel. */
  readonly fraction: Int32Array
}

/**
 * Bilinear samples on an axis-aligned grid, in integers: with the conversion to floats they take most of the time of detection
 * besides the network.
 *
 * @returns The output; what lies outside the image is black.
 */
export function sampleGrid(image: RgbImage, columns: SamplePoints, rows: SamplePoints): RgbImage {
  const [width, height] = [columns.before.length, rows.before.length]
  const bytes = 3 * width * height
  const { memory, out } = sampleRows(image, columns, rows, bytes, (kernel, table, to, row) =>
    kernel.sampleBytes(table, width, to + 3 * width * row),
  )
  return { width, height, data: memory.slice(out, out + bytes) }
}

/**
 * As {@link sampleGrid}, into planes of floats, which are the values that `toTensor` makes of its bytes.
 *
 * @param into - Takes the three planes.
 */
export function sampleGridIntoTensor(
  image: RgbImage,
  columns: SamplePoints,
  rows: SamplePoints,
  format: PixelFormat & { readonly channels: 'rgb' | 'bgr' },
  into: Float32Array,
): void {
  const [width, height] = [columns.before.length, rows.before.length]
  const factor = 1 / format.scale
  const offset = -format.mean * factor
  // Four columns are written at a time: what is beyond a row is overwritten by the next, and beyond the last row it is slack.
  const plane = 4 * width * height + slack
  const { memory, out } = sampleRows(image, columns, rows, 3 * plane, (kernel, table, to, row) =>
    kernel.sampleFloats(table, width, factor, offset, to + 4 * width * row, plane),
  )
  const order = format.channels === 'rgb' ? [0, 1, 2] : [2, 1, 0]
  for (const [to, from] of order.entries()) {
    into.set(
      new Float32Array(memory.buffer, out + from * plane, width * height),
      to * width * height,
    )
  }
}

/**
 * Blends the rows of a grid in the kernel's memory, one at a time, and has each sampled.
 *
 * @param outBytes - Room for the output.
 * @param sample - Samples the columns of a table from the blended row; `to` is where the output begins.
 */
function sampleRows(
  { width, data }: RgbImage,
  columns: SamplePoints,
  rows: SamplePoints,
  outBytes: number,
  sample: (kernel: PixelKernel, table: number, to: number, row: number) => void,
): { memory: Uint8Array; out: number } {
  const { first, count } = columnsRead(columns, width)
  const layout = new Layout()
  const entries = (columns.before.length + 3) & ~3
  const table = layout.place(8 * entries)
  const blackTable = layout.place(8 * entries)
  const black = layout.place(16)
  const blended = layout.place(2 * 3 * count)
  const slots = [layout.place(3 * count), layout.place(3 * count)] as const
  const out = layout.place(outBytes)
  const { kernel, memory } = pixelKernel(layout.bytes)

  // A black pixel as `blendRows` writes it; the columns of rows outside the image all refer to it.
  memory.fill(0, black, black + 16)
  for (let i = 1; i < 16; i += 2) memory[black + i] = 0x80
  const addresses = new Uint32Array(memory.buffer, table, 2 * entries)
  const blackAddresses = new Uint32Array(memory.buffer, blackTable, 2 * entries)
  for (let i = 0; i < entries; i++) {
    const before = columns.before[i] ?? -1
    const fraction = before < 0 ? 0 : columns.fraction[i]!
    addresses[2 * i] = before < 0 ? black : blended + 6 * (before - first)
    addresses[2 * i + 1] = (256 - fraction) | (fraction << 16)
    blackAddresses[2 * i] = black
    blackAddresses[2 * i + 1] = 256
  }

  // Neighboring rows lie in different slots, and a row that two rows of the output read is copied once.
  const held = [-1, -1]
  const slotOf = (row: number): number => {
    const slot = (row & 1) as 0 | 1
    if (held[slot] !== row) {
      const from = 3 * (row * width + first)
      memory.set(data.subarray(from, from + 3 * count), slots[slot])
      held[slot] = row
    }
    return slots[slot]
  }
  for (const [row, before] of rows.before.entries()) {
    if (before >= 0) {
      const fraction = rows.fraction[row]!
      const top = slotOf(before)
      const bottom = fraction > 0 ? slotOf(before + 1) : top
      kernel.blendRows(top, bottom, 3 * count, fraction, blended)
    }
    sample(kernel, before < 0 ? blackTable : table, out, row)
  }
  return { memory, out }
}

/** First pixel and number of pixels that the columns read of a row. */
function columnsRead({ before }: SamplePoints, width: number): { first: number; count: number } {
  const inside = before.filter((x) => x >= 0)
  if (inside.length === 0) return { first: 0, count: 0 }
  // Columns ascend.
  const first = inside[0]!
  return { first, count: Math.min(inside.at(-1)! + 2, width) - first }
}
