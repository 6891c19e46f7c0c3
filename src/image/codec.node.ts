import { AgnizeError } from '../base/errors.js'
import { decodeBmp, readBmpHeader } from './bmp.js'
import { DecodedLevels } from './decoded-levels.js'
import { type ImageFormat, sniffFormat } from './format.js'
import { decodeIcoBitmap, readIco } from './ico.js'
import { type Sharp, type SharpFormat, sharp, sharpFormat } from './loaders.node.js'
import { decodePnm, readPnmHeader } from './pnm.js'
import { Halvings, type PixelSource } from './pyramid.js'
import { checkSize, defaultImageLimits, type ImageLimits, type RgbImage } from './rgb-image.js'
import { type Level, levelOf } from './sample.js'

/** A photo whose header was read, in a format that sharp decodes. */
interface SharpPhoto {
  /** Reads the photo; to be cloned. */
  readonly reader: Sharp
  readonly format: SharpFormat
  /** Pixels as they are stored, before the orientation is applied. */
  readonly width: number
  readonly height: number
  /** EXIF orientation, 1…8. */
  readonly orientation: number
}

/**
 * Decodes a photo: JPEG, PNG, WebP, GIF (first frame), TIFF, AVIF, BMP, ICO (the largest picture), PGM,
 * PPM. EXIF orientation is applied, colors
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
  const format = formatOf(data, limits)
  return damageAs(format, () => decoded(data, format, limits))
}

async function decoded(
  data: Uint8Array,
  format: ImageFormat,
  limits: ImageLimits,
): Promise<RgbImage> {
  if (format === 'pnm') return decodePnmChecked(data, limits)
  if (format === 'bmp') return decodeBmpChecked(data, limits)
  if (format === 'ico') return decodeIco(data, limits)
  return decodeWithSharp(await openWithSharp(data, format, limits))
}

/**
 * Opens a photo whose levels are decoded when they are read: JPEG and WebP at a reduced size where that serves, other formats as
 * a whole, at once. What is decoded is as {@link decodeImage} gives it.
 *
 * @param limits - Checked before any pixel is decoded.
 * @throws AgnizeError `not-an-image`, `image-damaged`, `image-too-large`; reading a level throws `image-damaged`.
 */
export async function openImage(
  data: Uint8Array,
  limits: ImageLimits = defaultImageLimits,
): Promise<PixelSource> {
  const format = formatOf(data, limits)
  if (format !== 'jpeg' && format !== 'webp') {
    return new Halvings(levelOf(await decodeImage(data, limits)))
  }
  const photo = await damageAs(format, () => openWithSharp(data, format, limits))
  const { width, height } = uprightSize(photo)
  return new DecodedLevels(width, height, (reduction) =>
    damageAs(format, () => decodeReduced(photo, reduction)),
  )
}

/** Recognizes the format. @throws AgnizeError `not-an-image`, `image-too-large`. */
function formatOf(data: Uint8Array, limits: ImageLimits): ImageFormat {
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
      `This is not a photo agnize can read (it seems to be ${sniffed.description}): give JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP, ICO or PGM.`,
    )
  }
  return sniffed.format
}

/** Runs a decoder and rethrows its errors as `image-damaged`. */
async function damageAs<T>(format: ImageFormat, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof AgnizeError) throw cause
    const detail = (cause as Error).message.split('\n')[0]!.replace(/^Input buffer /, '')
    throw new AgnizeError(
      'image-damaged',
      `The ${format.toUpperCase()} file is damaged or cut short (${detail}): get an intact copy of it.`,
      { cause },
    )
  }
}

function decodePnmChecked(data: Uint8Array, limits: ImageLimits): RgbImage {
  const header = readPnmHeader(data)
  checkSize(header.width, header.height, limits)
  return decodePnm(data, header)
}

function decodeBmpChecked(data: Uint8Array, limits: ImageLimits): RgbImage {
  const header = readBmpHeader(data)
  checkSize(header.width, header.height, limits)
  return decodeBmp(data, header)
}

async function decodeIco(data: Uint8Array, limits: ImageLimits): Promise<RgbImage> {
  const picture = readIco(data)
  if (picture.kind === 'png') {
    return decodeWithSharp(await openWithSharp(picture.bytes, 'png', limits))
  }
  checkSize(picture.header.width, picture.header.height, limits)
  return decodeIcoBitmap(picture)
}

async function openWithSharp(
  bytes: Uint8Array,
  format: SharpPhoto['format'],
  limits: ImageLimits,
): Promise<SharpPhoto> {
  const reader = sharp(bytes, { failOn: 'error', limitInputPixels: false })
  const metadata = await reader.metadata()
  if (metadata.format !== sharpFormat(format)) {
    throw new AgnizeError(
      'not-an-image',
      `The file begins as ${format.toUpperCase()} but contains another format (${metadata.format}): give the photo as the camera or program wrote it.`,
    )
  }
  const { width, height, orientation = 1 } = metadata
  checkSize(width, height, limits)
  return { reader, format, width, height, orientation }
}

/** Decodes a photo. @param size - Size of the result, upright; the photo's own by default. */
async function decodeWithSharp(
  { reader }: SharpPhoto,
  size?: { readonly width: number; readonly height: number },
): Promise<RgbImage> {
  const upright = reader.clone().autoOrient()
  if (size) upright.resize(size.width, size.height, { fit: 'fill', kernel: 'cubic' })
  const { data, info } = await upright
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const rgb = info.channels === 3 ? data : grayToRgb(data, info.channels)
  return { width: info.width, height: info.height, data: rgb }
}

/** Decodes a photo at a reduced size, by the decoder's own reduction and then libvips's for the rest. */
async function decodeReduced(photo: SharpPhoto, reduction: number): Promise<Level> {
  if (reduction === 1) return levelOf(await decodeWithSharp(photo))
  const upright = uprightSize(photo)
  const image = await decodeWithSharp(photo, {
    width: Math.floor(upright.width / reduction),
    height: Math.floor(upright.height / reduction),
  })
  const covered = uprightSize({ ...photo, ...coveredSize(photo, reduction) })
  return {
    image,
    scaleX: image.width / covered.width,
    scaleY: image.height / covered.height,
    left: [2, 3, 6, 7].includes(photo.orientation) ? upright.width - covered.width : 0,
    top: [3, 4, 7, 8].includes(photo.orientation) ? upright.height - covered.height : 0,
  }
}

/**
 * The stored pixels that a reduced decoding covers. libvips reduces a JPEG by the largest power of two below `reduction` as it
 * decodes, and drops what is left of a pixel at the right and at the bottom.
 */
function coveredSize({ format, width, height }: SharpPhoto, reduction: number) {
  const unit = format === 'jpeg' ? 2 ** Math.ceil(Math.log2(reduction) - 1) : 1
  return { width: width - (width % unit), height: height - (height % unit) }
}

/** Size after the orientation was applied: from 5 on, it exchanges width and height. */
function uprightSize({
  width,
  height,
  orientation,
}: Pick<SharpPhoto, 'width' | 'height' | 'orientation'>) {
  return orientation < 5 ? { width, height } : { width: height, height: width }
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
