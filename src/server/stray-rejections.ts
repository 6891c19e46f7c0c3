import { AsyncLocalStorage } from 'node:async_hooks'

/** The work of the current request, so that an unhandled rejection can fail the request that caused it. */
const served = new AsyncLocalStorage<{ readonly fail: (error: unknown) => void }>()

/** Runs work, and rejects when an unhandled rejection comes from it before it is done. */
export function withStrays<T>(work: () => Promise<T>): Promise<T> {
  let fail: (error: unknown) => void = () => {}
  const strayed = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  // A rejection after the work is done must not itself become unhandled.
  strayed.catch(() => {})
  return served.run({ fail }, () => Promise.race([work(), strayed]))
}

/** Fails the work that a rejection comes from, where that is known. Call it from the process's `unhandledRejection` listener. */
export function failStrayed(error: unknown): void {
  served.getStore()?.fail(error)
}
