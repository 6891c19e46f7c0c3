import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { types } from 'node:util'
import { decodeImage, openImage } from '#codec'
import { AgnizeError } from '../base/errors.js'
import { Halvings, type PixelSource } from './pyramid.js'
import { checkSize, type ImageLimits, type RgbImage } from './rgb-image.js'
import { levelOf } from './sample.js'

/** Encoded bytes: a byte array or any other view, a buffer, or a `Blob` of a browser or of `fetch`. */
export type EncodedPhoto = ArrayBufferView | ArrayBuffer | SharedArrayBuffer | Blob

/** Encoded bytes with a name. */
export interface NamedBytes<Bytes extends EncodedPhoto = Uint8Array> {
  /** Name of the photo in results and records. */
  readonly name: string
  /** The encoded photo. */
  readonly bytes: Bytes
}

/**
 * A photo: a path, a URL (`http:`, `https:` or `file:`), encoded bytes with or without a name (a `File` has one), or
 * decoded pixels.
 */
export type PhotoSource = string | URL | EncodedPhoto | NamedBytes<EncodedPhoto> | RgbImage

/** A photo in a form that can be sent to another process: encoded bytes are a `Uint8Array`. */
export type ReadablePhoto = string | URL | Uint8Array | NamedBytes | RgbImage

/** A photo whose levels are decoded when they are read, with its encoded bytes; for pixels, their bytes. */
export interface OpenPhoto {
  readonly pixels: PixelSource
  readonly bytes: Uint8Array
}

/** Timeout for fetching a photo from a URL, in milliseconds. Judgment. */
const fetchTimeout = 30_000

/**
 * Reads and decodes a whole photo from any source.
 *
 * @throws AgnizeError `photo-not-found`, `not-an-image`, `image-damaged`, `image-too-large`.
 */
export async function readPhoto(source: PhotoSource, limits: ImageLimits): Promise<RgbImage> {
  const photo = await readablePhoto(source, limits)
  if (isPixels(photo)) return checkedPixels(photo, limits)
  return decodeImage(await bytesOf(photo, limits), limits)
}

/**
 * Reads a photo from any source, and decodes of it what is read later.
 *
 * @throws AgnizeError as {@link readPhoto}; `image-damaged` also when a level is read.
 */
export async function openPhoto(source: PhotoSource, limits: ImageLimits): Promise<OpenPhoto> {
  const photo = await readablePhoto(source, limits)
  if (isPixels(photo)) {
    return { pixels: new Halvings(levelOf(checkedPixels(photo, limits))), bytes: photo.data }
  }
  const bytes = await bytesOf(photo, limits)
  return { pixels: await openImage(bytes, limits), bytes }
}

/**
 * Converts a photo from any source to a form that can be read here and in another process.
 *
 * @throws AgnizeError `bad-argument` for a value that is not a photo; `image-too-large`, `photo-not-found` for a `Blob`.
 */
export async function readablePhoto(
  source: PhotoSource,
  limits: ImageLimits,
): Promise<ReadablePhoto> {
  if (typeof source === 'string' || source instanceof URL) return source
  const bytes = await encodedBytes(source, limits)
  if (bytes) {
    const name = nameOf(source)
    return name === undefined ? bytes : { name, bytes }
  }
  if (typeof source === 'object' && source !== null && !(source instanceof Blob)) {
    if ('bytes' in source) {
      const named = await encodedBytes(source.bytes, limits)
      if (named && typeof source.name === 'string') return { name: source.name, bytes: named }
    } else if ('data' in source && 'width' in source) {
      const data = await encodedBytes(source.data, limits)
      if (data) return { width: source.width, height: source.height, data }
    }
  }
  throw new AgnizeError(
    'bad-argument',
    `A photo is a path, a URL, encoded bytes, { name, bytes } or pixels { width, height, data }, not ${describeValue(source)}.`,
  )
}

