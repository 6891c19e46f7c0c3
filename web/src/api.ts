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
