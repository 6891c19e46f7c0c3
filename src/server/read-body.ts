import type { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { AgnizeError } from '../base/errors.js'
import type { Admission } from './admission.js'

/** Limits by which a body is read. */
export interface BodyLimits {
  readonly maxBytes: number
  readonly seconds: number
  /** Whether the request has no key; all such requests share a smaller memory limit. */
  readonly isAnonymous?: boolean
}

/** Bytes that are joined in one turn of the event loop. Judgment. */
const joinChunkBytes = 4e6

/**
 * Reads a request's body into memory, within the server's memory limit, a size limit and a timeout. A client that sends a byte
 * a second occupies a few bytes and no thread.
 *
 * @returns The body, and a function that releases its memory.
 * @throws AgnizeError `request-too-large`, `timed-out`, `overloaded`, `cancelled`.
 */
export function readBody(
  stream: Readable,
  admission: Admission,
  { maxBytes, seconds, isAnonymous = false }: BodyLimits,
): Promise<{ readonly bytes: Buffer; readonly release: () => void }> {
  const chunks: Buffer[] = []
  let size = 0
  let released = false
  const release = () => {
    if (!released) admission.release(size, isAnonymous)
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
    // The rest of the body is discarded; destroying the stream would lose the response too.
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
            `The request is larger than ${sizeOf(maxBytes)}, the limit of this operation: send less at a time.`,
          ),
        )
        return
      }
      try {
        admission.hold(chunk.length, isAnonymous)
      } catch (error) {
        refuse(error as AgnizeError)
        return
      }
      size += chunk.length
      chunks.push(chunk)
    }
    const onEnd = () => {
      end()
      joinChunks(chunks, size).then((bytes) => resolve({ bytes, release }), reject)
    }
    const onGone = (cause?: unknown) =>
      refuse(
        new AgnizeError('cancelled', 'The client closed the connection while sending.', { cause }),
      )
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

/** Joins chunks, a few in each turn: the first write to new memory is slow. */
async function joinChunks(chunks: readonly Buffer[], size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  let before = 0
  for (const chunk of chunks) {
    if (at - before > joinChunkBytes) {
      before = at
      await turn()
    }
    at += chunk.copy(bytes, at)
  }
  return bytes
}

const sizeOf = (bytes: number) => (bytes < 1e6 ? `${bytes / 1e3} kB` : `${bytes / 1e6} MB`)
