import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { AgnizeError } from '../base/errors.js'

/** The strong ETag of a response body. */
export const etagOf = (body: string | Uint8Array) =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`

/** Checks an `If-Match` header against the current state of a resource. @throws AgnizeError `changed-meanwhile`. */
export function requireMatch(request: FastifyRequest, current: unknown): void {
  const wanted = request.headers['if-match']
  if (wanted === undefined || wanted === '*') return
  const etag = etagOf(JSON.stringify(current))
  if (wanted.split(',').some((each) => each.trim() === etag)) return
  throw new AgnizeError(
    'changed-meanwhile',
    'This was changed after you read it: read it again, then repeat the change.',
  )
}
