import { Worker } from 'node:worker_threads'
import { AgnizeError, cancelled } from '../errors.js'
import type { PhotoSource } from '../image/photo.js'
import type { AnalyzeOptions } from './analyze.js'
import { RunGuard, runGuardBytes } from './run-guard.js'
import type { KeptAnalysis, PhotoJob, PhotoReply, WorkerSetup } from './worker-protocol.js'

interface Pending {
  readonly job: PhotoJob
  readonly resolve: (analysis: KeptAnalysis) => void
  readonly reject: (error: unknown) => void
}

interface Member {
  readonly worker: Worker
  current: Pending | undefined
}

/**
 * Worker threads that each take whole photos: the caller's thread never decodes or runs a network, and the cores are
 * kept busy by photos side by side, which beats several threads on one network (docs/benchmarks.md).
 *
 * Threads start when there is work for them and do not keep the process alive while idle.
 */
export class FacePool {
  readonly #setup: WorkerSetup
  readonly #guard: RunGuard
  readonly #beforeExit = () => {
    this.#guard.stop()
    this.#guard.settle()
  }
  readonly #members: Member[] = []
  readonly #queue: Pending[] = []
  /** Photos that wait while there are others. */
  readonly #background: Pending[] = []
  #nextId = 0
  #closed = false

  /** Most photos that are worked on at a time. */
  readonly threads: number

  constructor(setup: Omit<WorkerSetup, 'guard'>, threads: number) {
    const memory = new SharedArrayBuffer(runGuardBytes)
    this.#setup = { ...setup, guard: memory }
    this.#guard = new RunGuard(memory)
    this.threads = threads
    process.on('exit', this.#beforeExit)
  }

  /**
   * Analyses one photo.
   *
   * @param how - `background`: after all that are not.
   * @throws AgnizeError as {@link readPhoto}; `cancelled`, `closed`, `model-invalid`, `internal`.
   */
  analyze(
    photo: PhotoSource,
    options: AnalyzeOptions,
    {
      keep = false,
      signal,
      background = false,
    }: { keep?: boolean; signal?: AbortSignal | undefined; background?: boolean } = {},
  ): Promise<KeptAnalysis> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new AgnizeError('closed', 'agnize is closed: open it again.')
      if (signal?.aborted) throw cancelled(signal)
      const job = {
        id: this.#nextId++,
        photo: photo instanceof URL ? photo.href : photo,
        options,
        keep,
      }
      const pending: Pending = {
        job,
        resolve: (analysis) => {
          signal?.removeEventListener('abort', abort)
          resolve(analysis)
        },
        reject: (error) => {
          signal?.removeEventListener('abort', abort)
          reject(error)
        },
      }
      const queue = background ? this.#background : this.#queue
      const abort = () => {
        const at = queue.indexOf(pending)
        if (at >= 0) queue.splice(at, 1)
        pending.reject(cancelled(signal!))
      }
      signal?.addEventListener('abort', abort, { once: true })
      queue.push(pending)
      this.#dispatch()
    })
  }

  #dispatch(): void {
    while (this.#queue.length + this.#background.length > 0) {
      let member = this.#members.find(({ current }) => !current)
      if (!member && this.#members.length < this.threads) member = this.#start()
      if (!member) return
      member.current = (this.#queue.shift() ?? this.#background.shift())!
      member.worker.ref()
      member.worker.postMessage(member.current.job)
    }
  }

  #start(): Member {
    // Without the caller's Node flags: some (--input-type, --import) would break or slow the worker.
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: this.#setup,
      execArgv: [],
    })
    const member: Member = { worker, current: undefined }
    worker.on('message', (reply: PhotoReply) => {
      const pending = member.current
      member.current = undefined
      // Not while it is being closed, where the end of the thread is waited for.
      if (!this.#closed) worker.unref()
      if ('analysis' in reply) pending?.resolve(reply.analysis)
      else pending?.reject(new AgnizeError(reply.error.code, reply.error.message))
      this.#dispatch()
    })
    const lost = (cause?: unknown) => {
      const at = this.#members.indexOf(member)
      if (at < 0) return
      this.#members.splice(at, 1)
      member.current?.reject(
        this.#closed
          ? new AgnizeError('closed', 'agnize was closed while it worked on this photo.')
          : new AgnizeError('internal', 'A worker thread died on this photo.', { cause }),
      )
      if (!this.#closed) this.#dispatch()
    }
    worker.on('error', lost)
    worker.on('exit', () => lost())
    this.#members.push(member)
    return member
  }

  /** Ends the threads; photos under way are refused with `closed`. */
  async close(): Promise<void> {
    this.#closed = true
    for (const { reject } of [...this.#queue.splice(0), ...this.#background.splice(0)]) {
      reject(new AgnizeError('closed', 'agnize was closed before it came to this photo.'))
    }
    this.#guard.stop()
    await this.#guard.settled()
    process.off('exit', this.#beforeExit)
    await Promise.all(
      this.#members.map(({ worker }) => {
        // An idle thread does not keep the process alive, but its end must be waited for.
        worker.ref()
        return worker.terminate()
      }),
    )
  }
}
