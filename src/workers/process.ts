import { Worker } from 'node:worker_threads'
import { AgnizeError } from '../base/errors.js'
import { ByteReader } from './byte-reader.js'
import type { GuardSetup } from './guard.js'
import { PhotoWorker } from './photo-worker.js'
import { descriptors, type FromWorker, type Job, type ToWorker } from './protocol.js'

// A process that processes photos for its parent. It exits when the lifeline or the message channel closes, as they do when
// the parent dies, but ignores the signals that a terminal or a service manager sends to the whole group, since the parent
// may still wait for its answers.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

const payload = new ByteReader(descriptors.payload)
let worker: PhotoWorker | undefined
let stop = new AbortController()

process.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') stop.abort()
  else if (message.kind === 'setup') void setUp(message)
  else void work(message)
})

async function setUp({ setup, memory }: Extract<ToWorker, { kind: 'setup' }>): Promise<void> {
  try {
    worker = await PhotoWorker.open(setup)
    send({ kind: 'ready' })
  } catch (error) {
    send({ kind: 'error', error: serializeError(error) })
  }
  const guard: GuardSetup = { lifeline: descriptors.lifeline, memory }
  new Worker(new URL('./guard.js', import.meta.url), { workerData: guard, execArgv: [] })
}

async function work({ job, payload: size }: Extract<ToWorker, { kind: 'job' }>): Promise<void> {
  stop = new AbortController()
  const { signal } = stop
  try {
    const whole = size === null ? job : withPayload(job, await payload.read(size))
    send({ kind: 'result', result: await worker!.run(whole, signal) })
  } catch (error) {
    send({ kind: 'error', error: serializeError(error) })
  }
}

/** Joins a job with its bytes or pixels from the payload pipe. */
function withPayload(job: Job, bytes: Uint8Array): Job {
  const { photo } = job
  if (typeof photo === 'object' && 'bytes' in photo) {
    return { ...job, photo: { ...photo, bytes } } as Job
  }
  return { ...job, photo: { ...(photo as object), data: bytes } } as Job
}

function serializeError(error: unknown): { code: AgnizeError['code']; message: string } {
  const { message } = error as Error
  return { code: error instanceof AgnizeError ? error.code : 'internal', message }
}

function send(message: FromWorker): void {
  process.send!(message)
}
