import { AgnizeError } from '../../base/errors.js'
import type { NamedBytes } from '../../image/photo.js'
import { fromBase64 } from './base64.js'
import { fileName } from './file-name.js'
import { LongText, parseJsonWithPhotos } from './json.js'
import { readForm } from './multipart.js'

/** A photo that the server fetches from a URL. */
export interface PhotoAddress {
  readonly name: string
  readonly url: string
}

/** The photos of a request by the names of their parts. */
export class Photos {
  readonly #byPart: Map<string, (NamedBytes | PhotoAddress)[]>

  constructor(byPart: ReadonlyMap<string, readonly (NamedBytes | PhotoAddress)[]> = new Map()) {
    this.#byPart = new Map([...byPart].map(([part, list]) => [part, [...list]]))
  }

  /** Number of photos. */
  get count(): number {
    return [...this.#byPart.values()].reduce((sum, list) => sum + list.length, 0)
  }

  /** The bytes of the photos that are here; those to be fetched are not. */
  get contents(): Uint8Array[] {
    return [...this.#byPart.values()].flat().flatMap((each) => ('url' in each ? [] : [each.bytes]))
  }

  /** Whether some photos are still to be fetched. */
  get areToFetch(): boolean {
    return [...this.#byPart.values()].some((list) => list.some((photo) => 'url' in photo))
  }

  /** Fetches the photos given by URL, one after the other, and puts them in the place of their URLs. */
  async fetch(get: (url: string) => Promise<NamedBytes>): Promise<void> {
    for (const list of this.#byPart.values()) {
      for (const [i, photo] of list.entries()) {
        if (!('url' in photo)) continue
        const found = await get(photo.url)
        list[i] = photo.name === '' ? found : { ...found, name: photo.name }
      }
    }
  }

  all(part: string): readonly NamedBytes[] {
    return (this.#byPart.get(part) ?? []) as NamedBytes[]
  }

  has(part: string): boolean {
    return this.#byPart.has(part)
  }

  /** The only photo of a part. @throws AgnizeError `bad-argument` where the request has none. */
  one(part: string): NamedBytes {
    const [photo] = this.all(part)
    if (photo) return photo
    throw new AgnizeError('bad-argument', `The photo "${part}" is missing: send it.`)
  }
}

/** The parts and limits by which a request with photos is read. */
export interface PhotoRequest {
  readonly contentType: string
  readonly bytes: Buffer
  readonly parts: readonly string[]
  readonly many: boolean
  readonly maxFileBytes: number
}

/** Most photos of a request. Judgment. */
const maxPhotos = 1000

/**
 * Finds the photos in a request: parts of a form, the body itself, or base64 and URLs in JSON. URLs are not fetched yet.
 *
 * @returns The photos, and the other content: fields of the form, or the JSON.
 * @throws AgnizeError `bad-argument`, `unsupported-media-type`, `image-too-large`.
 */
export async function readPhotos(
  request: PhotoRequest,
): Promise<{ readonly photos: Photos; readonly rest: unknown; readonly isJson: boolean }> {
  const { contentType, bytes, parts, maxFileBytes } = request
  const type = contentType.split(';')[0]!.trim().toLowerCase()
  if (type === 'multipart/form-data') {
    const { files, fields } = await readForm(bytes, contentType, maxFileBytes)
    for (const [part, list] of files) {
      if (!parts.includes(part)) {
        throw new AgnizeError(
          'bad-argument',
          `The form has an unknown file ${JSON.stringify(part)}: name the file ${parts.map((name) => `"${name}"`).join(' or ')}.`,
        )
      }
      requireCount(part, list.length, request)
    }
    return { photos: new Photos(files), rest: { ...fields }, isJson: false }
  }
  if (type === 'application/json' || type.endsWith('+json')) {
    const json = parseJsonWithPhotos(bytes)
    const photos = new Map<string, (NamedBytes | PhotoAddress)[]>()
    for (const [part, given] of givenIn(json, parts)) {
      requireCount(part, given.length, request)
      const list: (NamedBytes | PhotoAddress)[] = []
      for (const each of given) list.push(await photoOf(each, maxFileBytes))
      photos.set(part, list)
    }
    return { photos: new Photos(photos), rest: json, isJson: true }
  }
  if (type === '' || type.startsWith('image/') || type === 'application/octet-stream') {
    if (bytes.length > maxFileBytes) {
      throw new AgnizeError(
        'image-too-large',
        `The photo is larger than ${maxFileBytes / 1e6} MB: shrink it.`,
      )
    }
    const photos = bytes.length > 0 ? [[parts[0]!, [{ name: '', bytes }]] as const] : []
    return { photos: new Photos(new Map(photos)), rest: {}, isJson: false }
  }
  throw new AgnizeError(
    'unsupported-media-type',
    'Send a photo as multipart/form-data, as the body with an image/… type, or as base64 in JSON.',
  )
}

/** Checks the number of photos of a part before any is decoded or fetched. @throws AgnizeError `bad-argument`. */
function requireCount(part: string, count: number, { many }: PhotoRequest): void {
  if (!many && count > 1) {
    throw new AgnizeError('bad-argument', `The photo "${part}" was sent more than once: send one.`)
  }
  if (count > maxPhotos) {
    throw new AgnizeError('bad-argument', `A request has at most ${maxPhotos} photos.`)
  }
}

/** A JSON object that gives a photo. */
type GivenPhoto = Record<string, unknown> & { photo?: unknown; photo_url?: unknown }

/** The photos in a JSON body by their parts: in the body itself, or in its fields. */
function givenIn(json: unknown, parts: readonly string[]): Map<string, GivenPhoto[]> {
  const found = new Map<string, GivenPhoto[]>()
  const look = (part: string, value: unknown) => {
    if (typeof value !== 'object' || value === null || value instanceof LongText) return
    const given = value as GivenPhoto
    if (!isText(given.photo) && typeof given.photo_url !== 'string') return
    const list = found.get(part)
    if (list) list.push(given)
    else found.set(part, [given])
  }
  if (Array.isArray(json)) return found
  look(parts[0]!, json)
  for (const part of parts) {
    const value = (json as Record<string, unknown> | null)?.[part]
    for (const each of Array.isArray(value) ? value : [value]) look(part, each)
  }
  return found
}

const isText = (value: unknown): value is string | LongText =>
  typeof value === 'string' || value instanceof LongText

async function photoOf(given: GivenPhoto, maxBytes: number): Promise<NamedBytes | PhotoAddress> {
  const { photo, photo_url: url, name } = given
  const called = typeof name === 'string' ? fileName(name) : ''
  if (!isText(photo)) return { name: called, url: url as string }
  // The schema checks the remaining JSON, and expects a string here.
  given.photo = ''
  return { name: called, bytes: await fromBase64(photo, maxBytes) }
}
