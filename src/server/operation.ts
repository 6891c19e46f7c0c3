import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { ErrorCode } from '../base/errors.js'
import type { Agnize } from '../library/agnize.js'
import type { GallerySession } from '../session/gallery-session.js'
import type { BodySize } from './body-size.js'
import type { ServerContext } from './context.js'
import type { Caller, Scope } from './keys/caller.js'
import type { Photos } from './photos/read-photos.js'

/** Largest JSON body of an operation that says nothing else, in kilobytes: a few fields take less. */
export const defaultJsonKilobytes = 64

/** How a request's body comes. */
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
      /** Names of the parts; the first is what a bare body is. */
      readonly parts: readonly string[]
      /** Whether a part may come more than once. */
      readonly many: boolean
      readonly json: z.ZodType
    }
  /** A file that is too large to hold in memory. */
  | { readonly kind: 'stream'; readonly types: readonly string[] }

/** Largest body of an operation; a stream has limits of its own. */
export function bodySizeOf(body: Exclude<BodyKind, { kind: 'stream' }>): BodySize {
  if (body.kind === 'json') return { kilobytes: body.kilobytes ?? defaultJsonKilobytes }
  return { photos: body.many ? 'many' : body.parts.length }
}

/** One answer of an operation. */
export interface AnswerKind {
  readonly status: number
  readonly description: string
  /** JSON; or else `type` says what it is. */
  readonly schema?: z.ZodType
  readonly type?: string
}

/** What a handler is given. */
export interface Call<Params, Query, Body> {
  readonly server: ServerContext
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Of operations that take photos. */
  readonly photos: Photos
  /** The gallery in the path, else the one that is there from the beginning. */
  readonly agnize: Agnize
  /** The same with what the public object does not lend. */
  readonly session: GallerySession
  readonly gallery: string
  readonly caller: Caller
  /** Aborted when the client is gone or the time is over. */
  readonly signal: AbortSignal
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /**
   * Whether the same request was answered before, and is now with that answer. To be asked by an operation with a stream, whose
   * body is known only once it was read; of all others it is known before.
   *
   * @param digest - Of the body.
   */
  readonly wasAnswered: (digest: Buffer) => Promise<boolean>
}

/**
 * One operation of the API: how it is reached, who may, what goes in and out, and what does it. Routes, validation, the OpenAPI
 * document, the typed client and the matrix of authorization all come from these.
 */
export interface Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body = unknown,
> {
  /** Name in camel case, unique. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: string
  /** What a key must be allowed; null for everybody, without a key. */
  readonly scope: Scope | null
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params?: Params
  readonly query?: Query
  readonly body?: BodyKind
  readonly answers: readonly AnswerKind[]
  /** Codes of errors that are its own, beside those that every operation may give. */
  readonly errors?: readonly ErrorCode[]
  /** Whether its answer holds a secret, and is never kept for a request that is sent again. */
  readonly secret?: boolean
  /** Whether it works on photos, and waits its turn. */
  readonly heavy?: boolean
  /** Whether it goes on as long as it likes. */
  readonly endless?: boolean
  readonly handle: (call: Call<z.infer<Params>, z.infer<Query>, Body>) => Promise<unknown>
}

/** Any operation. */
// biome-ignore lint/suspicious/noExplicitAny: each has its own parameters, and a list holds them all.
export type AnyOperation = Operation<any, any, any>

/** Declares an operation whose handler knows its parameters, query and JSON body by their schemas. */
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
