/**
 * A typed client of agnize's server, for Node and browsers: `agnize/client`.
 *
 * @packageDocumentation
 */
import createFetchClient, { type Client } from 'openapi-fetch'
import type { components, paths } from './schema.js'

export type { components, operations, paths } from './schema.js'

/** Schemas of the API by name, such as `Schemas['Face']`. */
export type Schemas = components['schemas']

/** Address of the server and credentials. */
export interface ClientOptions {
  /** Such as `http://127.0.0.1:8484`. */
  readonly url: string
  /** API key; without one, only operations without authentication and servers with `insecureLocal` answer. */
  readonly key?: string
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch
}

/** The operations of the API by path and method, with typed parameters, queries, bodies and responses. */
export type AgnizeClient = Client<paths>

/**
 * Creates a client. Its methods return `{ data }` on success, and otherwise `{ error }` with the problem details.
 *
 * @example
 * ```ts
 * import { createClient, photoForm } from 'agnize/client'
 *
 * const client = createClient({ url: 'http://127.0.0.1:8484', key: process.env.AGNIZE_API_KEY ?? '' })
 * const { data, error } = await client.POST('/v1/galleries/{gallery}/identify', {
 *   params: { path: { gallery: 'default' }, query: { fpir: 0.0001 } },
 *   ...photoForm({ photo: new Blob(['…']) }),
 * })
 * if (error) console.error(error.code, error.detail)
 * else for (const face of data.faces) console.log(face.subject?.name ?? face.answer, face.similarity)
 * ```
 */
export function createClient({ url, key, fetch }: ClientOptions): AgnizeClient {
  return createFetchClient<paths>({
    baseUrl: url,
    ...(fetch && { fetch }),
    ...(key && { headers: { authorization: `Bearer ${key}` } }),
  })
}

/** Photos by the names of their form parts. */
export type PhotoParts = Readonly<Record<string, Blob | File | readonly (Blob | File)[]>>

/** Options of a call that sends photos; made by {@link photoForm}. */
export interface PhotoForm {
  /** Placeholder that marks the request as one with a body. */
  readonly body: never
  /** Returns the form to send. */
  readonly bodySerializer: () => FormData
}

/**
 * Builds the form of an operation that takes photos.
 *
 * @param parts - Such as `{ photo }`, `{ a, b }`, or `{ photos: [one, other] }`. The names of Files are kept.
 * @returns Options to spread into those of a call.
 * @example
 * ```ts
 * import { createClient, photoForm } from 'agnize/client'
 *
 * const client = createClient({ url: 'http://127.0.0.1:8484', key: process.env.AGNIZE_API_KEY ?? '' })
 * const { data } = await client.POST('/v1/galleries/{gallery}/verify', {
 *   params: { path: { gallery: 'default' } },
 *   ...photoForm({ a: new Blob(['…']), b: new Blob(['…']) }),
 * })
 * console.log(data?.match)
 * ```
 */
export function photoForm(parts: PhotoParts): PhotoForm {
  const form = new FormData()
  for (const [name, given] of Object.entries(parts)) {
    for (const photo of Array.isArray(given) ? given : [given]) {
      form.append(name, photo as Blob, 'name' in photo ? String(photo.name) : `${name}.jpg`)
    }
  }
  return { body: {} as never, bodySerializer: () => form }
}

/** An event of a job's stream: the state of the job. */
export type JobEvent = Schemas['Job']

/**
 * Streams the states of a job until it ends.
 *
 * @param job - UUID of the job.
 * @throws Error with the server's explanation where the server does not stream the job.
 * @example
 * ```ts
 * import { createClient, followJob } from 'agnize/client'
 *
 * const options = { url: 'http://127.0.0.1:8484', key: process.env.AGNIZE_API_KEY ?? '' }
 * const client = createClient(options)
 * const { data: job } = await client.POST('/v1/galleries/{gallery}/jobs', {
 *   params: { path: { gallery: 'default' } },
 *   body: { kind: 'enroll', folder: 'staff' },
 * })
 * if (job) for await (const { done, total, state } of followJob(client, 'default', job.id)) console.log(state, done, total)
 * ```
 */
export async function* followJob(
  client: AgnizeClient,
  gallery: string,
  job: string,
): AsyncGenerator<JobEvent, void, undefined> {
  const { data, error } = await client.GET('/v1/galleries/{gallery}/jobs/{job}/events', {
    params: { path: { gallery, job } },
    parseAs: 'stream',
  })
  if (error || !data) throw new Error(error?.detail ?? 'The server gave no events.')
  const decoder = new TextDecoder()
  let text = ''
  const reader = (data as unknown as ReadableStream<Uint8Array>).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    text += decoder.decode(value, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = text.slice(0, end)
      text = text.slice(end + 2)
      const line = event.split('\n').find((each) => each.startsWith('data: '))
      if (line) yield JSON.parse(line.slice(6)) as JobEvent
    }
  }
}
