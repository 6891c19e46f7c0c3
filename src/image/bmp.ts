import type { RgbImage } from './rgb-image.js'

/** A bit mask of one channel in a pixel of 16 or 32 bits. */
interface Channel {
  readonly shift: number
  /** Largest value after the shift; 0 for a channel that is not there. */
  readonly max: number
}

/** Header of a bitmap. */
export interface BmpHeader {
  readonly width: number
  readonly height: number
  readonly bits: 1 | 4 | 8 | 16 | 24 | 32
  readonly isTopDown: boolean
  /** Red, green, blue and alpha of pixels of 16 or 32 bits. */
  readonly channels: readonly [Channel, Channel, Channel, Channel]
  /** Red, green and blue of each color of a palette. */
  readonly palette: Uint8Array
  /** Offset of the first row, in bytes. */
  readonly offset: number
}

/** Length of the file header before the header of the bitmap. */
const fileHeaderLength = 14

/** Reads the header of a BMP file, Windows's or OS/2's. @throws RangeError with a message for users. */
export function readBmpHeader(data: Uint8Array): BmpHeader {
  const view = viewOf(data, fileHeaderLength + 4)
  const header = readDibHeader(data.subarray(fileHeaderLength))
  const offset = view.getUint32(10, true)
  return { ...header, offset: offset > 0 ? offset : header.offset + fileHeaderLength }
}

/**
 * Reads the header of a bitmap without a file header, as icons contain it.
 *
 * Source: Microsoft, "Bitmap Header Types" (BITMAPCOREHEADER to BITMAPV5HEADER).
 *
 * @throws RangeError with a message for users.
 */
export function readDibHeader(data: Uint8Array): BmpHeader {
  const view = viewOf(data, 12)
  const size = view.getUint32(0, true)
  const isCore = size === 12
  if (!isCore && (size < 40 || size > 1024)) throw new RangeError(`its header has ${size} bytes`)
  viewOf(data, size)
  const width = isCore ? view.getUint16(4, true) : view.getInt32(4, true)
  const signedHeight = isCore ? view.getUint16(6, true) : view.getInt32(8, true)
  const bits = view.getUint16(isCore ? 10 : 14, true)
  const compression = isCore ? 0 : view.getUint32(16, true)
  const height = Math.abs(signedHeight)
  if (width < 1 || height < 1) throw new RangeError(`its header says ${width}×${height}`)
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw new RangeError(`a pixel has ${bits} bits`)
  const hasMasks = compression === 3 || compression === 6
  if (compression !== 0 && !hasMasks) {
    throw new RangeError('its pixels are compressed in a way that is not supported: save it as PNG')
  }
  // Masks follow a header of 40 bytes; longer headers contain them.
  const masksAt = 40
  const maskBytes = hasMasks && size === 40 ? (compression === 6 ? 16 : 12) : 0
  const hasAlpha = compression === 6 || (hasMasks && size >= 56)
  if (hasMasks) viewOf(data, masksAt + (hasAlpha ? 16 : 12))
  const mask = (i: number) => view.getUint32(masksAt + 4 * i, true)
  const masks = hasMasks
    ? [mask(0), mask(1), mask(2), hasAlpha ? mask(3) : 0]
    : bits === 16
      ? [0x7c00, 0x3e0, 0x1f, 0]
      : [0xff0000, 0xff00, 0xff, 0xff000000]
  const paletteAt = size + maskBytes
  const used = isCore ? 0 : view.getUint32(32, true)
  const colors = bits > 8 ? 0 : used > 0 ? Math.min(used, 1 << bits) : 1 << bits
  const entry = isCore ? 3 : 4
  viewOf(data, paletteAt + colors * entry)
  const palette = new Uint8Array(3 * colors)
  for (let i = 0; i < colors; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = data[paletteAt + i * entry + 2 - c]!
  }
  return {
    ...{ width, height, bits: bits as BmpHeader['bits'], isTopDown: signedHeight < 0 },
    channels: masks.map(channelOf) as unknown as BmpHeader['channels'],
    palette,
    offset: paletteAt + (bits > 8 && !isCore ? used * 4 : colors * entry),
  }
}

/**
 * Decodes the pixels of a bitmap.
 *
 * @param opacity - Opacity of a pixel, 0…1; transparent pixels are blended with white.
 * @throws RangeError with a message for users.
 */
export function decodeBmp(
  data: Uint8Array,
  header: BmpHeader,
  opacity: (x: number, y: number) => number = () => 1,
): RgbImage {
  const { width, height, bits, isTopDown, channels, palette, offset } = header
  const stride = rowBytes(width, bits)
  if (data.length < offset + stride * height) throw new RangeError('it ends before its last pixel')
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const out = new Uint8Array(3 * width * height)
  for (let y = 0, to = 0; y < height; y++) {
    const row = offset + (isTopDown ? y : height - 1 - y) * stride
    for (let x = 0; x < width; x++, to += 3) {
      if (bits <= 8) {
        const color = indexAt(data, row, x, bits)
        for (let c = 0; c < 3; c++) out[to + c] = palette[3 * color + c] ?? 0
      } else if (bits === 24) {
        for (let c = 0; c < 3; c++) out[to + c] = data[row + 3 * x + 2 - c]!
      } else {
        const at = row + (bits >> 3) * x
        const value = bits === 16 ? view.getUint16(at, true) : view.getUint32(at, true)
        for (let c = 0; c < 3; c++) out[to + c] = Math.round(255 * shareOf(value, channels[c]!))
      }
      const share = opacity(x, y)
      if (share < 1) {
        for (let c = 0; c < 3; c++) out[to + c] = Math.round(255 + (out[to + c]! - 255) * share)
      }
    }
  }
  return { width, height, data: out }
}

/** Opacity of the pixels by their alpha channel, 0…1; null where there is none. */
export function alphaOf(
  data: Uint8Array,
  { width, height, bits, channels, offset, isTopDown }: BmpHeader,
): ((x: number, y: number) => number) | null {
  const alpha = channels[3]
  if (bits !== 32 || alpha.max === 0) return null
  if (data.length < offset + 4 * width * height) return null
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const at = (x: number, y: number) =>
    shareOf(
      view.getUint32(offset + 4 * ((isTopDown ? y : height - 1 - y) * width + x), true),
      alpha,
    )
  // Programs that write no alpha leave it 0 everywhere.
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (at(x, y) > 0) return at
  return null
}

/** Bytes of a row, which is filled up to four. */
export const rowBytes = (width: number, bits: number) => Math.ceil((width * bits) / 32) * 4

function indexAt(data: Uint8Array, row: number, x: number, bits: number): number {
  const perByte = 8 / bits
  const byte = data[row + Math.floor(x / perByte)]!
  return (byte >> (8 - bits * ((x % perByte) + 1))) & ((1 << bits) - 1)
}

function channelOf(mask: number): Channel {
  if (mask === 0) return { shift: 0, max: 0 }
  const shift = 31 - Math.clz32(mask & -mask)
  return { shift, max: mask >>> shift }
}

const shareOf = (value: number, { shift, max }: Channel) =>
  max === 0 ? 0 : ((value >>> shift) & max) / max

function viewOf(data: Uint8Array, length: number): DataView {
  if (data.length < length) throw new RangeError('its header is not complete')
  return new DataView(data.buffer, data.byteOffset, data.byteLength)
}
