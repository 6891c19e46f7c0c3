import { createClient, type Schemas } from '../../src/client/index.js'
import { root } from './root.js'

export type { Schemas }

/** A client of the server that this page was loaded from; the session cookie authenticates it. */
export const api = createClient({ url: root.href })

/** An error with the code and the detail that the server reports. */
export class Problem extends Error {
  readonly code: string

  constructor(code: string, detail: string) {
    super(detail)
    this.code = code
  }
}

const unauthorized = new Set<() => void>()

/** Calls the listener whenever the server rejects the session as unauthorized. @returns A function that unsubscribes it. */
export function onUnauthorized(listener: () => void): () => void {
  unauthorized.add(listener)
  return () => unauthorized.delete(listener)
}

/** A resource with its version, which a change of it names, so that it does not overwrite another's change. */
export interface Tagged<T> {
  readonly value: T
  readonly etag: string
}

/** The data of a response with its version. @throws as {@link unwrap}. */
export async function unwrapTagged<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Tagged<T>> {
  const value = await unwrap(asked)
  const { response } = await asked
  // A proxy that compresses marks the tag as weak.
  return { value, etag: (response.headers.get('etag') ?? '*').replace(/^W\//, '') }
}

/** Headers of a change that is made only to the version that was read. */
export const ifUnchanged = ({ etag }: Pick<Tagged<unknown>, 'etag'>) => ({ 'if-match': etag })

/** Whether an error says that somebody else changed the resource meanwhile. */
export const isChangedMeanwhile = (error: unknown) =>
  error instanceof Problem && error.code === 'changed-meanwhile'

/** Whether an error says that something does not exist any more. */
export const isGone = (error: unknown) =>
  error instanceof Problem && (error.code.startsWith('unknown-') || error.code === 'not-found')

/** The data of a response. @throws Problem with the server's code, or `unreachable`. */
export async function unwrap<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await asked.catch((cause: unknown) => {
    if ((cause as Error).name === 'AbortError') throw cause
    throw new Problem('unreachable', (cause as Error).message)
  })
  if (response.ok) return data as T
  const { code = 'internal', detail = response.statusText } = (error ?? {}) as {
    code?: string
    detail?: string
  }
  if (code === 'unauthorized') for (const listener of unauthorized) listener()
  throw new Problem(code, detail)
}