/** The bytes of a value, without a copy where possible; undefined for a value that holds no bytes. */
async function encodedBytes(value: unknown, limits: ImageLimits): Promise<Uint8Array | undefined> {
  if (value instanceof Uint8Array) return value
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  }
  // A copy, since shared memory may change under the decoder.
  if (types.isSharedArrayBuffer(value)) return new Uint8Array(value).slice()
  if (types.isArrayBuffer(value)) return new Uint8Array(value)
  if (!(value instanceof Blob)) return undefined
  // The size is checked before reading, since a blob may be a file that is larger than the memory.
  if (value.size > limits.maxBytes) throw tooLarge(value.size, limits)
  try {
    return new Uint8Array(await value.arrayBuffer())
  } catch (cause) {
    throw new AgnizeError(
      'photo-not-found',
      'The photo could not be read from its Blob: its file was changed or deleted.',
      { cause },
    )
  }
}

/** Name of a `File`; undefined for any other value. */
function nameOf(source: unknown): string | undefined {
  return source instanceof Blob && 'name' in source ? String(source.name) : undefined
}

function describeValue(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (value instanceof Promise) return 'a promise: await it first'
  if (typeof value !== 'object') return `a ${typeof value}`
  return `an object of ${value.constructor?.name ?? 'no class'}`
}

async function bytesOf(
  source: Exclude<ReadablePhoto, RgbImage>,
  limits: ImageLimits,
): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source
  if (typeof source === 'object' && 'bytes' in source) return source.bytes
  return readBytes(source, limits)
}

function isPixels(photo: ReadablePhoto): photo is RgbImage {
  return typeof photo === 'object' && 'data' in photo
}

function checkedPixels(image: RgbImage, limits: ImageLimits): RgbImage {
  const { width, height, data } = image
  if (!(width > 0 && height > 0 && data.length === 3 * width * height)) {
    throw new AgnizeError(
      'not-an-image',
      `The pixels do not fit together: ${width} × ${height} RGB needs ${3 * width * height} bytes and there are ${data.length}.`,
    )
  }
  checkSize(width, height, limits)
  return image
}

async function readBytes(source: string | URL, limits: ImageLimits): Promise<Uint8Array> {
  if (/^https?:/i.test(String(source))) return fetchBytes(String(source), limits)
  const path = typeof source === 'string' && !/^file:/i.test(source) ? source : new URL(source)
  try {
    const stats = await stat(path)
    const { size } = stats
    if (!stats.isFile() && !stats.isDirectory()) throw notRegularFile()
    if (size > limits.maxBytes) throw tooLarge(size, limits)
    return await readFile(path)
  } catch (cause) {
    if (cause instanceof AgnizeError) throw cause
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EISDIR') {
      throw new AgnizeError('not-an-image', 'This is a folder: give a photo in it.', { cause })
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw new AgnizeError('photo-not-found', 'The file cannot be read: check its permissions.', {
        cause,
      })
    }
    throw new AgnizeError(
      'photo-not-found',
      // Bytes of a command line or a directory listing that are not valid UTF-8 are decoded to this character.
      String(path).includes('\ufffd')
        ? 'The file name is not valid UTF-8: rename the file.'
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

/** The error for a pipe or a device, which may never reach its end. */
function notRegularFile(): AgnizeError {
  return new AgnizeError(
    'not-an-image',
    'This is a pipe or a device: give a file, or give - to the command and the bytes on standard input.',
  )
}

function tooLarge(size: number, limits: ImageLimits): AgnizeError {
  return new AgnizeError(
    'image-too-large',
    `The file has over ${Math.floor(size / 1e6)} MB and the limit is ${limits.maxBytes / 1e6} MB: raise the limit or shrink the photo.`,
  )
}

/** Label of a photo in results: its path, URL or name, or its position where it has none. */
export function photoLabel(source: PhotoSource, position: number): string {
  if (typeof source === 'string') return source
  if (source instanceof URL) return source.href
  return givenName(source) ?? `photo ${position + 1}`
}

/** The photo's file name without its folders; empty for bytes and pixels. */
export function photoFileName(source: PhotoSource): string {
  if (typeof source === 'string') return basename(source)
  if (source instanceof URL) return basename(source.pathname)
  return basename(givenName(source) ?? '')
}

/** Name of a photo that was not given as a path or URL; undefined where it has none. */
function givenName(source: Exclude<PhotoSource, string | URL>): string | undefined {
  if (typeof source !== 'object' || source === null) return undefined
  if (source instanceof Blob) return nameOf(source)
  return 'bytes' in source ? source.name : undefined
}
