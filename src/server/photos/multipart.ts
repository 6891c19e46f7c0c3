import { Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { AgnizeError } from '../../base/errors.js'
import type { NamedBytes } from '../../image/photo.js'
import { slices } from '../byte-slices.js'
import { fileName } from './file-name.js'

/** A parsed `multipart/form-data` body. */
export interface Form {
  /** Files by the name of their part, in order. */
  readonly files: ReadonlyMap<string, readonly NamedBytes[]>
  /** Other fields; the last of a repeated field counts. */
  readonly fields: Readonly<Record<string, string>>
}

/** Most parts of a form. Judgment. */
const maxParts = 1000
/** Most fields other than files, and the largest size of each in bytes. Judgment. */
const maxFields = 64
const maxFieldBytes = 8192

/**
 * Parses a form.
 *
 * @param contentType - With the boundary; some clients omit it, and then the first line of the body has it.
 * @throws AgnizeError `bad-argument`, `image-too-large`.
 */
export async function readForm(
  bytes: Buffer,
  contentType: string,
  maxFileBytes: number,
): Promise<Form> {
  const files = new Map<string, NamedBytes[]>()
  const fields: Record<string, string> = Object.create(null) as Record<string, string>
  const malformed = (cause?: unknown) =>
    new AgnizeError('bad-argument', 'The form is malformed: send complete multipart/form-data.', {
      cause,
    })
  let busboy: BusboyInstance
  try {
    busboy = new Busboy({
      headers: { 'content-type': withBoundary(contentType, bytes) },
      limits: {
        fileSize: maxFileBytes + 1,
        fieldSize: maxFieldBytes,
        fields: maxFields,
        files: maxParts,
        parts: maxParts,
      },
      // A file name with folders is cut to its last part.
      preservePath: false,
    })
  } catch (cause) {
    throw malformed(cause)
  }
  const done = new Promise<void>((resolve, reject) => {
    busboy.on('file', (part, stream, filename) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      // A truncated part emits an error.
      stream.on('error', () => {})
      stream.on('end', () => {
        const file = Buffer.concat(chunks)
        if (file.length > maxFileBytes) {
          reject(
            new AgnizeError(
              'image-too-large',
              `A file is larger than ${maxFileBytes / 1e6} MB: shrink the photo.`,
            ),
          )
          return
        }
        const list = files.get(part)
        const named = { name: fileName(filename ?? ''), bytes: file }
        if (list) list.push(named)
        else files.set(part, [named])
      })
    })
    busboy.on('field', (name, value, nameTruncated, valueTruncated) => {
      if (nameTruncated || valueTruncated) {
        reject(new AgnizeError('bad-argument', 'A field of the form is too long.'))
      }
      fields[name] = value
    })
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      busboy.on(limit, () =>
        reject(
          new AgnizeError(
            'bad-argument',
            `A form has at most ${maxParts} parts, at most ${maxFields} of them fields without a file.`,
          ),
        ),
      )
    }
    busboy.on('error', (cause: unknown) => reject(malformed(cause)))
    busboy.on('finish', () => resolve())
  })
  // In slices, so that a large form does not block the event loop.
  const source = Readable.from(slices(bytes))
  source.pipe(busboy)
  try {
    await done
  } finally {
    source.unpipe(busboy)
    source.destroy()
  }
  return { files, fields }
}

function withBoundary(contentType: string, bytes: Buffer): string {
  if (/boundary=/i.test(contentType)) return contentType
  const [first = ''] = bytes.subarray(0, 200).toString('latin1').split('\r\n')
  return first.startsWith('--') && first.length > 2
    ? `multipart/form-data; boundary="${first.slice(2).replaceAll('"', '')}"`
    : contentType
}
