import { AgnizeError } from '../base/errors.js'
import { Halvings, type PixelSource } from './pyramid.js'
import { checkSize, defaultImageLimits, type ImageLimits, type RgbImage } from './rgb-image.js'
import { levelOf } from './sample.js'

/**
 * Decodes a photo with the browser's own decoders: the browser implementation of `#codec`. EXIF orientation is applied,
 * transparent pixels are blended with white.
 *
 * @throws AgnizeError `not-an-image`, `image-too-large`.
 */
export async function decodeImage(
  data: Uint8Array,
  limits: ImageLimits = defaultImageLimits,
): Promise<RgbImage> {
  const bitmap = await createImageBitmap(new Blob([Uint8Array.from(data)])).catch(
    (cause: unknown) => {
      throw new AgnizeError('not-an-image', 'This is not a photo that the browser can read.', {
        cause,
      })
    },
  )
  try {
    checkSize(bitmap.width, bitmap.height, limits)
  } catch (error) {
    bitmap.close()
    throw error
  }
  return readBitmap(bitmap)
}

/** Opens a photo whose levels are made when they are read; browsers decode the whole. @throws as {@link decodeImage}. */
export async function openImage(
  data: Uint8Array,
  limits: ImageLimits = defaultImageLimits,
): Promise<PixelSource> {
  return new Halvings(levelOf(await decodeImage(data, limits)))
}

function readBitmap(bitmap: ImageBitmap): RgbImage {
  try {
    return pixelsOf(bitmap)
  } finally {
    bitmap.close()
  }
}

/** The pixels of a bitmap. */
export function pixelsOf(bitmap: ImageBitmap): RgbImage {
  const { width, height } = bitmap
  const context = canvasOf(width, height)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.drawImage(bitmap, 0, 0)
  const { data: rgba } = context.getImageData(0, 0, width, height)
  const data = new Uint8Array(3 * width * height)
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    data[to] = rgba[from]!
    data[to + 1] = rgba[from + 1]!
    data[to + 2] = rgba[from + 2]!
  }
  return { width, height, data }
}

/** Encodes a picture as JPEG. @param quality - 1…100. */
export async function encodeJpeg(
  { width, height, data }: RgbImage,
  quality = 90,
): Promise<Uint8Array> {
  const context = canvasOf(width, height)
  const pixels = context.createImageData(width, height)
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    pixels.data.set([data[from]!, data[from + 1]!, data[from + 2]!, 255], to)
  }
  context.putImageData(pixels, 0, 0)
  const blob = await context.canvas.convertToBlob({ type: 'image/jpeg', quality: quality / 100 })
  return new Uint8Array(await blob.arrayBuffer())
}

let canvas: OffscreenCanvas | undefined

/** Returns the shared canvas at this size; it is reused, since the frames of a camera have one size. */
function canvasOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  if (canvas?.width !== width || canvas.height !== height) {
    canvas = new OffscreenCanvas(width, height)
  }
  return canvas.getContext('2d', { willReadFrequently: true })!
}
