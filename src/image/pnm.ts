import type { RgbImage } from './rgb-image.js'

/** Header of a PGM or PPM file. */
export interface PnmHeader {
  readonly binary: boolean
  readonly channels: 1 | 3
  readonly width: number
  readonly height: number
  readonly maxValue: number
  /** Offset of the first sample, in bytes. */
  readonly offset: number
}

/**
 * Reads the header of a PGM or PPM file (P2, P3, P5, P6; netpbm's pgm(5) and ppm(5)), the format of research face
 * datasets, which prebuilt image libraries do not support.
 *
 * @throws RangeError with a message for users when the header is invalid.
 */
export function readPnmHeader(data: Uint8Array): PnmHeader {
  const kind = data[1]! - 0x30
  let at = 2
  const next = () => {
    for (;;) {
      const c = data[at]
      if (c === 0x23) while (at < data.length && data[at] !== 0x0a) at++
      else if (c === 0x20 || (c !== undefined && c >= 9 && c <= 13)) at++
      else break
    }
    let value = 0
    const start = at
    for (let c = data[at]; c !== undefined && c >= 0x30 && c <= 0x39; c = data[++at]) {
      value = value * 10 + c - 0x30
    }
    if (at === start) throw new RangeError('its header is not complete')
    return value
  }
  const width = next()
  const height = next()
  const maxValue = next()
  if (width < 1 || height < 1 || maxValue < 1 || maxValue > 65535) {
    throw new RangeError(`its header says ${width}×${height} with values to ${maxValue}`)
  }
  return {
    binary: kind >= 5,
    channels: kind === 2 || kind === 5 ? 1 : 3,
    width,
    height,
    maxValue,
    offset: at + 1,
  }
}

/** Decodes the samples of a PGM or PPM file; gray becomes three equal channels. */
export function decodePnm(data: Uint8Array, header: PnmHeader): RgbImage {
  const { binary, channels, width, height, maxValue } = header
  const count = width * height * channels
  const wide = maxValue > 255
  const scale = 255 / maxValue
  const out = new Uint8Array(width * height * 3)
  let at = header.offset
  const sample = binary
    ? () => {
        const value = wide ? data[at]! * 256 + data[at + 1]! : data[at]!
        at += wide ? 2 : 1
        return value
      }
    : () => {
        let c = data[at]
        while (c !== undefined && (c < 0x30 || c > 0x39)) c = data[++at]
        if (c === undefined) throw new RangeError('it ends before its last pixel')
        let value = 0
        for (; c !== undefined && c >= 0x30 && c <= 0x39; c = data[++at]) {
          value = value * 10 + c - 0x30
        }
        return value
      }
  if (binary && data.length < at + count * (wide ? 2 : 1)) {
    throw new RangeError('it ends before its last pixel')
  }
  for (let i = 0, to = 0; i < count; i++) {
    const value = Math.min(255, Math.round(sample() * scale))
    out[to++] = value
    if (channels === 1) {
      out[to++] = value
      out[to++] = value
    }
  }
  return { width, height, data: out }
}
