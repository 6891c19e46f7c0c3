import { createClient, type Schemas } from '../../src/client/index.js'
import { root } from './root.js'

export type { Schemas }

/** The server that this page came from; the browser's session says who asks. */
export const api = createClient({ url: root.href })

/** What went wrong, as the server says it. */
export class Problem extends Error {
  readonly code: string

  constructor(code: string, detail: string) {
    super(detail)
    this.code = code
  }
}

const unauthorized = new Set<() => void>()

/** Tells when the server no longer knows who asks. @returns Stops that. */
export function onUnauthorized(listener: () => void): () => void {
  unauthorized.add(listener)
  return () => unauthorized.delete(listener)
}

/** The data of an answer. @throws Problem as the server says it, or `unreachable`. */
export async function answerOf<T>(
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
