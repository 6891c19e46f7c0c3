import type { Readable } from 'node:stream'
import { AgnizeError } from '../errors.js'
import type { Admission } from './admission.js'

/** What a body is read by. */
export interface BodyLimits {
  readonly maxBytes: number
  readonly seconds: number
}

/**
 * Reads a request's body into memory, counted against what the server may hold, with a limit of its size and of the time
 * that it takes: a client that sends a byte a second holds a few bytes and no turn.
 *
 * @returns The body, and what gives its memory back.
 * @throws AgnizeError `request-too-large`, `timed-out`, `overloaded`, `cancelled`.
 */
export async function readBody(
  stream: Readable,
  admission: Admission,
  { maxBytes, seconds }: BodyLimits,
): Promise<{ readonly bytes: Buffer; readonly release: () => void }> {
  const chunks: Buffer[] = []
  let size = 0
  let released = false
  const release = () => {
    if (!released) admission.release(size)
    released = true
  }
  const tooSlow = new AgnizeError(
    'timed-out',
    `The request did not arrive within ${seconds} s: send it faster.`,
  )
  const timer = setTimeout(() => stream.destroy(tooSlow), seconds * 1000)
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (size + chunk.length > maxBytes) {
        throw new AgnizeError(
          'request-too-large',
          `The request is larger than ${maxBytes / 1e6} MB: send a smaller photo, or fewer.`,
        )
      }
      admission.hold(chunk.length)
      size += chunk.length
      chunks.push(chunk)
    }
    return { bytes: Buffer.concat(chunks, size), release }
  } catch (error) {
    release()
    if (error instanceof AgnizeError) throw error
    throw new AgnizeError('cancelled', 'The client went away while it sent.', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}
