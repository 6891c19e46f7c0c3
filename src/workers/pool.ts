import { AgnizeError, cancelled } from '../base/errors.js'
import type { AnalyzeOptions } from '../faces/analyze.js'
import type { Detection } from '../faces/detect.js'
import type { LookedAtFace, WantedFace } from '../faces/frame.js'
import type { ReadablePhoto } from '../image/photo.js'
import type { RgbImage } from '../image/rgb-image.js'
import { FairQueue } from './fair-queue.js'
import type { Job, KeptAnalysis, Result, Results } from './protocol.js'

/** Where one photo is worked on at a time. */
export interface Worker {
  /** Whether it takes another job; one that does not is replaced. */
  readonly isUsable: boolean
  /** Does a job. @throws AgnizeError of the photo, or of what became of the worker. */
  run(job: Job): Promise<Result>
  /** Gives the job under way up. */
  stop(): void
  /** Ends it, with what is under way. */
  end(): Promise<void>
}

/** Whether work may be given up, whose it is, and whether it waits for others. */
export interface WorkOptions {
  readonly signal?: AbortSignal | undefined
  /** Who asks: callers share the workers evenly. */
  readonly owner?: string
  /** After all that is not. */
  readonly background?: boolean
}

interface Pending {
  readonly job: Job
  readonly owner: string
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

interface Member {
  readonly worker: Worker
  current: Pending | undefined
  /** When its job began, in milliseconds. */
  since: number
}

/**
 * Workers that each take whole photos: photos side by side keep the cores busy, which beats several threads on one network
 * (docs/benchmarks.md). They start when there is work for them, and one that is lost is replaced.
 */
export class FacePool {
  readonly #start: () => Worker
  readonly #members: Member[] = []
  readonly #queue = new FairQueue<Pending>()
  /** Photos that wait while there are others. */
  readonly #background = new FairQueue<Pending>()
  #closed = false

  /** Most photos that are worked on at a time. */
  readonly width: number

  /** @param start - Starts a worker. */
  constructor(start: () => Worker, width: number) {
    this.#start = start
    this.width = width
    // It opens the networks while the caller prepares its first photo.
    this.#add()
  }

  /**
   * Analyzes one photo.
   *
   * @throws AgnizeError as {@link readPhoto}; `timed-out`, `photo-crashed`, `cancelled`, `closed`, `model-missing`,
   * `model-corrupt`, `model-invalid`, `internal`.
   */
  analyze(
    photo: ReadablePhoto,
    options: AnalyzeOptions,
    { keep = false, ...how }: WorkOptions & { readonly keep?: boolean } = {},
  ): Promise<KeptAnalysis> {
    let source = photo instanceof URL ? photo.href : photo
    if (source instanceof Uint8Array) source = { name: '', bytes: source }
    return this.#submit<'photo'>({ kind: 'photo', photo: source, options, keep }, how)
  }

  /** Finds the faces of a frame, largest first. @throws AgnizeError as {@link FacePool.analyze}. */
  find(image: RgbImage, minScore: number, how: WorkOptions): Promise<readonly Detection[]> {
    return this.#submit<'find'>({ kind: 'find', photo: image, minScore }, how)
  }

  /** Looks at faces of a frame. @throws AgnizeError as {@link FacePool.analyze}. */
  look(
    image: RgbImage,
    wanted: readonly WantedFace[],
    how: WorkOptions,
  ): Promise<readonly LookedAtFace[]> {
    return this.#submit<'look'>({ kind: 'look', photo: image, wanted }, how)
  }

  #submit<Kind extends Job['kind']>(
    job: Extract<Job, { readonly kind: Kind }>,
    { signal, owner = '', background = false }: WorkOptions,
  ): Promise<Results[Kind]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new AgnizeError('closed', 'agnize is closed: open it again.')
      if (signal?.aborted) throw cancelled(signal)
      const settle = () => signal?.removeEventListener('abort', abort)
      const pending: Pending = {
        job,
        owner,
        resolve: (result) => {
          settle()
          resolve(result as Results[Kind])
        },
        reject: (error) => {
          settle()
          reject(error)
        },
      }
      const queue = background ? this.#background : this.#queue
      const abort = () => {
        if (!queue.remove(pending)) {
          this.#members.find(({ current }) => current === pending)?.worker.stop()
        }
        pending.reject(cancelled(signal!))
      }
      signal?.addEventListener('abort', abort, { once: true })
      queue.push(pending)
      this.#dispatch()
    })
  }

  #dispatch(): void {
    while (this.#queue.length + this.#background.length > 0 && !this.#closed) {
      let member = this.#members.find(({ current }) => !current)
      if (!member && this.#members.length < this.width) member = this.#add()
      if (!member) return
      const queue = this.#queue.length > 0 ? this.#queue : this.#background
      void this.#work(member, queue.next(this.#running())!)
    }
  }

  /** Seconds that each owner's work under way has taken. */
  #running(): Map<string, number> {
    const seconds = new Map<string, number>()
    for (const { current, since } of this.#members) {
      if (!current) continue
      const { owner } = current
      seconds.set(owner, (seconds.get(owner) ?? 0) + (performance.now() - since) / 1000)
    }
    return seconds
  }

  async #work(member: Member, pending: Pending): Promise<void> {
    member.current = pending
    member.since = performance.now()
    try {
      pending.resolve(await member.worker.run(pending.job))
    } catch (error) {
      pending.reject(error)
    }
    const seconds = (performance.now() - member.since) / 1000
    for (const queue of [this.#queue, this.#background]) queue.charge(pending.owner, seconds)
    member.current = undefined
    if (!member.worker.isUsable && !this.#closed) {
      this.#members.splice(this.#members.indexOf(member), 1)
      void member.worker.end()
    }
    this.#dispatch()
  }

  #add(): Member {
    const member: Member = { worker: this.#start(), current: undefined, since: 0 }
    this.#members.push(member)
    return member
  }

  /** Ends the workers; photos under way are refused with `closed`. */
  async close(): Promise<void> {
    this.#closed = true
    for (const { reject } of [...this.#queue.clear(), ...this.#background.clear()]) {
      reject(new AgnizeError('closed', 'agnize was closed before it came to this photo.'))
    }
    await Promise.all(this.#members.map(({ worker }) => worker.end()))
  }
}
