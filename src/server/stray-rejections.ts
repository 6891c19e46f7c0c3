import { AsyncLocalStorage } from 'node:async_hooks'

/** What is being served, so that a rejection that nobody waited for finds who waits for an answer. */
const served = new AsyncLocalStorage<{ readonly fail: (error: unknown) => void }>()

/** Does work for somebody who waits, and fails with it where it leaves a rejection to itself before it is done. */
export function withStrays<T>(work: () => Promise<T>): Promise<T> {
  let fail: (error: unknown) => void = () => {}
  const strayed = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  // Work that is done is not waited for any more.
  strayed.catch(() => {})
  return served.run({ fail }, () => Promise.race([work(), strayed]))
}

/** Fails the work that a rejection comes from, where that is known. To be called where the process tells of the rejection. */
export function failStrayed(error: unknown): void {
  served.getStore()?.fail(error)
}
