import { PhotoWorker } from './photo-worker.js'
import type { Worker } from './pool.js'
import type { Job, Result, WorkerSetup } from './protocol.js'

/** A worker in the calling process: it starts at once and shares memory, but cannot be killed within a photo. */
export class LocalWorker implements Worker {
  isUsable = true
  readonly #worker: Promise<PhotoWorker>
  #stop = new AbortController()
  #last: Promise<unknown> = Promise.resolve()

  constructor(setup: WorkerSetup) {
    this.#worker = PhotoWorker.open(setup)
    // The first job rejects with the error.
    this.#worker.catch(() => (this.isUsable = false))
  }

  run(job: Job): Promise<Result> {
    this.#stop = new AbortController()
    const { signal } = this.#stop
    const result = this.#worker.then((worker) => worker.run(job, signal))
    this.#last = result.catch(() => {})
    return result
  }

  stop(): void {
    this.#stop.abort()
  }

  async end(): Promise<void> {
    this.stop()
    await this.#last
    await this.#worker.then((worker) => worker.close()).catch(() => {})
  }
}
