import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AgnizeError } from '../base/errors.js'
import { maxBodyBytes } from './body-size.js'
import { slices } from './byte-slices.js'
import { checked } from './check.js'
import type { ServerContext } from './context.js'
import { embeddingBytes } from './counted-photos.js'
import { etagOf } from './etag.js'
import { actorOf, idOf, localCaller } from './keys/caller.js'
import { type AnyOperation, bodySizeOf } from './operation.js'
import { parseJson } from './photos/json.js'
import { Photos, readPhotos } from './photos/read-photos.js'
import { fetchPhotos } from './photos/remote-photo.js'
import type { SentPhotos } from './quotas.js'
import { readBody } from './read-body.js'
import { maxIdempotencyKey } from './records/idempotency.js'
import { actingAs } from './served-galleries.js'
import { withRejectionGuard } from './stray-rejections.js'

/** The parsed body of a request, as the handler of an operation gets it. */
interface ReadRequest {
  readonly body: unknown
  readonly photos: Photos
  /** The raw body, which the idempotency hash covers. */
  readonly bytes: Buffer
  readonly release: () => void
}

/** Serves a request: reads and validates it, waits for admission, runs the operation and sends the response. */
export async function handle(
  server: ServerContext,
  operation: AnyOperation,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  if (server.isStopping) throw new AgnizeError('closed', 'The server is stopping.')
  const caller = request.caller ?? localCaller
  const gone = abortWhenClientLeaves(request, reply)
  const time = operation.endless
    ? undefined
    : AbortSignal.timeout(
        server.settings.workSeconds * 1000 + server.settings.requestSeconds * 1000,
      )
  const signal = time ? AbortSignal.any([gone, time]) : gone
  const params = checked(operation.params, request.params, 'The address')
  const query = checked(operation.query, request.query, 'The query')
  const read = await readRequest(server, operation, request)
  let leave: (() => void) | undefined
  let release: (() => void) | undefined
  let replay: Replay | undefined
  try {
    const wasAnswered = async (body: Buffer): Promise<boolean> => {
      const begun = await idempotent(server, operation, request, reply, body)
      if (begun !== 'replayed') replay = begun
      return begun === 'replayed'
    }
    if (operation.body?.kind !== 'stream' && (await wasAnswered(read.bytes))) return reply
    if (operation.heavy) {
      await server.quotas.use(caller, Math.max(1, read.photos.count), sentIn(operation, read))
      // Before admission: a slow remote host would hold the thread.
      if (read.photos.areToFetch) release = await fetchPhotos(read.photos, server, signal)
      leave = server.admission.enter()
    }
    const { gallery = '' } = request.params as { gallery?: string }
    const { session, agnize } = gallery === '' ? server.root : await server.galleries.get(gallery)
    const { body, photos } = read
    const call = {
      server,
      params,
      query,
      body,
      photos,
      session,
      agnize,
      gallery,
      caller,
      signal,
      request,
      reply,
      wasAnswered,
    }
    try {
      const answer = await actingAs(actorOf(caller), () =>
        withRejectionGuard(() => operation.handle(call)),
      )
      return await send(operation, answer, request, reply, replay)
    } catch (error) {
      if (error instanceof AgnizeError && error.code === 'unknown-gallery' && gallery !== '') {
        await server.galleries.forget(gallery)
      }
      throw error
    }
  } catch (error) {
    await replay?.forget()
    if (time?.aborted && error instanceof AgnizeError && error.code === 'cancelled') {
      throw new AgnizeError(
        'timed-out',
        `Processing took longer than ${server.settings.workSeconds} s: send less at a time.`,
        { cause: error },
      )
    }
    throw error
  } finally {
    leave?.()
    release?.()
    read.release()
  }
}

/** What a request sends to be counted in the quota. */
function sentIn(operation: AnyOperation, { body, photos }: ReadRequest): SentPhotos {
  const { id, embeddingsIn } = operation
  if (!embeddingsIn) return { operation: id, contents: photos.contents }
  const vectors = (embeddingsIn(body) as readonly (readonly number[])[]).map((vector) =>
    Float32Array.from(vector),
  )
  return { operation: id, contents: vectors.map(embeddingBytes), isOne: true }
}

/** A signal that aborts when the client disconnects before the response is sent. */
function abortWhenClientLeaves(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  if (request.raw.destroyed && !request.raw.complete) gone.abort()
  return gone.signal
}

