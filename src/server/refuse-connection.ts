import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { AgnizeError } from '../base/errors.js'
import { problemOf } from './problem.js'

/** Largest line and headers of a request, in kilobytes: Node's default. */
export const maxHeaderKilobytes = 16

/** Status and error of a request that the HTTP parser refuses. */
function refusalOf(code: string | undefined): readonly [status: number, error: AgnizeError] {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, new AgnizeError('timed-out', 'The request took too long to arrive.')]
    case 'HPE_HEADER_OVERFLOW':
      return [
        431,
        new AgnizeError(
          'request-too-large',
          `The address and the headers are larger than ${maxHeaderKilobytes} kB: send less in them.`,
        ),
      ]
    default:
      return [400, new AgnizeError('bad-argument', 'The request is not valid HTTP.')]
  }
}

/** Answers a request that the HTTP parser refused, which reaches no route, with a problem as any other error. */
export function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [status, known] = refusalOf(error.code)
  const title = STATUS_CODES[status]!
  const body = JSON.stringify({ ...problemOf(known, crypto.randomUUID()), status, title })
  if (socket.writable) {
    socket.write(
      [
        `HTTP/1.1 ${status} ${title}`,
        'Content-Type: application/problem+json',
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    )
  }
  socket.destroySoon()
}
