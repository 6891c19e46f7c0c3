import { Problem } from '../api.js'

/** Pause before a request is sent again to a busy server, in milliseconds. Judgment. */
const busyRetryMs = 1000

/** Codes of temporary errors, after which a request is sent again. */
const temporaryErrors = ['overloaded', 'rate-limited', 'unreachable', 'closed']

/** Sends a request, and again while the server is busy or away. @throws What the signal gives as reason, once it ends. */
export async function untilFree<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    signal.throwIfAborted()
    try {
      return await ask()
    } catch (error) {
      const isBusy = error instanceof Problem && temporaryErrors.includes(error.code)
      if (!isBusy || signal.aborted) throw error
      await pause(busyRetryMs, signal)
    }
  }
}

/** Ends after a time, or with the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      done()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
