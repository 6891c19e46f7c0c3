import { Worker } from 'node:worker_threads'
import { AgnizeError, cancelled } from '../errors.js'
import type { PhotoSource } from '../image/photo.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { AnalyzeOptions } from './analyze.js'
import type { Detection } from './detect.js'
import type { LookedAtFace, WantedFace } from './frame.js'
import { RunGuard, runGuardBytes } from './run-guard.js'
import type { Job, KeptAnalysis, Reply, Results, WorkerSetup } from './worker-protocol.js'

interface Pending {
  readonly job: Job
  readonly resolve: (result: Results[keyof Results]) => void
  readonly reject: (error: unknown) => void
}

interface Member {
  readonly worker: Worker
  current: Pending | undefined
}

/** Whether work may be given up, and whether it waits for others. */
interface WorkOptions {
  readonly signal?: AbortSignal | undefined
  /** After all that is not. */
  readonly background?: boolean
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
   * @throws AgnizeError as {@link readPhoto}; `cancelled`, `closed`, `model-invalid`, `internal`.
   */
  analyze(
    photo: PhotoSource,
    options: AnalyzeOptions,
    { keep = false, ...how }: WorkOptions & { readonly keep?: boolean } = {},
  ): Promise<KeptAnalysis> {
    const source = photo instanceof URL ? photo.href : photo
    return this.#submit<'photo'>({ kind: 'photo', photo: source, options, keep }, how)
  }

  /** Finds the faces of a frame, largest first. @throws AgnizeError as {@link FacePool.analyze}. */
  find(image: RgbImage, minScore: number, how: WorkOptions): Promise<readonly Detection[]> {
    return this.#submit<'find'>({ kind: 'find', image, minScore }, how)
  }

  /** Looks at faces of a frame. @throws AgnizeError as {@link FacePool.analyze}. */
  look(
    image: RgbImage,
    wanted: readonly WantedFace[],
    how: WorkOptions,
  ): Promise<readonly LookedAtFace[]> {
    return this.#submit<'look'>({ kind: 'look', image, wanted }, how)
  }

  #submit<Kind extends Job['kind']>(
    job: Extract<Job, { readonly kind: Kind }>,
    { signal, background = false }: WorkOptions,
  ): Promise<Results[Kind]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new AgnizeError('closed', 'agnize is closed: open it again.')
      if (signal?.aborted) throw cancelled(signal)
      const pending: Pending = {
        job,
        resolve: (result) => {
          signal?.removeEventListener('abort', abort)
          resolve(result as Results[Kind])
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
    worker.on('message', (reply: Reply) => {
      const pending = member.current
      member.current = undefined
      // Not while it is being closed, where the end of the thread is waited for.
      if (!this.#closed) worker.unref()
      if ('result' in reply) pending?.resolve(reply.result)
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
