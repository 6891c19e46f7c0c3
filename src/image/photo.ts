import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { decodeImage } from '#codec'
import { AgnizeError } from '../errors.js'
import { checkSize, type ImageLimits, type RgbImage } from './rgb-image.js'

/** Encoded bytes and what the photo is called. */
export interface NamedBytes {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * Where a photo comes from: a path, a URL (`http:`, `https:` or `file:`), encoded bytes with or without a name, or decoded
 * pixels.
 */
export type PhotoSource = string | URL | Uint8Array | NamedBytes | RgbImage

/** A decoded photo, and the encoded bytes that it came from, if it did. */
export interface Photo {
  readonly image: RgbImage
  readonly bytes: Uint8Array
}

/** How long a photo behind a URL may take, in milliseconds. */
const fetchTimeout = 30_000

/**
 * Reads and decodes a photo from wherever it is.
 *
 * @throws AgnizeError `photo-not-found`, `not-an-image`, `image-damaged`, `image-too-large`.
 */
export async function readPhoto(source: PhotoSource, limits: ImageLimits): Promise<Photo> {
  if (typeof source === 'object' && 'data' in source && 'width' in source) {
    checkPixels(source)
    checkSize(source.width, source.height, limits)
    return { image: source, bytes: source.data }
  }
  const bytes = await bytesOf(source, limits)
  return { image: await decodeImage(bytes, limits), bytes }
}

async function bytesOf(
  source: Exclude<PhotoSource, RgbImage>,
  limits: ImageLimits,
): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source
  if (typeof source === 'object' && 'bytes' in source) return source.bytes
  return readBytes(source, limits)
}

function checkPixels({ width, height, data }: RgbImage): void {
  if (!(width > 0 && height > 0 && data.length === 3 * width * height)) {
    throw new AgnizeError(
      'not-an-image',
      `The pixels do not fit together: ${width} × ${height} RGB needs ${3 * width * height} bytes and there are ${data.length}.`,
    )
  }
}

async function readBytes(source: string | URL, limits: ImageLimits): Promise<Uint8Array> {
  if (/^https?:/i.test(String(source))) return fetchBytes(String(source), limits)
  const path = typeof source === 'string' && !/^file:/i.test(source) ? source : new URL(source)
  try {
    const stats = await stat(path)
    const { size } = stats
    if (!stats.isFile() && !stats.isDirectory()) throw noFile()
    if (size > limits.maxBytes) throw tooLarge(size, limits)
    return await readFile(path)
  } catch (cause) {
    if (cause instanceof AgnizeError) throw cause
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EISDIR') {
      throw new AgnizeError('not-an-image', 'This is a folder: give a photo in it.', { cause })
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw new AgnizeError('photo-not-found', 'The file may not be read: check its permissions.', {
        cause,
      })
    }
    throw new AgnizeError(
      'photo-not-found',
      // What a command line or a list of file names could not say in UTF-8 has this character in its place.
      String(path).includes('\ufffd')
        ? 'There is no such file by a name in UTF-8: rename it.'
        : 'There is no such file: check the path.',
      { cause },
    )
  }
}

async function fetchBytes(url: string, limits: ImageLimits): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(fetchTimeout) })
    if (!response.ok) throw new Error(`the server answered ${response.status}`)
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body ?? []) {
      size += (chunk as Uint8Array).length
      if (size > limits.maxBytes) throw tooLarge(size, limits)
      chunks.push(chunk as Uint8Array)
    }
    return Buffer.concat(chunks)
  } catch (cause) {
    if (cause instanceof AgnizeError) throw cause
    const why = (cause as Error).message
    throw new AgnizeError(
      'photo-not-found',
      `The photo could not be fetched (${why}): check the address.`,
      { cause },
    )
  }
}

/** Reading a pipe may never end, nor may a device. */
function noFile(): AgnizeError {
  return new AgnizeError(
    'not-an-image',
    'This is a pipe or a device: give a file, or its bytes (the command takes them on standard input as -).',
  )
}

function tooLarge(size: number, limits: ImageLimits): AgnizeError {
  return new AgnizeError(
    'image-too-large',
    `The file has over ${Math.floor(size / 1e6)} MB and the limit is ${limits.maxBytes / 1e6} MB: raise the limit or shrink the photo.`,
  )
}

/** How a photo is called in results: its path or URL, or its position where it has neither. */
export function photoLabel(source: PhotoSource, position: number): string {
  if (typeof source === 'string') return source
  if (source instanceof URL) return source.href
  return 'bytes' in source ? source.name : `photo ${position + 1}`
}

/** The photo's file name without its folders; empty for bytes and pixels. */
export function photoFileName(source: PhotoSource): string {
  if (typeof source === 'string') return basename(source)
  if (source instanceof URL) return basename(source.pathname)
  return 'bytes' in source ? basename(source.name) : ''
}
