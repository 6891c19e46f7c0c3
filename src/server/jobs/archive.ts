import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { dirname } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AgnizeError, diskError } from '../../base/errors.js'

/** Accepted media types of archives. */
export const archiveTypes = [
  'application/zip',
  'application/x-tar',
  'application/gzip',
  'application/x-gzip',
] as const

/**
 * Writes a client's upload to a file.
 *
 * @param seconds - Longest time without data.
 * @returns SHA-256 of the upload.
 * @throws AgnizeError `request-too-large`, `timed-out`, `disk-full`, `cancelled`.
 */
export async function receive(
  stream: Readable,
  file: string,
  { maxBytes, seconds }: { readonly maxBytes: number; readonly seconds: number },
): Promise<Buffer> {
  const digest = createHash('sha256')
  let size = 0
  const tooSlow = () =>
    stream.destroy(
      new AgnizeError(
        'timed-out',
        `No data of the archive arrived for ${seconds} s: send it again.`,
      ),
    )
  let timer = setTimeout(tooSlow, seconds * 1000)
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      clearTimeout(timer)
      timer = setTimeout(tooSlow, seconds * 1000)
      size += chunk.length
      digest.update(chunk)
      if (size <= maxBytes) done(null, chunk)
      else {
        done(
          new AgnizeError(
            'request-too-large',
            `The archive is larger than ${maxBytes / 1e6} MB: send it in parts.`,
          ),
        )
      }
    },
  })
  try {
    await pipeline(stream, counted, createWriteStream(file, { mode: 0o600 }))
    return digest.digest()
  } catch (error) {
    const refused = diskError(error, dirname(file))
    if (refused instanceof AgnizeError) throw refused
    throw new AgnizeError('cancelled', 'The client closed the connection while sending.', {
      cause: error,
    })
  } finally {
    clearTimeout(timer)
  }
}
