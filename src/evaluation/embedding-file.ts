import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { parseChecked } from '../base/checked-json.js'
import { AgnizeError, type ErrorCode, errorCodes } from '../base/errors.js'
import type { Role } from './evaluation-set.js'

/**
 * A line of a file of embeddings: a face, or a photo that failed. `agnize evaluate` writes such a file for each run, and accepts
 * it in place of photos.
 */
export interface EmbeddingLine {
  readonly photo: string
  readonly person: string
  readonly role: Role
  readonly sha256: string | null
  readonly model: string | null
  /** Detection settings; a cached line made with other settings is not reused. */
  readonly settings: string | null
  readonly vector: Float32Array | null
  /** Number of faces in the photo; null where unknown. */
  readonly faces: number | null
  /** Whether enrollment would take this face; null where unknown. */
  readonly main: boolean | null
  readonly quality: number | null
  readonly box: { x: number; y: number; width: number; height: number } | null
  readonly attributes: Readonly<Record<string, number | string>>
  readonly ms: Readonly<Record<string, number>> | null
  readonly failure: { readonly code: ErrorCode; readonly message: string } | null
}

/**
 * Reads a file of embeddings: JSON Lines with `subject`, `embedding` (numbers, or base64 of little-endian float32) and optionally
 * `photo`, `model`, `role`, `quality` and `attributes`.
 *
 * @param onBad - Called for an invalid line; without it such a line raises an error.
 * @throws AgnizeError `photo-not-found` for a missing file, `bad-argument` for an invalid line.
 */
export async function* readEmbeddings(
  path: string,
  onBad?: (line: number) => void,
): AsyncGenerator<EmbeddingLine, void, undefined> {
  const stream = createReadStream(path)
  let number = 0
  try {
    for await (const text of createInterface({
      input: stream,
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      number++
      if (text.trim() === '') continue
      const line = parseLine(text, path, number)
      if (line) yield line
      else if (onBad) onBad(number)
      else {
        throw new AgnizeError(
          'bad-argument',
          `Line ${number} of ${path} is not an embedding: each line is a JSON object with "subject" and "embedding".`,
        )
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new AgnizeError('photo-not-found', `There is no file ${path}: check the path.`, {
        cause: error,
      })
    }
    throw error
  } finally {
    stream.destroy()
  }
}

/** Other programs write such files too: fields that only agnize uses are dropped where they are invalid. */
const lineSchema = z.looseObject({
  box: z
    .object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
    .nullish()
    .catch(null),
  attributes: z.record(z.string(), z.union([z.number(), z.string()])).nullish(),
  ms: z.record(z.string(), z.number()).nullish().catch(null),
  failure: z.object({ code: z.enum(errorCodes), message: z.string() }).nullish(),
})

function parseLine(text: string, path: string, number: number): EmbeddingLine | undefined {
  let value: z.infer<typeof lineSchema>
  try {
    value = parseChecked(text, lineSchema, () => new SyntaxError('No line.'))
  } catch {
    return undefined
  }
  const { failure = null } = value
  const vector = vectorOf(value.embedding)
  const { subject, photo, role, sha256, model, settings, faces, main, quality, box } = value
  const { attributes, ms } = value
  if ((!vector && !failure) || subject === undefined || subject === null) return undefined
  return {
    photo: typeof photo === 'string' ? photo : `${path}:${number}`,
    person: String(subject),
    role: role === 'gallery' || role === 'probe' ? role : null,
    sha256: typeof sha256 === 'string' ? sha256 : null,
    model: typeof model === 'string' ? model : null,
    settings: typeof settings === 'string' ? settings : null,
    vector,
    faces: typeof faces === 'number' ? faces : null,
    main: typeof main === 'boolean' ? main : null,
    quality: typeof quality === 'number' ? quality : null,
    box: box ?? null,
    attributes: attributes ?? {},
    ms: ms ?? null,
    failure,
  }
}

function vectorOf(value: unknown): Float32Array | null {
  if (Array.isArray(value))
    return Float32Array.from(value, (x) => (typeof x === 'number' ? x : Number.NaN))
  if (typeof value !== 'string') return null
  const bytes = Buffer.from(value, 'base64')
  if (bytes.length === 0 || bytes.length % 4 !== 0) return null
  return new Float32Array(Uint8Array.from(bytes).buffer)
}

/** Serializes a line, with its line break. */
export function embeddingLine(line: EmbeddingLine): string {
  const { person, vector, ...rest } = line
  const known = Object.entries(rest).filter(([, value]) => value !== null)
  return `${JSON.stringify({
    subject: person,
    ...Object.fromEntries(known),
    ...(vector && {
      embedding: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString(
        'base64',
      ),
    }),
  })}\n`
}
