import { alphaOf, type BmpHeader, decodeBmp, readDibHeader, rowBytes } from './bmp.js'
import type { RgbImage } from './rgb-image.js'

/** The largest picture of an icon. */
export type IcoPicture =
  | { readonly kind: 'png'; readonly bytes: Uint8Array }
  | { readonly kind: 'bitmap'; readonly bytes: Uint8Array; readonly header: BmpHeader }

const pngStart = [0x89, 0x50, 0x4e, 0x47]

/** Finds the largest picture of an ICO file, the one of most bits among equals. @throws RangeError with a message for users. */
export function readIco(data: Uint8Array): IcoPicture {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const count = data.length < 6 ? 0 : view.getUint16(4, true)
  if (count === 0 || data.length < 6 + 16 * count) throw new RangeError('its list is not complete')
  const entries = Array.from({ length: count }, (_, i) => {
    const at = 6 + 16 * i
    // 0 stands for 256.
    const [width, height] = [data[at]! || 256, data[at + 1]! || 256]
    return {
      rank: width * height * 100 + view.getUint16(at + 6, true),
      length: view.getUint32(at + 8, true),
      offset: view.getUint32(at + 12, true),
    }
  })
  const { offset, length } = entries.sort((a, b) => b.rank - a.rank)[0]!
  if (offset + length > data.length) throw new RangeError('it ends before its last pixel')
  const bytes = data.subarray(offset, offset + length)
  if (pngStart.every((byte, i) => bytes[i] === byte)) return { kind: 'png', bytes }
  const header = readDibHeader(bytes)
  // The height counts the pixels and, below them, a mask of transparent ones.
  return { kind: 'bitmap', bytes, header: { ...header, height: header.height >> 1 } }
}

/** Decodes a picture of an icon. @throws RangeError with a message for users. */
export function decodeIcoBitmap({
  bytes,
  header,
}: Extract<IcoPicture, { kind: 'bitmap' }>): RgbImage {
  return decodeBmp(bytes, header, alphaOf(bytes, header) ?? maskOf(bytes, header))
}

/** Opacity by the mask after the pixels: a set bit is transparent. */
function maskOf(bytes: Uint8Array, { width, height, bits, offset }: BmpHeader) {
  const from = offset + rowBytes(width, bits) * height
  const stride = rowBytes(width, 1)
  return (x: number, y: number) => {
    const byte = bytes[from + (height - 1 - y) * stride + (x >> 3)] ?? 0
    return (byte >> (7 - (x & 7))) & 1 ? 0 : 1
  }
}
