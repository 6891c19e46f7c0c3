import { randomUUID } from 'node:crypto'
import { AgnizeError } from '../../base/errors.js'
import { slices } from '../byte-slices.js'

/** Strings longer than this many bytes are kept out of the parser: more than a URL or a name may have. */
const minLongTextBytes = 16 * 1024
/** Limits on JSON that is parsed at once, in bytes, values and field names: a few milliseconds' work. */
const maxBytes = 1_200_000
const maxValues = 100_000
const maxNames = 5000
/** Deepest nesting. Judgment. */
const maxDepth = 64

const quote = 0x22
const backslash = 0x5c

/** The field name `__proto__`, however it is escaped. */
const prototype =
  /"(?:_|\\u005f){2}(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006f)(?:t|\\u0074)(?:o|\\u006f)(?:_|\\u005f){2}"\s*:/i

/** A long JSON string in its raw form: only photos are that long, and they are decoded from the body itself. */
export class LongText {
  readonly #bytes: Uint8Array

  /** @param bytes - The raw bytes between the quotation marks. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The unescaped string, piece by piece. @throws AgnizeError `bad-argument`. */
  async *pieces(): AsyncGenerator<string> {
    let rest = ''
    for await (const slice of slices(this.#bytes)) {
      const text = rest + Buffer.from(slice).toString('latin1')
      // An escape sequence has at most six characters, and must not be split.
      const last = text.lastIndexOf('\\')
      const cut = last >= 0 && last > text.length - 6 ? last : text.length
      rest = text.slice(cut)
      yield unescaped(text.slice(0, cut))
    }
    if (rest !== '') yield unescaped(rest)
  }
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  try {
    return JSON.parse(`"${text}"`) as string
  } catch (cause) {
    throw invalidJson(cause)
  }
}

/** Parses JSON in UTF-8 of up to {@link maxBytes}. @throws AgnizeError `bad-argument`, `request-too-large`. */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > maxBytes) throw tooComplex()
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw invalidJson(cause)
  }
  checkComplexity(bytes)
  // The body is refused rather than cleaned: a reviver would cost more than the parsing itself.
  if (prototype.test(text)) {
    throw new AgnizeError('bad-argument', 'No field of the body may be called "__proto__".')
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalidJson(cause)
  }
}

/**
 * Parses JSON that may hold photos in base64. Strings as long as photos stay in the body, as {@link LongText}; only the
 * remainder, which is small, is parsed.
 *
 * @throws AgnizeError `bad-argument`, `request-too-large`.
 */
export function parseJsonWithPhotos(bytes: Buffer): unknown {
  const mark = randomUUID()
  const long: LongText[] = []
  const parts: Uint8Array[] = []
  let size = 0
  const keep = (part: Uint8Array) => {
    size += part.length
    if (size > maxBytes) throw tooComplex()
    parts.push(part)
  }
  let from = 0
  for (;;) {
    const opening = bytes.indexOf(quote, from)
    if (opening < 0) break
    const closing = closingQuote(bytes, opening + 1)
    if (closing - opening > minLongTextBytes) {
      keep(bytes.subarray(from, opening))
      keep(Buffer.from(`"${mark}${long.length}"`))
      long.push(new LongText(bytes.subarray(opening + 1, closing)))
    } else keep(bytes.subarray(from, closing + 1))
    from = closing + 1
  }
  keep(bytes.subarray(from))
  const json = parseJson(Buffer.concat(parts, size))
  return long.length > 0 ? withLongTexts(json, mark, long) : json
}

/** Index of a string's closing quote. @throws AgnizeError `bad-argument` without one, `request-too-large` for many escapes. */
function closingQuote(bytes: Buffer, start: number): number {
  let escapes = 0
  for (let at = start; ; at++) {
    at = bytes.indexOf(quote, at)
    if (at < 0) throw invalidJson()
    let before = at
    while (before > start && bytes[before - 1] === backslash && at - before < 64) before--
    if ((at - before) % 2 === 0) return at
    // An escaped quotation mark, which base64 does not contain.
    if (++escapes > minLongTextBytes) throw tooComplex()
  }
}

function withLongTexts(value: unknown, mark: string, long: readonly LongText[]): unknown {
  if (typeof value === 'string') {
    return value.startsWith(mark) ? long[Number(value.slice(mark.length))] : value
  }
  if (typeof value !== 'object' || value === null) return value
  const object = value as Record<string, unknown>
  for (const name of Object.keys(object)) object[name] = withLongTexts(object[name], mark, long)
  return value
}

/**
 * Checks the cost of JSON before it is parsed: many field names make slow objects, and deep nesting overflows the stack of
 * recursive code.
 *
 * @throws AgnizeError `bad-argument`, `request-too-large`.
 */
function checkComplexity(bytes: Uint8Array): void {
  let [values, names, depth] = [0, 0, 0]
  let inText = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) inText = !inText
    else if (inText) {
      if (byte === backslash) at++
    } else if (byte === 0x2c) values++
    else if (byte === 0x3a) names++
    else if (byte === 0x5b || byte === 0x7b) {
      values++
      if (++depth > maxDepth) {
        throw new AgnizeError('bad-argument', `The JSON is nested deeper than ${maxDepth} levels.`)
      }
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
  if (values > maxValues || names > maxNames) throw tooComplex()
}

const invalidJson = (cause?: unknown) =>
  new AgnizeError('bad-argument', 'The body is not JSON in UTF-8.', { cause })

const tooComplex = () =>
  new AgnizeError(
    'request-too-large',
    'The JSON contains more values than the server accepts at a time: send photos as multipart/form-data, and lists in parts.',
  )
