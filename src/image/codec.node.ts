import { AgnizeError } from '../base/errors.js'
import { type ImageFormat, sniffFormat } from './format.js'
import { sharp, sharpFormat } from './loaders.node.js'
import { decodePnm, readPnmHeader } from './pnm.js'
import { checkSize, defaultImageLimits, type ImageLimits, type RgbImage } from './rgb-image.js'

/**
 * Decodes a photo: JPEG, PNG, WebP, GIF (first frame), TIFF, AVIF, PGM, PPM. EXIF orientation is applied, colors
 * become 8-bit sRGB, transparent pixels are blended with white.
 *
 * @param data - The encoded photo.
 * @param limits - Checked before any pixel is decoded.
 * @throws AgnizeError `not-an-image`, `image-damaged`, `image-too-large`.
 */
export async function decodeImage(
  data: Uint8Array,
  limits: ImageLimits = defaultImageLimits,
): Promise<RgbImage> {
  if (data.length === 0) {
    throw new AgnizeError('not-an-image', 'The file is empty (0 bytes): give a photo.')
  }
  if (data.length > limits.maxBytes) {
    throw new AgnizeError(
      'image-too-large',
      `The file has ${megabytes(data.length)} MB and the limit is ${megabytes(limits.maxBytes)} MB: raise the limit or shrink the photo.`,
    )
  }
  const sniffed = sniffFormat(data)
  if (sniffed.format === null) {
    throw new AgnizeError(
      'not-an-image',
      `This is not a photo agnize can read (it seems to be ${sniffed.description}): give JPEG, PNG, WebP, GIF, TIFF, AVIF or PGM.`,
    )
  }
  try {
    const { format } = sniffed
    return format === 'pnm'
      ? decodePnmChecked(data, limits)
      : await decodeWithSharp(data, format, limits)
  } catch (cause) {
    if (cause instanceof AgnizeError) throw cause
    const detail = (cause as Error).message.split('\n')[0]!.replace(/^Input buffer /, '')
    throw new AgnizeError(
      'image-damaged',
      `The ${sniffed.format.toUpperCase()} file is damaged or cut short (${detail}): get an intact copy of it.`,
      { cause },
    )
  }
}

function decodePnmChecked(data: Uint8Array, limits: ImageLimits): RgbImage {
  const header = readPnmHeader(data)
  checkSize(header.width, header.height, limits)
  return decodePnm(data, header)
}

async function decodeWithSharp(
  bytes: Uint8Array,
  format: Exclude<ImageFormat, 'pnm'>,
  limits: ImageLimits,
): Promise<RgbImage> {
  const input = sharp(bytes, { failOn: 'error', limitInputPixels: false })
  const metadata = await input.metadata()
  if (metadata.format !== sharpFormat(format)) {
    throw new AgnizeError(
      'not-an-image',
      `The file begins as ${format.toUpperCase()} but contains another format (${metadata.format}): give the photo as the camera or program wrote it.`,
    )
  }
  checkSize(metadata.width, metadata.height, limits)
  const { data, info } = await input
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const rgb = info.channels === 3 ? data : grayToRgb(data, info.channels)
  return { width: info.width, height: info.height, data: rgb }
}

/** Repeats the first channel (gray, or gray with alpha) three times. */
function grayToRgb(data: Uint8Array, channels: number): Uint8Array {
  const pixels = data.length / channels
  const out = new Uint8Array(pixels * 3)
  for (let i = 0; i < pixels; i++) out.fill(data[i * channels]!, 3 * i, 3 * i + 3)
  return out
}

const megabytes = (n: number) => (n < 1e6 ? (n / 1e6).toFixed(3) : String(Math.round(n / 1e6)))

/** Encodes a picture as JPEG. @param quality - 1…100. */
export async function encodeJpeg(image: RgbImage, quality = 90): Promise<Uint8Array> {
  const { width, height, data } = image
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, chromaSubsampling: '4:4:4' })
    .toBuffer()
}
