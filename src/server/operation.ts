import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { ErrorCode } from '../base/errors.js'
import type { Agnize } from '../library/agnize.js'
import type { GallerySession } from '../session/gallery-session.js'
import type { BodySize } from './body-size.js'
import type { ServerContext } from './context.js'
import type { Caller, Scope } from './keys/caller.js'
import type { Photos } from './photos/read-photos.js'

/** Default limit of a JSON body, in kilobytes: enough for a few fields. Judgment. */
export const defaultJsonKilobytes = 64

/** Form of a request's body. */
export type BodyKind =
  | {
      readonly kind: 'json'
      readonly schema: z.ZodType
      /** Largest body; default {@link defaultJsonKilobytes}. */
      readonly kilobytes?: number
    }
  /** Photos: as parts of a form, as the body itself, or as base64 in JSON. */
  | {
      readonly kind: 'photos'
      /** Names of the parts; a bare body counts as the first. */
      readonly parts: readonly string[]
      /** Whether a part may occur more than once. */
      readonly many: boolean
      /** Whether a request may do without, since the result of a challenge stands for the photo. */
      readonly optional?: boolean
      readonly json: z.ZodType
    }
  /** A file that is too large to hold in memory. */
  | { readonly kind: 'stream'; readonly types: readonly string[] }

/** Size limit of an operation's body; streams have limits of their own. */
export function bodySizeOf(body: Exclude<BodyKind, { kind: 'stream' }>): BodySize {
  if (body.kind === 'json') return { kilobytes: body.kilobytes ?? defaultJsonKilobytes }
  return { photos: body.many ? 'many' : body.parts.length }
}

/** One response of an operation. */
export interface AnswerKind {
  readonly status: number
  readonly description: string
  /** Schema of a JSON response; other responses have a `type`. */
  readonly schema?: z.ZodType
  readonly type?: string
  /** The events of a response of the type `text/event-stream`. */
  readonly events?: { readonly name: string; readonly data: z.ZodType }
}

/** The arguments of a handler. */
export interface Call<Params, Query, Body> {
  readonly server: ServerContext
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Photos of the request, for operations that take photos. */
  readonly photos: Photos
  /** The gallery in the path, else the default gallery. */
  readonly agnize: Agnize
  /** The same gallery with internals that the public object does not expose. */
  readonly session: GallerySession
  readonly gallery: string
  readonly caller: Caller
  /** Aborts when the client disconnects or the request times out. */
  readonly signal: AbortSignal
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /**
   * Whether the same request was answered before; if so, that response is sent again. An operation with a streamed body calls
   * this once the body was read; for all others the check comes before the handler.
   *
   * @param digest - SHA-256 of the body.
   */
  readonly wasAnswered: (digest: Buffer) => Promise<boolean>
}

/**
 * One operation of the API: method and path, required scope, request and response schemas, and handler. Routes, validation,
 * the OpenAPI document, the typed client and the authorization matrix all derive from these.
 */
export interface Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body = unknown,
> {
  /** Unique name in camel case. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path with parameters in braces, as in OpenAPI. */
  readonly path: string
  /** Scope that a key must have; null for an operation that requires no key. */
  readonly scope: Scope | null
  /** Whether it concerns the account of the person who calls it, and so requires one in place of a scope. */
  readonly account?: boolean
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params?: Params
  readonly query?: Query
  readonly body?: BodyKind
  readonly answers: readonly AnswerKind[]
  /** Error codes specific to the operation, besides those of every operation. */
  readonly errors?: readonly ErrorCode[]
  /** Whether its response holds a secret, and is never stored for idempotent retries. */
  readonly secret?: boolean
  /** Whether it processes photos, and so waits in the admission queue. */
  readonly heavy?: boolean
  /** The embeddings of its body, for an operation that takes those of one photo in its place. */
  readonly embeddingsIn?: (body: Body) => readonly (readonly number[])[]
  /** Whether it has no time limit. */
  readonly endless?: boolean
  readonly handle: (call: Call<z.infer<Params>, z.infer<Query>, Body>) => Promise<unknown>
}

/** Any operation. */
// biome-ignore lint/suspicious/noExplicitAny: each has its own parameters, and a list holds them all.
export type AnyOperation = Operation<any, any, any>

/** Declares an operation; its handler's parameters, query and JSON body are typed by their schemas. */
export function operation<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Schema extends z.ZodType,
>(
  declared: Omit<Operation<Params, Query, z.infer<Schema>>, 'body'> & {
    readonly body?:
      | { readonly kind: 'json'; readonly schema: Schema; readonly kilobytes?: number }
      | Exclude<BodyKind, { kind: 'json' }>
  },
): AnyOperation {
  return declared
}
