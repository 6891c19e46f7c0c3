import { fork } from 'node:child_process'
import { childEnvironment } from './child-environment.js'
import type { Device } from './devices.js'
import type { FromSession, GraphSession, ToSession } from './session.js'

/**
 * Opens a graph in a child process, for callers in a worker thread, where `ORT_DISABLE_TELEMETRY` cannot be set: a thread's
 * `process.env` is a copy that native code does not see.
 */
export async function openInChildProcess(
  model: Uint8Array,
  threads: number,
  device: Device,
): Promise<GraphSession> {
  const child = fork(new URL('./session-process.js', import.meta.url), [], {
    execArgv: [],
    env: childEnvironment(),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let failure: Error | undefined
  let onFailure: ((error: Error) => void) | undefined
  const ended = (error: Error) => {
    failure ??= error
    onFailure?.(failure)
  }
  child.once('error', ended)
  child.once('exit', (code, signal) =>
    ended(new Error(`the process that ran a network ended with ${code ?? signal}`)),
  )
  let last: Promise<unknown> = Promise.resolve()
  const request = (message: ToSession): Promise<Exclude<FromSession, { error: string }>> => {
    const response = last.then(async () => {
      child.ref()
      // Not a race with a promise of the end: that would keep every answer until the process ends.
      const answer = new Promise<FromSession>((resolve, reject) => {
        if (failure) reject(failure)
        onFailure = reject
        child.once('message', resolve)
      })
      child.send(message, () => {})
      try {
        const reply = await answer
        if ('error' in reply) throw new Error(reply.error)
        return reply
      } finally {
        onFailure = undefined
        child.unref()
        child.channel?.unref()
      }
    })
    last = response.catch(() => {})
    return response
  }
  const { inputNames, outputNames } = await request({ kind: 'open', model, threads, device })
  return {
    inputNames,
    outputNames,
    run: async (inputs) => (await request({ kind: 'run', inputs })).outputs,
    release: async () => {
      child.kill('SIGKILL')
    },
  }
}
