import { type ChildProcess, fork } from 'node:child_process'
import type { Socket } from 'node:net'
import { constants, getPriority, setPriority } from 'node:os'
import { AgnizeError } from '../base/errors.js'
import { childEnvironment } from '../models/child-environment.js'
import { deviceOf } from '../models/devices.js'
import { type PhotoLimits, workerMemory } from './limits.js'
import { timedOut } from './photo-worker.js'
import type { Worker } from './pool.js'
import {
  descriptors,
  type FromWorker,
  type Job,
  outOfMemory,
  type Result,
  type ToWorker,
  type WorkerSetup,
} from './protocol.js'

/** Milliseconds that a worker has to cancel its job after a stop, before its process is killed. Judgment. */
const stopGraceMs = 1000
/** Timeout in seconds for a process to start and open its networks. Judgment: a busy machine reads large ones slowly. */
const startTimeoutSeconds = 120
/** Length of the tail of a worker's standard error that is kept, in characters. Judgment. */
const maxStderrChars = 2000

const lowestPriority = constants.priority.PRIORITY_LOW

/** A worker in a process of its own, which can be killed at any point of its work. */
export class ChildWorker implements Worker {
  readonly #limits: PhotoLimits
  readonly #process: ChildProcess
  readonly #pipes: readonly Socket[]
  /** Resolves when the networks are open. */
  readonly #ready: Promise<void>
  /** Resolves when the process has ended. */
  readonly #ended: Promise<void>
  /** Why the process has ended. */
  #failure: AgnizeError | undefined
  #isReady = false
  #isAlive = true
  #onMessage: ((message: FromWorker) => void) | undefined
  #onFailure: ((error: AgnizeError) => void) | undefined
  /** Error that the worker is ended with; undefined while it is usable. */
  #reason: AgnizeError | undefined
  #errors = ''
  #isStopped = false
  /** Number of callers that wait for the process; while there is one, it keeps this process alive. */
  #holds = 0
  #stopping: NodeJS.Timeout | undefined

