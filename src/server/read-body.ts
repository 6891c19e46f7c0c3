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
export function readBody(
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
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      stream.off('data', onData)
      stream.off('end', onEnd)
      stream.off('error', onGone)
      stream.off('close', onGone)
    }
    // The stream is not destroyed, which would take the answer with it: what still comes goes by unread.
    const refuse = (error: AgnizeError) => {
      end()
      release()
      stream.on('error', () => {})
      stream.resume()
      reject(error)
    }
    const onData = (chunk: Buffer) => {
      if (size + chunk.length > maxBytes) {
        refuse(
          new AgnizeError(
            'request-too-large',
            `The request is larger than ${maxBytes / 1e6} MB: send a smaller photo, or fewer.`,
          ),
        )
        return
      }
      try {
        admission.hold(chunk.length)
      } catch (error) {
        refuse(error as AgnizeError)
        return
      }
      size += chunk.length
      chunks.push(chunk)
    }
    const onEnd = () => {
      end()
      resolve({ bytes: Buffer.concat(chunks, size), release })
    }
    const onGone = (cause?: unknown) =>
      refuse(new AgnizeError('cancelled', 'The client went away while it sent.', { cause }))
    const timer = setTimeout(
      () =>
        refuse(
          new AgnizeError(
            'timed-out',
            `The request did not arrive within ${seconds} s: send it faster.`,
          ),
        ),
      seconds * 1000,
    )
    stream.on('data', onData)
    stream.on('end', onEnd)
    stream.on('error', onGone)
    stream.on('close', onGone)
  })
}
