import { AgnizeError, canceled } from '../base/errors.js'
import type { AnalyzeOptions } from '../faces/analyze.js'
import type { Detection } from '../faces/detectors/detection.js'
import type { DescribedFace, FaceRequest } from '../faces/frame.js'
import type { ReadablePhoto } from '../image/photo.js'
import type { RgbImage } from '../image/rgb-image.js'
import type { DetectionCard, LivenessCard } from '../models/card.js'
import type { NetworkFile } from '../models/network-file.js'
import { FairQueue } from './fair-queue.js'
import type { Job, KeptAnalysis, Result, Results } from './protocol.js'

/** Processes one photo or frame at a time. */
export interface Worker {
  /** Whether the worker accepts another job; the pool replaces one that does not. */
  readonly isUsable: boolean
  /** Runs a job. @throws AgnizeError of the photo or of the worker. */
  run(job: Job): Promise<Result>
  /** Cancels the running job. */
  stop(): void
  /** Ends the worker and its running job. */
  end(): Promise<void>
}

/** Cancellation, owner and priority of a job. */
export interface WorkOptions {
  readonly signal?: AbortSignal | undefined
  /** Caller of the job: callers share the workers evenly. */
  readonly owner?: string
  /** Whether the job runs only while no other job waits. */
  readonly background?: boolean
  /** The detector; default that of the pool. */
  readonly detector?: NetworkFile<DetectionCard> | undefined
  /** The networks that assess liveness; default none, and it is not assessed. */
  readonly liveness?: readonly NetworkFile<LivenessCard>[] | undefined
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
  /** Start of the current job on the clock of `performance.now()`, in milliseconds. */
  since: number
}

/**
 * A pool of workers that each process whole photos: parallel photos keep the cores busy, which is faster than several threads
 * on one network (docs/reference/benchmarks.md). Workers start on demand, and one that has failed is replaced.
 */
export class FacePool {
  readonly #start: () => Worker
  readonly #members: Member[] = []
  readonly #queue = new FairQueue<Pending>()
  /** Background jobs; they wait while `#queue` holds any. */
  readonly #background = new FairQueue<Pending>()
  #closed = false

  /** Maximum number of photos processed at a time. */
  readonly width: number

  /** @param start - Starts a worker. */
  constructor(start: () => Worker, width: number) {
    this.#start = start
    this.width = width
    // The first worker opens its networks while the caller prepares a photo.
    this.#add()
  }

  /**
   * Analyzes one photo.
   *
   * @throws AgnizeError as {@link openPhoto}; `timed-out`, `photo-crashed`, `cancelled`, `closed`, `model-missing`,
   * `model-corrupt`, `model-invalid`, `internal`.
   */
  analyze(
    photo: ReadablePhoto,
    options: Omit<AnalyzeOptions, 'liveness'>,
    {
      withCrops = false,
      withPoints,
      ...workOptions
    }: WorkOptions & {
      readonly withCrops?: boolean
      readonly withPoints?: boolean | undefined
    } = {},
  ): Promise<KeptAnalysis> {
    let source = photo instanceof URL ? photo.href : photo
    if (source instanceof Uint8Array) source = { name: '', bytes: source }
    const { detector, liveness } = workOptions
    return this.#submit<'photo'>(
      { kind: 'photo', photo: source, options, withCrops, withPoints, detector, liveness },
      workOptions,
    )
  }

  /** Finds the faces of a frame, largest first. @throws AgnizeError as {@link FacePool.analyze}. */
  detect(image: RgbImage, minScore: number, options: WorkOptions): Promise<readonly Detection[]> {
    const { detector } = options
    return this.#submit<'detect'>({ kind: 'detect', photo: image, minScore, detector }, options)
  }

  /** Describes faces of a frame. @throws AgnizeError as {@link FacePool.analyze}. */
  describe(
    image: RgbImage,
    faces: readonly FaceRequest[],
    options: WorkOptions,
  ): Promise<readonly DescribedFace[]> {
    const { liveness } = options
    return this.#submit<'describe'>({ kind: 'describe', photo: image, faces, liveness }, options)
  }

  #submit<Kind extends Job['kind']>(
    job: Extract<Job, { readonly kind: Kind }>,
    { signal, owner = '', background = false }: WorkOptions,
  ): Promise<Results[Kind]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new AgnizeError('closed', 'agnize is closed: open it again.')
      if (signal?.aborted) throw canceled(signal)
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
        pending.reject(canceled(signal!))
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

  /** Seconds that the running jobs of each owner have taken so far. */
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

  /** Ends the workers; queued and running jobs reject with `closed`. */
  async close(): Promise<void> {
    this.#closed = true
    for (const { reject } of [...this.#queue.clear(), ...this.#background.clear()]) {
      reject(new AgnizeError('closed', 'agnize was closed before it processed this photo.'))
    }
    await Promise.all(this.#members.map(({ worker }) => worker.end()))
  }
}
