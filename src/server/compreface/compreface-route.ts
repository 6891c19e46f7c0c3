import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Agnize } from '../../library/agnize.js'
import type { GallerySession } from '../../session/gallery-session.js'
import type { BodySize } from '../body-size.js'
import type { ServerContext } from '../context.js'
import type { Caller, Scope, Service } from '../keys/caller.js'
import type { Form } from '../photos/multipart.js'

/** The arguments of a handler. */
export interface CompreFaceCall {
  readonly server: ServerContext
  readonly agnize: Agnize
  readonly session: GallerySession
  readonly gallery: string
  readonly caller: Caller
  /** The parameters, of the address and of the form. */
  readonly query: URLSearchParams
  readonly params: Readonly<Record<string, string>>
  readonly bytes: Buffer
  /** The body as a form; null where it is none. */
  readonly form: Form | null
  readonly signal: AbortSignal
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** One operation of CompreFace's API. */
export interface CompreFaceRoute {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path after `/api/v1`. */
  readonly path: string
  /** The service whose key the operation requires; null for no key. */
  readonly service: Service | null
  readonly scope: Scope
  /** Whether it processes photos, and so waits in the admission queue. */
  readonly heavy?: boolean
  /** Largest body; without this, no body is read. */
  readonly body?: BodySize
  readonly status?: number
  readonly handle: (call: CompreFaceCall) => Promise<unknown>
}