async function readRequest(
  { settings, admission }: ServerContext,
  operation: AnyOperation,
  request: FastifyRequest,
): Promise<ReadRequest> {
  const { body: kind } = operation
  const nothing = { photos: new Photos(), bytes: Buffer.alloc(0), release: () => {} }
  if (!kind) return { ...nothing, body: undefined }
  const contentType = request.headers['content-type'] ?? ''
  const type = contentType.split(';')[0]!.trim().toLowerCase()
  if (kind.kind === 'stream') {
    if (!kind.types.includes(type)) {
      throw new AgnizeError(
        'unsupported-media-type',
        `Send one of ${kind.types.join(', ')}, not ${type || 'a body without a content type'}.`,
      )
    }
    return { ...nothing, body: (request.body as Readable | undefined) ?? request.raw }
  }
  const { bytes, release } = await readBody(
    (request.body as Readable | undefined) ?? request.raw,
    admission,
    {
      maxBytes: maxBodyBytes(bodySizeOf(kind), settings),
      seconds: settings.requestSeconds,
      isAnonymous: operation.scope === null,
    },
  )
  try {
    if (kind.kind === 'json') {
      if (type !== '' && type !== 'application/json' && !type.endsWith('+json')) {
        throw new AgnizeError('unsupported-media-type', 'Send JSON, as application/json.')
      }
      const json = bytes.length > 0 ? parseJson(bytes) : {}
      return { body: checked(kind.schema, json, 'The body'), photos: new Photos(), bytes, release }
    }
    const { photos, rest, isJson } = await readPhotos({
      contentType,
      bytes,
      parts: kind.parts,
      many: kind.many,
      maxFileBytes: settings.maxMegabytes * 1e6,
    })
    const body = isJson ? checked(kind.json, rest, 'The body') : rest
    return { body, photos, bytes, release }
  } catch (error) {
    release()
    throw error
  }
}

/** Completes or discards the record of a request with an idempotency key. */
interface Replay {
  finish(status: number, type: string, body: string): Promise<void>
  forget(): Promise<void>
}

async function idempotent(
  server: ServerContext,
  operation: AnyOperation,
  request: FastifyRequest,
  reply: FastifyReply,
  bytes: Buffer,
): Promise<Replay | 'replayed' | undefined> {
  const key = request.headers['idempotency-key']
  if (operation.method === 'GET' || operation.secret) return undefined
  if (typeof key !== 'string' || key === '') return undefined
  if (key.length > maxIdempotencyKey) {
    throw new AgnizeError(
      'bad-argument',
      `An Idempotency-Key has at most ${maxIdempotencyKey} characters.`,
    )
  }
  const caller = (request.caller && idOf(request.caller)) ?? 'local'
  const asked = createHash('sha256').update(
    `${request.method} ${request.url}\n${request.headers['content-length'] ?? ''}\n`,
  )
  for await (const slice of slices(bytes)) asked.update(slice)
  const before = await server.idempotency.begin(caller, key, asked.digest())
  if ('answer' in before) {
    const { status, type, body } = before.answer
    reply.code(status).header('idempotent-replayed', 'true')
    if (type) reply.type(type)
    reply.send(body === '' ? null : body)
    return 'replayed'
  }
  return {
    finish: (status, type, body) => server.idempotency.finish(caller, key, { status, type, body }),
    forget: () => server.idempotency.forget(caller, key),
  }
}

async function send(
  operation: AnyOperation,
  answer: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  replay: Replay | undefined,
): Promise<unknown> {
  const [first] = operation.answers
  if (!first) throw new Error(`${operation.id} has no answer`)
  if (reply.sent) return reply
  // An operation that sets its own status does so before it returns.
  if (reply.statusCode === 200) reply.code(first.status)
  if (first.type !== undefined) {
    if (!reply.hasHeader('content-type')) reply.type(first.type)
    if (answer instanceof Uint8Array) return conditionally(request, reply, Buffer.from(answer))
    return reply.send(answer)
  }
  if (first.schema === undefined) {
    await replay?.finish(reply.statusCode, '', '')
    return reply.send()
  }
  const body = JSON.stringify(answer)
  const type = 'application/json; charset=utf-8'
  await replay?.finish(reply.statusCode, type, body)
  reply.type(type)
  return operation.method === 'GET' ? conditionally(request, reply, body) : reply.send(body)
}

/** Sends a body, or 304 where the client's `If-None-Match` has its ETag. */
function conditionally(request: FastifyRequest, reply: FastifyReply, body: string | Buffer) {
  const etag = etagOf(body)
  reply.header('etag', etag)
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache')
  const known = (request.headers['if-none-match'] ?? '').split(',').map((each) => each.trim())
  if (known.includes(etag) || known.includes('*')) return reply.code(304).send(null)
  return reply.send(body)
}
