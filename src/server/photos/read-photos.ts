import { AgnizeError } from '../../errors.js'
import type { NamedBytes } from '../../image/photo.js'
import { fileName } from './file-name.js'
import { readForm } from './multipart.js'

/** The photos of a request, by the names of their parts. */
export class Photos {
  readonly #byPart: ReadonlyMap<string, readonly NamedBytes[]>

  constructor(byPart: ReadonlyMap<string, readonly NamedBytes[]> = new Map()) {
    this.#byPart = byPart
  }

  /** How many there are. */
  get count(): number {
    return [...this.#byPart.values()].reduce((sum, list) => sum + list.length, 0)
  }

  all(part: string): readonly NamedBytes[] {
    return this.#byPart.get(part) ?? []
  }

  has(part: string): boolean {
    return this.#byPart.has(part)
  }

  /** @throws AgnizeError `bad-argument` where it was not sent. */
  one(part: string): NamedBytes {
    const [photo] = this.all(part)
    if (photo) return photo
    throw new AgnizeError('bad-argument', `The photo "${part}" is missing: send it.`)
  }
}

/** What a request with photos is read by. */
export interface PhotoRequest {
  readonly contentType: string
  readonly bytes: Buffer
  readonly parts: readonly string[]
  readonly many: boolean
  readonly maxFileBytes: number
  readonly fetch: (url: string) => Promise<NamedBytes>
}

/**
 * Finds the photos in a request: parts of a form, the body itself, or base64 and addresses in JSON.
 *
 * @returns The photos, and the rest: fields of the form, or the JSON.
 * @throws AgnizeError `bad-argument`, `unsupported-media-type`, `image-too-large`, as {@link fetchPhoto}.
 */
export async function readPhotos(
  request: PhotoRequest,
): Promise<{ readonly photos: Photos; readonly rest: unknown; readonly isJson: boolean }> {
  const { contentType, bytes, parts, many, maxFileBytes } = request
  const type = contentType.split(';')[0]!.trim().toLowerCase()
  if (type === 'multipart/form-data') {
    const { files, fields } = await readForm(bytes, contentType, maxFileBytes)
    for (const [part, list] of files) {
      if (!parts.includes(part)) {
        throw new AgnizeError(
          'bad-argument',
          `The form has a file ${JSON.stringify(part)}: ${parts.map((name) => `"${name}"`).join(' and ')} is what is looked at.`,
        )
      }
      if (!many && list.length > 1) {
        throw new AgnizeError('bad-argument', `The file "${part}" came more than once: send one.`)
      }
    }
    return { photos: new Photos(files), rest: { ...fields }, isJson: false }
  }
  if (type === 'application/json' || type.endsWith('+json')) {
    const json = parseJson(bytes)
    const photos = new Map<string, NamedBytes[]>()
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
      const object = json as Record<string, unknown>
      await take(object, parts[0]!, photos, request)
      for (const part of parts) {
        const value = object[part]
        for (const each of Array.isArray(value) ? value : [value]) {
          if (typeof each === 'object' && each !== null) {
            await take(each as Record<string, unknown>, part, photos, request)
          }
        }
      }
    }
    return { photos: new Photos(photos), rest: json, isJson: true }
  }
  if (type === '' || type.startsWith('image/') || type === 'application/octet-stream') {
    if (bytes.length > maxFileBytes) throw tooLarge(maxFileBytes)
    const photos = bytes.length > 0 ? [[parts[0]!, [{ name: '', bytes }]] as const] : []
    return { photos: new Photos(new Map(photos)), rest: {}, isJson: false }
  }
  throw new AgnizeError(
    'unsupported-media-type',
    'Send a photo as multipart/form-data, as the body with an image/… type, or as base64 in JSON.',
  )
}

/** Parses JSON in UTF-8. @throws AgnizeError `bad-argument`. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), withoutPrototype)
  } catch (cause) {
    throw new AgnizeError('bad-argument', 'The body is no JSON in UTF-8.', { cause })
  }
}

/** What could change the prototype of an object is left out. */
function withoutPrototype(this: unknown, name: string, value: unknown): unknown {
  return name === '__proto__' ? undefined : value
}

async function take(
  object: Record<string, unknown>,
  part: string,
  photos: Map<string, NamedBytes[]>,
  { fetch, maxFileBytes }: PhotoRequest,
): Promise<void> {
  const { photo, photo_url: url, name } = object
  const add = (found: NamedBytes) => {
    const named = typeof name === 'string' ? { ...found, name: fileName(name) } : found
    const list = photos.get(part)
    if (list) list.push(named)
    else photos.set(part, [named])
  }
  if (typeof photo === 'string') add({ name: '', bytes: fromBase64(photo, maxFileBytes) })
  else if (typeof url === 'string') add(await fetch(url))
}

/** Decodes base64, with or without the head of a `data:` URL. @throws AgnizeError `bad-argument`, `image-too-large`. */
export function fromBase64(text: string, maxBytes: number): Buffer {
  const bare = text.startsWith('data:') ? text.slice(text.indexOf(',') + 1) : text
  if (bare.length * 0.75 > maxBytes + 3) throw tooLarge(maxBytes)
  if (bare === '' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(bare)) {
    throw new AgnizeError('bad-argument', 'The photo is not base64.')
  }
  return Buffer.from(bare, 'base64')
}

function tooLarge(maxBytes: number): AgnizeError {
  return new AgnizeError(
    'image-too-large',
    `The photo is larger than ${maxBytes / 1e6} MB: shrink it.`,
  )
}