  /** @param niceness - Added to the scheduling priority of the process, as of nice(1): 0 is the priority of this process. */
  constructor(setup: WorkerSetup, niceness = 0) {
    this.#limits = setup.limits
    const child = fork(new URL('./process.js', import.meta.url), [], {
      // Without the caller's Node flags: some (--input-type, --import) would break or slow the worker.
      execArgv: [],
      env: childEnvironment(),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe', 'pipe'],
    })
    this.#process = child
    if (niceness > 0) lowerPriority(child, niceness)
    this.#pipes = [2, descriptors.lifeline, descriptors.payload].map(
      (i) => child.stdio[i] as Socket,
    )
    for (const pipe of this.#pipes) {
      // The exit of the process reports the error.
      pipe.on('error', () => {})
      pipe.resume()
    }
    const [errors, lifeline] = this.#pipes as [Socket, Socket]
    errors.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-maxStderrChars)
    })
    let last = ''
    lifeline.setEncoding('utf8').on('data', (text: string) => (last = text))
    child.on('message', (message: FromWorker) => this.#onMessage?.(message))
    this.#ended = new Promise((resolve) => {
      const ended = (error: AgnizeError) => {
        this.#isAlive = false
        this.#failure ??= this.#reason ?? error
        this.#onFailure?.(this.#failure)
        resolve()
      }
      child.once('error', (cause) => ended(startFailure(cause)))
      child.once('close', (code, signal) =>
        ended(this.#crashed(last === outOfMemory, code ?? signal)),
      )
    })
    this.#ready = this.#open(setup)
    this.#ready.catch(() => {})
    this.#setRef(false)
  }

  get isUsable(): boolean {
    return this.#isAlive && this.#reason === undefined
  }

  async run(job: Job): Promise<Result> {
    this.#isStopped = false
    this.#hold()
    try {
      await this.#ready
      if (this.#isStopped) throw stopped()
      const { payload, rest } = withoutPayload(job)
      const result = this.#answer(timedOut(this.#limits), this.#limits.maxSeconds)
      this.#send({ kind: 'job', job: rest, payload: payload?.length ?? null })
      if (payload) this.#pipes[2]!.write(payload)
      const message = await result
      if (message.kind === 'error') throw errorOf(message)
      return (message as Extract<FromWorker, { kind: 'result' }>).result
    } finally {
      clearTimeout(this.#stopping)
      this.#release()
    }
  }

  stop(): void {
    this.#isStopped = true
    if (!this.#isReady) return
    this.#send({ kind: 'stop' })
    this.#stopping = setTimeout(() => this.#kill(stopped()), stopGraceMs)
  }

  async end(): Promise<void> {
    this.#reason ??= new AgnizeError('closed', 'agnize was closed while it worked on this photo.')
    if (!this.#isAlive) return
    this.#hold()
    this.#process.kill('SIGKILL')
    await this.#ended
    this.#release()
  }

  async #open(setup: WorkerSetup): Promise<void> {
    const answer = this.#answer(
      new AgnizeError('timed-out', 'The networks took too long to open: try again.'),
      startTimeoutSeconds,
    )
    const { networks, limits, devices } = setup
    const cards = Object.values(networks).map(({ card }) => card)
    const bytes = cards.reduce((sum, card) => sum + card.bytes, 0)
    const usesDevice = cards.some((card) => deviceOf(devices, card) !== 'cpu')
    this.#send({ kind: 'setup', setup, memory: workerMemory(limits, bytes, usesDevice) })
    const message = await answer
    if (message.kind === 'error') {
      this.#reason = errorOf(message)
      throw this.#reason
    }
    this.#isReady = true
  }

  /** The next message of the process; without one within `seconds`, the process is killed and `late` is thrown. */
  async #answer(late: AgnizeError, seconds: number): Promise<FromWorker> {
    const deadline = setTimeout(() => this.#kill(late), seconds * 1000).unref()
    try {
      // Not a race with `#ended`: a promise keeps what raced against it, here every answer, until it settles.
      return await new Promise<FromWorker>((resolve, reject) => {
        if (this.#failure) reject(this.#failure)
        this.#onMessage = resolve
        this.#onFailure = reject
      })
    } finally {
      clearTimeout(deadline)
      this.#onMessage = undefined
      this.#onFailure = undefined
    }
  }

  /** Kills the process, unless its answer has arrived and is still unread. */
  #kill(reason: AgnizeError): void {
    const waited = this.#onMessage
    setImmediate(() => {
      if (!waited || this.#onMessage !== waited) return
      this.#reason ??= reason
      this.#process.kill('SIGKILL')
    })
  }

  /** Keeps this process alive until {@link ChildWorker.#release}; a run and an end may overlap. */
  #hold(): void {
    if (this.#holds++ === 0) this.#setRef(true)
  }

  #release(): void {
    if (--this.#holds === 0) this.#setRef(false)
  }

  #setRef(keepsAlive: boolean): void {
    for (const handle of [this.#process, this.#process.channel, ...this.#pipes]) {
      if (keepsAlive) handle?.ref()
      else handle?.unref()
    }
  }

  #send(message: ToWorker): void {
    // Where the process has exited, `#answer` reports it.
    if (this.#process.connected) this.#process.send(message, () => {})
  }

  #crashed(memory: boolean, status: number | string | null): AgnizeError {
    const cause = new Error(`the worker ended with ${status}. ${this.#errors.trim()}`)
    if (!this.#isReady) return startFailure(cause)
    const what = memory
      ? 'needs more memory than a photo may use'
      : 'crashed the process that worked on it'
    return new AgnizeError(
      'photo-crashed',
      `The photo ${what}: save it again with another program, or shrink it.`,
      {
        cause,
      },
    )
  }
}

function lowerPriority({ pid }: ChildProcess, niceness: number): void {
  try {
    if (pid !== undefined) setPriority(pid, Math.min(lowestPriority, getPriority() + niceness))
  } catch {
    // A system without priorities, or a process that has ended: the worker runs at the usual one.
  }
}

function stopped(): AgnizeError {
  return new AgnizeError('cancelled', 'The operation was stopped before it finished.')
}

function startFailure(cause: Error): AgnizeError {
  return new AgnizeError(
    'internal',
    'A process that works on photos could not be started: check whether the machine is out of memory or processes.',
    { cause },
  )
}

function errorOf({ error }: Extract<FromWorker, { kind: 'error' }>): AgnizeError {
  return new AgnizeError(error.code, error.message)
}

/** Splits a job into its message and its bytes or pixels, which are written to the payload pipe. */
function withoutPayload(job: Job): { readonly rest: Job; readonly payload: Uint8Array | null } {
  const { photo } = job
  if (typeof photo === 'string') return { rest: job, payload: null }
  const none = new Uint8Array()
  if ('bytes' in photo) {
    return { rest: { ...job, photo: { ...photo, bytes: none } } as Job, payload: photo.bytes }
  }
  return { rest: { ...job, photo: { ...photo, data: none } } as Job, payload: photo.data }
}
