import { AsyncLocalStorage } from 'node:async_hooks'

/** The work of the current request, so that an unhandled rejection can fail the request that caused it. */
const currentWork = new AsyncLocalStorage<{ readonly fail: (error: unknown) => void }>()

/** Runs work, and rejects when an unhandled rejection comes from it before it is done. */
export function withRejectionGuard<T>(work: () => Promise<T>): Promise<T> {
  let fail: (error: unknown) => void = () => {}
  const unhandled = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  // A rejection after the work is done must not itself become unhandled.
  unhandled.catch(() => {})
  return currentWork.run({ fail }, () => Promise.race([work(), unhandled]))
}

/** Fails the work that a rejection comes from, where that is known. Call it from the process's `unhandledRejection` listener. */
export function failCurrentWork(error: unknown): void {
  currentWork.getStore()?.fail(error)
}
