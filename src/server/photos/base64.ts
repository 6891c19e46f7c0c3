import { AgnizeError } from '../../base/errors.js'
import { slices } from '../byte-slices.js'
import { LongText } from './json.js'

const spaces = /[\t\n\r ]+/g
const alphabet = /^[A-Za-z0-9+/_-]*$/
const end = /={0,2}$/

/**
 * Decodes base64, in either alphabet, with or without line breaks and the prefix of a `data:` URL. It works in slices, so that
 * a large photo does not block the event loop.
 *
 * @throws AgnizeError `bad-argument`, `image-too-large`.
 */
export async function fromBase64(text: string | LongText, maxBytes: number): Promise<Buffer> {
  const pieces = new Base64Pieces(maxBytes)
  if (text instanceof LongText) for await (const piece of text.pieces()) pieces.add(piece)
  else for await (const piece of slices(Buffer.from(text))) pieces.add(textOf(piece))
  return pieces.end()
}

const textOf = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** Decodes base64 piece by piece. */
class Base64Pieces {
  readonly #maxBytes: number
  readonly #decoded: Buffer[] = []
  #size = 0
  /** Characters that do not form whole bytes yet, and padding, which only the end may have. */
  #rest = ''
  #isFirst = true

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(piece: string): void {
    const bare = this.#isFirst ? withoutHead(piece) : piece
    this.#isFirst = false
    const text = this.#rest + bare.replaceAll(spaces, '')
    const digits = text.replace(end, '')
    const whole = digits.length - (digits.length % 4)
    this.#decode(digits.slice(0, whole))
    this.#rest = text.slice(whole)
    if (this.#rest.length > 5) throw notBase64()
  }

  /** Ends the input. @returns All decoded bytes. */
  end(): Buffer {
    this.#decode(this.#rest.replace(end, ''))
    if (this.#size === 0) throw notBase64()
    return Buffer.concat(this.#decoded, this.#size)
  }

  #decode(digits: string): void {
    if (!alphabet.test(digits)) throw notBase64()
    const bytes = Buffer.from(digits, 'base64')
    this.#size += bytes.length
    if (this.#size > this.#maxBytes) {
      throw new AgnizeError(
        'image-too-large',
        `The photo is larger than ${this.#maxBytes / 1e6} MB: shrink it.`,
      )
    }
    this.#decoded.push(bytes)
  }
}

/** Removes a prefix such as `data:image/jpeg;base64,`. */
function withoutHead(piece: string): string {
  const text = piece.trimStart()
  return text.startsWith('data:') ? text.slice(text.indexOf(',') + 1) : text
}

const notBase64 = () => new AgnizeError('bad-argument', 'The photo is not base64.')
